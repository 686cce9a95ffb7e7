r"""What is looked for in contents: a text or a regular expression, over bytes, line by line.

Whole stretches of a file are searched at a time, so an expression is rewritten until no match
can go over the end of a line: `[^x]` becomes `[^\nx]`, `\s` becomes `[^\S\n]`, and so on. The
texts that every match must hold are found first, which is many times as fast as the expression.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from layertui.contents.repeats import may_not_end
from layertui.contents.tokens import BREAK, Token, tokens_of
from layertui.display import printable
from layertui.errors import QueryError
from layertui.filesystem.patterns import compiling

STRETCH = 8 << 10
"""Bytes that an expression is tried on at a time.

It may take a time that grows with the square of the length, and more, and nothing can stop it.
"""
OVERLAP = 2 << 10
"""Bytes that two stretches of a longer line have in common: what a match in it may have."""

LONGEST = 1_000
"""Characters of what is looked for."""

_AHEAD = ("(?=", "(?!")
_REWRITTEN = {
    r"\s": r"[^\S\n]", r"\W": r"[^\w\n]", r"\D": r"[^\d\n]", r"\A": "^", r"\Z": "$",
    r"\<": r"\b(?=\w)\b", r"\>": r"\b(?<=\w)\b",
}  # fmt: skip
"""What stands for a part; the start and end of a word end in a place, which is not repeated."""


class Sought(NamedTuple):
    """What is looked for.

    Attributes:
        needles: Texts that every match holds, in this order; in lower case where `folded`.
        expression: What matches, or None where it is the one needle.
        folded: Whether case does not matter.
        sees_ahead: Whether a match depends on what follows it.
    """

    needles: tuple[bytes, ...]
    expression: re.Pattern[bytes] | None
    folded: bool
    sees_ahead: bool = False

    @property
    def reach(self) -> int:
        """Bytes that a match of a text may have beside one of them."""
        return len(self.needles[0]) - 1 if self.expression is None else OVERLAP

    def prepared(self, data: bytes) -> bytes:
        """Return bytes as needles are looked for in them."""
        return data.lower() if self.folded else data

    def find(
        self, data: bytes, prepared: bytes, start: int, stop: int, *, open_end: bool = False
    ) -> tuple[int, int] | None:
        """Return where the first match is, or None.

        Args:
            data: Whole lines, but for the first and the last one.
            prepared: The same, prepared.
            start: Where to begin; all of its line is to be searched.
            stop: Where to end; what follows a line break there is no line.
            open_end: Whether the last line goes on behind `stop`.
        """
        if self.expression is None:
            place = prepared.find(self.needles[0], start, stop)
            return None if place < 0 else (place, place + len(self.needles[0]))
        if not self.needles:
            return self._tried(data, start, stop, open_end=open_end)
        needle = max(self.needles, key=len)
        while (place := prepared.find(needle, start, stop)) >= 0:
            first = data.rfind(b"\n", start, place) + 1 or start
            end = data.find(b"\n", place, stop)
            last = end if end >= 0 else stop
            if self._holds_needles(prepared, first, last):
                found = self._tried(data, first, last, open_end=open_end and end < 0)
                if found is not None:
                    return found
            start = last + 1
        return None

    def spots(self, line: bytes, most: int = 100) -> list[tuple[int, int]]:
        """Return the first matches in a line, or a part of one, that have characters."""
        found: list[tuple[int, int]] = []
        prepared, place = self.prepared(line), 0
        while len(found) < most and place <= len(line):
            span = self.find(line, prepared, place, len(line))
            if span is None:
                break
            if span[1] > span[0]:
                found.append(span)
            place = max(span[1], place + 1, span[0] + 1)
        return found

    def _holds_needles(self, prepared: bytes, start: int, stop: int) -> bool:
        for needle in self.needles:
            place = prepared.find(needle, start, stop)
            if place < 0:
                return False
            start = place + len(needle)
        return True

    def _tried(
        self, data: bytes, start: int, stop: int, *, open_end: bool
    ) -> tuple[int, int] | None:
        """Try the expression on stretches that end with lines, a long line in parts."""
        while start < stop:
            end = stop if stop - start <= STRETCH else data.rfind(b"\n", start, start + STRETCH) + 1
            if end > 0:
                found = self._matched(data, start, end, closed=end < stop or not open_end)
            else:
                end = data.find(b"\n", start, stop) + 1 or stop
                closed = not open_end or data[end - 1] == BREAK
                found = self._matched_in_parts(data, start, end, closed=closed)
            if found is not None:
                return found
            start = end
        return None

    def _matched(
        self, data: bytes, start: int, stop: int, *, closed: bool
    ) -> tuple[int, int] | None:
        assert self.expression is not None
        match = self.expression.search(data, start, stop)
        if match is None or (match.start() == stop > start and data[stop - 1] == BREAK):
            return None
        if not closed and self.sees_ahead and match.end() == stop:
            return None
        return match.span()

    def _matched_in_parts(
        self, data: bytes, start: int, stop: int, *, closed: bool
    ) -> tuple[int, int] | None:
        for first in range(start, stop, STRETCH - OVERLAP):
            last = min(first + STRETCH, stop)
            found = self._matched(data, first, last, closed=closed and last == stop)
            if found is not None or last == stop:
                return found
        return None


def sought(text: str, *, is_regex: bool = False, folded: bool | None = None) -> Sought:
    """Return what a text or a regular expression looks for.

    Args:
        text: As it was typed.
        is_regex: Whether it is a regular expression.
        folded: Whether case does not matter; None where that depends on an upper-case letter.

    Raises:
        QueryError: It is nothing, too long, no regular expression, or one that might not end.
    """
    if len(text) > LONGEST:
        raise QueryError(f"more than {LONGEST} characters to look for", brief=("too long",))
    if not text:
        raise QueryError("nothing to look for", brief=("nothing to look for",))
    if not is_regex:
        return _of_text(text, folded=has_no_upper_case(text) if folded is None else folded)
    parts = tokens_of(text)
    if parts and parts[0].text == "(?i)":
        parts, folded = parts[1:], True
    if folded is None:
        folded = has_no_upper_case("".join(part.text for part in parts if not part.is_escape))
    _check(parts)
    return _of_expression(parts, folded=folded)


def has_no_upper_case(text: str) -> bool:
    """Tell whether case is not to matter, as no letter of a text is an upper-case one."""
    return not any(map(str.isupper, text))


def _of_text(text: str, *, folded: bool) -> Sought:
    data = encoded(text)
    if b"\n" in data:
        raise QueryError("a text with a line break is in no line", brief=("a line break",))
    if folded and not text.isascii():
        return _of_expression([Token(re.escape(each)) for each in text], folded=True)
    return Sought((data.lower() if folded else data,), None, folded)


def _check(parts: list[Token]) -> None:
    """Do nothing where an expression can be tried.

    Raises:
        QueryError: It uses what cannot be had here, or might not end.
    """
    for part in parts:
        if part.is_foreign:
            raise QueryError(
                f"regular expression: {printable(part.text, 40)} is not understood",
                hint=_instead_of(part),
                brief=(f"{printable(part.text, 20)} is not understood", "not understood"),
            )
        if part.is_class and not part.text.isascii():
            raise QueryError(
                f"regular expression: {printable(part.text, 40)} may hold ASCII characters only",
                hint="Write (?:a|b) instead of [ab].",
                brief=("only ASCII within [ ]",),
            )
        if re.fullmatch(r"\(\?[a-zA-Z-]*[asLux][a-zA-Z-]*[:)]", part.text):
            raise QueryError(
                f"regular expression: {part.text} is not to be had", brief=("no such flags",)
            )
    _compiled("".join(part.text for part in parts), 0)
    if may_not_end(parts):
        raise QueryError(
            "regular expression: it repeats a repeat and might not end",
            hint="Repeat once, or write a + behind the inner repeat, which then never goes back.",
            brief=("it repeats a repeat and might not end", "it repeats a repeat"),
        )


def _instead_of(part: Token) -> str:
    """Return what to write instead of what is not understood."""
    if part.is_escape:
        return f"Write ^ or $ for the start or end of a line, [{part.text[1:]}] for the character."
    return r"Names of characters are as in [[:alpha:]]; write \[ for the character [ within [ ]."


def _of_expression(parts: list[Token], *, folded: bool) -> Sought:
    flags = re.MULTILINE | (re.IGNORECASE if folded else 0)
    text = "".join(_within_a_line(part, folded=folded) for part in parts)
    needles, is_all = _needles(parts, folded=folded)
    expression = None if is_all else _compiled(text, flags)
    ahead = any(
        part.text.startswith(_AHEAD) or part.text in ("$", r"\b", r"\B", r"\Z", r"\<", r"\>")
        for part in parts
    )
    return Sought(needles, expression, folded, ahead)


def _within_a_line(part: Token, *, folded: bool) -> str:
    """Return a part of an expression so that it matches no line break."""
    text = part.text
    if text in _REWRITTEN:
        return _REWRITTEN[text]
    if not text.isascii():
        forms = dict.fromkeys((text, text.lower(), text.upper()) if folded else (text,))
        return "(?:" + "|".join(re.escape(encoded(form).decode("latin-1")) for form in forms) + ")"
    if not part.matches_break:
        return text
    if not part.is_class:
        return "(?!)"
    if text.startswith("[^"):
        inside = text[2:]
        text = "[^\\n" + ("\\" + inside if inside.startswith("]") else inside)
        if not Token(text).matches_break:
            return text
    return f"(?:(?!\\n){text})"


def _needles(parts: list[Token], *, folded: bool) -> tuple[tuple[bytes, ...], bool]:
    """Return the texts that every match holds, and whether they are all there is to it."""
    runs: list[str] = [""]
    depth, is_all = 0, True
    for place, part in enumerate(parts):
        literal = part.literal if depth == 0 and not part.matches_break else None
        depth += part.opens - part.closes
        if part.text == "|" and depth == 0:
            return (), False
        after = parts[place + 1] if place + 1 < len(parts) else None
        least = after.least if after is not None else None
        if literal is None or (folded and not literal.isascii()):
            is_all = False
            runs.append("")
        elif least is None:
            runs[-1] += literal
        else:
            is_all = False
            runs += [runs.pop() + literal, ""] if least else [""]
    texts = [encoded(run.lower() if folded else run) for run in runs if run]
    return tuple(texts), is_all and len(texts) == 1


def encoded(text: str) -> bytes:
    """Return what was typed as the bytes that stand for it in a file."""
    return text.encode("utf-8", "surrogateescape")


def _compiled(text: str, flags: int) -> re.Pattern[bytes]:
    with compiling():
        data = text.encode("latin-1") if _is_latin(text) else encoded(text)
        return re.compile(data, flags)


def _is_latin(text: str) -> bool:
    return all(ord(each) < 0x100 for each in text)
