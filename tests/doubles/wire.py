"""The library's requests answered by the Bot API double in this process: no socket is opened."""

from __future__ import annotations

import json
from typing import Any

from telegram.request import BaseRequest, RequestData

from .bot_api import BotApi


class Wire(BaseRequest):
    def __init__(self, api: BotApi) -> None:
        self.api = api

    @property
    def read_timeout(self) -> float:
        return 5.0

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        token, _, name = url.rpartition("/bot")[2].partition("/")
        body = json.dumps(request_data.json_parameters if request_data else {}).encode()
        return await self.api._answer(token, name, body, {"content-type": "application/json"})
