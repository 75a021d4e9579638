"""`amparo telegram` as an operator runs it: a process of its own, the trained model, a server on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bot.home import home
from tests.doubles.bot_api import SERVER_ERROR, TOKEN, BotApi, hang, serving
from tests.doubles.telegram_bot import published

QUESTION = "me robaron en kcpd, ¿me van a pedir papeles?"


class Process:
    """The bot's process, and what it has said on stderr so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.said = ""
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stderr
        while line := await self.process.stderr.readline():
            self.said += line.decode()

    async def says(self, text: str, seconds: float = 30) -> None:
        """Waits until it has said a text."""
        end = time.monotonic() + seconds
        while text not in self.said:
            assert time.monotonic() < end, f"expected {text!r}, got {self.said!r}"
            await asyncio.sleep(0.05)

    async def ended(self, seconds: float = 30) -> int:
        status = await asyncio.wait_for(self.process.wait(), seconds)
        await self._reading
        assert "Traceback" not in self.said
        return status

    async def killed(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        await self._reading

    async def stopped(self) -> float:
        """Asks it to stop; returns the seconds that took."""
        began = time.monotonic()
        self.process.terminate()
        assert await self.ended() == 0
        return time.monotonic() - began


@contextlib.asynccontextmanager
async def bot(
    api: str, token: str = TOKEN, folders: dict[str, str] | None = None, **settings: str
) -> AsyncIterator[Process]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AMPARO_")}
    environment |= {f"AMPARO_{name}": value for name, value in settings.items()}
    environment |= {"AMPARO_TELEGRAM_API": api, **(folders or {})} | ({"AMPARO_TELEGRAM_TOKEN": token} if token else {})
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "telegram", cwd=home(), env=environment, stderr=asyncio.subprocess.PIPE
    )
    process = Process(started)
    try:
        yield process
    finally:
        await process.killed()


@contextlib.asynccontextmanager
async def telegram() -> AsyncIterator[BotApi]:
    async with serving(published()) as api:
        yield api
        assert api.problems == []


async def test_a_missing_token_is_one_line_and_status_2() -> None:
    async with bot("http://127.0.0.1:9", token="") as process:
        assert await process.ended() == 2
        assert process.said.count("\n") == 1 and "AMPARO_TELEGRAM_TOKEN" in process.said


@pytest.mark.parametrize(("token", "status"), [(f"{TOKEN}x", 1), ("not a/../token", 2)])
async def test_a_wrong_token_is_one_line_without_the_token(token: str, status: int) -> None:
    async with telegram() as api, bot(api.url, token=token) as process:
        assert await process.ended() == status
        assert process.said.count("\n") == 1 and "@BotFather" in process.said
        assert token not in process.said


async def test_an_unreachable_telegram_is_said_once_and_waited_for() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    api = BotApi(published())
    async with bot(f"http://127.0.0.1:{port}") as process, contextlib.AsyncExitStack() as stack:
        await process.says("cannot be reached")
        await asyncio.sleep(2.5)
        api.says(QUESTION)
        await api.start(port)
        stack.push_async_callback(api.stop)
        await api.answers(1, seconds=20)
        await process.stopped()
        assert process.said.count("cannot be reached") == 1


async def test_stopping_while_telegram_is_unreachable_is_quick() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        async with bot(f"http://127.0.0.1:{held.getsockname()[1]}") as process:
            await process.says("cannot be reached")
            assert await process.stopped() < 3


async def test_stopping_answers_what_is_in_flight_and_takes_less_than_ten_seconds() -> None:
    async with telegram() as api, bot(api.url) as process:
        api.says("hola")
        await api.answers(1, seconds=20)
        api.fail("sendMessage", SERVER_ERROR, SERVER_ERROR)
        for chat in range(20):
            api.says(QUESTION, chat=100 + chat)
        await api.until(lambda: bool(api.called("sendMessage")[2:]))
        assert await process.stopped() < 10
        assert [len(api.shown(100 + chat)) for chat in range(20)] == [1] * 20


async def test_stopping_does_not_wait_for_a_telegram_that_hangs() -> None:
    async with telegram() as api, bot(api.url) as process:
        api.says("hola")
        await api.answers(1, seconds=20)
        api.always["sendMessage"] = api.always["getUpdates"] = hang(60)
        api.says(QUESTION)
        await asyncio.sleep(0.5)
        assert await process.stopped() < 10


async def test_a_token_taken_back_ends_the_process_with_one_line() -> None:
    async with telegram() as api, bot(api.url) as process:
        api.says("hola")
        await api.answers(1, seconds=20)
        api.token = "1:other"
        api.says("hola")
        assert await process.ended() == 1
        assert "@BotFather" in process.said


async def test_two_processes_with_one_token_say_so_and_answer_once() -> None:
    async with telegram() as api, bot(api.url) as first, bot(api.url) as second:
        await api.until(lambda: len(api.called("getUpdates")) > 3, 30)
        api.says(QUESTION)
        await api.answers(1, seconds=45)
        await first.stopped()
        await second.stopped()
        assert len(api.shown()) == 1
        assert 1 <= (first.said + second.said).count("the same token") <= 2


async def test_the_webhook_takes_updates_with_the_secret_only() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}/hook"
    settings = {"TELEGRAM_WEBHOOK_URL": address, "PORT": str(port), "TELEGRAM_WEBHOOK_SECRET": "s3cret"}
    async with telegram() as api, bot(api.url, **settings) as process, httpx.AsyncClient(trust_env=False) as client:
        await api.until(lambda: bool(api.webhook), 20)
        assert api.webhook["url"] == address and api.webhook["secret_token"] == "s3cret"
        update = {"update_id": 1, "message": api.message(text=QUESTION)}

        async def post(secret: str, content: Any = update) -> int:
            headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
            return (await client.post(address, headers=headers, content=json.dumps(content))).status_code

        assert await post("wrong") == 403
        assert await post("s3cret") == 200
        assert await post("s3cret") == 200
        await api.answers(1)
        assert await process.stopped() < 5
        assert len(api.shown()) == 1
        assert api.called("getUpdates") == []


async def test_a_port_in_use_is_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        async with telegram() as api, bot(api.url, TELEGRAM_WEBHOOK_URL="http://127.0.0.1/h", PORT=port) as process:
            assert await process.ended() == 1
            assert f"AMPARO_PORT={port}" in process.said
