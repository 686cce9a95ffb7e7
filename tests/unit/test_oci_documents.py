from __future__ import annotations

import time

import msgspec
import pytest

from layertui.errors import DamagedImageError
from layertui.oci.decoding import decode, parse
from layertui.oci.index import Index
from layertui.oci.manifest import (
    Manifest,
    Schema1Manifest,
    parse_archive_manifest,
    parse_manifest,
)
from tests.archives import OCI_CONFIG, OCI_LAYER, descriptor, dump


class Sample(msgspec.Struct, frozen=True):
    name: str = ""
    count: int = 0
    labels: dict[str, str] = {}


def refusal(data: bytes) -> str:
    with pytest.raises(DamagedImageError) as caught:
        decode(data, Sample, what="sample")
    assert caught.value.message.isprintable()
    return caught.value.message


def test_null_is_the_same_as_absent() -> None:
    assert decode(b'{"name":null,"labels":{"a":null}}', Sample, what="sample") == Sample()


def test_unknown_keys_are_ignored() -> None:
    assert decode(b'{"other":[1,{"deep":true}]}', Sample, what="sample") == Sample()


def test_a_value_of_the_wrong_type_is_named_by_its_path() -> None:
    message = refusal(b'{"labels":{"a":3}}')

    assert message.startswith("sample: ")
    assert "$.labels" in message
    assert "int" in message


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b'{"name":"a"} x', "not valid JSON"),
        (b'{"count":NaN}', "NaN is not a number"),
        (b'{"count":-Infinity}', "Infinity is not a number"),
        (b'{"count":' + b"9" * 50_000 + b"}", "not valid JSON"),
        (b'{"count":1e999}', "$.count"),
        (b'{"name":"a","name":"b"}', "`name` stands twice"),
        (b'{"x":{"a":1,"a":1}}', "`a` stands twice"),
        (b'{"Name":"a"}', "should be `name`"),
        (b'{"name":"\xff"}', "not UTF-8 at byte 9"),
        (b"\xef\xbb\xbf{}", "not valid JSON"),
        (b'{"x":' + b"[" * 200_000 + b"]" * 200_000 + b"}", "nested too deeply"),
        (b"null", "got `null`"),
        (b"[]", "got `array`"),
    ],
)
def test_a_document_that_is_none_is_refused_clearly(data: bytes, words: str) -> None:
    assert words in refusal(data)


def test_a_thousand_nested_arrays_are_no_crash() -> None:
    data = b"[" * 900 + b"]" * 900

    assert isinstance(parse(data, what="sample"), list)


def test_a_hundred_thousand_keys_with_one_twice_are_refused_quickly() -> None:
    keys = b",".join(b'"k%d":0' % number for number in range(100_000))
    started = time.perf_counter()

    assert "stands twice" in refusal(b"{" + keys + b',"k99999":0}')
    assert time.perf_counter() - started < 5


def test_an_escaped_lone_surrogate_reads_as_a_question_mark() -> None:
    value = decode(rb'{"name":"a\ud800b"}', Sample, what="sample")

    assert value.name.encode() == b"a?b"


def test_an_escaped_pair_of_surrogates_is_one_character() -> None:
    assert decode(rb'{"name":"\ud83d\ude00"}', Sample, what="sample").name == "\U0001f600"


def test_a_manifest_is_told_from_an_index_by_its_keys() -> None:
    config = descriptor(b"config", OCI_CONFIG)
    layer = descriptor(b"layer", OCI_LAYER)

    manifest = parse_manifest(dump({"config": config, "layers": [layer]}), what="it")
    index = parse_manifest(dump({"manifests": [config]}), what="it")

    assert isinstance(manifest, Manifest)
    assert [each.media_type for each in manifest.layers] == [OCI_LAYER]
    assert isinstance(index, Index)
    assert index.manifests[0].size == 6


def test_a_schema_1_manifest_is_told_by_its_layers() -> None:
    data = dump({"fsLayers": [{"blobSum": descriptor(b"", "")["digest"]}], "history": []})

    assert isinstance(parse_manifest(data, what="it"), Schema1Manifest)


@pytest.mark.parametrize("key", ["config", "layers", "fsLayers"])
def test_a_document_that_reads_as_index_and_as_manifest_is_refused(key: str) -> None:
    with pytest.raises(DamagedImageError, match="ambiguous") as caught:
        parse_manifest(dump({"manifests": [], key: []}), what="it")
    assert "CVE-2021-41190" in caught.value.hint


def test_a_document_that_reads_as_both_schemas_is_refused() -> None:
    with pytest.raises(DamagedImageError, match="ambiguous"):
        parse_manifest(dump({"fsLayers": [], "layers": []}), what="it")


@pytest.mark.parametrize("data", [b"{}", b"[]", b"3", b'{"schemaVersion":2}'])
def test_a_document_that_is_neither_is_refused(data: bytes) -> None:
    with pytest.raises(DamagedImageError):
        parse_manifest(data, what="it")


@pytest.mark.parametrize(
    "change",
    [
        {"digest": "sha256:../../etc/passwd"},
        {"digest": 3},
        {"size": -1},
        {"size": 2**63},
        {"size": "1"},
        {"annotations": {"a": 1}},
        {"platform": "linux"},
        {"urls": "http://127.0.0.1/"},
    ],
)
def test_a_wrong_descriptor_is_named_by_its_path(change: dict[str, object]) -> None:
    wrong = descriptor(b"", OCI_LAYER) | change
    data = dump({"config": descriptor(b"", OCI_CONFIG), "layers": [wrong]})

    with pytest.raises(DamagedImageError, match=r"\$\.layers\[0\]"):
        parse_manifest(data, what="it")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"null", "expected an array, got null"),
        (b"[]", "an empty array"),
        (b"{}", "expected an array, got an object"),
        (b"[{}]", "Config"),
        (b"[null]", r"\$\[0\]"),
        (b'[{"Config":"c","Layers":[1]}]', r"\$\[0\]\.Layers\[0\]"),
    ],
)
def test_an_archive_manifest_that_lists_no_image_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(DamagedImageError, match=words):
        parse_archive_manifest(data, what="manifest.json")


def test_an_archive_manifest_may_leave_out_all_but_the_config() -> None:
    data = b'[{"Config":"c","RepoTags":null,"Layers":null,"Parent":"x","LayerSources":{}}]'

    (item,) = parse_archive_manifest(data, what="manifest.json")

    assert (item.config, item.repo_tags, item.layers) == ("c", (), ())
