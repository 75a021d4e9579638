"""The webhook's route by itself: who is let in, and what is done with what they bring."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.channels.telegram import running
from bot.channels.telegram.webhook import HEADER, LARGEST_BODY, webhook_address, webhook_secret
from bot.errors import ChannelError, SettingError
from bot.settings import Settings
from tests.doubles.bot_api import TOKEN, BotApi, refused, serving
from tests.doubles.telegram_bot import assistant, published, settings

SECRET = "s3cret-Value_1"


class Site:
    def __init__(self, api: BotApi, client: httpx.AsyncClient) -> None:
        self.api, self.client = api, client

    async def post(self, content: Any, secret: str | None = SECRET, method: str = "POST", path: str = "/hook") -> int:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        headers = {HEADER: secret} if secret is not None else {}
        return (await self.client.request(method, path, content=body, headers=headers)).status_code


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving(published()) as api:
        given = settings(api, telegram_webhook_url="https://bot.example.org/hook", telegram_webhook_secret=SECRET)
        async with running(given, assistant()) as routes:
            transport = httpx.ASGITransport(app=Starlette(routes=routes))
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                await api.until(lambda: bool(api.webhook))
                yield Site(api, client)
        assert api.problems == []


def hello(api: BotApi, number: int = 1) -> dict[str, Any]:
    return {"update_id": number, "message": api.message(text="hola")}


async def test_an_update_is_answered_once_however_often_it_comes(site: Site) -> None:
    update = hello(site.api)
    assert [await site.post(update) for _ in range(3)] == [200] * 3
    await site.api.answers(1)
    await site.post(hello(site.api, 2))
    assert len(await site.api.answers(2)) == 2


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], f"{SECRET}x", "ñ"])
async def test_a_wrong_secret_is_refused_and_not_logged(
    site: Site, secret: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    headers = [(HEADER.encode(), secret.encode())] if secret is not None else []
    answer = await site.client.post("/hook", content=b"{}", headers=headers)
    assert answer.status_code == 403 and answer.content == b""
    assert "wrong" not in caplog.text


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "PATCH"])
async def test_only_post_is_allowed(site: Site, method: str) -> None:
    assert await site.post({}, method=method) == 405


async def test_a_large_body_is_refused(site: Site) -> None:
    assert await site.post(b" " * (LARGEST_BODY + 1)) == 413


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"\xff"])
async def test_what_is_no_update_is_a_bad_request(site: Site, body: bytes) -> None:
    assert await site.post(body) == 400


@pytest.mark.parametrize(
    "update", [{}, {"update_id": "x"}, {"update_id": 5, "message": 7}, {"update_id": 6, "new": {}}]
)
async def test_an_update_that_cannot_be_read_is_not_asked_for_again(site: Site, update: dict[str, Any]) -> None:
    assert await site.post(update) == 200
    assert await site.post(hello(site.api, 9)) == 200
    await site.api.answers(1)


async def test_without_a_webhook_address_there_is_no_route_and_polling_works() -> None:
    async with serving(published()) as api, running(settings(api), assistant()) as routes:
        assert list(routes) == []
        api.says("hola")
        await api.answers(1)


async def test_beside_the_web_a_token_taken_back_is_said(caplog: pytest.LogCaptureFixture) -> None:
    async with serving(published()) as api, running(settings(api), assistant()):
        api.says("hola")
        await api.answers(1)
        api.token = "1:other"
        api.says("hola")
        await _said("Telegram has ended", caplog)
        assert "@BotFather" in caplog.text and TOKEN not in caplog.text


async def _said(line: str, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(100):
        if line in caplog.text:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"not said: {line}")


async def test_an_address_telegram_refuses_is_one_clear_error() -> None:
    async with serving(published()) as api:
        api.always["setWebhook"] = refused("Bad Request: bad webhook: HTTPS url must be provided for webhook")
        with pytest.raises(ChannelError, match="https"):
            async with running(settings(api, telegram_webhook_url="http://bot.example.org/"), assistant()):
                raise AssertionError("must not open")


def test_the_secret_is_the_operators_or_one_every_replica_derives() -> None:
    given = Settings(telegram_token=TOKEN)
    assert webhook_secret(given) == webhook_secret(given) != webhook_secret(Settings(telegram_token="1:x"))
    assert TOKEN not in webhook_secret(given)
    assert webhook_secret(Settings(telegram_webhook_secret="abc")) == "abc"
    with pytest.raises(SettingError, match="WEBHOOK_SECRET"):
        webhook_secret(Settings(telegram_webhook_secret="no spaces, please"))


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://example.org", "https://example.org/telegram"),
        ("https://example.org/", "https://example.org/telegram"),
        ("https://example.org/a/b", "https://example.org/a/b"),
    ],
)
def test_an_address_without_a_path_gets_one(address: str, told: str) -> None:
    assert webhook_address(Settings(telegram_webhook_url=address)) == told
