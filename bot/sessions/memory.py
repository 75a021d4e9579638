"""Conversations in this process's memory: gone when it stops."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from ..core.message import Conversation

MOST_KEPT = 100_000
"""Conversations and marks kept each; beyond that the oldest go, so that memory stays flat."""


class MemoryStore:
    """The default store. `clock` gives seconds that only grow."""

    def __init__(self, minutes: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = minutes * 60, clock
        self._conversations: OrderedDict[str, tuple[float, Conversation]] = OrderedDict()
        self._marks: OrderedDict[str, float] = OrderedDict()

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
        while self._conversations and (
            len(self._conversations) > MOST_KEPT or next(iter(self._conversations.values()))[0] <= now
        ):
            self._conversations.popitem(last=False)

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
        self._conversations.clear()
        self._marks.clear()
