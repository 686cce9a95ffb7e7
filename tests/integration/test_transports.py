"""One image, built by Docker, is the same image by whatever transport it comes."""

from __future__ import annotations

import pytest

from tests.integration.reading import Model, read_model
from tests.integration.sample import STEPS_WITH_FILES, TRANSPORTS, Saved

TRANSPORT = "docker save"
"""The one that the others are compared with."""


@pytest.fixture(scope="session")
def expected(classic: Saved) -> Model:
    """The sample as `docker save` gives it."""
    return read_model(classic.locator(TRANSPORT))


def test_every_step_of_the_dockerfile_is_read(expected: Model) -> None:
    steps = [text for text, _, empty in expected.history if not empty]
    assert len(expected.diff_ids) == len(expected.listings) == len(steps) == STEPS_WITH_FILES
    assert "mknod /srv/app/null c 1 3" in steps[2]
    assert any("LANG=C.UTF-8" in text for text, _, empty in expected.history if empty)


@pytest.mark.parametrize("transport", [name for name in TRANSPORTS if name != TRANSPORT])
def test_transport_gives_the_same_image(transport: str, classic: Saved, expected: Model) -> None:
    model = read_model(classic.locator(transport))
    assert model.diff_ids == expected.diff_ids
    assert model.history == expected.history
    for layer, (ours, theirs) in enumerate(zip(model.listings, expected.listings, strict=True)):
        assert ours == theirs, f"after layer {layer}"
