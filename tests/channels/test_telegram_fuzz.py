"""Updates of every kind through the real application: no error is left to its handler, and no socket is opened."""

from __future__ import annotations

import json
import logging
import random
import socket
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from telegram import Update

from bot.channels.telegram.application import build_application
from bot.channels.telegram.polls import readable
from bot.settings import Settings
from tests.doubles.bot_api import TOKEN, BotApi
from tests.doubles.bot_api_schema import Schema
from tests.doubles.fabricate import Fabricator
from tests.doubles.telegram_bot import assistant, published, unlimited
from tests.doubles.wire import Wire

UPDATES_AT_ONCE = 100
ROUNDS = 25


class Faults(logging.Handler):
    """Every record of a warning or worse, of the bot and of the library."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage()[:300])


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)


async def deliver(schema: Schema, updates: list[dict[str, Any]]) -> tuple[BotApi, list[str]]:
    """Processes updates by the whole application; returns the server and what was logged as wrong."""
    api = BotApi(schema)
    wire, faults = Wire(api), Faults()
    given_settings = Settings(telegram_token=TOKEN, telegram_api="http://127.0.0.1:9")
    application = build_application(given_settings, assistant(), unlimited(), polls=wire, request=wire)
    library = logging.getLogger("telegram")
    library.setLevel(logging.WARNING)
    logging.getLogger().addHandler(faults)
    try:
        async with application:
            payload = json.dumps({"ok": True, "result": updates}).encode()
            for update in Update.de_list(json.loads(readable(payload))["result"], application.bot):
                await application.process_update(update)
    finally:
        logging.getLogger().removeHandler(faults)
        library.setLevel(logging.CRITICAL + 1)
    return api, faults.said


@pytest.mark.usefixtures("no_network")
@settings(
    max_examples=ROUNDS,
    deadline=None,
    # A seed tells nothing by being small: failures are not shrunk.
    phases=(Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.integers(0, 2**32))
async def test_no_kind_of_update_is_an_error(seed: int) -> None:
    schema = published()
    fabricator = Fabricator(schema, random.Random(seed))
    updates = [fabricator.update(number) for number in range(1, UPDATES_AT_ONCE + 1)]
    api, said = await deliver(schema, updates)
    assert said == []
    assert api.problems == []


@pytest.mark.usefixtures("no_network")
async def test_every_kind_of_update_is_met_by_the_fuzz() -> None:
    schema = published()
    fabricator = Fabricator(schema, random.Random(1))
    met = {kind for number in range(2000) for kind in fabricator.update(number)}
    assert met == {field["name"] for field in schema.types["Update"]["fields"]}
