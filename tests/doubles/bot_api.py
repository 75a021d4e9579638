"""A Bot API server on loopback: it validates every call, plays the users, and fails on demand.

Where AMPARO_TEST_BOT_API names the published data of the Bot API, a call that does not fit it is recorded in
`problems` and refused. Messages have ids of one counter, as in Telegram's private chats.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import itertools
import json
import os
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from .bot_api_schema import Schema, read_html

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
BOT = {
    "id": 110201543,
    "is_bot": True,
    "first_name": "Amparo",
    "username": "amparo_test_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": True,
}
VARIABLE = "AMPARO_TEST_BOT_API"


@dataclass(frozen=True)
class Fault:
    """How one call goes wrong. `done`: the call takes effect all the same, only its answer is lost."""

    status: int = 200
    body: bytes = b""
    reset: bool = False
    hang: float = 0.0
    done: bool = False


def too_many(seconds: int) -> Fault:
    body = {
        "ok": False,
        "error_code": 429,
        "description": f"Too Many Requests: retry after {seconds}",
        "parameters": {"retry_after": seconds},
    }
    return Fault(429, json.dumps(body).encode())


def refused(description: str, status: int = 400) -> Fault:
    return Fault(status, json.dumps({"ok": False, "error_code": status, "description": description}).encode())


SERVER_ERROR = Fault(502, b"<html>Bad Gateway</html>")
NOT_JSON = Fault(200, b"<html>hello</html>")
NOT_JSON_DONE = Fault(200, b'{"ok": tru', done=True)
RESET = Fault(reset=True)
RESET_DONE = Fault(reset=True, done=True)
BLOCKED = refused("Forbidden: bot was blocked by the user", 403)


def hang(seconds: float, done: bool = False) -> Fault:
    return Fault(hang=seconds, done=done)


class Refusal(Exception):
    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status, self.description = status, description


@dataclass
class Call:
    method: str
    parameters: dict[str, Any]
    at: float = field(default_factory=time.perf_counter)


class BotApi:
    """The server and everything that happened on it."""

    def __init__(self, schema: Schema | None = None) -> None:
        self.schema = schema
        self.calls: list[Call] = []
        self.problems: list[str] = []
        self.chats: dict[int, dict[int, dict[str, Any]]] = defaultdict(dict)
        self.confirmed: list[str] = []
        self.inline: dict[str, list[dict[str, Any]]] = {}
        self.webhook: dict[str, Any] = {}
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.always: dict[str, Fault] = {}
        self.keep = True
        self.token = TOKEN
        self._message_ids = itertools.count(1000)
        self._update_ids = itertools.count(5000)
        self._updates: deque[dict[str, Any]] = deque()
        self._arrived = asyncio.Event()
        self._sent = asyncio.Condition()
        self._poller = 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.url = ""

    # --- for tests ----------------------------------------------------------------------------------------

    def fail(self, method: str, *faults: Fault) -> None:
        """The next calls of a method go wrong, one after the other."""
        self.faults[method].extend(faults)

    def update(self, **content: Any) -> int:
        """Something happens; returns the update's id."""
        number = next(self._update_ids)
        self.raw({"update_id": number, **content})
        return number

    def raw(self, update: Any) -> None:
        self._updates.append(update)
        self._arrived.set()

    def message(self, chat: int = 7001, language: str | None = "es", **content: Any) -> dict[str, Any]:
        """A user's message in a private chat."""
        person = {"id": chat, "is_bot": False, "first_name": "Zoraida Canario"}
        if language:
            person["language_code"] = language
        return {
            "message_id": next(self._message_ids),
            "date": int(time.time()),
            "chat": {"id": chat, "type": "private", "first_name": "Zoraida Canario"},
            "from": person,
            **content,
        }

    def says(self, text: str, chat: int = 7001, language: str | None = "es") -> int:
        """A user types; returns the update's id."""
        entities = {}
        if text.startswith("/"):
            entities = {"entities": [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]}
        return self.update(message=self.message(chat, language, text=text, **entities))

    def presses(self, message: dict[str, Any], data: str, language: str = "es") -> int:
        """A user presses a button under a message of the bot."""
        person = {"id": message["chat"]["id"], "is_bot": False, "first_name": "Z", "language_code": language}
        query = {"id": str(next(self._update_ids)), "from": person, "chat_instance": "1", "data": data}
        return self.update(callback_query={**query, "message": message})

    def shown(self, chat: int = 7001) -> list[dict[str, Any]]:
        """The bot's messages as they stand in a chat."""
        return [message for _, message in sorted(self.chats[chat].items())]

    def called(self, method: str) -> list[dict[str, Any]]:
        return [call.parameters for call in self.calls if call.method == method]

    async def until(self, condition: Any, seconds: float = 10.0) -> None:
        """Waits until a condition of this server holds; TimeoutError after some seconds."""
        async with self._sent:
            await asyncio.wait_for(self._sent.wait_for(condition), seconds)

    async def answers(self, count: int, chat: int = 7001, seconds: float = 10.0) -> list[dict[str, Any]]:
        await self.until(lambda: len(self.chats[chat]) >= count, seconds)
        return self.shown(chat)

    # --- the server ---------------------------------------------------------------------------------------

    async def start(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        if self._server:
            self._server.close()
            for writer in list(self._open):
                writer.transport.abort()
            await self._server.wait_closed()
            await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while await self._exchange(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._open.discard(writer)
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        token, _, method = first.split()[1].partition("?")[0].removeprefix("/bot").partition("/")
        status, payload = await self._answer(token, method, body, headers)
        if status == 0:
            writer.transport.abort()
            return False
        writer.write(
            f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(payload)}\r\n\r\n".encode()
            + payload
        )
        await writer.drain()
        return True

    async def _answer(self, token: str, method: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        if token != self.token:
            return _failure(401, "Unauthorized")
        parameters = _parameters(body, headers.get("content-type", ""))
        fault = self.faults[method].popleft() if self.faults[method] else self.always.get(method)
        if fault and not fault.done:
            self.calls.append(Call(method, parameters))
            return await self._faulty(fault)
        try:
            answer = 200, json.dumps({"ok": True, "result": await self._call(method, parameters)}).encode()
        except Refusal as refusal:
            answer = _failure(refusal.status, refusal.description)
        async with self._sent:
            self._sent.notify_all()
        return await self._faulty(fault) if fault else answer

    async def _faulty(self, fault: Fault) -> tuple[int, bytes]:
        if fault.hang:
            await asyncio.sleep(fault.hang)
        if fault.reset or fault.hang:
            return 0, b""
        return fault.status, fault.body

    async def _call(self, method: str, parameters: dict[str, Any]) -> Any:
        if self.keep or method not in ("getUpdates", "sendMessage", "sendChatAction"):
            self.calls.append(Call(method, parameters))
            async with self._sent:
                self._sent.notify_all()
        if self.schema:
            found = self.schema.problems(method, parameters)
            self.problems += found
            if found:
                raise Refusal(400, f"Bad Request: {found[0]}")
        handle = getattr(self, f"_{method}", None)
        if handle is None:
            raise Refusal(404, "Not Found")
        return await handle(parameters)

    # --- methods ------------------------------------------------------------------------------------------

    async def _getMe(self, _: dict[str, Any]) -> Any:
        return BOT

    async def _getUpdates(self, given: dict[str, Any]) -> Any:
        self._poller += 1
        mine = self._poller
        offset, end = int(given.get("offset", 0)), time.monotonic() + float(given.get("timeout", 0))
        while self._updates and self._updates[0].get("update_id", 0) < offset:
            self._updates.popleft()
        while True:
            if self._poller != mine:
                raise Refusal(409, "Conflict: terminated by other getUpdates request; only one bot instance")
            if self._updates:
                return list(itertools.islice(self._updates, 100))
            self._arrived.clear()
            left = end - time.monotonic()
            if left <= 0:
                return []
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._arrived.wait(), min(left, 0.2))

    async def _setWebhook(self, given: dict[str, Any]) -> Any:
        self.webhook = given
        return True

    async def _deleteWebhook(self, _: dict[str, Any]) -> Any:
        self.webhook = {}
        return True

    async def _sendMessage(self, given: dict[str, Any]) -> Any:
        chat = int(given["chat_id"])
        sent = {
            "message_id": next(self._message_ids),
            "date": int(time.time()),
            "chat": {"id": chat, "type": "private" if chat > 0 else "supergroup", "first_name": "Z", "title": "G"},
            "from": BOT,
            "text": read_html(given["text"])[0],
            "html": given["text"],
        }
        if "reply_markup" in given:
            sent["reply_markup"] = json.loads(given["reply_markup"])
        if "reply_parameters" in given:
            sent["reply_to"] = json.loads(given["reply_parameters"])["message_id"]
        if self.keep:
            self.chats[chat][sent["message_id"]] = sent
        return sent

    def _own(self, given: dict[str, Any]) -> dict[str, Any]:
        message = self.chats[int(given["chat_id"])].get(int(given["message_id"]))
        if message is None:
            raise Refusal(400, "Bad Request: message to edit not found")
        return message

    async def _editMessageText(self, given: dict[str, Any]) -> Any:
        message = self._own(given)
        markup = json.loads(given["reply_markup"]) if "reply_markup" in given else None
        if (message["html"], message.get("reply_markup")) == (given["text"], markup):
            raise Refusal(400, "Bad Request: message is not modified: specified new message content is the same")
        message.update(text=read_html(given["text"])[0], html=given["text"])
        return self._with_markup(message, markup)

    async def _editMessageReplyMarkup(self, given: dict[str, Any]) -> Any:
        message = self._own(given)
        markup = json.loads(given["reply_markup"]) if "reply_markup" in given else None
        if message.get("reply_markup") == markup:
            raise Refusal(400, "Bad Request: message is not modified: specified new message content is the same")
        return self._with_markup(message, markup)

    def _with_markup(self, message: dict[str, Any], markup: Any) -> dict[str, Any]:
        message.pop("reply_markup", None)
        if markup:
            message["reply_markup"] = markup
        return message

    async def _deleteMessage(self, given: dict[str, Any]) -> Any:
        self._own(given)
        del self.chats[int(given["chat_id"])][int(given["message_id"])]
        return True

    async def _answerCallbackQuery(self, given: dict[str, Any]) -> Any:
        self.confirmed.append(given["callback_query_id"])
        return True

    async def _answerInlineQuery(self, given: dict[str, Any]) -> Any:
        self.inline[given["inline_query_id"]] = json.loads(given["results"])
        return True

    async def _sendChatAction(self, _: dict[str, Any]) -> Any:
        return True

    async def _setMyCommands(self, _: dict[str, Any]) -> Any:
        return True

    async def _getMyCommands(self, _: dict[str, Any]) -> Any:
        return []

    _setMyDescription = _setMyShortDescription = _setMyCommands

    async def _getMyDescription(self, _: dict[str, Any]) -> Any:
        return {"description": ""}

    async def _getMyShortDescription(self, _: dict[str, Any]) -> Any:
        return {"short_description": ""}


def _failure(status: int, description: str) -> tuple[int, bytes]:
    return status, json.dumps({"ok": False, "error_code": status, "description": description}).encode()


def _parameters(body: bytes, content_type: str) -> dict[str, Any]:
    if content_type.startswith("application/json"):
        return dict(json.loads(body or b"{}"))
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


def schema() -> Schema | None:
    """The published data, where the variable names it."""
    path = os.environ.get(VARIABLE)
    return _read(path) if path else None


@functools.cache
def _read(path: str) -> Schema:
    return Schema(Path(path))


@contextlib.asynccontextmanager
async def serving(given: Schema | None = None) -> AsyncIterator[BotApi]:
    server = BotApi(given)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
