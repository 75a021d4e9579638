"""What the network and Telegram can do wrong, each survived without losing or doubling an answer."""

from __future__ import annotations

import asyncio
import logging
import time

import pytest

from bot.channels.telegram import delivery
from bot.channels.telegram.application import Limiter
from bot.channels.telegram.run import Trouble
from tests.doubles.bot_api import (
    BLOCKED,
    NOT_JSON,
    NOT_JSON_DONE,
    RESET,
    RESET_DONE,
    SERVER_ERROR,
    BotApi,
    Fault,
    hang,
    refused,
    serving,
    too_many,
)
from tests.doubles.telegram_bot import Broken, answering, assistant, published

QUESTION = "me robaron en kcpd"


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "PAUSES", (0.02,) * 6)


def test_pauses_grow_and_end_within_a_minute() -> None:
    pauses = (0.3, 1.0, 2.0, 4.0, 8.0, 15.0)
    assert list(pauses) == sorted(pauses) and sum(pauses) < 60


SEND_FAULTS = {
    "429": [too_many(1)],
    "502": [SERVER_ERROR],
    "500 with JSON": [refused("Internal Server Error", 500)],
    "502 four times": [SERVER_ERROR] * 4,
    "reset before": [RESET],
    "reset after": [RESET_DONE],
    "not JSON, not done": [NOT_JSON],
    "not JSON, done": [NOT_JSON_DONE],
    "JSON without a result": [Fault(200, b'{"ok": true}', done=True)],
    "a mixture": [RESET, SERVER_ERROR, RESET_DONE, too_many(1), SERVER_ERROR],
    "done twice": [SERVER_ERROR, RESET_DONE],
}


@pytest.mark.parametrize("faults", SEND_FAULTS.values(), ids=SEND_FAULTS)
async def test_a_fault_in_sending_neither_loses_nor_doubles_an_answer(faults: list[Fault]) -> None:
    text = "ICE está en mi puerta ahora mismo"
    async with answering() as api:
        api.says(text)
        expected = [message["text"] for message in await api.answers(2)]
        api.chats.clear()
        api.fail("sendMessage", *faults)
        api.says(text)
        await _finished(api, 1.4 if too_many(1) in faults else 0.2)
        assert [message["text"] for message in api.shown()] == expected


async def test_a_lost_answer_to_sending_is_not_doubled_among_other_chats() -> None:
    async with answering() as api:
        api.fail("sendMessage", RESET_DONE, *[Fault(0, reset=True, done=True)] * 2)
        for chat in (7001, 7002, 7003):
            api.says(QUESTION, chat=chat)
        await _finished(api)
        assert [len(api.shown(chat)) for chat in (7001, 7002, 7003)] == [1, 1, 1]


async def test_a_timeout_after_which_the_message_is_there_is_not_doubled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.telegram.application.READ_TIMEOUT", 0.3)
    async with answering() as api:
        api.fail("sendMessage", hang(0.6, done=True), hang(0.6))
        api.says(QUESTION)
        await _finished(api)
        assert len(api.shown()) == 1


@pytest.mark.parametrize("fault", [SERVER_ERROR, RESET, RESET_DONE, NOT_JSON_DONE, too_many(1)])
async def test_a_fault_in_editing_is_survived(fault: Fault) -> None:
    async with answering() as api:
        api.says("/department")
        (menu,) = await api.answers(1)
        before = menu["html"]
        api.fail("editMessageText", fault)
        api.presses(dict(menu), "p:kcpd")
        await _finished(api, 1.4 if fault == too_many(1) else 0.2)
        (message,) = api.shown()
        assert message["message_id"] == menu["message_id"] and message["html"] != before

    assert len(api.called("editMessageText")) == 2


async def test_a_message_deleted_under_an_edit_is_sent_anew() -> None:
    async with answering() as api:
        api.says("/department")
        (menu,) = await api.answers(1)
        api.chats.clear()
        api.presses(menu, "p:kcpd")
        assert "Kansas City" in (await api.answers(1))[0]["text"]


@pytest.mark.parametrize("method", ["answerCallbackQuery", "sendChatAction", "editMessageReplyMarkup"])
@pytest.mark.parametrize("fault", [SERVER_ERROR, RESET, NOT_JSON, refused("Bad Request: query is too old"), BLOCKED])
async def test_calls_that_only_help_may_fail(method: str, fault: Fault) -> None:
    async with answering() as api:
        api.always[method] = fault
        api.says(QUESTION)
        (answer,) = await api.answers(1)
        api.presses(dict(answer), answer["reply_markup"]["inline_keyboard"][0][0]["callback_data"])
        await api.answers(2)
        await _finished(api)
        assert len(api.shown()) == 2


async def test_a_slow_typing_indicator_holds_nothing_up() -> None:
    async with answering() as api:
        api.always["sendChatAction"] = hang(3)
        began = time.monotonic()
        api.says(QUESTION)
        await api.answers(1)
        assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "fault", [refused("Not Found", 404), refused("no", 400), SERVER_ERROR, too_many(3600), NOT_JSON]
)
async def test_a_server_that_refuses_the_profile_is_answered_on(fault: Fault) -> None:
    profile = [
        f"{verb}{what}" for verb in ("setMy", "getMy") for what in ("Commands", "Description", "ShortDescription")
    ]
    async with serving(published()) as api:
        api.always.update(dict.fromkeys(profile, fault))
        async with answering(api=api):
            api.says(QUESTION)
            await api.answers(1)


