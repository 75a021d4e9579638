"""Commands, profile and deep links: complete, and within Telegram's limits, in every language."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram import words
from bot.channels.telegram.commands import (
    LONGEST_DESCRIPTION,
    LONGEST_SHORT_DESCRIPTION,
    Action,
    commands,
    description,
    names,
    short_description,
)
from bot.channels.telegram.deeplinks import choices_of, payload_for, payload_of
from bot.channels.telegram.keys import SessionKeys, session_keys
from bot.core.message import Choice, Reply
from bot.i18n import Catalog
from bot.settings import Settings
from tests.doubles.bot_api import TOKEN
from tests.doubles.telegram_bot import dialogue

LANGUAGES = dialogue().languages
BASE = dialogue().base
each_language = pytest.mark.parametrize("catalog", LANGUAGES, ids=LANGUAGES.codes)


@each_language
def test_every_action_has_one_command_within_the_limits(catalog: Catalog) -> None:
    listed = commands(catalog)
    assert [command.action for command in listed] == list(Action)
    assert len({command.name for command in listed}) == len(listed)
    for command in listed:
        assert re.fullmatch(r"[a-z0-9_]{1,32}", command.name)
        assert 1 <= len(command.description) <= 256


@each_language
def test_the_profile_is_whole_within_the_limits(catalog: Catalog) -> None:
    assert description(catalog)[-1] in ".!" and len(description(catalog)) <= LONGEST_DESCRIPTION
    assert short_description(catalog)[-1] in ".!" and len(short_description(catalog)) <= LONGEST_SHORT_DESCRIPTION


def test_no_name_stands_for_two_commands() -> None:
    listed = [name for of_action in names(LANGUAGES).values() for name in of_action]
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("name", ["ayuda", "temas", "departamento", "idioma", "fuentes", "privacidad", "borrar"])
def test_the_spanish_names_are_understood(name: str) -> None:
    assert name in [name for of_action in names(LANGUAGES).values() for name in of_action]


def test_every_department_and_topic_can_be_linked_to() -> None:
    places = [j.id for j in BASE.jurisdictions.values() if j.parent]
    for place in places:
        assert choices_of(place, BASE, LANGUAGES) == (f"p:{place}",)
        for topic in BASE.topics:
            payload = payload_of("es", place, topic)
            assert payload is not None
            assert choices_of(payload, BASE, LANGUAGES) == ("l:es", f"p:{place}", f"t:{topic}")


@given(st.text(max_size=80))
def test_a_payload_that_is_not_ours_leads_nowhere(payload: str) -> None:
    known = set(BASE.topics) | set(BASE.jurisdictions) | set(LANGUAGES.codes)
    if not any(payload.lower().startswith(name) for name in known):
        assert choices_of(payload, BASE, LANGUAGES) == ()


def test_only_places_and_topics_are_linked_from_a_group() -> None:
    reply = Reply("es", "victim_status", (), department="kcpd", jurisdiction="kcpd")
    assert payload_for(Choice("", "t:u_visa"), reply, BASE) == "es_kcpd_u_visa"
    assert payload_for(Choice("", "p:kckpd"), reply, BASE) == "es_kckpd_victim_status"
    assert payload_for(Choice("", "m:departments"), reply, BASE) is None


@each_language
def test_what_the_channel_says_itself_is_there_in_every_language(catalog: Catalog) -> None:
    menu = Reply(catalog.code, "help", (), choices=(Choice("x", "g:ice"), Choice("y", "m:departments")))
    said = [
        words.start(catalog, menu),
        words.topics(catalog, menu),
        words.departments(catalog, menu),
        words.privacy(catalog, menu),
        words.forgotten(catalog),
        words.only_text(catalog),
        words.unknown_location(catalog, ()),
        words.several_departments(catalog, ()),
        words.apology(catalog, BASE),
    ]
    assert all(block.text for reply in said for block in reply.blocks)
    assert said[0].choices[0].value == "m:departments"


def test_session_keys_are_random_in_memory_and_shared_with_redis() -> None:
    memory, redis = Settings(telegram_token=TOKEN), Settings(telegram_token=TOKEN, redis_url="redis://127.0.0.1")
    assert session_keys(memory).of("chat", 5) != session_keys(memory).of("chat", 5)
    assert session_keys(redis).of("chat", 5) == session_keys(redis).of("chat", 5)
    assert session_keys(redis).of("chat", 5) != session_keys(redis).of("update", 5)
    assert re.fullmatch("[0-9a-f]{32}", SessionKeys(b"k").of("chat", 5))
    assert "5" * 9 not in repr(SessionKeys(b"k")) and TOKEN not in repr(redis)
