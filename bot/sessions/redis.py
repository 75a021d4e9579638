"""Conversations in Redis: they outlive a restart and are shared by replicas. Keys are hashes; values expire.

A Redis that is away or slow costs a conversation its memory, never an answer: every call has TIMEOUT seconds,
and after a failure Redis is left alone for PAUSE seconds.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from ..core.message import Asking, Conversation, Pending
from .memory import MemoryStore

TIMEOUT = 0.3
PAUSE = 5.0
MOST_OWED = 10_000
"""Conversations whose deletion is kept in mind while Redis is away."""

_log = logging.getLogger(__name__)


class RedisStore:
    """Keeps conversations under `amparo:c:KEY` and marks under `amparo:m:MARK`."""

    def __init__(self, url: str, minutes: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Connects at first use; raises ValueError where the address is malformed."""
        self._redis: Redis[bytes] = Redis.from_url(
            url,
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            retry=Retry(NoBackoff(), 0),
            retry_on_timeout=False,
        )
        self._milliseconds = int(minutes * 60_000)
        self._clock = clock
        self._away_until = float("-inf")
        self._own = MemoryStore(minutes, clock)
        self._owed: set[str] = set()

    async def get(self, key: str) -> Conversation | None:
        await self._pay()
        if key in self._owed:
            return None
        found = await self._try(lambda: self._redis.get(f"amparo:c:{key}"))
        return unpack(found) if found else None

    async def put(self, key: str, conversation: Conversation) -> None:
        await self._pay()
        await self._try(lambda: self._redis.set(f"amparo:c:{key}", pack(conversation), px=self._milliseconds))

    async def drop(self, key: str) -> None:
        self._owed.add(key)
        await self._pay()
        while len(self._owed) > MOST_OWED:
            self._owed.pop()

    async def first_time(self, mark: str) -> bool:
        """As told by Redis; where it is away, as far as this process knows."""
        if not await self._own.first_time(mark):
            return False
        new = await self._try(lambda: self._redis.set(f"amparo:m:{mark}", b"", px=self._milliseconds, nx=True), True)
        return new is not None

    async def close(self) -> None:
        """Ends the connections; what expires in Redis expires there."""
        try:
            await asyncio.wait_for(self._redis.connection_pool.disconnect(), TIMEOUT)
        except (RedisError, OSError, asyncio.TimeoutError):
            _log.info("Redis was away at the end")

    async def _pay(self) -> None:
        """Deletes what was to be forgotten while Redis was away."""
        owed = tuple(self._owed)
        if owed and await self._try(lambda: self._redis.delete(*(f"amparo:c:{key}" for key in owed))) is not None:
            self._owed.difference_update(owed)

    async def _try(self, call: Callable[[], Awaitable[Any]], otherwise: Any = None) -> Any:
        """What Redis answers, or `otherwise` where it is away or slow."""
        if self._clock() < self._away_until:
            return otherwise
        try:
            return await asyncio.wait_for(call(), TIMEOUT)
        except (RedisError, OSError, asyncio.TimeoutError) as error:
            # The error's text may hold the address with its password.
            _log.warning("Redis is away or slow (%s): conversations have no memory for now", type(error).__name__)
            self._away_until = self._clock() + PAUSE
            return otherwise


def pack(conversation: Conversation) -> bytes:
    """The conversation as a short JSON list."""
    pending = conversation.pending
    fields = [
        conversation.locale,
        int(conversation.locale_chosen),
        conversation.place,
        conversation.topic,
        *((pending.asking.value, *pending.options) if pending else ()),
    ]
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def unpack(packed: bytes) -> Conversation | None:
    """The conversation, or None where it was not written by `pack` (by another version, say)."""
    try:
        locale, chosen, place, topic, *asked = json.loads(packed)
        texts = [text for text in (locale, place, topic, *asked) if text is not None]
        if not all(isinstance(text, str) for text in texts) or chosen not in (0, 1):
            return None
        pending = Pending(Asking(asked[0]), tuple(asked[1:])) if asked else None
        return Conversation(locale, bool(chosen), place, topic, pending)
    except (ValueError, TypeError):
        return None
