"""Which answer holds, and what is said around it (the made-up project)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.assistant import Assistant, assemble
from bot.channels.wire import plain_text, to_json
from bot.core.message import Conversation, Message, Reply
from bot.nlu.scripted import ScriptedInterpreter
from bot.settings import Settings

Make = Callable[..., Assistant]


@pytest.fixture
def assistant(project: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    def make(today: date = date(2026, 11, 22), **script: str) -> Assistant:
        monkeypatch.setenv("AMPARO_HOME", str(project))
        return assemble(Settings(), ScriptedInterpreter(script), today=lambda: today)

    return make


def ask(assistant: Assistant, choice: str, place: str | None = None, locale: str = "en") -> Reply:
    return assistant.answer(Message(choice=choice, locale=locale), Conversation(place=place))[0]


def test_the_departments_own_answer_and_the_binding_state_law(assistant: Make) -> None:
    reply = ask(assistant(), "t:victim_status", "olathe_pd")
    shown = to_json(reply)
    assert (shown["jurisdiction"], shown["coverage"], shown["verdict"]) == ("olathe_pd", "own", "no")
    assert "In 2024 Olathe Police did not ask" in shown["text"]
    assert "Since July 1, 2022 no city may limit sharing" in shown["text"]
    assert [source["title"] for source in shown["sources"]] == ["A page", "A law"]


def test_a_city_of_a_known_state_gets_the_states_answer_and_is_named(assistant: Make) -> None:
    reply = ask(assistant(), "t:victim_status", "ks/Wichita", "es")
    assert (reply.jurisdiction, reply.coverage, reply.department) == ("ks", "inherited", None)
    assert "Wichita, Kansas" in plain_text(reply)


def test_a_city_of_an_unknown_state_gets_the_federal_answer(assistant: Make) -> None:
    reply = ask(assistant(), "t:victim_status", "mo/Springfield")
    assert (reply.jurisdiction, reply.coverage) == ("us", "inherited")
    assert "Springfield, Missouri" in plain_text(reply)


def test_a_gap_is_said_aloud(assistant: Make, project: Path) -> None:
    path = project / "data/responses/policies/departments/olathe_pd.yaml"
    text = path.read_text()
    answers = text[text.index("answers:") :]
    gap = "gaps:\n  - topic: victim_status\n    searched: 2026-10-30\n    note: Looked.\n"
    path.write_text(text.replace(answers, gap))
    reply = ask(assistant(), "t:victim_status", "olathe_pd")
    assert (reply.jurisdiction, reply.coverage) == ("ks", "none_published")
    assert "found none (last looked: October 30, 2026)" in plain_text(reply)


def test_a_rule_not_yet_in_force_gives_no_answer(assistant: Make) -> None:
    before = ask(assistant(date(2022, 6, 30)), "t:victim_status", "ks/Wichita")
    assert before.jurisdiction == "us"


def test_an_unconfirmed_answer_says_since_when(assistant: Make) -> None:
    late = assistant(date(2028, 6, 1))
    assert "Not confirmed since November 2026" in plain_text(ask(late, "t:victim_status", "olathe_pd"))
    assert "Sin confirmar desde" not in plain_text(ask(late, "t:victim_status", "olathe_pd"))


def test_danger_now_comes_first_in_at_most_320_characters(assistant: Make) -> None:
    made = assistant(**{"they are knocking right now": "ice_at_door"})
    reply, _ = made.answer(Message("they are knocking right now"), Conversation())
    assert reply.urgent
    assert reply.blocks[0].text == "Call 911. Do not open the door."


def test_violence_with_an_unknown_topic_never_says_it_does_not_understand(assistant: Make) -> None:
    """The made-up project has no emergency topic: the reply still names 911."""
    reply, _ = assistant().answer(Message("he has a gun"), Conversation())
    assert "911" in plain_text(reply)


@pytest.mark.parametrize("choice", ["t:nothing", "p:nowhere", "l:xx", "g:none", "m:what", "", "x", "p:us", ":"])
def test_an_old_or_made_up_button_is_answered(assistant: Make, choice: str) -> None:
    assert plain_text(ask(assistant(), choice))


def test_forgetting_leaves_nothing_but_the_language(assistant: Make) -> None:
    made = assistant(forget="delete_data")
    before = Conversation("en", True, "olathe_pd", "victim_status")
    _, after = made.answer(Message("forget"), before)
    assert after == Conversation(locale="en")
