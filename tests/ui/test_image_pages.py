"""What the pages about an image say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from rich.cells import cell_len

from layertui.display import printable
from layertui.notices import Notice
from layertui.sources import open_source
from layertui.ui.image.documents import document_facts, document_names
from layertui.ui.image.history import history_page
from layertui.ui.image.offerings import offerings_page, open_item
from layertui.ui.image.pages import exec_form, healthcheck, overview, settings_page
from layertui.ui.image.report import ImageReport
from layertui.ui.open_choice import OpenChoice
from tests import archives
from tests.several import platforms, two_images
from tests.ui.images import HOSTILE, step
from tests.ui.reports import report_on, rows, values, write_image

if TYPE_CHECKING:
    from pathlib import Path

WIDTHS = [55, 76, 116, 196]


@pytest.mark.parametrize("width", WIDTHS)
def test_every_id_stands_in_full_and_is_copied_in_full(shop: Path, width: int) -> None:
    with report_on(shop) as report:
        blocks = list(overview(report, width))
        text = "".join("".join(rows(blocks)).split())
        ids = [report.image.image_id]
        ids += [layer.diff_id for layer in report.image.layers]
        ids += [layer.chain_id for layer in report.image.layers]
        for each in ids:
            assert each is not None
            assert each in text
            assert each in values(blocks)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("page", [overview, settings_page, history_page])
def test_no_line_of_a_page_is_too_long(hostile: Path, shop: Path, width: int, page: Any) -> None:
    for path in (shop, hostile):
        with report_on(path) as report:
            assert all(cell_len(row) <= width for row in rows(page(report, width)))


def test_the_ids_of_a_layer_are_told_apart(tmp_path: Path) -> None:
    path = archives.write_tarball(archives.oci(archives.sample_layers(1)), tmp_path / "i.tar")
    with report_on(path) as report:
        text = rows(overview(report, 116))
        layer = report.image.layers[0]
        assert f"DiffID        {layer.diff_id}" in text
        assert f"layer digest  {layer.digest}" in text
        assert f"ChainID       {layer.chain_id}" in text
        assert f"media type    {layer.media_type}" in text
        assert f"manifest      {report.image.manifest_digest}" in text


def test_what_is_known_of_a_layer_leads_to_it(shop: Path) -> None:
    with report_on(shop) as report:
        numbers = [block.layer for block in overview(report, 80) if block.layer is not None]
        assert set(numbers) == {0, 1, 2, 3, 4}


def test_all_that_is_odd_is_told(shop: Path) -> None:
    with report_on(shop) as report:
        odd = [Notice(code="x", message=f"oddity {each}", layer=each % 5) for each in range(300)]
        told = ImageReport(image=report.image, notices=odd)
        text = rows(overview(told, 80))
        assert all(f"! layer {each % 5}: oddity {each}" in text for each in range(300))


def test_sizes_wait_for_the_layers(shop: Path) -> None:
    with report_on(shop) as report:
        text = "\n".join(rows(overview(report, 80)))
        assert "shipped            ...  in 5 layers, 4 your own" in text
        assert "wasted" not in text


def test_annotations_are_told(tmp_path: Path) -> None:
    members = archives.oci(archives.sample_layers(1), annotations={"org.example.a": "b c"})
    with report_on(archives.write_tarball(members, tmp_path / "i.tar")) as report:
        text = rows(overview(report, 116))
        assert any(row.split() == ["org.example.a", "b", "c"] for row in text)


def test_the_base_is_told_as_far_as_it_is_known(shop: Path) -> None:
    with report_on(shop) as report:
        assert "base image    not told, layer 0 is taken for it" in rows(overview(report, 80))
    with report_on(shop, base="2") as report:
        assert "base image    layers 0 to 1" in rows(overview(report, 80))
    with report_on(shop, base="0") as report:
        assert "base image    none, all layers are your own" in rows(overview(report, 80))


def test_commands_stand_as_in_a_dockerfile() -> None:
    assert exec_form(("sh", "-c", 'echo "a"')) == '["sh", "-c", "echo \\"a\\""]'
    assert exec_form("exec top -b") == "exec top -b"
    assert exec_form(["powershell", "-Command"]) == '["powershell", "-Command"]'


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"Test": ["NONE"]}, "NONE"),
        ({"Test": ["CMD-SHELL", "curl -f localhost"]}, "CMD curl -f localhost"),
        ({"Test": ["CMD", "curl", "-f"]}, 'CMD ["curl", "-f"]'),
        (
            {"Test": ["CMD-SHELL", "x"], "Interval": 30_000_000_000, "Retries": 3},
            "--interval=30s --retries=3 CMD x",
        ),
        ({"Test": ["CMD-SHELL", "x"], "StartPeriod": 1_500_000_000}, "--start-period=1.5s CMD x"),
        ({"Test": "odd"}, '{"Test": "odd"}'),
        ({"Test": []}, '{"Test": []}'),
        ({"Test": [1]}, '{"Test": [1]}'),
        ({"Test": ["CMD-SHELL", "x"], "Interval": "odd"}, "CMD x"),
        ([1, {}], "[1, {}]"),
        ("odd", "odd"),
    ],
)
def test_a_health_check_stands_as_in_a_dockerfile(value: object, text: str) -> None:
    assert healthcheck(value) == text


def test_the_settings_of_a_container_are_told(tmp_path: Path) -> None:
    settings = {
        "User": "app:app",
        "WorkingDir": "/srv",
        "Entrypoint": ["/bin/tool", "a b"],
        "Cmd": "serve --all",
        "Env": ["PATH=/bin", "EMPTY=", "ODD"],
        "Labels": {"one": "1", "two": "2 3"},
        "ExposedPorts": {"80/tcp": {}, "443/tcp": {}},
        "Volumes": {"/data": {}},
        "StopSignal": "SIGQUIT",
        "Healthcheck": {"Test": ["NONE"]},
        "OnBuild": ["RUN one", "RUN two"],
        "Shell": ["/bin/bash", "-c"],
    }
    with report_on(write_image(tmp_path, config=settings)) as report:
        blocks = list(settings_page(report, 80))
    assert rows(blocks) == [
        "user          app:app",
        "working dir   /srv",
        'entrypoint    ["/bin/tool", "a b"]',
        "command       serve --all",
        'shell         ["/bin/bash", "-c"]',
        "stop signal   SIGQUIT",
        "health check  NONE",
        "ports         443/tcp",
        "              80/tcp",
        "volumes       /data",
        "on build      RUN one",
        "              RUN two",
        "",
        "Environment  3 variables",
        "PATH          /bin",
        "EMPTY",
        "ODD",
        "",
        "Labels  2 labels",
        "one           1",
        "two           2 3",
    ]
    assert values(blocks)[-5:] == ["/bin", "EMPTY", "ODD", "1", "2 3"]


def test_what_is_not_set_is_told_with_what_holds_then(tmp_path: Path) -> None:
    with report_on(write_image(tmp_path, config={})) as report:
        blocks = list(settings_page(report, 80))
    assert rows(blocks)[:4] == [
        "user          root, as no other is named",
        "working dir   /, as no other is named",
        "entrypoint    none",
        "command       none",
    ]
    assert values(blocks) == []


@pytest.mark.parametrize("odd", [{"a": [1]}, "text", 7, [[], {}], True])
def test_odd_settings_are_told_all_the_same(tmp_path: Path, odd: object) -> None:
    settings = {"Healthcheck": odd, "OnBuild": odd, "Shell": odd}
    with report_on(write_image(tmp_path, config=settings)) as report:
        text = rows(settings_page(report, 80))
    assert any(row.startswith("health check") for row in text)
    assert any(row.startswith("on build") for row in text)
    assert any(row.startswith("shell") for row in text)


def test_a_long_list_of_variables_is_bounded(tmp_path: Path) -> None:
    settings = {"Env": [f"V{number}=x" for number in range(1_500)]}
    with report_on(write_image(tmp_path, config=settings)) as report:
        assert "and 500 more variables" in rows(settings_page(report, 80))


STEPS = [
    step("FROM-LIKE base", comment="first", author="Ann"),
    step("ENV A=1", empty=True),
    step("RUN one && two"),
    step("RUN three"),
    step("CMD x", empty=True),
]


def test_every_step_of_the_history_is_there(tmp_path: Path) -> None:
    with report_on(write_image(tmp_path, history=STEPS)) as report:
        blocks = list(history_page(report, 116))
    first, *others = rows(blocks)
    assert first.split() == [
        "0", "layer", "0", "100", "B", "2024-05-06", "07:08:09", "FROM-LIKE", "base",
        "comment", "first",
    ]  # fmt: skip
    assert others == [
        " " * 47 + "author Ann",
        "   1  no layer            2024-05-06 07:08:09  ENV A=1",
        "   2  layer 1      200 B  2024-05-06 07:08:09  RUN one",
        " " * 51 + "&& two",
        "   3  layer 2      300 B  2024-05-06 07:08:09  RUN three",
        "   4  no layer            2024-05-06 07:08:09  CMD x",
    ]
    assert [block.layer for block in blocks] == [0, None, 1, 2, None]
    assert values(blocks)[2] == "RUN one && two"


def test_where_there_is_little_room_a_step_stands_below_its_figures(tmp_path: Path) -> None:
    with report_on(write_image(tmp_path, history=STEPS)) as report:
        text = rows(history_page(report, 56))
    assert text[0] == "   0  layer 0      100 B  2024-05-06 07:08:09"
    assert text[1].startswith("      FROM-LIKE base")


def test_what_is_told_of_every_step_is_told_once(tmp_path: Path) -> None:
    steps = [each | {"comment": "buildkit.dockerfile.v0"} for each in STEPS]
    with report_on(write_image(tmp_path, history=steps)) as report:
        text = rows(history_page(report, 116))
    assert text[0].strip() == "comment of every step: buildkit.dockerfile.v0"
    assert sum("buildkit.dockerfile.v0" in row for row in text) == 1


def test_a_layer_that_no_step_tells_of_is_listed(tmp_path: Path) -> None:
    with report_on(write_image(tmp_path, history=STEPS[:1])) as report:
        text = rows(history_page(report, 116))
    assert sum("no step of the history tells of it" in row for row in text) == 2


def test_an_image_without_a_history_says_so(tmp_path: Path) -> None:
    path = archives.write_tarball(
        archives.docker_save([], about=archives.config([], history=[])), tmp_path / "i.tar"
    )
    with report_on(path) as report:
        assert rows(history_page(report, 80)) == ["The image tells nothing of how it was built."]


def test_what_can_be_opened_is_told_and_what_is_open_is_marked(tmp_path: Path) -> None:
    path = archives.write_tarball(
        platforms("linux/amd64", "linux/arm64/v8", "windows/amd64"), tmp_path / "i.tar"
    )
    source = open_source(str(path))
    image = source.image(choice="0", position=1)
    blocks = list(offerings_page(source.offerings(), image, 80))
    text = rows(blocks)
    assert text[0] == " 0  api:1"
    assert text[2].startswith("    \u25cf linux/arm64/v8")
    assert text[2].endswith("open")
    choices = [block.choice for block in blocks if not block.fixed]
    assert choices == [
        OpenChoice("0", "linux/amd64", 0),
        None,
        OpenChoice("0", "windows/amd64", 2),
    ]
    assert open_item(source.offerings(), image) == 1
    source.close()


def test_an_image_without_a_name_is_offered_as_such(tmp_path: Path) -> None:
    source = open_source(str(archives.write_tarball(two_images(), tmp_path / "i.tar")))
    image = source.image(choice="1")
    blocks = list(offerings_page(source.offerings(), image, 80))
    assert " 1  <none>" in rows(blocks)
    assert open_item(source.offerings(), image) == 1
    source.close()


def test_platforms_that_are_not_there_cannot_be_chosen(tmp_path: Path) -> None:
    members = archives.containerd(archives.sample_layers(1))
    source = open_source(str(archives.write_tarball(members, tmp_path / "i.tar")))
    blocks = list(offerings_page(source.offerings(), source.image(), 80))
    absent = next(block for block in blocks if "linux/arm64" in rows([block])[0])
    assert absent.fixed
    assert rows([absent])[0].endswith("listed, but not in the archive")
    source.close()


def test_documents_are_called_by_what_they_are(tmp_path: Path) -> None:
    members = archives.hybrid(archives.sample_layers(1))
    with report_on(archives.write_tarball(members, tmp_path / "i.tar")) as report:
        documents = report.image.documents
        assert [name.partition(" ")[0] for name, _ in document_names(documents)] == [
            "manifest.json", "index.json", "manifest", "config",
        ]  # fmt: skip
        assert document_facts(documents[0])[0] == "manifest.json"
        assert document_facts(documents[-1])[1].endswith(documents[-1].media_type)


def test_the_documents_of_a_v1_archive_have_names_of_their_own(tmp_path: Path) -> None:
    members = archives.v1(archives.sample_layers(2))
    with report_on(archives.write_tarball(members, tmp_path / "i.tar")) as report:
        names = [name for name, _ in document_names(report.image.documents)]
        assert names[0] == "repositories"
        assert len(set(names)) == 3


def test_hostile_texts_stand_literally_on_every_page(hostile: Path) -> None:
    with report_on(hostile) as report:
        for page in (overview, settings_page):
            text = "\n".join(rows(page(report, 200)))
            for each in HOSTILE:
                assert printable(each) in text
