"""Conversations in this process's memory: gone when it stops."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable

from ..core.message import Conversation

MOST_KEPT = 20_000
"""Conversations and marks kept each; beyond that the oldest go, so that memory stays flat."""


class MemoryStore:
    """The default store. `clock` gives seconds that only grow."""

    def __init__(self, minutes: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = minutes * 60, clock
        self._conversations: OrderedDict[str, tuple[float, Conversation]] = OrderedDict()
        self._marks: OrderedDict[str, float] = OrderedDict()
        self._sweeper: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._conversations)

    async def get(self, key: str) -> Conversation | None:
        found = self._conversations.get(key)
        if found is None or found[0] <= self._clock():
            self._conversations.pop(key, None)
            return None
        return found[1]

    async def put(self, key: str, conversation: Conversation) -> None:
        now = self._clock()
        self._conversations[key] = (now + self._seconds, conversation)
        self._conversations.move_to_end(key)
        self._sweep_conversations(now)
        if self._sweeper is None:
            self._sweeper = asyncio.get_running_loop().call_later(self._seconds, self._sweep)

    def _sweep_conversations(self, now: float) -> None:
        while self._conversations and (
            len(self._conversations) > MOST_KEPT or next(iter(self._conversations.values()))[0] <= now
        ):
            self._conversations.popitem(last=False)

    def _sweep(self) -> None:
        """Erases what has expired even where nobody writes any more: the privacy statement says so."""
        now = self._clock()
        self._sweep_conversations(now)
        self._sweeper = None
        if self._conversations:
            wait = max(0.0, next(iter(self._conversations.values()))[0] - now) + 0.01
            self._sweeper = asyncio.get_running_loop().call_later(wait, self._sweep)

    async def drop(self, key: str) -> None:
        self._conversations.pop(key, None)

    async def first_time(self, mark: str) -> bool:
        now = self._clock()
        while self._marks and (len(self._marks) > MOST_KEPT or next(iter(self._marks.values())) <= now):
            self._marks.popitem(last=False)
        if mark in self._marks:
            return False
        self._marks[mark] = now + self._seconds
        return True

    async def close(self) -> None:
        if self._sweeper:
            self._sweeper.cancel()
            self._sweeper = None
        self._conversations.clear()
        self._marks.clear()
