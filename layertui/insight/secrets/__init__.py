"""Keys and secrets that an image ships: in its files, in its history, in its environment.

    hit        what was found, masked
    tokens     what is known by its shape            keys       private keys
    variables  what is known by a name beside it     files      what is known by the file it is in
    searching  through the layers                    config     through config and history

All of it is a hint, looked at by a person before anybody acts. Files of more than a mebibyte,
those that are not text and documentation are not looked into.
"""

from __future__ import annotations

from layertui.insight.secrets.config import secrets_of_config
from layertui.insight.secrets.searching import find_secrets

__all__ = ["find_secrets", "secrets_of_config"]
