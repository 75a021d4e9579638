"""The default store: expiry, and memory that stays flat."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.message import Conversation
from bot.sessions import memory
from bot.sessions.memory import MemoryStore

KEPT = Conversation("es", place="kcpd")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_a_conversation_is_forgotten_after_its_time() -> None:
    clock = Clock()
    store = MemoryStore(30, clock)
    await store.put("a", KEPT)
    clock.now += 29 * 60
    assert await store.get("a") == KEPT
    clock.now += 61
    assert await store.get("a") is None and len(store) == 0


async def test_dropping_forgets_at_once() -> None:
    store = MemoryStore(30)
    await store.put("a", KEPT)
    await store.drop("a")
    await store.drop("b")
    assert await store.get("a") is None


async def test_a_mark_is_new_again_after_its_time() -> None:
    clock = Clock()
    store = MemoryStore(30, clock)
    assert await store.first_time("a") and not await store.first_time("a")
    clock.now += 30 * 60
    assert await store.first_time("a")


async def test_the_oldest_go_where_there_are_too_many(monkeypatch: Any) -> None:
    monkeypatch.setattr(memory, "MOST_KEPT", 10)
    store = MemoryStore(30)
    for number in range(50):
        await store.put(str(number), KEPT)
        await store.first_time(str(number))
    assert len(store) == 10
    assert await store.get("49") == KEPT and await store.get("0") is None
    assert not await store.first_time("49") and await store.first_time("0")


@pytest.mark.parametrize("times", [1, 3])
async def test_closing_empties_it(times: int) -> None:
    store = MemoryStore(30)
    await store.put("a", KEPT)
    for _ in range(times):
        await store.close()
    assert len(store) == 0
