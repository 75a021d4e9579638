"""Cross-validation by paraphrase family, and what is read off its outcomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..core.message import Meta
from ..knowledge.corpus import Example
from ..knowledge.places import Gazetteer
from ..nlu.classifier import Ranked, Recipe, Understanding, fit_understanding, folds, near_copies
from ..nlu.features import Lexicon
from ..nlu.vectors import WordVectors

KEPT = 5
"""Ranked labels kept of each outcome."""
OUT = frozenset({Meta.OUT_OF_SCOPE.value})


@dataclass(frozen=True, slots=True)
class Outcome:
    """A held-out message and what the model made of it."""

    example: Example
    ranking: tuple[Ranked, ...]
    locale: str

    @property
    def best(self) -> Ranked:
        return self.ranking[0]

    @property
    def right(self) -> bool:
        return self.best.label == self.example.intent

    @property
    def in_scope(self) -> bool:
        return self.example.intent not in OUT


def outcome(understanding: Understanding, gazetteer: Gazetteer, example: Example, text: str | None = None) -> Outcome:
    """What the model makes of a message, or of a noisy `text` in its place."""
    masked = gazetteer.find(example.text if text is None else text).masked
    locales = understanding.rank_locales(masked)
    ranking = tuple(understanding.rank_intents(masked)[:KEPT])
    return Outcome(example, ranking, locales[0].label if locales else "")


def cross_validate(
    examples: Sequence[Example],
    gazetteer: Gazetteer,
    lexicon: Lexicon,
    vectors: WordVectors,
    recipe: Recipe,
    parts: int,
    each: Callable[[int, Understanding, list[Example]], None] = lambda *_: None,
) -> list[Outcome]:
    """The outcome of every message by a model that saw none of its family. `each` is told of every fold."""
    masked = [gazetteer.find(example.text).masked for example in examples]
    found = []
    for number, (kept, held_out) in enumerate(folds(near_copies(masked), parts)):
        fitted = fit_understanding(
            [masked[i] for i in kept],
            [examples[i].intent for i in kept],
            [examples[i].locale for i in kept],
            lexicon,
            vectors,
            recipe,
        )
        found += [outcome(fitted, gazetteer, examples[i]) for i in held_out]
        each(number, fitted, [examples[i] for i in held_out])
    return found


@dataclass(frozen=True, slots=True)
class Figures:
    """Rates from 0 to 1 over some outcomes at an answering threshold."""

    messages: int
    top_1: float
    """Right first choice among messages in scope."""
    offered_3: float
    """Right intent among the first three, in scope."""
    confidently_wrong: float
    """Answered, and wrongly, among all messages."""
    answered_right: float
    """Answered, and rightly, among messages in scope."""
    out_of_scope_caught: float
    """Out-of-scope messages that get no topic's answer."""
    locale_right: float
    calibration_error: float
    """Mean distance of confidence and accuracy over ten bins (expected calibration error)."""


def figures(outcomes: Sequence[Outcome], topics: frozenset[str], answer: float) -> Figures:
    """The figures of these outcomes."""
    inside = [o for o in outcomes if o.in_scope]
    outside = [o for o in outcomes if not o.in_scope]
    answered = [o for o in outcomes if is_answered(o, topics, answer)]
    return Figures(
        messages=len(outcomes),
        top_1=_share(o.right for o in inside),
        offered_3=_share(o.example.intent in [r.label for r in o.ranking[:3]] for o in inside),
        confidently_wrong=sum(not o.right for o in answered) / max(1, len(outcomes)),
        answered_right=sum(o.right for o in inside if o.best.probability >= answer) / max(1, len(inside)),
        out_of_scope_caught=_share(not is_answered(o, topics, answer) for o in outside),
        locale_right=_share(o.locale == o.example.locale for o in inside if o.locale),
        calibration_error=calibration_error(outcomes),
    )


def is_answered(found: Outcome, topics: frozenset[str], answer: float) -> bool:
    """Whether the bot would give a topic's answer without asking back."""
    return found.best.label in topics and found.best.probability >= answer


def _share(hits: Iterable[bool]) -> float:
    counted = list(hits)
    return sum(counted) / len(counted) if counted else float("nan")


def calibration_error(outcomes: Sequence[Outcome], bins: int = 10) -> float:
    confidence = np.array([o.best.probability for o in outcomes])
    right = np.array([o.right for o in outcomes], dtype=float)
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    distances = [
        abs(confidence[which == b].mean() - right[which == b].mean()) * (which == b).mean()
        for b in range(bins)
        if (which == b).any()
    ]
    return float(sum(distances))


def confusions(outcomes: Sequence[Outcome], most: int = 25) -> list[tuple[str, str, int, list[str]]]:
    """The commonest mistakes: true intent, what was said, how often, examples."""
    wrong = [o for o in outcomes if not o.right]
    counted = Counter((o.example.intent, o.best.label) for o in wrong)
    return [
        (true, said, count, [o.example.text for o in wrong if (o.example.intent, o.best.label) == (true, said)][:4])
        for (true, said), count in counted.most_common(most)
    ]


def answer_threshold(outcomes: Sequence[Outcome], topics: frozenset[str], most_wrong: float = 0.02) -> float:
    """The lowest probability at which at most `most_wrong` of each language's messages are answered wrongly."""
    # Hundredths exactly: what is tested is what is written down.
    grid = [hundredths / 100 for hundredths in range(20, 96)]
    locales = sorted({o.example.locale for o in outcomes})
    for at in grid:
        parts = [[o for o in outcomes if o.example.locale == locale] for locale in locales]
        if all(figures(part, topics, at).confidently_wrong <= most_wrong for part in parts):
            return at
    return grid[-1]


def offer_threshold(outcomes: Sequence[Outcome], topics: frozenset[str], worth: float = 0.1) -> float:
    """The lowest probability at which an offered topic is the right one at least in one case of ten."""
    for at in np.arange(0.02, 0.40, 0.01):
        near = [
            r.label == o.example.intent
            for o in outcomes
            for r in o.ranking[1:3]
            if r.label in topics and at <= r.probability < at + 0.02
        ]
        if near and sum(near) / len(near) >= worth:
            return round(float(at), 2)
    return 0.4


def scope_curve(outcomes: Sequence[Outcome], topics: frozenset[str]) -> list[tuple[float, float, float]]:
    """Over all thresholds: the threshold, out-of-scope messages caught, in-scope messages not answered."""
    inside = [o for o in outcomes if o.example.intent in topics]
    outside = [o for o in outcomes if not o.in_scope]
    return [
        (
            round(float(at), 2),
            _share(not is_answered(o, topics, float(at)) for o in outside),
            _share(not is_answered(o, topics, float(at)) for o in inside),
        )
        for at in np.arange(0, 1.0, 0.02)
    ]
