"""The bot in this process, answering on a Bot API double."""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram.ext import AIORateLimiter

from bot.assistant import Assistant, assemble_dialogue
from bot.channels.telegram.application import Limiter
from bot.channels.telegram.run import Channel, opened
from bot.core.dialogue import Dialogue
from bot.home import home
from bot.nlu.classifier import Ranked
from bot.nlu.interpreter import Interpretation
from bot.sessions.memory import MemoryStore
from bot.sessions.store import SessionStore
from bot.settings import Settings

from .bot_api import TOKEN, BotApi, Schema, schema, serving

KEYWORDS = {
    "robaron": ("victim_status", "es"),
    "robbed": ("victim_status", "en"),
    "puerta": ("ice_at_door", "es"),
    "door": ("ice_at_door", "en"),
    "gracias": ("thanks", "es"),
    "thanks": ("thanks", "en"),
    "hola": ("greet", "es"),
    "hello": ("greet", "en"),
    "olvida": ("delete_data", "es"),
}


class Keywords:
    """Understands a handful of words, without a model."""

    def understands(self, locale: str) -> bool:
        return True

    def interpret(self, masked: str) -> Interpretation:
        for word, (intent, locale) in KEYWORDS.items():
            if word in masked.lower():
                return Interpretation((Ranked(intent, 0.99),), (Ranked(locale, 0.99),))
        return Interpretation((Ranked("out_of_scope", 0.99),), ())


class Broken:
    """Fails at every message, with the message in the error's text."""

    def understands(self, locale: str) -> bool:
        return True

    def interpret(self, masked: str) -> Interpretation:
        raise RuntimeError(f"cannot interpret {masked}")


@functools.cache
def dialogue() -> Dialogue:
    return assemble_dialogue(home(), Settings())


def assistant(interpreter: Any = None, store: SessionStore | None = None) -> Assistant:
    return Assistant(dialogue(), interpreter or Keywords(), store or MemoryStore(30))


def published() -> Schema:
    """The Bot API's published data; skips without it, fails without it where CI=true."""
    found = schema()
    if found is None:
        reason = "AMPARO_TEST_BOT_API does not name the Bot API's data (JSON)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def settings(api: BotApi, **others: Any) -> Settings:
    return Settings(telegram_token=TOKEN, telegram_api=api.url, **others)


def unlimited() -> AIORateLimiter:
    """The bot's limiter without a limit, for tests that are not about it."""
    return Limiter(overall_max_rate=0, group_max_rate=0, max_retries=5)


@contextlib.asynccontextmanager
async def answering(
    given: Assistant | None = None, api: BotApi | None = None, limiter: AIORateLimiter | None = None, **others: Any
) -> AsyncIterator[BotApi]:
    """The whole application by long polling; every call it makes must fit the published data."""
    async with contextlib.AsyncExitStack() as stack:
        server = api or await stack.enter_async_context(serving(published()))
        channel = Channel(settings(server, **others), given or assistant(), limiter or unlimited())
        await stack.enter_async_context(opened(channel))
        await server.until(lambda: bool(server.called("getUpdates")))
        yield server
    assert server.problems == []
