"""The script that draws the documentation's pictures shows real replies in every language."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest

from bot.home import home
from tests.doubles.telegram_bot import assistant, dialogue


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("render_pictures", home() / "docs" / "telegram" / "render.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_language_has_a_conversation_and_its_picture(script: ModuleType) -> None:
    assert set(script.CONVERSATIONS) == set(dialogue().languages.codes)
    for locale in script.CONVERSATIONS:
        picture = home() / "docs" / "telegram" / f"conversation-{locale}.png"
        assert picture.read_bytes().startswith(b"\x89PNG")


async def test_a_page_shows_start_answer_and_buttons(script: ModuleType) -> None:
    page = await script.page(assistant(), "es", script.CONVERSATIONS["es"])
    assert "<b>No. En 2019" in page and 'class="row"' in page and "911" in page
