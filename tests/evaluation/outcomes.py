"""Outcomes made by hand, so that every expected figure can be counted on fingers."""

from __future__ import annotations

from bot.evaluation.measure import Outcome
from bot.knowledge.corpus import Example
from bot.nlu.classifier import Ranked

TOPICS = frozenset({"door", "papers", "police"})


def outcome(
    true: str, *said: tuple[str, float], locale: str = "en", text: str = "a message", understood: str = "en"
) -> Outcome:
    """A message of intent `true` whose ranking is `said`."""
    ranking = tuple(Ranked(label, probability) for label, probability in said)
    return Outcome(Example(text, true, locale, "data/nlu/en/all.yml", 1), ranking, understood)


def ladder(wrong: int, right: int, locale: str = "en") -> list[Outcome]:
    """`wrong` mistakes at rising probabilities from 0.305 on, then `right` right answers at 0.99."""
    mistakes = [outcome("door", ("papers", 0.305 + i / 100), ("door", 0.01), locale=locale) for i in range(wrong)]
    return mistakes + [outcome("door", ("door", 0.99), ("papers", 0.01), locale=locale) for _ in range(right)]
