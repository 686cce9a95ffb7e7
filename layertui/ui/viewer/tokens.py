"""Tells what the characters of a text are part of, in the language that it is written in.

It is run as a process of its own, which may be killed: patterns of Pygments can take hours over
text that is made for that, and no thread of this program would go on meanwhile. It gets the
search path, the name of the file and the text, and answers with one letter for each byte.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_INTERPRETERS = {
    "sh": "sh", "dash": "sh", "bash": "bash", "ash": "sh", "zsh": "zsh", "perl": "perl",
    "ruby": "ruby", "node": "javascript", "nodejs": "javascript", "lua": "lua", "php": "php",
    "awk": "awk", "gawk": "awk", "tclsh": "tcl", "make": "make", "Rscript": "r",
}  # fmt: skip
_NAMES = {
    "os-release": "sh", "profile": "sh", "bashrc": "bash", "Containerfile": "docker",
    "entrypoint": "sh", "passwd": "", "group": "",
}  # fmt: skip
_LETTERS = (
    ("Comment", "c"),
    ("Keyword.Constant", "n"),
    ("Keyword", "k"),
    ("Literal.String", "s"),
    ("Literal.Number", "n"),
    ("Operator.Word", "k"),
    ("Name.Tag", "k"),
    ("Name.Attribute", "a"),
    ("Name.Function", "f"),
    ("Name.Class", "f"),
    ("Name.Decorator", "a"),
    ("Name.Builtin", "a"),
    ("Name.Variable", "a"),
    ("Generic.Heading", "f"),
    ("Generic.Subheading", "f"),
    ("Generic.Deleted", "c"),
)
"""Which letter stands for which kind of token, the particular before the general."""


def looks_of(name: str, text: str, language: str = "") -> bytes | None:
    """Return a letter for each byte that a text has in UTF-8, or None for no known language.

    Args:
        name: Of the file.
        text: It, with a line feed at the end of each line.
        language: What it is known to be written in, as Pygments calls it, or empty.
    """
    lexer = _lexer(name, text, language)
    if lexer is None:
        return None
    return b"".join(_letters(lexer, text))


def _letters(lexer: Any, text: str) -> Iterator[bytes]:
    known: dict[object, bytes] = {}
    end = 0
    for start, token, value in lexer.get_tokens_unprocessed(text):
        if start < end:  # a lexer within another one told of the same
            continue
        if start > end:
            yield b" " * _size(text[end:start])
        if token not in known:
            known[token] = _letter(str(token).removeprefix("Token."))
        yield known[token] * _size(value)
        end = start + len(value)
    yield b" " * _size(text[end:])


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogateescape"))


def _letter(token: str) -> bytes:
    return next((letter for name, letter in _LETTERS if token.startswith(name)), " ").encode()


def _lexer(name: str, text: str, language: str) -> Any:
    from pygments.lexers import (  # type: ignore[import-untyped]
        find_lexer_class_for_filename,
        get_lexer_by_name,
    )
    from pygments.util import ClassNotFound  # type: ignore[import-untyped]

    known = language or _interpreter(text) or _NAMES.get(name)
    try:
        if known:
            return get_lexer_by_name(known)
        found = find_lexer_class_for_filename(name, text[:4096]) if known is None else None
    except ClassNotFound:
        return None
    return found() if found is not None and found.name != "Text only" else None


def _interpreter(text: str) -> str:
    """Return the language that the first line of a script says, or empty."""
    if not text.startswith("#!"):
        return ""
    words = text[2:200].split("\n", 1)[0].split()
    programs = [word.rpartition("/")[2] for word in words if not word.startswith("-")]
    program = (
        programs[1] if programs[:1] == ["env"] and len(programs) > 1 else "".join(programs[:1])
    )
    if program.startswith("python"):
        return "python"
    return _INTERPRETERS.get(program.rstrip("0123456789."), "")


def main() -> None:
    """Read what is asked from standard input, and write the answer."""
    asked = json.loads(sys.stdin.buffer.readline())
    sys.path[:] = asked["path"]
    text = sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
    looks = looks_of(asked["name"], text, asked["language"])
    sys.stdout.buffer.write(looks or b"")


if __name__ == "__main__":
    main()
