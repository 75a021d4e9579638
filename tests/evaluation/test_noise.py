"""The noise suite: the same every time, and noise rather than another message."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.classifier import Recipe
from bot.nlu.noise import SUITE, noisy
from tests.conftest import ROOT

LONG = "¿La policía me va a preguntar por mi estatus si llamo porque golpearon a mi hermano en la casa?"


@pytest.mark.parametrize("kind", SUITE)
@given(text=st.text(max_size=80), seed=st.integers(0, 10**6))
def test_the_same_seed_gives_the_same_text_for_any_message(kind: str, text: str, seed: int) -> None:
    assert noisy(text, kind, seed) == noisy(text, kind, seed)


def test_another_process_makes_the_same_noise() -> None:
    """Neither hash seeds nor the state of the random module matter."""
    code = "import sys; from bot.nlu.noise import *; print(*(noisy(sys.argv[1], k, 7) for k in SUITE), sep='\\n')"
    seen = {
        subprocess.run(
            [sys.executable, "-X", "utf8", "-c", code, LONG],
            cwd=ROOT, env={"PYTHONHASHSEED": str(seed)}, capture_output=True, encoding="utf-8", check=True,
        ).stdout
        for seed in (1, 2)
    }  # fmt: skip
    assert seen == {"".join(noisy(LONG, kind, 7) + "\n" for kind in SUITE)}


def test_seeds_make_different_slips() -> None:
    assert len({noisy(LONG, "typos", seed) for seed in range(20)}) > 5


@pytest.mark.parametrize("kind", SUITE)
def test_every_kind_changes_a_long_message_and_leaves_most_of_it(kind: str) -> None:
    changed = noisy(LONG, kind, 3)
    assert changed != LONG
    assert len(changed) > 0.7 * len(LONG)


def test_what_each_kind_does() -> None:
    assert noisy("¿Qué pasó, señor?", "no accents", 0) == "¿Que paso, senor?"
    assert noisy("¿Qué pasó, señor?", "dictation", 0) == "qué pasó señor"
    assert noisy("la migra", "capitals", 0) == "LA MIGRA"
    assert noisy("are you the police", "text-message spelling", 0) == "r u the polis"
    assert noisy("will the police come to my house", "truncated", 0) == "will the police come to my"
    assert noisy("me van a parar", "truncated", 0) == "me van a parar"
    assert noisy("la policia en mi casa", "code-switching", 0) == "la police en mi house"


def test_training_learns_noise_that_the_suite_has() -> None:
    assert set(Recipe().augment) <= set(SUITE)
