"""Danger now, and what a person should not send."""

from __future__ import annotations

import pytest

from bot.assistant import _mapping
from bot.core.safety import Safety
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def safety() -> Safety:
    return Safety(_mapping(ROOT / "data" / "nlu" / "safety.yml"))


@pytest.mark.parametrize(
    "text",
    [
        "ICE is at my door right now",
        "estan tocando la puerta y dicen que son de migracion",
        "ayudenme ya estan aqui",
        "they are banging on the door what if they come in",
    ],
)
def test_now(safety: Safety, text: str) -> None:
    assert safety.read(text).now


@pytest.mark.parametrize(
    "text", ["what do I do if ICE is at my door", "que hago si estan afuera de mi casa", "do police ask for papers"]
)
def test_supposed_is_not_now(safety: Safety, text: str) -> None:
    assert not safety.read(text).now


@pytest.mark.parametrize(
    "text", ["my husband is hitting me", "me esta pegando mi esposo", "tiene pistola", "hay balazos"]
)
def test_violence(safety: Safety, text: str) -> None:
    assert safety.read(text).violence


@pytest.mark.parametrize(
    "text", ["he is going to kill me", "my ex says he'll kill me", "mi esposo quiere matarme", "ele vai me matar"]
)
def test_danger_from_somebody_else_is_no_wish_to_die(safety: Safety, text: str) -> None:
    signals = safety.read(text)
    assert signals.by_another and signals.violence and not signals.crisis


@pytest.mark.parametrize(
    "text",
    [
        "i want to kill myself",
        "voy a matarme",
        "quero morrer",
        "m vle mouri",
        "he wants to kill me but i want to kill myself",
    ],
)
def test_a_wish_to_die_is_one(safety: Safety, text: str) -> None:
    assert safety.read(text).crisis


@pytest.mark.parametrize(
    "text",
    [
        "my number is A123456789",
        "A 123 456 789",
        "ssn 123-45-6789",
        "call me at 816-555-0123",
        "I live at 123 Main Street",
        "vivo en la calle olmo 45",
        "no tengo papeles",
        "i'm undocumented",
        "soy indocumentada",
        "me@example.org",
    ],
)
def test_personal(safety: Safety, text: str) -> None:
    assert safety.read(text).personal


@pytest.mark.parametrize(
    "text", ["is 287g in kansas", "will police ask my status", "", "SB 1070", "911", "🙏🙏", "\x00"]
)
def test_nothing(safety: Safety, text: str) -> None:
    signals = safety.read(text)
    assert not (signals.now or signals.violence or signals.personal)
