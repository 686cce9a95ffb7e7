"""An image that is saved without its contents opens as the image does, and says what it lacks."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

from layertui.analysis.inspection import inspect_image
from layertui.cli import run
from layertui.contents.opening import Contents, Stored
from layertui.demo import write_demo
from layertui.errors import (
    DamagedImageError,
    ImageError,
    ImageNotFoundError,
    LayertuiError,
    UsageError,
)
from layertui.limits import Limits
from layertui.reports.json import json_report
from layertui.sources import open_image, open_source
from layertui.sources.index_file import saved_image
from layertui.sources.stored import SAVED_MAGIC
from tests import archives, builders, reporting
from tests.builders import file, layer
from tests.property.stacks import stacks

if TYPE_CHECKING:
    from tests.reference import Item


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings and the cache of this machine out."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LAYERTUI_CACHE_FOLDER", str(tmp_path / "cache"))
    monkeypatch.setattr("layertui.config.settings.own_settings_file", lambda: tmp_path / "none")


def report(path: Path, **options: Any) -> dict[str, Any]:
    """Return the report on an image, under a name that does not tell where it is from."""
    image = open_image(str(path), label="image", **options)
    try:
        document: dict[str, Any] = json.loads(b"".join(json_report(inspect_image(image))))
    finally:
        image.close()
    return document


def saved(path: Path, **options: Any) -> Path:
    """Save the index of an image beside it."""
    image = open_image(str(path), **options)
    try:
        indexes = inspect_image(image).filesystem.indexes
        target = path.with_suffix(".index")
        target.write_bytes(b"".join(saved_image(image, indexes)))
    finally:
        image.close()
    return target


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    path = tmp_path / "demo.tar"
    write_demo(path)
    return path


@pytest.mark.parametrize("members", [archives.docker_save, archives.podman_save, archives.oci])
def test_the_report_on_a_saved_index_is_that_on_the_image(tmp_path: Path, members: Any) -> None:
    names = [b"h/" + name for name in reporting.HOSTILE_NAMES]
    layers = [
        layer(*(file(name, b"x" * 9) for name in names)),
        layer(
            *(file(name, b"x" * 9, mode=0o600) for name in names),
            builders.hardlink("l", names[0]),
        ),
        layer(builders.whiteout("h"), builders.opaque("o"), builders.device("d", 1, 3)),
    ]  # fmt: skip
    path = archives.write_tarball(members(layers), tmp_path / "image.tar")

    assert report(saved(path)) == report(path)


def test_the_sample_image_is_the_same_and_small(demo: Path) -> None:
    index = saved(demo)

    assert report(index) == report(demo)
    assert index.stat().st_size < demo.stat().st_size // 100


@settings(max_examples=100, deadline=None)
@given(stacks())
def test_any_stack_of_layers_is_the_same(stack: list[list[Item]]) -> None:
    layers = [builders.layer(*(item.entry() for item in each)) for each in stack]
    with tempfile.TemporaryDirectory() as folder:
        path = archives.write_tarball(archives.podman_save(layers), Path(folder) / "image.tar")
        assert report(saved(path)) == report(path)


def test_documents_are_kept_as_they_stand(demo: Path) -> None:
    with_contents, without = open_image(str(demo)), open_image(str(saved(demo)))

    assert without.documents
    assert [(each.kind, each.name, each.read()) for each in without.documents] == [
        (each.kind, each.name, each.read()) for each in with_contents.documents
    ]
    with_contents.close()
    without.close()


def test_what_was_damaged_is_still_incomplete(tmp_path: Path) -> None:
    whole = layer(file("a", b"a" * 5000), file("b", b"b" * 5000))
    members = archives.docker_save([whole[:6000], layer(file("c", b"c"))])
    path = archives.write_tarball(members, tmp_path / "image.tar")

    assert report(saved(path)) == report(path)
    assert run(["--report", "json", "image.index"]) == run(["--report", "json", "image.tar"]) == 2


def test_contents_are_said_not_to_be_included(
    demo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    index = saved(demo)
    image = open_image(str(index))
    with pytest.raises(ImageError, match="not included in a saved index") as caught:
        Contents(image.layers).open(0, Stored(0, 5)).read_at(0, 5)
    assert caught.value.hint == "Open the image that it was made of."
    image.close()

    assert run(["cat", str(index), "/etc/passwd"]) == 2
    out, err = capsys.readouterr()
    assert (out, "the contents of files are not included" in err) == ("", True)


def test_rules_on_secrets_are_not_kept_for_want_of_contents(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".layertui.toml").write_text('findings = ["secret"]\n')
    assert run(["--ci", str(demo)]) == 1
    capsys.readouterr()

    assert run(["--ci", str(saved(demo))]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "secrets cannot be looked for" in err


def test_rules_on_names_and_modes_are_judged_without_contents(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".layertui.toml").write_text('findings = ["setuid", "metadata-copy"]\n')
    reports = []
    for path in (demo, saved(demo)):
        assert run(["--ci", "--report", "csv", str(path)]) == 1
        reports.append(capsys.readouterr().out.replace(str(path), "image"))
    assert reports[0] == reports[1]


def test_names_need_no_contents(demo: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    index = saved(demo)
    listings = []
    for path in (demo, index):
        assert run(["ls", "-lR", str(path), "/"]) == 0
        listings.append(capsysbinary.readouterr().out)
    assert listings[0] == listings[1] != b""


def test_the_command_writes_a_file_that_opens(
    demo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["export", "demo.tar", "out.index"]) == 0
    assert run(["--ci", "out.index"]) == run(["--ci", "demo.tar"]) == 1
    first, second = capsys.readouterr().out.split("out.index   ")[1].split("demo.tar   ")
    assert first == second


def test_the_command_writes_to_stdout(
    demo: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(["export", "--format", "index", "demo.tar", "-"]) == 0
    Path("copy.index").write_bytes(capsysbinary.readouterr().out)
    assert report(Path("copy.index")) == report(demo)


def test_an_index_is_opened_from_a_pipe(demo: Path) -> None:
    index = saved(demo)
    done = subprocess.run(
        [sys.executable, "-m", "layertui", "--report", "json", "-"],
        input=index.read_bytes(), capture_output=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout)["image"]["size"] == report(demo)["image"]["size"]


def test_a_platform_a_number_and_a_base_can_be_asked_for(demo: Path) -> None:
    index = saved(demo)
    for options in (
        {"platform": "linux/amd64"}, {"choice": "0"}, {"choice": "shop/api:2.4"}, {"base": "3"},
    ):  # fmt: skip
        assert report(index, **options) == report(demo, **options)
    with pytest.raises(ImageNotFoundError, match="is for linux/amd64"):
        open_image(str(index), platform="linux/arm64")
    with pytest.raises(ImageNotFoundError, match="is not other"):
        open_image(str(index), choice="other")
    with pytest.raises(UsageError, match="has only 11 layers"):
        open_image(str(index), base="99")


def test_a_base_is_kept(demo: Path, tmp_path: Path) -> None:
    index = saved(demo, base="2")
    assert report(index)["image"]["baseLayers"] == 2


def test_a_chooser_is_told_of_the_one_image(demo: Path) -> None:
    source = open_source(str(saved(demo)))
    assert source.listing == ("0  shop/api:2.4",)
    (offering,) = source.offerings()
    assert [each.platform for each in offering.platforms] == ["linux/amd64"]
    source.close()


@pytest.mark.parametrize("part", [0.0005, 0.002, 0.3, 0.9, 0.9999])
def test_a_file_that_is_cut_off_is_refused(demo: Path, part: float) -> None:
    index = saved(demo)
    data = index.read_bytes()
    index.write_bytes(data[: max(20, int(len(data) * part))])

    with pytest.raises(DamagedImageError, match="cut off or damaged"):
        open_image(str(index))


def test_a_byte_that_changed_is_told_wherever_it_is(demo: Path) -> None:
    index = saved(demo)
    data = index.read_bytes()
    right = report(demo)
    for place in range(len(SAVED_MAGIC), len(data), len(data) // 150):
        changed = bytearray(data)
        changed[place] ^= 0x41
        index.write_bytes(changed)
        try:
            image = open_image(str(index), label="image")
        except DamagedImageError:
            continue
        inspection = inspect_image(image)
        image.close()
        assert inspection.incomplete, place
        assert "saved index of the layer cannot be used" in inspection.notices[-1].message
        assert json.loads(b"".join(json_report(inspection))) != right


def test_what_another_version_saved_is_refused(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("layertui.sources.index_file.FORMAT", 99)
    index = saved(demo)
    monkeypatch.undo()

    with pytest.raises(DamagedImageError, match="by another version of layertui") as caught:
        open_image(str(index))
    assert caught.value.hint == "Save it again with this one."


def test_what_another_kind_of_machine_saved_is_refused(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("layertui.sources.index_file._MACHINE", ("big", 4, 4))
    index = saved(demo)
    monkeypatch.undo()

    with pytest.raises(DamagedImageError, match="machine of another kind"):
        open_image(str(index))


def test_an_index_larger_than_a_limit_is_not_unpacked(demo: Path) -> None:
    image = open_image(str(saved(demo)), limits=Limits(layer_entries=30))
    inspection = inspect_image(image)
    image.close()

    assert inspection.incomplete
    assert "larger than a limit allows" in inspection.notices[0].message


def test_a_saved_index_is_no_archive(demo: Path) -> None:
    with pytest.raises(LayertuiError, match="is not a tar archive"):
        open_image(f"docker-archive:{saved(demo)}")


def test_exporting_a_saved_index_again_gives_the_same(demo: Path) -> None:
    once = saved(demo)
    data = once.read_bytes()
    again = once.rename(once.with_name("again.saved"))
    assert saved(again).read_bytes() == data
