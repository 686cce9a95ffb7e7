"""Markdown as a renderer of GitHub's dialect reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

from layertui.analysis.rules import Rules
from layertui.display import printable
from layertui.reports.markdown import LIMIT, code
from tests import archives, reporting
from tests.builders import file, layer, whiteout

if TYPE_CHECKING:
    from pathlib import Path

    from markdown_it.token import Token

OURS = {"<details open>", "<details>", "</details>", "<summary>", "</summary>"}


def tokens(data: bytes) -> list[Token]:
    """Return the tokens of a document, those within lines at their places."""
    found: list[Token] = []
    for token in MarkdownIt("gfm-like").parse(data.decode()):
        found += [token, *(token.children or ())]
    return found


def table_widths(data: bytes) -> set[int]:
    """Return by how many the cells of a row differ from those of the head of its table."""
    differences, width, cells = set(), 0, 0
    for token in MarkdownIt("gfm-like").parse(data.decode()):
        if token.type == "tr_open":
            cells = 0
        elif token.type in ("td_open", "th_open"):
            cells += 1
            width = cells if token.type == "th_open" else width
        elif token.type == "tr_close":
            differences.add(cells - width)
    return differences


def test_hostile_names_make_neither_links_nor_pictures_nor_markup(tmp_path: Path) -> None:
    inspection = reporting.hostile(tmp_path, rules=Rules(), broken=reporting.BROKEN)
    data = reporting.written("markdown", inspection, reporting.FINDINGS)

    kinds = {token.type for token in tokens(data)}
    assert not kinds & {"link_open", "image", "em_open", "strong_open", "s_open"}
    assert not kinds & {"fence", "code_block", "blockquote_open", "list_item_open"}
    html = "".join(token.content for token in tokens(data) if token.type.startswith("html"))
    assert "script" not in html
    assert "<img" not in html


def test_hostile_names_break_no_table(tmp_path: Path) -> None:
    inspection = reporting.hostile(tmp_path, rules=Rules(), broken=reporting.BROKEN)
    data = reporting.written("markdown", inspection, reporting.FINDINGS)

    assert table_widths(data) == {0}
    assert data.count(b"<details") == data.count(b"</details>")


def test_texts_of_the_image_stand_in_code_where_no_mention_is_made_of_them(tmp_path: Path) -> None:
    inspection = reporting.hostile(tmp_path, rules=Rules(), broken=reporting.BROKEN)
    data = reporting.written("markdown", inspection, reporting.FINDINGS)

    plain = "".join(token.content for token in tokens(data) if token.type == "text")
    assert "@" not in plain
    assert "#1" not in plain
    assert "layertui.invalid" not in plain


@pytest.mark.parametrize("name", reporting.HOSTILE_NAMES)
def test_a_name_is_read_from_its_cell_as_it_is_printed(name: bytes) -> None:
    table = f"| a | b |\n| --- | --- |\n| {code(name)} | end |\n"

    found = [token for token in tokens(table.encode()) if token.type == "code_inline"]
    assert [token.content for token in found] == [printable(name, 120).replace("|", "\\x7c")]
    assert table_widths(table.encode()) == {0}


def test_a_large_report_is_bounded_and_still_whole(tmp_path: Path) -> None:
    names = [f"d/{'é|`' * 60}{number}" for number in range(300)]
    layers = [layer(*(file(name, b"x" * 99) for name in names))]
    layers += [layer(*(whiteout(name) for name in names[number : number + 3]))
               for number in range(300)]  # fmt: skip
    history = [{"created_by": f"RUN {'`|é' * 200}{number}"} for number in range(len(layers))]
    members = archives.docker_save(layers, about=archives.config(layers, history=history))
    inspection = reporting.inspected(members, tmp_path, rules=Rules())
    data = reporting.written("markdown", inspection, reporting.FINDINGS * 20)

    assert LIMIT // 2 < len(data) <= LIMIT
    assert table_widths(data) == {0}
    assert data.count(b"<details") == data.count(b"</details>")
    assert b"more\n" in data


def test_the_verdict_stands_in_the_heading(tmp_path: Path) -> None:
    judged = reporting.written("markdown", reporting.demo(tmp_path, rules=Rules())).decode()
    summary = reporting.written("markdown", reporting.demo(tmp_path)).decode()

    assert judged.splitlines()[0].endswith(": FAIL")
    assert "| \u274c failed | `lowestEfficiency` | 0.4655, at least 0.9 |" in judged
    assert "FAIL" not in summary
