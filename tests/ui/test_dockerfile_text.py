"""The Dockerfile that the history tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from layertui.ui.image.build_steps import STEPS_LIMIT, build_steps
from layertui.ui.image.dockerfile import dockerfile, dockerfile_blocks, totals
from tests import archives
from tests.ui.images import step
from tests.ui.reports import report_on, rows, values, write_image

if TYPE_CHECKING:
    from pathlib import Path

RUN = "RUN /bin/sh -c "


def write_on_base(path: Path, *, called: str = "debian:12", lies_below: bool = True) -> Path:
    """Write an image beside what it calls its base; return the path."""
    layers = archives.sample_layers(2)
    below = [step("ADD rootfs /"), step("ENV B=1", empty=True), step("CMD sh", empty=True)]
    above = [*below, step("WORKDIR /srv", empty=True), step(f"{RUN}make && make install")]
    under = layers[:1] if lies_below else layers[1:]
    base = archives.manifested(under, about=archives.config(under, history=below))
    image = archives.manifested(
        layers,
        about=archives.config(layers, history=above),
        annotations={"org.opencontainers.image.base.name": called},
    )
    descriptors = [
        image.descriptor | {"annotations": archives.named("shop/api:2.4")},
        base.descriptor | {"annotations": archives.named("debian:12")},
    ]
    members = base.members | image.members | archives.layout(*descriptors)
    return archives.write_tarball(members, path / "image.tar")


def test_instructions_stand_behind_layer_and_bytes(shop: Path) -> None:
    with report_on(shop) as report:
        text = rows(dockerfile_blocks(report, 100))
    assert [row.split() for row in text if row] == [
        ["#", "base", "image:", "layer", "0"],
        ["#", "FROM", "unknown", "base", "(1", "layer)"],
        ["0", "100", "B", "\u2501" + "\u2578", "ADD", "file:4f2a", "in", "/"],
        ["CMD", '["bash"]'],
        ["#", "your", "own:", "layers", "1", "to", "4"],
        ["1", "200", "B", "\u2501" * 3, "COPY", "shop", "/app"],
        ["ENV", "SHOP=open"],
        ["2", "300", "B", "\u2501" * 5, "RUN", "sed", "-i", "s/shop/sold/", "/app/main.py", "\\"],
        ["&&", "echo", "hello", ">", "/etc/motd"],
        ["3", "400", "B", "\u2501" * 6 + "\u2578", "RUN", "chmod", "755", "/app/data.bin"],
        ["4", "500", "B", "\u2501" * 8, "RUN", "rm", "-rf", "/app/cache"],
        ["CMD", '["python",', '"/app/main.py"]'],
    ]


@pytest.mark.parametrize("width", [40, 56, 76, 116])
def test_instructions_start_below_one_another(shop: Path, width: int) -> None:
    with report_on(shop) as report:
        text = rows(dockerfile_blocks(report, width))
    starts = {
        row.index(word)
        for row in text
        for word in ("ADD", "CMD", "COPY", "ENV", "RUN", "# base", "# your")
        if f" {word} " in row
    }
    assert len(starts) == 1


def test_steps_without_a_layer_and_those_of_the_base_recede(shop: Path) -> None:
    with report_on(shop) as report:
        blocks = [block for block in dockerfile_blocks(report, 80) if not block.fixed]
    for block in blocks:
        parts = {span.part for line in block.lines for span in line if span.text.strip()}
        assert (parts <= {"dim", "bar"}) == (block.layer in (None, 0))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, "# FROM unknown base (1 layer)"),
        ({"base": "3"}, "# FROM unknown base (3 layers)"),
        ({"base": "5"}, "# FROM unknown base (5 layers)"),
        ({"base": "0"}, "# FROM scratch, or an unknown base"),
    ],
)
def test_a_base_without_a_name_is_said_to_be_unknown(
    shop: Path, options: dict[str, str], expected: str
) -> None:
    with report_on(shop, **options) as report:
        text = [row.strip() for row in rows(dockerfile_blocks(report, 80))]
        copied = dockerfile(report).split("\n")
    for lines in (text, copied):
        assert [line for line in lines if "FROM" in line] == [expected]
        assert lines.index(expected) == (0 if options == {"base": "0"} else 1)


@pytest.mark.parametrize("name", ["debian:12", "shop/api:2.4"])
def test_a_base_that_is_none_by_all_that_is_known_is_not_called_so(
    tmp_path: Path, name: str
) -> None:
    path = write_on_base(tmp_path, called=name, lies_below=False)
    with report_on(path, choice="0") as report:
        assert "# FROM unknown base (1 layer)" in dockerfile(report)
        assert name not in dockerfile(report)


def test_the_base_is_named_and_stands_apart(tmp_path: Path) -> None:
    with report_on(write_on_base(tmp_path), choice="0") as report:
        text = [row.strip() for row in rows(dockerfile_blocks(report, 100)) if row]
    assert text[:2] == ["# base image: debian:12, layer 0", "FROM debian:12"]
    own = text.index("# your own: layer 1")
    assert text[own - 1] == "CMD sh"
    assert text[own + 1 :] == ["WORKDIR /srv", text[own + 2], "&& make install"]


def test_a_base_that_annotations_only_call_by_name_is_told(tmp_path: Path) -> None:
    members = archives.oci(
        archives.sample_layers(2), annotations={"org.opencontainers.image.base.name": "debian:12"}
    )
    with report_on(archives.write_tarball(members, tmp_path / "i.tar")) as report:
        title = rows(dockerfile_blocks(report, 100))[0].strip()
        assert "\n# FROM debian:12\nCOPY" in dockerfile(report)
    assert title == "# base image: layer 0, as far as can be told; called debian:12"


def test_the_whole_dockerfile_can_be_written_to_a_file(shop: Path) -> None:
    with report_on(shop) as report:
        assert dockerfile(report) == (
            "# base image: layer 0\n"
            "# FROM unknown base (1 layer)\n"
            "ADD file:4f2a in /\n"
            'CMD ["bash"]\n'
            "\n"
            "# your own: layers 1 to 4\n"
            "COPY shop /app\n"
            "ENV SHOP=open\n"
            "RUN sed -i s/shop/sold/ /app/main.py \\\n"
            "    && echo hello > /etc/motd\n"
            "RUN chmod 755 /app/data.bin\n"
            "RUN rm -rf /app/cache\n"
            'CMD ["python", "/app/main.py"]\n'
        )


def test_from_stands_for_the_steps_of_a_base_with_a_name(tmp_path: Path) -> None:
    with report_on(write_on_base(tmp_path), choice="0") as report:
        assert dockerfile(report) == (
            "# base image: debian:12, layer 0\n"
            "FROM debian:12\n"
            "# ADD rootfs /\n"
            "# ENV B=1\n"
            "# CMD sh\n"
            "\n"
            "# your own: layer 1\n"
            "WORKDIR /srv\n"
            "RUN make \\\n"
            "    && make install\n"
        )


def test_an_instruction_is_copied_whole(shop: Path) -> None:
    with report_on(shop) as report:
        copied = values(dockerfile_blocks(report, 40))
    assert "RUN sed -i s/shop/sold/ /app/main.py \\\n    && echo hello > /etc/motd" in copied


def test_a_heredoc_goes_on_without_backslashes(tmp_path: Path) -> None:
    steps = [step("RUN <<EOF\none\ntwo\nEOF"), step("RUN a"), step("RUN b")]
    with report_on(write_image(tmp_path, history=steps)) as report:
        assert "RUN <<EOF\none\ntwo\nEOF\n" in dockerfile(report)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("set -e\nmake\n", "RUN <<EOF\nset -e\nmake\nEOF\n"),
        ("make\nEOF", "RUN <<EOF_\nmake\nEOF\nEOF_\n"),
        ("cat <<END > /x\none\nEND", "RUN cat <<END > /x\none\nEND\n"),
    ],
)
def test_several_lines_of_a_command_are_a_heredoc_again(
    tmp_path: Path, command: str, expected: str
) -> None:
    steps = [step(f"{RUN}{command} # buildkit"), step("RUN a"), step("RUN b")]
    with report_on(write_image(tmp_path, history=steps)) as report:
        assert expected in dockerfile(report)


def test_a_word_that_is_cut_is_not_parted_by_a_backslash(tmp_path: Path) -> None:
    steps = [step(f"{RUN}one {'x' * 90}")]
    with report_on(write_image(tmp_path, history=steps)) as report:
        text = [row for row in rows(dockerfile_blocks(report, 60)) if "xxx" in row]
    assert len(text) > 1
    assert not any(row.endswith("\\") for row in text)


def test_layers_that_no_step_tells_of_are_there(tmp_path: Path) -> None:
    with report_on(write_image(tmp_path, history=[step("ADD a /")])) as report:
        text = dockerfile(report)
    assert "# layer 1: no step of the history tells of it" in text
    assert "# layer 2: no step of the history tells of it" in text


def test_the_end_of_a_base_is_its_command(tmp_path: Path) -> None:
    steps = [
        step("ADD a /"),
        step("ENV A=1", empty=True),
        step('ENTRYPOINT ["x"]', empty=True),
        step('CMD ["y"]', empty=True),
        step("ENV MINE=1", empty=True),
        step("RUN b"),
        step("RUN c"),
    ]
    with report_on(write_image(tmp_path, history=steps)) as report:
        assert [each.base for each in build_steps(report)] == [True] * 4 + [False] * 3


def test_without_a_command_the_base_ends_with_its_last_layer(tmp_path: Path) -> None:
    steps = [step("ADD a /"), step("WORKDIR /x", empty=True), step("RUN b"), step("CMD c")]
    with report_on(write_image(tmp_path, history=steps)) as report:
        assert [each.base for each in build_steps(report)] == [True] + [False] * 3


def test_a_history_without_end_is_bounded(tmp_path: Path) -> None:
    steps = [step("ENV A=1", empty=True)] * (STEPS_LIMIT + 7)
    with report_on(write_image(tmp_path, history=steps)) as report:
        text = rows(dockerfile_blocks(report, 80))
    assert any(row.strip() == "# and 7 more steps" for row in text)


def test_totals_tell_what_the_layers_are_together(shop: Path) -> None:
    with report_on(shop) as report:
        assert totals(report) == "8 steps, 5 layers, 1.5 kB"
