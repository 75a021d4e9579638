"""The requests for updates, watched: what cannot be read does not stop what comes after it."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import Any

from telegram import Update
from telegram.request import HTTPXRequest

_REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND)


class Polls(HTTPXRequest):
    """Tells by `refused` that Telegram no longer takes the token, on which the library ends polling silently.

    An update the library cannot read would be fetched again and again; it is passed on without its contents.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.refused = asyncio.Event()

    async def do_request(self, url: str, method: str, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        status, payload = await super().do_request(url, method, *args, **kwargs)
        if status in _REFUSED:
            self.refused.set()
        return status, readable(payload) if status == HTTPStatus.OK and url.endswith("/getUpdates") else payload


def readable(payload: bytes) -> bytes:
    """The answer to getUpdates, its unreadable updates emptied; unchanged where nothing is wrong."""
    try:
        answer = json.loads(payload)
        updates = answer["result"]
        kept = [_readable(update) for update in updates]
    except (ValueError, KeyError, TypeError):
        return payload
    if kept == updates:
        return payload
    return json.dumps({**answer, "result": [update for update in kept if update]}).encode()


def _readable(update: Any) -> Any:
    if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
        return None
    try:
        Update.de_json(update, None)
    except Exception:
        return {"update_id": update["update_id"]}
    return update