async def test_who_blocked_the_bot_is_forgotten_and_nobody_else_is_held_up(caplog: pytest.LogCaptureFixture) -> None:
    given = assistant()
    async with answering(given) as api:
        api.fail("sendMessage", BLOCKED)
        api.says(QUESTION)
        api.says("gracias", chat=7002)
        await api.answers(1, chat=7002)
        await _finished(api)
        assert api.shown() == [] and len(given.store) == 1  # type: ignore[arg-type]
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize(
    "refusal",
    [
        refused("Bad Request: message thread not found"),
        refused("Bad Request: can't parse entities: unsupported start tag"),
    ],
)
async def test_what_telegram_refuses_is_left_out(refusal: Fault) -> None:
    async with answering() as api:
        api.fail("sendMessage", refusal)
        group = {"id": -1001, "type": "supergroup", "title": "G", "is_forum": True}
        api.update(
            message={
                **api.message(text="/privacy", entities=[{"type": "bot_command", "offset": 0, "length": 8}]),
                "chat": group,
                "message_thread_id": 5,
                "is_topic_message": True,
            }
        )
        thread_gone = b"thread" in refusal.body
        if thread_gone:
            await api.answers(1, chat=-1001)
            assert "message_thread_id" not in api.called("sendMessage")[-1]


async def test_a_group_that_became_a_supergroup_is_answered_there() -> None:
    moved = b'{"ok":false,"error_code":400,"description":"upgraded","parameters":{"migrate_to_chat_id":-1002}}'
    async with answering() as api:
        api.fail("sendMessage", Fault(400, moved))
        group = {"id": -5, "type": "group", "title": "G"}
        command = api.message(text="/privacy", entities=[{"type": "bot_command", "offset": 0, "length": 8}])
        api.update(message={**command, "chat": group})
        await api.answers(1, chat=-1002)


POLL_FAULTS = [SERVER_ERROR, RESET, NOT_JSON, too_many(1), Fault(200, b'{"ok": true, "result": 7}')]


@pytest.mark.parametrize("fault", POLL_FAULTS)
async def test_a_fault_in_polling_loses_no_message(fault: Fault, caplog: pytest.LogCaptureFixture) -> None:
    async with answering() as api:
        api.fail("getUpdates", fault)
        api.says(QUESTION)
        await api.answers(1, seconds=15)
        assert len(api.shown()) == 1


async def test_an_update_that_cannot_be_read_does_not_stop_the_next() -> None:
    async with answering() as api:
        api.update(message={"message_id": "?", "chat": 5})
        api.update(message=7)
        api.raw("nonsense")
        api.update(callback_query={"id": 1})
        api.says(QUESTION)
        await api.answers(1)


async def test_two_pollers_give_one_clear_line(caplog: pytest.LogCaptureFixture) -> None:
    conflict = refused("Conflict: terminated by other getUpdates request", 409)
    async with answering() as api:
        api.fail("getUpdates", conflict, conflict)
        api.says(QUESTION)
        await api.answers(1, seconds=15)
    lines = [record.getMessage() for record in caplog.records if "same token" in record.getMessage()]
    assert len(lines) == 1


def test_a_trouble_that_lasts_is_said_again_after_ten_minutes_only(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    trouble = Trouble(lambda: now[0])
    for _ in range(25):
        trouble.meet(OSError("secret"))
        now[0] += 30
    assert len(caplog.records) == 2
    assert "secret" not in caplog.text


async def test_an_error_of_ours_is_met_with_an_apology_and_the_hotline(caplog: pytest.LogCaptureFixture) -> None:
    given = assistant(Broken())
    async with answering(given) as api:
        api.says("canario-7345 me robaron")
        (apology,) = await api.answers(1)
        assert given.base.contacts["us_migrawatch"].value in apology["text"] and "911" in apology["text"]
    assert "RuntimeError at telegram_bot.py" in caplog.text
    assert "canario" not in caplog.text


async def test_the_librarys_limiter_spaces_the_messages_of_a_group() -> None:
    limiter = Limiter(group_max_rate=2, group_time_period=1, max_retries=1)
    async with answering(limiter=limiter) as api:
        command = {"entities": [{"type": "bot_command", "offset": 0, "length": 8}], "text": "/privacy"}
        for _ in range(4):
            api.update(message={**api.message(**command), "chat": {"id": -9, "type": "group", "title": "G"}})
        began = time.monotonic()
        await api.answers(4, chat=-9)
        assert time.monotonic() - began > 0.5


async def _finished(api: BotApi, quiet: float = 0.2) -> None:
    """Waits until nothing but polling has come for some seconds."""
    seen, since = -1, time.monotonic()
    while time.monotonic() - since < quiet:
        calls = sum(call.method != "getUpdates" for call in api.calls)
        if calls != seen:
            seen, since = calls, time.monotonic()
        await asyncio.sleep(0.02)
