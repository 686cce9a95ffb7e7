"""A rules file to start from, fitted to an image: it passes, with a little room."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from layertui.display import percent, printable, size
from layertui.filesystem.tree import GONE
from layertui.policy.conditions import Condition, ModeTest, meeting
from layertui.policy.figures import compressed_size
from layertui.policy.globs import Glob, Searcher

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layertui.analysis.inspection import Inspection
    from layertui.filesystem.tree import Filesystem

_ROOM = 1.1
_SMALLEST_WASTE = 1_000_000
_MOST_LISTED = 40
_UNITS = ((10**9, "GB"), (10**6, "MB"), (10**3, "kB"))
_USUALLY_FORBIDDEN = (
    ("/root/.ssh/**", "keys of whoever built it"),
    ("**/.git/**", "the history of the sources"),
    ("**/.env", "settings with passwords in them"),
    ("/tmp/**", "temporary files"),
    ("/var/lib/apt/lists/**", "package lists; remove them in the RUN that makes them"),
    ("**/__pycache__/**", "compiled modules"),
)
_SPECIAL = frozenset('*?[\\"')
_PRIVILEGED = Condition(
    mode=ModeTest(text="/6000", some=0o6000), kinds=frozenset(("file",)), words="mode /6000"
)


def fitted(inspection: Inspection) -> Iterator[str]:
    """Yield the lines of a rules file in TOML that an image passes.

    A line that starts with # and a blank is prose; one that starts with # and no blank is a rule
    that is not in effect.
    """
    name = printable(inspection.image.reference, 200)
    yield "# Rules for `layertui --ci`, fitted to"
    yield f"#   {name}"
    yield "# `layertui ci explain IMAGE` says what each of them judges. Lines that start with # and"
    yield "# no blank are rules that are off."
    yield ""
    yield "# Kinds of findings that there must be none of."
    yield '#findings = ["secret", "metadata-copy"]'
    yield ""
    yield "[rules]"
    yield from _rules(inspection)
    yield from _forbidden(inspection.filesystem)
    yield from _privileged(inspection.filesystem)
    yield from _EXAMPLES


def rounded_up(number: float) -> str:
    """Return a number of bytes with a unit, two digits of it, rounded up: `1.3MB`."""
    for unit, letters in _UNITS:
        if number >= unit:
            step = 10 ** max(0, math.floor(math.log10(number / unit)) - 1)
            value = number / unit
            if value >= 10:
                return f"{math.ceil(value / step) * step:g}{letters}"
            return f"{math.ceil(value * 10) / 10:g}{letters}"
    return f"{math.ceil(number)}B"


def _rules(inspection: Inspection) -> Iterator[str]:
    accounting = inspection.accounting
    yield f"# The share of the shipped bytes that the image shows; {accounting.efficiency:.4f} now."
    yield f"lowestEfficiency = {_floor(accounting.efficiency):g}"
    share = percent(accounting.user_wasted_percent)
    yield f"# The share of the bytes of your layers that is wasted; {share} now."
    yield f"highestUserWastedPercent = {_ceiling(accounting.user_wasted_percent):g}"
    wasted = max(accounting.wasted_size * _ROOM, _SMALLEST_WASTE)
    yield f"# The bytes that are shipped and not shown; {size(accounting.wasted_size)} now."
    yield f'highestWastedBytes = "{rounded_up(wasted)}"'
    yield f"# The bytes of all layers; {size(accounting.size)} now."
    yield f'highestSize = "{rounded_up(accounting.size * _ROOM)}"'
    stored = compressed_size(inspection)
    if stored is not None:
        yield f"# The bytes of all layers as they are stored; {size(stored)} now."
        yield f'highestCompressedSize = "{rounded_up(stored * _ROOM)}"'
    yield f"# The bytes of your layers; {size(accounting.user_size)} now."
    yield f'highestUserSize = "{rounded_up(max(accounting.user_size * _ROOM, 1_000_000))}"'
    yield f"# The number of layers; {len(accounting.layers)} now."
    yield f"#highestLayers = {len(accounting.layers)}"
    yield "# The bytes of the largest of your layers."
    yield '#highestUserLayerSize = "100MB"'
    yield "# What is wasted by cause: files removed, rewritten, or shipped again for another mode,"
    yield "# owner or time (chmod and chown in a RUN of their own), or for nothing."
    yield f"# {accounting.causes.metadata:,} bytes are shipped again for metadata now."
    metadata = max(accounting.causes.metadata * _ROOM, _SMALLEST_WASTE)
    yield f'highestMetadataBytes = "{rounded_up(metadata)}"'
    yield '#highestRemovedBytes = "10MB"'
    yield '#highestRewrittenBytes = "10MB"'
    yield '#highestIdenticalBytes = "1MB"'


def _floor(ratio: float) -> float:
    """Return a ratio of two digits that is a little less."""
    return max(0.0, round(math.floor(ratio * 100 - 0.5) / 100, 2))


def _ceiling(ratio: float) -> float:
    """Return a ratio in steps of a twentieth that is a little more."""
    return min(1.0, round(math.ceil(ratio * 20 + 0.1) / 20, 2))


def _forbidden(filesystem: Filesystem) -> Iterator[str]:
    """Yield the rule on what must not be there: those globs in effect that nothing matches now."""
    searcher = Searcher(filesystem, len(filesystem.indexes) - 1)
    there = [
        next(_there(filesystem, searcher, Glob(glob)), None) is not None
        for glob, _ in _USUALLY_FORBIDDEN
    ]
    rule = "#" if all(there) else ""
    yield ""
    yield "# Paths that must not be there: a name at any depth, or a path from the root, with"
    yield "# * inside a name and ** over directories."
    yield f"{rule}[[forbidden]]"
    yield f"{rule}path = ["
    for is_there, (glob, why) in zip(there, _USUALLY_FORBIDDEN, strict=True):
        mark, now = ("#", "; there are some now") if is_there else ("", "")
        yield f'{mark}    "{glob}",  # {why}{now}'
    yield f"{rule}]"


def _there(filesystem: Filesystem, searcher: Searcher, glob: Glob) -> Iterator[int]:
    last, rows = filesystem.versions.last, filesystem.versions.rows
    return (node for node in searcher.nodes(glob) if last[node] >= 0 and rows[last[node]] != GONE)


def _privileged(filesystem: Filesystem) -> Iterator[str]:
    """Yield the rule that no other files than those of now run with other rights."""
    versions, strip = filesystem.versions, meeting(filesystem, _PRIVILEGED)
    found = sorted(
        filesystem.table.path(node)
        for node, version in enumerate(versions.last)
        if version >= 0 and strip[version]
    )
    paths = [path.decode("utf-8", "surrogateescape") for path in found]
    is_plain = all(path.isprintable() and not _SPECIAL.intersection(path) for path in paths)
    mark = "" if is_plain and len(paths) <= _MOST_LISTED else "#"
    yield ""
    yield f"# Files that run with the rights of their owner or group; {len(paths)} now."
    yield f"{mark}[[forbidden]]"
    yield f'{mark}name = "no more setuid files"'
    yield f'{mark}path = "**"'
    yield f'{mark}type = "file"'
    yield f'{mark}mode = "/6000"'
    if paths and not mark:
        yield "except = ["
        yield from (f'    "{path}",' for path in paths)
        yield "]"


_EXAMPLES = """
# Paths that must be there, and what they must be like: mode, owner, size, type.
#[[required]]
#path = "/etc/passwd"
#mode = "0644"
#owner = "0:0"

# Exceptions end on a day; from then on they fail.
#[[allowed]]
#rule = "highestSize"
#reason = "until the assets move to the CDN"
#until = 2030-12-31

# What may grow against `--baseline FILE|IMAGE`: bytes or counts, percentages, or lists of both.
#[baseline]
#size = ["10MB", "5%"]
#wastedBytes = "1MB"
#layers = 2
#findings = 0

# Rules for some images only, on top of those above, by name with * and ?.
#[[image]]
#match = "*/api:*"
#[image.rules]
#highestSize = "2GB"
""".splitlines()
