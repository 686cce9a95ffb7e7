"""Where the indexes of layers are kept, and how many of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from layertui.limits import GIB


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheSettings:
    """Settings of the cache. The field names are the setting names."""

    enabled: bool = True
    """Remember the layers that were read."""
    size: int = 2 * GIB
    """Bytes of all that is remembered; what was used longest ago is forgotten."""
    folder: str = ""
    """Where it is, or empty for the user's cache folder."""

    @property
    def path(self) -> Path:
        """The folder; `~` at the start stands for the home of the user."""
        if not self.folder:
            return own_cache_folder()
        path = Path(self.folder)
        try:
            return path.expanduser()
        except RuntimeError:  # a user who has no home
            return path


def own_cache_folder() -> Path:
    """Return where the indexes of this user are, whether the folder is there or not."""
    from platformdirs import user_cache_path

    return user_cache_path("layertui", appauthor=False) / "layers"
