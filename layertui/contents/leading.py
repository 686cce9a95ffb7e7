"""Which symbolic links may be written: those that never lead out of what is taken out."""

from __future__ import annotations

from collections.abc import Callable

from layertui.filesystem.links import LONGEST_TEXT, MOST_LINKS

ABSOLUTE = "an absolute link"
LEADS_OUT = "a link that leads out of the folder"
ALONE = "a link that would lead nowhere where it is put"
ENDLESS = "a link through more links than are followed"
UNUSABLE = "a link without a usable text"

LinkText = Callable[[bytes], bytes | None]
"""Returns the text of the symbolic link of a name below what is taken out, else None."""


def why_not(name: bytes, text: bytes, link_text: LinkText) -> str:
    """Return why a symbolic link is not to be written, or nothing.

    Args:
        name: Of the link, below what is taken out; empty where nothing else is taken out.
        text: Where it leads.
        link_text: Tells the links of the image.
    """
    if not 0 < len(text) <= LONGEST_TEXT or b"\0" in text:
        return UNUSABLE
    if text.startswith(b"/"):
        return ABSOLUTE
    if not name:
        return _followed([], text, lambda _: None) or ALONE
    return _followed(name.split(b"/")[:-1], text, link_text)


def _followed(done: list[bytes], text: bytes, link_text: LinkText) -> str:
    """Return why a way is not to be gone, or nothing.

    It goes as far as it leads in the image, through every link: `..` behind a link means the
    parent of what that leads to. What is not there counts as a folder that may come to be.
    """
    rest, links = _steps(text), 1
    while rest:
        part = rest.pop()
        if part == b"..":
            if not done:
                return LEADS_OUT
            done.pop()
            continue
        further = link_text(b"/".join((*done, part)))
        if further is None:
            done.append(part)
            continue
        if further.startswith(b"/"):
            return LEADS_OUT
        links += 1
        if links > MOST_LINKS:
            return ENDLESS
        rest += _steps(further)
    return ""


def _steps(path: bytes) -> list[bytes]:
    """Return the components of a path, the last first."""
    return [part for part in reversed(path.split(b"/")) if part not in (b"", b".")]
