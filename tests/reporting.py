"""Reports of images made for the purpose, and names that try to be more than names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from layertui.analysis.inspection import Inspection, inspect_image
from layertui.analysis.rules import Evidence, RuleResult, Rules, Status, evaluate
from layertui.demo import write_demo
from layertui.insight.finding import Finding
from layertui.reports.formats import report_in
from layertui.sources import open_image
from tests import archives
from tests.builders import directory, file, hardlink, layer, symlink, whiteout

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

HOSTILE_NAMES = (
    b"a|b.txt",
    b"`code`",
    b"``two` ``",
    b" `",
    b"back\\slash\\",
    b"back\\|slash",
    b"[link](http:\\\\layertui.invalid)",
    b"![picture](x)",
    b"<script>alert(1)</script>",
    b"<img src=x onerror=document.title=1>",
    b"--><script>alert(2)</script>",
    b"]]><x>",
    b"@octocat",
    b"#1 GH-1 https:layertui.invalid www.layertui.invalid",
    b"mail@layertui.invalid",
    b"*bold* _it_ ~~gone~~ # head",
    b"&amp;&#64;&lt;",
    b"'\"quotes\"'",
    b"=cmd|' !A0'",
    b"+1", b"-1", b"@sum(1)", b"\t=1", b"\xef\xbc\x9d1",
    b"line\nbreak", b"carriage\rreturn", b"tab\there",
    b"::error title=x::y", b"%0A::error::x", b"##[error]x",
    b"bell\x07escape\x1b[31m", b"\x00nul"[1:], b"bidi\xe2\x80\xae", b"bom\xef\xbb\xbf",
    b"none\xef\xbf\xbf", b"caf\xe9", b"caf\xc3\xa9", b"\xf0\x9f\x90\xb3", b"surrogate\xed\xa0\x80",
    b"{0} {placeholder}", b"a;b,c\"d", b"</textarea></title></style></script>",
    b"long" * 60,
)  # fmt: skip
"""Names of files; none of them holds a slash."""

FINDINGS = tuple(
    Finding(
        kind=kind, group="group", layer=where, size=size, paths=paths, more=3, base=False,
        confidence="likely", message=f"found {text}", cure=f"cure {text}", ghost=False,
    )
    for kind, where, size, paths, text in (
        ("secret", 0, 0, (b"/h/" + HOSTILE_NAMES[8],), "<script>alert(3)</script> | @octocat"),
        ("left-over", 1, 700, (b"/h/a", b"/h/b"), "[x](http://layertui.invalid) `"),
        ("secret", None, 0, (), "in the history"),
        ("secret", None, 0, (), "in the history"),
    )
)  # fmt: skip
"""Findings of all shapes; two of them are alike."""


BROKEN = (
    RuleResult(
        "forbidden <b>|`*` [x](y), a:b", 0, 3, Status.FAIL, message="3 paths match | @octocat",
        evidence=(
            Evidence(b"/h/" + HOSTILE_NAMES[0], 0, 1000, "is there | {0}"),
            Evidence(b"/h/" + HOSTILE_NAMES[8], 1, None, "<img src=x>"),
            Evidence(None, 1, 7, ""),
            Evidence(None, None, None, "all of it"),
        ),
        more=5,
    ),
)  # fmt: skip
"""Rules of a policy that an image breaks, with evidence of all shapes."""


def inspected(members: archives.Members, folder: Path, **options: Any) -> Inspection:
    """Return the inspection of an image that members are a tarball of."""
    return inspected_file(archives.write_tarball(members, folder / "image.tar"), **options)


def inspected_file(
    path: Path,
    *,
    rules: Rules | None = None,
    broken: Sequence[RuleResult] = (),
    metrics: str = "layertui",
    label: str = "",
) -> Inspection:
    """Return the inspection of a saved image, judged where there are rules; it breaks others."""
    image = open_image(str(path), label=label)
    try:
        inspection = inspect_image(image, metrics=metrics)
    finally:
        image.close()
    if rules is None:
        return inspection
    return replace(inspection, rules=(*evaluate(rules, inspection.figures), *broken))


def demo(folder: Path, **options: Any) -> Inspection:
    """Return the inspection of the sample image."""
    write_demo(folder / "demo.tar")
    return inspected_file(folder / "demo.tar", **options)


def hostile(folder: Path, **options: Any) -> Inspection:
    """Return the inspection of an image whose names, links and instructions are hostile."""
    names = [b"h/" + name for name in HOSTILE_NAMES]
    layers = [
        layer(
            directory("h"),
            *(file(name, b"x" * (1000 + number)) for number, name in enumerate(names)),
            *(symlink(b"l/%d" % number, name) for number, name in enumerate(HOSTILE_NAMES)),
        ),
        layer(*(file(name, b"y" * 900) for name in names), hardlink("hard", names[0])),
        layer(whiteout(b"h/" + HOSTILE_NAMES[0]), file("new", b"n")),
    ]
    texts = [name.decode("utf-8", "replace") for name in HOSTILE_NAMES]
    history = [
        {"created_by": "RUN " + " ".join(texts[:20])},
        {"created_by": "\n".join(texts[20:])},
        {"created_by": "=cmd()"},
    ]
    about = archives.config(layers, history=history)
    members = archives.docker_save(layers, about=about, tags=("shop/|api:2.4",))
    return inspected(members, folder, label="<b>@shop</b>|`api`", **options)


def written(format_: str, inspection: Inspection, findings: Sequence[Finding] = ()) -> bytes:
    """Return a report as a whole."""
    return b"".join(report_in(format_)(inspection, findings))
