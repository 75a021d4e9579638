"""Conversations in a real Redis, started here on a free loopback port."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.message import Asking, Conversation, Pending
from bot.sessions.redis import PAUSE, RedisStore, pack, unpack
from tests.doubles.redis_server import RedisServer, redis_server

FULL = Conversation("es", True, "kcpd", "victim_status", Pending(Asking.DEPARTMENT, ("kcpd", "ks/Olathe")))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as started:
        yield started


@pytest.fixture
async def store(server: RedisServer) -> AsyncIterator[RedisStore]:
    opened = RedisStore(server.url, 30)
    yield opened
    await opened.close()


async def test_a_conversation_is_kept_and_shared_by_replicas(server: RedisServer, store: RedisStore) -> None:
    await store.put("a", FULL)
    other = RedisStore(server.url, 30)
    assert await other.get("a") == FULL
    await other.drop("a")
    assert await store.get("a") is None
    await other.close()


async def test_conversations_and_marks_expire(server: RedisServer) -> None:
    store = RedisStore(server.url, 0.3 / 60)
    await store.put("b", FULL)
    assert await store.first_time("b")
    await asyncio.sleep(0.5)
    assert await store.get("b") is None and await store.first_time("b")
    await store.close()


async def test_a_mark_is_new_once_over_all_replicas(server: RedisServer, store: RedisStore) -> None:
    other = RedisStore(server.url, 30)
    seen = await asyncio.gather(*(s.first_time("mark") for s in (store, other, store, other)))
    assert sorted(seen) == [False, False, False, True]
    await other.close()


async def test_what_another_version_wrote_is_as_if_nothing_was_there(server: RedisServer, store: RedisStore) -> None:
    for value in (
        b"",
        b"{}",
        b"[1]",
        b'["es",2,null,null]',
        b"\xff\xfe",
        b'["es",1,5,null]',
        b'["es",1,null,null,"x"]',
    ):
        await store._redis.set("amparo:c:old", value)
        assert await store.get("old") is None


names = st.none() | st.text(min_size=1, max_size=30)
pendings = st.none() | st.builds(Pending, st.sampled_from(Asking), st.lists(st.text(min_size=1), max_size=4).map(tuple))


@settings(max_examples=200)
@given(st.builds(Conversation, names, st.booleans(), names, names, pendings))
def test_packing_loses_nothing(conversation: Conversation) -> None:
    assert unpack(pack(conversation)) == conversation


def test_a_packed_conversation_is_short() -> None:
    assert len(pack(FULL)) < 70


async def test_a_redis_that_is_away_is_soon_given_up_and_left_alone() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        store = RedisStore(f"redis://127.0.0.1:{nobody.getsockname()[1]}", 30)
        began = time.monotonic()
        for _ in range(50):
            await store.put("c", FULL)
            assert await store.get("c") is None
        assert await store.first_time("m") and not await store.first_time("m")
        assert time.monotonic() - began < 1
        await store.close()


async def test_a_slow_redis_costs_a_third_of_a_second_once() -> None:
    async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    slow = await asyncio.start_server(silence, "127.0.0.1", 0)
    store = RedisStore(f"redis://127.0.0.1:{slow.sockets[0].getsockname()[1]}", 30)
    began = time.monotonic()
    assert await store.get("d") is None
    assert await store.first_time("d")
    assert time.monotonic() - began < 0.6
    await store.close()
    slow.close()
    await slow.wait_closed()


async def test_what_was_to_be_forgotten_while_redis_was_away_is_forgotten_when_it_is_back(tmp_path: Path) -> None:
    now = [0.0]
    with redis_server(tmp_path) as server:
        store = RedisStore(server.url, 30, lambda: now[0])
        await store.put("e", FULL)
        server.pause()
        await store.drop("e")
        assert await store.get("e") is None
        server.resume()
        now[0] += PAUSE + 1
        assert await store.get("e") is None
        await store.put("e", FULL)
        assert await store.get("e") == FULL
        await store.close()


async def test_a_restarted_redis_is_used_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    with redis_server(tmp_path) as server:
        store = RedisStore(f"{server.url}?client_name=secreto", 30, lambda: now[0])
        await store.put("f", FULL)
        server.restart()
        await store.get("f")
        now[0] += PAUSE + 1
        await store.put("f", FULL)
        assert await store.get("f") == FULL
        await store.close()
    assert "secreto" not in caplog.text
