"""What something is that is not a container image, in one line."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from layertui.display import printable
from layertui.errors import DamagedImageError, ImageError, NotAnImageError, UnsupportedImageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from layertui.blob import Blob
    from layertui.sources.container import Container

_EXPECTED = "an image saved by docker save, podman save, skopeo or buildx"
_SAVE_HINT = "Save an image with: docker save NAME -o image.tar"
_BLOCK = 512
_MAGICS = (
    (0, b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (0, b"\xff\xd8\xff", "a JPEG picture"),
    (0, b"GIF8", "a GIF picture"),
    (0, b"%PDF-", "a PDF document"),
    (0, b"PK\x03\x04", "a ZIP archive"),
    (0, b"7z\xbc\xaf'\x1c", "a 7-Zip archive"),
    (0, b"\x7fELF", "a program"),
    (0, b"#!", "a script"),
    (0, b"QFI\xfb", "a QCOW2 disk image"),
    (0, b"SQLite format 3\0", "a SQLite database"),
    (0, b"!<arch>\n", "a Debian package or ar archive"),
    (0, b"\xed\xab\xee\xdb", "an RPM package"),
    (0, b"<", "a markup document"),
)
_UNSUPPORTED_MAGICS = (
    (32, b"SIF_MAGIC", "a Singularity image (SIF)"),
    (0, b"hsqs", "a squashfs filesystem image"),
    (1024, b"\xe2\xe1\xf5\xe0", "an EROFS filesystem image"),
)
_ROOT_DIRECTORIES = frozenset(
    ("bin", "boot", "dev", "etc", "home", "lib", "opt", "proc", "root", "sbin", "sys", "usr", "var")
)
_ROOTFS_MARKS = 3
_NAMES_SHOWN = 4


def refusal_of_bytes(blob: Blob, label: str) -> ImageError | None:
    """Return why bytes cannot be a tarball, or None where they may be one."""
    if blob.size == 0:
        return NotAnImageError(f"{label} is empty", hint=f"Expected {_EXPECTED}.")
    head = blob.read_at(0, 2 * 1024 + _BLOCK)
    for offset, magic, kind in _UNSUPPORTED_MAGICS:
        if head.startswith(magic, offset):
            return UnsupportedImageError(
                f"{label} is {kind}, which is not supported", hint=f"Expected {_EXPECTED}."
            )
    block = head[:_BLOCK]
    if len(block) == _BLOCK and (_has_checksum(block) or not any(block)):
        return None
    kind = next((kind for at, magic, kind in _MAGICS if head.startswith(magic, at)), "")
    if head.lstrip()[:1] in (b"{", b"["):
        kind = "a JSON document"
    what = f"{label} is {kind}, not a container image" if kind else f"{label} is not a tar archive"
    return NotAnImageError(what, hint=f"Expected {_EXPECTED}.")


def refusal_of_other(other: Sequence[str], label: str) -> NotAnImageError:
    """Return the refusal of an index that leads to no image but to other things."""
    if not other:
        return NotAnImageError(f"{label} holds an index that lists nothing")
    shown = ", ".join(other[:_NAMES_SHOWN])
    return NotAnImageError(
        f"{label} is not a container image: it holds {shown}",
        hint="Only images have layers to look into.",
    )


def refusal_of_names(container: Container) -> ImageError:
    """Return the refusal of a tarball or directory without any document of an image."""
    names = list(islice(container.names(), 100_000))
    tops = list(dict.fromkeys(name.partition("/")[0] for name in names if name))
    damage = "; ".join(each.message for each in container.notices if each.code == "archive-damaged")
    if damage:
        return DamagedImageError(
            f"{container.label} holds no readable image: {damage}",
            hint="Save or copy the image again; this file seems to be cut off or altered.",
        )
    if not tops:
        return NotAnImageError(f"{container.label} holds nothing", hint=f"Expected {_EXPECTED}.")
    if len(_ROOT_DIRECTORIES.intersection(tops)) >= _ROOTFS_MARKS:
        return NotAnImageError(
            f"{container.label} is a filesystem, as docker export writes it, not an image",
            hint=_SAVE_HINT,
        )
    if any(name.endswith("/Chart.yaml") and name.count("/") == 1 for name in names):
        return NotAnImageError(f"{container.label} is a Helm chart, not an image")
    return NotAnImageError(
        f"{container.label} is not a container image: found {_listed(tops)};"
        " expected manifest.json, index.json or repositories",
        hint=_SAVE_HINT,
    )


def _listed(names: Iterable[str]) -> str:
    shown = [printable(name, 40) for name in islice(names, _NAMES_SHOWN + 1)]
    return ", ".join(shown[:_NAMES_SHOWN]) + (", ..." if len(shown) > _NAMES_SHOWN else "")


def _has_checksum(block: bytes) -> bool:
    field = block[148:156].strip(b" \0")
    blank = block[:148] + b" " * 8 + block[156:]
    signed = sum(blank) - 256 * sum(byte > 127 for byte in blank)
    try:
        return int(field, 8) in (sum(blank), signed)
    except ValueError:
        return False
