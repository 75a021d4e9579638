"""Draft languages while they are answered in: what is not written yet is borrowed from the default language.

Only for answering. `check` sees the files as they are, and says what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from .model import Base, JurisdictionText, LocaleTexts, frozen

_V = TypeVar("_V")


def complete(base: Base, default: str, drafts: Iterable[str]) -> Base:
    """The base with every gap of the draft languages filled; a borrowed text names the language it is in."""
    filled = {code: _filled(base.texts[code], base.texts[default], default) for code in drafts if code != default}
    return replace(base, texts=frozen({**base.texts, **filled})) if filled else base


def _filled(own: LocaleTexts, other: LocaleTexts, code: str) -> LocaleTexts:
    return LocaleTexts(
        groups=_over(other.groups, {name: label for name, label in own.groups.items() if label}),
        topics=_over(other.topics, {name: text for name, text in own.topics.items() if text.label and text.question}),
        jurisdictions=frozen(
            {name: _jurisdiction(own.jurisdictions.get(name), text, code) for name, text in other.jurisdictions.items()}
        ),
    )


def _over(under: Mapping[str, _V], over: Mapping[str, _V]) -> Mapping[str, _V]:
    return frozen({**under, **over})


def _jurisdiction(own: JurisdictionText | None, other: JurisdictionText, code: str) -> JurisdictionText:
    borrowed = {topic: replace(text, borrowed=code) for topic, text in other.texts.items()}
    if own is None:
        return replace(other, texts=frozen(borrowed))
    return replace(
        own,
        name=own.name or other.name,
        short=own.short or other.short,
        place_name=own.place_name or other.place_name,
        contacts=_over(other.contacts, {name: label for name, label in own.contacts.items() if label}),
        texts=frozen({**borrowed, **own.texts}),
    )
