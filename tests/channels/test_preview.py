"""The preview as a page: languages side by side, changed words marked."""

from __future__ import annotations

from pathlib import Path

from bot.channels.preview import preview_page, word_differences
from bot.settings import Settings


def test_the_preview_page_marks_the_words_that_changed(versioned: Path) -> None:
    page = preview_page("olathe_pd", "victim_status", Settings())
    assert "<ins>very</ins>" in page
    assert "Changed since the review of 2026-11-01" in page
    assert page.count("<section") == 2


def test_word_differences() -> None:
    assert "".join(word_differences("a b c", "a x c <d>")) == "a <del>b</del> <ins>x</ins> c <ins>&lt;d&gt;</ins> "
