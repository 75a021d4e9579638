"""The same conversations on a server that nobody here wrote: the npm package telegram-test-api.

It predates some of the Bot API: a thin pass-through adds `is_bot` and `chat_instance`, and messages in place of the
nulls it answers edits with. Nothing else is changed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.channels.telegram.run import Channel, opened
from bot.settings import Settings
from tests.doubles.bot_api import TOKEN
from tests.doubles.telegram_bot import assistant, unlimited

PACKAGE = "telegram-test-api@4.2.1"
SERVER = """
const Server = require('telegram-test-api');
new (Server.default || Server.TelegramServer || Server)({port: Number(process.argv[2]), host: '127.0.0.1'}).start();
"""
CHAT = 1


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package installed; skips where npm is missing or has no registry."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        _missing("npm or node is not installed")
    folder = tmp_path_factory.mktemp("telegram-test-api")
    (folder / "server.js").write_text(SERVER)
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", PACKAGE]
    if subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False).returncode:
        _missing(f"npm could not install {PACKAGE}")
    return folder


def _missing(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class OtherServer:
    """The package's server as its own client sees it."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def says(self, text: str) -> None:
        message = {
            "botToken": TOKEN,
            "date": int(time.time()),
            "from": self.person(),
            "chat": self.chat(),
            "text": text,
        }
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
            await self.client.post("/sendCommand", json=message)
        else:
            await self.client.post("/sendMessage", json=message)

    async def presses(self, number: int, data: str) -> None:
        message = {"message_id": number, "date": int(time.time()), "chat": self.chat(), "text": "?"}
        query = {"botToken": TOKEN, "date": 1, "from": self.person(), "message": message, "data": data}
        await self.client.post("/sendCallback", json=query)

    def person(self) -> dict[str, Any]:
        return {"id": CHAT, "first_name": "T", "is_bot": False, "language_code": "es"}

    def chat(self) -> dict[str, Any]:
        return {"id": CHAT, "first_name": "T", "type": "private"}

    async def shown(self) -> list[dict[str, Any]]:
        history = (await self.client.post("/getUpdatesHistory", json={"token": TOKEN})).json()["result"]
        return [item for item in history if "chat_id" in item.get("message", {})]

    async def until(self, count: int, mark: str = "") -> list[dict[str, Any]]:
        """The bot's messages once there are so many and the last has the mark."""
        end = time.monotonic() + 15
        while time.monotonic() < end:
            shown = await self.shown()
            if len(shown) >= count and mark in shown[-1]["message"]["text"]:
                return shown
            await asyncio.sleep(0.05)
        raise AssertionError(f"expected {count} messages, got {len(shown)}")


def passing(other: str, client: httpx.AsyncClient) -> Starlette:
    """The pass-through between the bot and the package's server."""

    async def forward(request: Request) -> Response:
        method = request.url.path.rpartition("/")[2]
        body = await request.body()
        headers = {"content-type": request.headers.get("content-type", "application/json")}
        answer = (await client.post(f"{other}{request.url.path}", content=body, headers=headers)).json()
        if method == "getUpdates" and not answer.get("result"):
            await asyncio.sleep(0.05)
        return JSONResponse(_amended(method, answer, dict(parse_qsl(body.decode()))), 200 if answer.get("ok") else 400)

    return Starlette(routes=[Route("/{path:path}", forward, methods=["POST"])])


def _amended(method: str, answer: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    result = answer.get("result")
    if method == "getMe":
        result["is_bot"] = True
    if method == "getUpdates":
        for update in result:
            update.get("callback_query", {}).update(chat_instance="1") if "callback_query" in update else None
    if method.startswith("editMessage") and result is None:
        chat = {"id": int(given["chat_id"]), "type": "private"}
        answer["result"] = {"message_id": int(given["message_id"]), "date": 1, "chat": chat}
    if method == "sendMessage" and answer.get("ok"):
        answer["result"] = {key: value for key, value in result.items() if key not in ("link_preview_options",)}
        answer["result"]["date"] = int(time.time())
    return answer


@contextlib.asynccontextmanager
async def other_server(package: Path) -> AsyncIterator[tuple[OtherServer, str]]:
    """The package's server, and the address of the pass-through before it."""
    port, own = free_port(), free_port()
    process = subprocess.Popen(["node", "server.js", str(port)], cwd=package, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
        config = uvicorn.Config(
            passing(address, client), port=own, ws="none", lifespan="off", log_config=None, access_log=False
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        try:
            await _listening(client)
            yield OtherServer(client), f"http://127.0.0.1:{own}"
        finally:
            server.should_exit = True
            await serving
            process.terminate()
            process.wait()


async def _listening(client: httpx.AsyncClient) -> None:
    for _ in range(400):
        with contextlib.suppress(httpx.ConnectError):
            await client.post("/getUpdatesHistory", json={"token": TOKEN})
            return
        await asyncio.sleep(0.05)


async def test_the_same_conversations_work_on_a_foreign_server(package: Path) -> None:
    async with other_server(package) as (server, address):
        channel = Channel(Settings(telegram_token=TOKEN, telegram_api=address), assistant(), unlimited())
        async with opened(channel):
            await server.says("/start")
            (start,) = await server.until(1, "911")
            data = [
                button["callback_data"] for row in start["message"]["reply_markup"]["inline_keyboard"] for button in row
            ]
            assert data[0] == "m:departments"
            await server.presses(start["messageId"], "p:kcpd")
            await server.until(1, "Kansas City")
            await server.says("me robaron")
            _, answer = await server.until(2, "No. En 2019")
            assert json.loads(answer["message"]["link_preview_options"]) == {"is_disabled": True}
            await server.presses(answer["messageId"], "+t:u_visa")
            await server.until(3)
            await server.says("ICE está en mi puerta ahora mismo")
            await server.until(5)
            for count, command in enumerate(
                ("/help", "/topics", "/sources", "/privacy", "/language", "/forget"), start=6
            ):
                await server.says(command)
                await server.until(count)
            assert len(await server.shown()) == 11
