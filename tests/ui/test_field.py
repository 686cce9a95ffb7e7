"""Fields that text is typed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from tests.ui.driving import opened

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("keys", [["slash"], ["p"], ["w", "slash"], ["ctrl+p"]])
async def test_nothing_is_drawn_while_nobody_types(shop: Path, keys: list[str]) -> None:
    async with opened(shop) as driver:
        for key in keys:
            await driver.press(key)
        [field] = driver.app.screen.query(Input)
        assert field.has_focus
        assert not field.cursor_blink
