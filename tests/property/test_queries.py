"""The line of a query asks for the same as the query."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from layertui.errors import QueryError
from layertui.filesystem.query import Syntax, line_of, parse_query

WORDS = st.sampled_from([
    "a", "*.so", "", ">10", "\\>10", "\\\\>10", "type:file", "\\type:file", "type:dir,link",
    "<=2kB", "=5", "\\", "\\ ", "x\\>1", "\\a",
])  # fmt: skip


@given(st.lists(WORDS, max_size=5).map(" ".join))
def test_a_query_comes_back_from_its_line(line: str) -> None:
    with suppress(QueryError):
        query = parse_query(line, Syntax.GLOB)
        assert parse_query(line_of(query), Syntax.GLOB) == query
