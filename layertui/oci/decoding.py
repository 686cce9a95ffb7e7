"""JSON of an image as typed values: strict, bounded, and clear about the key that is wrong.

Stricter than JSON where readers disagree and an attacker could profit: no duplicate keys, no
NaN, no key that differs from a known one only in case. A `null` member counts as absent
(OCI image-spec config.md, "Properties"). An escaped lone surrogate reads as a question mark.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, TypeVar

import msgspec

from layertui.display import printable
from layertui.errors import DamagedImageError
from layertui.oci.digest import Digest

T = TypeVar("T")

Size = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
"""A number of bytes."""

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def decode(data: bytes, kind: type[T], *, what: str) -> T:
    """Return a JSON document as a value of a type.

    Args:
        data: The document.
        kind: The type, usually a `msgspec.Struct`.
        what: The name of the document for messages, printable.

    Raises:
        DamagedImageError: It is not JSON, or not of that type; tells the path of the bad key.
    """
    return convert(parse(data, what=what), kind, what=what)


def convert(value: object, kind: type[T], *, what: str) -> T:
    """Return plain values, as `parse` gives them, as a value of a type.

    Raises:
        DamagedImageError: They are not of that type; tells the path of the bad key.
    """
    _reject_respelled_keys(value, kind, what)
    try:
        return msgspec.convert(value, kind, dec_hook=_custom)
    except msgspec.ValidationError as error:
        raise DamagedImageError(f"{what}: {printable(str(error))}") from None


def parse(data: bytes, *, what: str) -> object:
    """Return a JSON document as plain values, members that are null left out.

    Raises:
        DamagedImageError: It is not JSON.
    """
    try:
        return _parsed(data.decode("utf-8"))
    except RecursionError:
        raise DamagedImageError(f"{what}: nested too deeply") from None
    except UnicodeDecodeError as error:
        raise DamagedImageError(f"{what}: not UTF-8 at byte {error.start}") from None
    except ValueError as error:
        raise DamagedImageError(f"{what}: not valid JSON: {printable(str(error))}") from None


def _parsed(text: str) -> object:
    value: object = json.loads(text, object_pairs_hook=_members, parse_constant=_reject_constant)
    if _SURROGATE.search(text):
        value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    return value


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members: dict[str, object] = {}
    for name, value in pairs:
        if name in members:
            raise ValueError(f"the key `{printable(name, 80)}` stands twice")
        members[name] = value
    return {name: value for name, value in pairs if value is not None}


def _reject_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number")


def _custom(kind: type[Any], value: object) -> object:
    if kind is not Digest:
        raise NotImplementedError(kind)
    if not isinstance(value, str):
        raise TypeError(f"Expected `str`, got `{type(value).__name__}`")
    try:
        return Digest(value)
    except DamagedImageError as error:
        raise ValueError(error.message) from None


def _reject_respelled_keys(value: object, kind: Any, what: str) -> None:
    """Refuse keys that Go's decoder, which ignores case, would take for a known one."""
    is_document = isinstance(kind, type) and issubclass(kind, msgspec.Struct)
    if not isinstance(value, dict) or not is_document:
        return
    known = {name.lower(): name for name in kind.__struct_encode_fields__}
    for key in value:
        meant = known.get(key.lower())
        if meant is not None and meant != key:
            raise DamagedImageError(f"{what}: the key `{printable(key, 80)}` should be `{meant}`")
