"""From ranked intents to one understanding: clear, between a few topics, or none. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..nlu.interpreter import Interpretation
from .message import Conversation, Meta

MOST_OFFERED = 3


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities, from `amparo evaluate`: at least `answer` is answered, topics of at least `offer` are
    offered, a message in another language than the conversation's needs `locale` to change it."""

    answer: float
    offer: float
    locale: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message was understood as. `offered` is not empty where the bot is unsure between topics."""

    intent: str
    probability: float
    offered: tuple[str, ...] = ()


def read_intent(interpretation: Interpretation, topics: Iterable[str], thresholds: Thresholds) -> Reading:
    """The clear winner; a few topics to choose from; or out of scope."""
    if not interpretation.intents:
        return Reading(Meta.OUT_OF_SCOPE, 0.0)
    best = interpretation.intents[0]
    nearest = offer(interpretation, topics, thresholds)
    if best.probability >= thresholds.answer:
        return Reading(best.label, best.probability)
    if nearest is None or best.label == Meta.OUT_OF_SCOPE:
        return Reading(best.label if best.label not in set(topics) else Meta.OUT_OF_SCOPE, best.probability)
    # Small talk does no harm: it need not be sure, only far ahead of every topic.
    small_talk = best.label != nearest.intent and best.probability >= 2 * nearest.probability
    return Reading(best.label, best.probability) if small_talk else nearest


def offer(interpretation: Interpretation, topics: Iterable[str], thresholds: Thresholds) -> Reading | None:
    """The topics a message may be about, to be offered to choose from; None where nothing is near."""
    known = set(topics)
    near = [r for r in interpretation.intents if r.label in known and r.probability >= thresholds.offer]
    if not near:
        return None
    return Reading(near[0].label, near[0].probability, tuple(r.label for r in near[:MOST_OFFERED]))


def read_locale(
    interpretation: Interpretation, conversation: Conversation, thresholds: Thresholds, default: str
) -> str:
    """The language to answer in: the chosen one; else the message's where it is clear, else `default`."""
    if conversation.locale and conversation.locale_chosen:
        return conversation.locale
    if not interpretation.locales or interpretation.locales[0].probability < thresholds.locale:
        return default
    return interpretation.locales[0].label


def named_language(words: Iterable[str], called: Mapping[str, str]) -> str | None:
    """The language a message asks for by name, the last one named; None where none is."""
    found = [called[word] for word in words if word in called]
    return found[-1] if found else None
