"""The bot with Redis: across restarts and replicas, and with a Redis that is away."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.sessions.redis import RedisStore
from tests.doubles.bot_api import serving
from tests.doubles.redis_server import redis_server
from tests.doubles.telegram_bot import answering, assistant, published


async def test_a_conversation_outlives_a_restart(tmp_path: Path) -> None:
    with redis_server(tmp_path) as server:
        async with serving(published()) as api:
            for number, text in enumerate(("me robaron en kcpd", "/sources"), start=1):
                store = RedisStore(server.url, 30)
                async with answering(assistant(store=store), api, redis_url=server.url):
                    api.says(text)
                    shown = await api.answers(number)
                await store.close()
            assert "kcpdchief.blogspot.com" in shown[1]["html"]


async def test_an_update_that_two_replicas_get_is_answered_once(tmp_path: Path) -> None:
    with redis_server(tmp_path) as server:
        async with serving(published()) as api:
            update = {"update_id": 77, "message": api.message(text="hola")}
            for _ in range(2):
                store = RedisStore(server.url, 30)
                async with answering(assistant(store=store), api, redis_url=server.url):
                    api.raw(update)
                    api.says("gracias", chat=4444)
                    await api.answers(1, 4444)
                    api.chats[4444].clear()
                await store.close()
            assert len(api.shown()) == 1


@pytest.mark.parametrize("how", ["pause", "stop"])
async def test_a_redis_that_goes_away_costs_memory_and_no_answer(tmp_path: Path, how: str) -> None:
    with redis_server(tmp_path) as server:
        store = RedisStore(server.url, 30)
        async with answering(assistant(store=store), redis_url=server.url) as api:
            api.says("me robaron en kcpd")
            await api.answers(1)
            getattr(server, how)()
            began = time.monotonic()
            for number in range(2, 6):
                api.says("me robaron")
                shown = await api.answers(number)
            assert time.monotonic() - began < 3
            assert all(message["text"].startswith("No.") for message in shown[:1])
            server.resume() if how == "pause" else server.restart()
        await store.close()
