"""One update of a chat after the other, many chats at once, and no more work taken in than fits in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

AT_ONCE = 256
WAITING = 1000
"""Updates taken in and not yet answered."""
WAITING_OF_ONE_CHAT = 25
"""Updates of one chat beyond which further ones are dropped: nobody reads so many answers."""


class _Turn(asyncio.Lock):
    """A chat's lock, with the number of updates that wait for it."""

    waiting = 0


class ChatOrder(BaseUpdateProcessor):
    """Answers a chat's messages in their order, so that a conversation is never read and written at once."""

    def __init__(self) -> None:
        super().__init__(AT_ONCE)
        self._turns: WeakValueDictionary[int, _Turn] = WeakValueDictionary()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        chat = update.effective_chat if isinstance(update, Update) else None
        if chat is None:
            await coroutine
            return
        turn = self._turns.setdefault(chat.id, _Turn())
        if turn.waiting >= WAITING_OF_ONE_CHAT:
            coroutine.close()  # type: ignore[attr-defined]
            return
        turn.waiting += 1
        try:
            async with turn:
                await coroutine
        finally:
            turn.waiting -= 1

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to end."""


class BoundedQueue(asyncio.Queue[object]):
    """A queue that counts what is in work as well: `put` waits until there is room."""

    def __init__(self, most: int = WAITING) -> None:
        super().__init__()
        self._room = asyncio.Semaphore(most)

    async def put(self, item: object) -> None:
        await self._room.acquire()
        await super().put(item)

    def task_done(self) -> None:
        super().task_done()
        self._room.release()
