"""Whatever texts an image brings, each report is read by its parser, and they stay texts."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from layertui.analysis.rules import Evidence, RuleResult, Status
from layertui.display import printable
from layertui.reports.markdown import code
from tests import reporting

if TYPE_CHECKING:
    from layertui.analysis.inspection import Inspection

MARKUP = "`|\\<>&\"'[](){}*_~#@!:/=+-%;,\n\r\t \x00\x1b\u202e\ufeff\uffff\u00a0ab1"
TEXTS = st.text(MARKUP, max_size=40) | st.text(max_size=20)
NAMES = TEXTS.map(lambda text: text.encode("utf-8", "replace")) | st.binary(max_size=12)
PARSER = MarkdownIt("gfm-like")


@cache
def sample() -> Inspection:
    with tempfile.TemporaryDirectory() as folder:
        return reporting.demo(Path(folder), label="demo")


def broken(name: str, path: bytes, message: str) -> Inspection:
    """Return the sample with a rule of a policy that it breaks, all of whose texts are given."""
    texts = {"message": printable(message), "evidence": (Evidence(b"/" + path, 1, 5, message),)}
    rule = RuleResult(printable(name), 0, 1, Status.FAIL, **texts)  # type: ignore[arg-type]
    return replace(sample(), rules=(rule,))


class Elements(HTMLParser):
    """Collects the elements of a page and its texts."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: set[str] = set()
        self.texts = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.texts += data


@cache
def usual_elements() -> Elements:
    return parsed_page(broken("name", b"path", "message"))


def parsed_page(inspection: Inspection) -> Elements:
    elements = Elements()
    elements.feed(reporting.written("html", inspection).decode())
    elements.close()
    return elements


@settings(max_examples=500, deadline=None)
@given(NAMES)
@example(b"`a``b`")
@example(b"\\|")
def test_a_code_span_is_one_cell_with_the_name_in_it(name: bytes) -> None:
    shown = printable(name, 120).replace("|", "\\x7c").replace("\u00a0", " ")
    table = f"| a | b |\n| --- | --- |\n| {code(name)} | end |\n"
    tokens = PARSER.parse(table)
    cells = [token.children or [] for token in tokens if token.type == "inline"]
    kinds = {child.type for cell in cells for child in cell}
    assert len(cells) == 4
    assert kinds <= {"text", "code_inline"}
    if shown.strip(" "):
        assert [child.content for child in cells[2]] == [shown]


@settings(max_examples=60, deadline=None)
@given(TEXTS, NAMES, TEXTS)
def test_every_parser_reads_what_any_texts_are_reported_in(
    name: str, path: bytes, message: str
) -> None:
    inspection = broken(name, path, message)

    ElementTree.fromstring(reporting.written("junit", inspection))
    for format_ in ("sarif", "gitlab", "json"):
        json.loads(reporting.written(format_, inspection))
    rows = csv.reader(io.StringIO(reporting.written("csv", inspection).decode(), newline=""))
    assert {len(row) for row in rows} == {16}
    lines = reporting.written("github", inspection).decode().split("\n")
    assert all(line.startswith("::") for line in lines[:-1])
    assert lines[-1] == ""


@settings(max_examples=40, deadline=None)
@given(TEXTS, NAMES, TEXTS)
@example("</script>", b"</style><script>", "<!--")
def test_no_text_is_an_element_of_the_page(name: str, path: bytes, message: str) -> None:
    usual, page = usual_elements(), parsed_page(broken(name, path, message))

    assert page.names == usual.names
    assert page.attributes == usual.attributes
    assert printable(b"/" + path, 400) in page.texts


@settings(max_examples=60, deadline=None)
@given(TEXTS, NAMES, TEXTS)
def test_no_text_is_more_than_a_text_in_markdown(name: str, path: bytes, message: str) -> None:
    tokens = PARSER.parse(reporting.written("markdown", broken(name, path, message)).decode())

    inner = [child for token in tokens for child in (token.children or ())]
    assert {child.type for child in inner} <= {"text", "code_inline", "softbreak", "html_inline"}
    blocks = {token.type for token in tokens}
    assert not blocks & {"fence", "code_block", "blockquote_open", "list_item_open", "hr"}
    html = "".join(token.content for token in (*tokens, *inner) if token.type.startswith("html"))
    names = {part.split(">")[0].split()[0] for part in html.split("<")[1:]}
    assert names <= {"details", "/details", "summary", "/summary", "code", "/code"}
