"""When the bot answers, when it offers, when it does not know; and in which language."""

from __future__ import annotations

from bot.core.message import Conversation
from bot.core.understand import Thresholds, named_language, read_intent, read_locale
from bot.nlu.classifier import Ranked
from bot.nlu.interpreter import Interpretation

AT = Thresholds(answer=0.6, offer=0.1, locale=0.8)
TOPICS = ["victim_status", "witness_status", "contact_ice", "assist_ice"]


def said(**intents: float) -> Interpretation:
    ranked = tuple(Ranked(name, p) for name, p in sorted(intents.items(), key=lambda item: -item[1]))
    return Interpretation(ranked, ())


def test_a_clear_winner_is_answered() -> None:
    reading = read_intent(said(victim_status=0.7, witness_status=0.2), TOPICS, AT)
    assert (reading.intent, reading.offered) == ("victim_status", ())


def test_a_near_tie_offers_at_most_three() -> None:
    reading = read_intent(said(victim_status=0.3, witness_status=0.25, contact_ice=0.2, assist_ice=0.15), TOPICS, AT)
    assert reading.offered == ("victim_status", "witness_status", "contact_ice")


def test_nothing_near_is_out_of_scope() -> None:
    assert read_intent(said(victim_status=0.05, greet=0.04), TOPICS, AT).intent == "out_of_scope"
    assert read_intent(said(out_of_scope=0.5, victim_status=0.3), TOPICS, AT).intent == "out_of_scope"
    assert read_intent(Interpretation((), ()), TOPICS, AT).intent == "out_of_scope"


def test_small_talk_far_ahead_of_every_topic_is_taken() -> None:
    assert read_intent(said(thanks=0.5, victim_status=0.2), TOPICS, AT).intent == "thanks"
    assert read_intent(said(thanks=0.3, victim_status=0.2), TOPICS, AT).offered == ("victim_status",)
    assert read_intent(said(thanks=0.2, goodbye=0.1), TOPICS, AT).intent == "thanks"


def test_one_candidate_alone_is_still_asked_about() -> None:
    """A single weak candidate must not be answered as if it were sure."""
    reading = read_intent(said(victim_status=0.4, greet=0.3), TOPICS, AT)
    assert reading.offered == ("victim_status",)


def test_the_chosen_language_wins() -> None:
    spanish = Interpretation((), (Ranked("es", 0.99), Ranked("en", 0.01)))
    assert read_locale(spanish, Conversation("en", True), AT, "en") == "en"
    assert read_locale(spanish, Conversation("en", False), AT, "en") == "es"


def test_an_unclear_message_keeps_the_language() -> None:
    unclear = Interpretation((), (Ranked("es", 0.6), Ranked("en", 0.4)))
    assert read_locale(unclear, Conversation("en", False), AT, "en") == "en"
    assert read_locale(Interpretation((), ()), Conversation(), AT, "es") == "es"


def test_a_language_is_asked_for_by_name() -> None:
    called = {"english": "en", "espanol": "es"}
    assert named_language(["in", "english", "no", "espanol"], called) == "es"
    assert named_language(["please"], called) is None
