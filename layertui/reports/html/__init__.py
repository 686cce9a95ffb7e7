"""The report as one page for a browser: it opens offline and asks for nothing.

Texts of the image are escaped wherever they stand; the policy of the page lets run its own script
and its own style alone, by their digests. The tables and bars need no script, the map does.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from layertui.display import printable
from layertui.reports.html.areas import GROUPS, image_areas
from layertui.reports.html.parts import body, text
from layertui.reports.items import encode
from layertui.reports.wording import CAUSE_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layertui.analysis.inspection import Inspection
    from layertui.insight.finding import Finding

_HERE = Path(__file__).parent


def report(inspection: Inspection, findings: Sequence[Finding] = ()) -> Iterator[bytes]:
    """Yield the page.

    Args:
        inspection: The image and what is known of it.
        findings: What was found in it.
    """
    style = (_HERE / "page.css").read_text(encoding="utf-8")
    script = (_HERE / "page.js").read_text(encoding="utf-8")
    title = text(printable(inspection.image.reference, 200))
    yield (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(style, script)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{title} - layertui</title>\n<style>{style}</style>\n</head>\n<body>\n"
    ).encode()
    for piece in body(inspection, findings):
        yield piece.encode()
    yield b'<script type="application/json" id="data">' + _data(inspection) + b"</script>\n"
    yield f"<script>{script}</script>\n</body>\n</html>\n".encode()


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(source: str) -> str:
    return f"sha256-{b64encode(sha256(source.encode()).digest()).decode()}"


def _data(inspection: Inspection) -> bytes:
    """Return the map as JSON that no parser of markup takes for markup."""
    groups = [{"name": group, "words": CAUSE_WORDS.get(group, "shown")} for group in GROUPS]
    data = encode({"groups": groups, "root": image_areas(inspection)})
    for character in b"<>&":
        data = data.replace(bytes((character,)), b"\\u%04x" % character)
    return data
