"""Updates that Telegram brings itself: one route that takes nothing but them."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import re
from urllib.parse import urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Update

from ...errors import SettingError
from ...settings import Settings
from .application import App
from .keys import derived

HEADER = "X-Telegram-Bot-Api-Secret-Token"
PATH = "/telegram"
LARGEST_BODY = 1_000_000
"""Bytes; Telegram's updates have a few thousand."""
PATIENCE = 5.0
"""Seconds to wait for room before Telegram is asked to come again."""
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")

_log = logging.getLogger(__name__)


def webhook_secret(settings: Settings) -> str:
    """The operator's secret, or one derived from the token, which every replica finds by itself."""
    given = settings.telegram_webhook_secret
    if given and not _SECRET.fullmatch(given):
        raise SettingError("AMPARO_TELEGRAM_WEBHOOK_SECRET: expected 1 to 256 letters, digits, _ or -")
    return given or derived(settings.telegram_token, b"amparo telegram webhook secret").hex()


def webhook_address(settings: Settings) -> str:
    """Where Telegram is told to bring updates; PATH is added to an address without a path."""
    address = urlsplit(settings.telegram_webhook_url)
    return address._replace(path=PATH if address.path in ("", "/") else address.path).geturl()


def webhook_route(application: App, settings: Settings) -> Route:
    """The route of the webhook's path: POST with the right secret, nothing else."""
    secret = webhook_secret(settings).encode()

    async def receive(request: Request) -> Response:
        shown = request.headers.get(HEADER, "").encode()
        if not hmac.compare_digest(shown, secret):
            return Response(status_code=403)
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        if not application.running:
            return Response(status_code=503)
        return Response(status_code=await _take(application, body))

    return Route(urlsplit(webhook_address(settings)).path, receive, methods=["POST"])


async def _body(request: Request) -> bytes | None:
    """The request's body, or None where it is too large; a client that goes away sent nothing."""
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_BODY:
                return None
    except ClientDisconnect:
        return b""
    return body


async def _take(application: App, body: bytes) -> int:
    """Puts an update into the application's queue; returns the status to answer with."""
    try:
        content = json.loads(body)
        if not isinstance(content, dict):
            return 400
    except ValueError:
        return 400
    try:
        update = Update.de_json(content, application.bot)
    except Exception as error:
        # Refused, Telegram would bring it again for a day.
        _log.warning("an update could not be read (%s)", type(error).__name__)
        return 200
    try:
        await asyncio.wait_for(application.update_queue.put(update), PATIENCE)
    except asyncio.TimeoutError:
        return 503
    return 200
