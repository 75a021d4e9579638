"""Which store a deployment gets, and what is said where it cannot have it."""

from __future__ import annotations

import sys

import pytest

from bot.errors import MissingExtra, SettingError
from bot.sessions.memory import MemoryStore
from bot.sessions.open import open_store
from bot.sessions.redis import RedisStore
from bot.settings import Settings


def test_memory_is_the_default() -> None:
    assert isinstance(open_store(Settings()), MemoryStore)


async def test_redis_where_its_address_is_set() -> None:
    store = open_store(Settings(redis_url="redis://127.0.0.1:1/0"))
    assert isinstance(store, RedisStore)
    await store.close()


def test_a_malformed_address_is_named_without_being_shown() -> None:
    with pytest.raises(SettingError) as caught:
        open_store(Settings(redis_url="redis://:secreto@127.0.0.1:many/0"))
    assert "AMPARO_REDIS_URL" in str(caught.value) and "secreto" not in str(caught.value)


def test_without_the_client_one_line_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis.asyncio", None)
    monkeypatch.delitem(sys.modules, "bot.sessions.redis", raising=False)
    with pytest.raises(MissingExtra, match=r"amparo\[redis\]"):
        open_store(Settings(redis_url="redis://127.0.0.1:1/0"))
