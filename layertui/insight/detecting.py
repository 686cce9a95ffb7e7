"""All that can be found in an image; only what looks for the kinds that are asked for runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layertui.insight.finding import (
    CAPABILITY,
    DUPLICATE,
    KINDS,
    LEFT_OVER,
    METADATA_COPY,
    OWNER,
    SECRET,
    SETGID,
    SETUID,
    WORLD_WRITABLE,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from layertui.analysis.inspection import Inspection
    from layertui.blob import Cancelled
    from layertui.contents.opening import Contents
    from layertui.insight.finding import Finding
    from layertui.insight.left_over_table import LeftOvers

_PRIVILEGES = frozenset((SETUID, SETGID, WORLD_WRITABLE, CAPABILITY, OWNER))


def findings_of(
    inspection: Inspection,
    contents: Contents,
    kinds: Collection[str] = KINDS,
    *,
    left_overs: Sequence[LeftOvers] = (),
    cancelled: Cancelled | None = None,
) -> tuple[Finding, ...]:
    """Return what is found in an image, kind by kind in the order of KINDS.

    Args:
        inspection: The image.
        contents: What is in its files.
        kinds: What to look for, out of KINDS.
        left_overs: Groups of left-overs to look for besides those that are known.
        cancelled: Asked now and then.

    Raises:
        CancelledError: `cancelled` said so.
    """
    found = (
        finding
        for finding in _found(inspection, contents, frozenset(kinds), left_overs, cancelled)
        if finding.kind in kinds
    )
    return tuple(sorted(found, key=lambda finding: KINDS.index(finding.kind)))


def _found(
    inspection: Inspection,
    contents: Contents,
    kinds: frozenset[str],
    left_overs: Sequence[LeftOvers],
    cancelled: Cancelled | None,
) -> Iterator[Finding]:
    if METADATA_COPY in kinds:
        from layertui.insight.copy_trap import find_metadata_copies

        yield from find_metadata_copies(inspection, cancelled=cancelled)
    if LEFT_OVER in kinds:
        from layertui.insight.left_over_table import with_own
        from layertui.insight.leftovers import find_left_overs

        yield from find_left_overs(inspection, table=with_own(left_overs), cancelled=cancelled)
    if DUPLICATE in kinds:
        from layertui.insight.duplicates import find_duplicates

        yield from find_duplicates(inspection, cancelled=cancelled)
    if not kinds.isdisjoint(_PRIVILEGES):
        from layertui.insight.privileges import find_privileges

        yield from find_privileges(inspection, contents, cancelled=cancelled)
    if SECRET in kinds:
        from layertui.insight.secrets.searching import find_secrets

        yield from find_secrets(inspection, contents, cancelled=cancelled)
