"""Canaries: a name, a phone, a text and ids driven through every path, and found nowhere afterwards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from tests.channels.test_telegram_process import bot, telegram
from tests.doubles.bot_api import BLOCKED, NOT_JSON_DONE, RESET_DONE, SERVER_ERROR, TOKEN, BotApi, Fault, refused
from tests.doubles.redis_server import redis_server

CHAT = 734_556_677_889
NAME, PHONE, WORD, USER = "Zoraida Canario", "+18165550123", "canariotexto", "canario_user"
CANARIES = (NAME, "Canario", PHONE, "8165550123", WORD, USER, str(CHAT), TOKEN, TOKEN.split(":")[1])


def person(api: BotApi, **content: Any) -> dict[str, Any]:
    message = api.message(CHAT, **content)
    message["from"] |= {"username": USER, "first_name": NAME}
    message["chat"] |= {"username": USER, "first_name": NAME}
    return message


async def drive(api: BotApi) -> None:
    """Every path: commands, text, buttons, media, location, groups, inline, faults, what cannot be read."""
    for text in (
        f"/start {WORD}",
        f"/{WORD}",
        f"me llamo {NAME} {PHONE} {WORD} me robaron en kcpd",
        f"/language {WORD}",
    ):
        entities = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}] if text[0] == "/" else []
        api.update(message=person(api, text=text, entities=entities))
    shown = await api.answers(4, CHAT, 20)
    api.presses(dict(shown[2]), f"+t:{WORD}")
    api.presses(dict(shown[2]), "+t:u_visa")
    api.update(message=person(api, contact={"phone_number": PHONE, "first_name": NAME}))
    api.update(message=person(api, location={"latitude": 39.0997, "longitude": -94.5786}))
    api.update(
        message=person(api, photo=[{"file_id": WORD, "file_unique_id": "u", "width": 1, "height": 1}], caption=WORD)
    )
    api.update(inline_query={"id": "1", "from": person(api)["from"], "query": f"{NAME} {WORD}", "offset": ""})
    api.update(edited_message=person(api, text=WORD, edit_date=1))
    api.update(message={"message_id": WORD, "text": NAME})
    half = json.dumps({"ok": True, "result": [{"update_id": 1, "message": person(api, text=WORD)}]}).encode()[:-3]
    api.fail("getUpdates", Fault(200, half), Fault(502, half))
    await api.until(lambda: bool(api.inline), 20)
    for faults in ([SERVER_ERROR, RESET_DONE, NOT_JSON_DONE], [refused(f"Bad Request: {WORD}")], [BLOCKED]):
        api.fail("sendMessage", *faults)
        api.update(message=person(api, text=f"{NAME} {WORD}"))
        await api.until(lambda: not api.faults["sendMessage"], 20)
    before = len(api.called("sendMessage"))
    api.update(message=person(api, text=f"vivo en {WORD}, me robaron en kcpd"))
    await api.until(lambda: len(api.called("sendMessage")) > before, 20)


async def test_nothing_personal_is_logged_or_kept(tmp_path: Path) -> None:
    folders = {name: str(tmp_path / name.lower()) for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME")}
    for folder in folders.values():
        Path(folder).mkdir()
    (tmp_path / "redis").mkdir()
    with redis_server(tmp_path / "redis") as server:
        settings = {"REDIS_URL": server.url, "LOG_LEVEL": "debug"}
        async with telegram() as api, bot(api.url, folders=folders, **settings) as process:
            await drive(api)
            kept = await everything(server.url)
            await process.stopped()
        assert kept and not found(kept)
        assert process.said and not found(process.said.encode())
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


async def everything(url: str) -> bytes:
    """All keys and values of a Redis."""
    async with Redis.from_url(url) as client:
        keys = [key async for key in client.scan_iter()]
        content = b"\n".join([*keys, *[value or b"" for value in await client.mget(keys)]])
        await client.connection_pool.disconnect()
    return content


def found(content: bytes) -> list[str]:
    return [canary for canary in CANARIES if canary.encode() in content]


@pytest.mark.parametrize("canary", CANARIES)
def test_a_canary_would_be_found(canary: str) -> None:
    assert canary in found(f"x{canary}y".encode())
