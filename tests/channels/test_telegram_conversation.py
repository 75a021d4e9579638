"""Conversations through the whole application, by long polling, on the Bot API double."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from bot.channels.telegram import words
from bot.channels.telegram.commands import Action, commands
from bot.channels.telegram.render import AFTER
from tests.doubles.bot_api import BOT, BotApi
from tests.doubles.telegram_bot import answering, assistant, dialogue

KCPD = {"latitude": 39.0997, "longitude": -94.5786}
BOGOTA = {"latitude": 4.711, "longitude": -74.0721}
GROUP = {"id": -1001, "type": "supergroup", "title": "Vecinos"}


def spanish(text: str) -> str:
    return dialogue().languages["es"].gettext(text)


def buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [button for row in message.get("reply_markup", {}).get("inline_keyboard", []) for button in row]


async def test_start_says_what_it_is_and_is_not_in_the_language_of_the_app() -> None:
    async with answering() as api:
        api.says("/start", language="es-MX")
        (message,) = await api.answers(1)
        first, second = words.introduction(dialogue().languages["es"])
        assert message["text"].startswith(f"{first.text}\n\n{second.text}\n\n")
        data = [button["callback_data"] for button in buttons(message)]
        assert data[0] == "m:departments"
        assert {f"g:{group}" for group in dialogue().base.groups} <= set(data)


async def test_start_twice_does_not_end_a_conversation() -> None:
    async with answering() as api:
        api.says("me robaron en kcpd")
        api.says("/start")
        api.says("/sources")
        first, _, last = await api.answers(3)
        assert "KCPD" in first["text"] and "KCPD" in last["text"]


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("locale", dialogue().languages.codes)
async def test_every_command_answers_by_its_name_in_every_language(action: Action, locale: str) -> None:
    async with answering() as api:
        name = next(c.name for c in commands(dialogue().languages[locale]) if c.action is action)
        api.says(f"/{name}", language=locale)
        (message,) = await api.answers(1)
        assert message["text"]


async def test_a_question_is_answered_with_headline_steps_and_linked_sources() -> None:
    async with answering() as api:
        api.says("me robaron en kcpd")
        (message,) = await api.answers(1)
        assert message["html"].startswith("<b>No.")
        assert '<a href="https://kcpdchief.blogspot.com' in message["html"]
        assert "\n• " in message["text"]
        sent = api.called("sendMessage")[0]
        assert json.loads(sent["link_preview_options"]) == {"is_disabled": True}
        assert "protect_content" not in sent
        assert api.called("sendChatAction")[0]["action"] == "typing"


async def test_the_form_for_danger_now_comes_first_and_alone() -> None:
    async with answering() as api:
        api.says("ICE is at my door right now", language="en")
        first, second = await api.answers(2)
        assert len(first["text"]) <= 320 and "reply_markup" not in first
        assert "blockquote" in second["html"] and buttons(second)


async def test_a_button_of_a_menu_edits_it_in_place() -> None:
    async with answering() as api:
        api.says("/department")
        (menu,) = await api.answers(1)
        api.presses(menu, "p:kcpd")
        await api.until(lambda: api.confirmed and api.called("editMessageText"))
        assert [message["message_id"] for message in api.shown()] == [menu["message_id"]]
        assert "Kansas City" in api.shown()[0]["text"]


async def test_a_button_under_an_answer_leaves_the_answer_and_sends_a_new_one() -> None:
    async with answering() as api:
        api.says("me robaron en kcpd")
        (answer,) = await api.answers(1)
        text, pressed = answer["text"], buttons(answer)[0]["callback_data"]
        assert pressed.startswith(AFTER)
        api.presses(dict(answer), pressed)
        api.presses(dict(answer), pressed)
        await api.until(lambda: len(api.confirmed) == 2 and api.called("editMessageReplyMarkup"))
        first, second = api.shown()
        assert first["text"] == text and second["text"] != text
        assert pressed not in [button["callback_data"] for button in buttons(first)]


async def test_an_old_or_foreign_button_shows_the_help() -> None:
    async with answering() as api:
        api.says("/help")
        (menu,) = await api.answers(1)
        api.presses(menu, "x:gone")
        api.presses({**menu, "message_id": 3}, "t:victim_status")
        api.presses({"message_id": 5, "date": 0, "chat": menu["chat"]}, "+t:victim_status")
        await api.answers(3)
        await api.until(lambda: len(api.confirmed) == 3)


async def test_the_language_is_switched_by_button_and_kept() -> None:
    async with answering() as api:
        api.says("/language", language="es")
        (menu,) = await api.answers(1)
        api.presses(menu, "l:en")
        await api.until(lambda: api.called("editMessageText"))
        api.says("me robaron en kcpd")
        message = (await api.answers(2))[1]
        assert message["text"].startswith("No. In 2019")


@pytest.mark.parametrize(
    ("payload", "begins"),
    [
        ("kcpd_victim_status", "No. En 2019"),
        ("en_kcpd_victim_status", "No. In 2019"),
        ("victim_status", ""),
    ],
)
async def test_a_deep_link_with_a_topic_introduces_the_bot_and_answers(payload: str, begins: str) -> None:
    async with answering() as api:
        api.says(f"/start {payload}")
        first, second = await api.answers(2)
        assert "911" in first["text"]
        assert second["text"].startswith(begins)


@pytest.mark.parametrize("payload", ["kcpd", "es_kcpd", "no_such_thing", "ñ" * 70])
async def test_other_deep_links_lead_to_the_start(payload: str) -> None:
    async with answering() as api:
        api.says(f"/start {payload}")
        assert "911" in (await api.answers(1))[0]["text"]


async def test_a_location_finds_the_department() -> None:
    async with answering() as api:
        api.update(message=api.message(location=KCPD))
        (message,) = await api.answers(1)
        offered = [button.get("callback_data") for button in buttons(message)]
        assert "Kansas City" in message["text"] or "p:kcpd" in offered


async def test_a_location_far_away_is_answered_with_the_list() -> None:
    async with answering() as api:
        api.update(message=api.message(location=BOGOTA))
        (message,) = await api.answers(1)
        assert "p:kcpd" in [button["callback_data"] for button in buttons(message)]


@pytest.mark.parametrize(
    "content",
    [
        {"voice": {"file_id": "f", "file_unique_id": "u", "duration": 3}},
        {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]},
        {"document": {"file_id": "f", "file_unique_id": "u"}},
        {"contact": {"phone_number": "+18165550100", "first_name": "Zoraida"}},
        {"dice": {"emoji": "🎲", "value": 3}},
    ],
    ids=lambda content: next(iter(content)),
)
async def test_what_is_not_text_gets_one_polite_line(content: dict[str, Any]) -> None:
    async with answering() as api:
        api.update(message=api.message(**content))
        (message,) = await api.answers(1)
        assert message["text"].startswith(spanish("I can read only text. Write your question in a few words, please."))


async def test_an_album_is_answered_once_and_a_caption_as_a_question() -> None:
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    async with answering() as api:
        for _ in range(3):
            api.update(message=api.message(photo=photo, media_group_id="album"))
        api.update(message=api.message(photo=photo, caption="me robaron en kcpd"))
        _, second = await api.answers(2)
        assert second["text"].startswith("No. En 2019")


async def silent(api: BotApi) -> bool:
    """Whether nothing was sent for what came before; a last message shows that all of it was read."""
    before = len(api.calls)
    api.says("gracias", chat=4444)
    await api.answers(1, chat=4444)
    sent = [c for c in api.calls[before:] if c.method.startswith("send") and c.parameters["chat_id"] != "4444"]
    return not sent


async def test_edits_channel_posts_and_service_messages_are_met_with_silence() -> None:
    async with answering() as api:
        channel = {"id": -100200, "type": "channel", "title": "C"}
        post = {"message_id": 1, "date": 1, "chat": channel, "text": "me robaron"}
        api.update(edited_message=api.message(text="me robaron", edit_date=1))
        api.update(channel_post=post)
        api.update(edited_channel_post=post)
        api.update(message=api.message(message_auto_delete_timer_changed={"message_auto_delete_time": 60}))
        api.update(message=api.message(chat_shared={"request_id": 1, "chat_id": 5}))
        api.update(something_new={"a": 1})
        assert await silent(api)


async def test_a_duplicate_update_is_answered_once() -> None:
    async with answering() as api:
        message = api.message(text="hola")
        for _ in range(3):
            api.raw({"update_id": 9_000_000, "message": message})
        await api.answers(1)
        assert await silent(api)
        assert len(api.shown()) == 1


def in_group(api: BotApi, text: str, **others: Any) -> dict[str, Any]:
    mention = text.find(f"@{BOT['username']}")
    entities = []
    if mention >= 0:
        entities.append({"type": "mention", "offset": mention, "length": len(f"@{BOT['username']}")})
    if text.startswith("/"):
        entities.append({"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])})
    return {**api.message(text=text, entities=entities), "chat": GROUP, **others}


async def test_in_a_group_only_what_is_meant_for_the_bot_is_answered() -> None:
    async with answering() as api:
        api.update(message=in_group(api, "me robaron en kcpd"))
        api.update(message=in_group(api, "@other_bot me robaron en kcpd"))
        api.update(message=in_group(api, "/help@other_bot"))
        api.update(message=in_group(api, "", voice={"file_id": "f", "file_unique_id": "u", "duration": 1}))
        assert await silent(api)
        asked = in_group(api, f"@{BOT['username']} me robaron en kcpd")
        api.update(message=asked)
        (answer,) = await api.answers(1, chat=GROUP["id"])
        assert answer["reply_to"] == asked["message_id"] and answer["text"].startswith("No. En 2019")
        replied = {"message_id": 5, "date": 1, "chat": GROUP, "from": BOT, "text": "?"}
        api.update(message=in_group(api, "gracias", reply_to_message=replied))
        api.update(message=in_group(api, f"/help@{BOT['username']}"))
        await api.answers(3, chat=GROUP["id"])


async def test_in_a_group_nothing_is_remembered_and_buttons_lead_to_the_private_chat() -> None:
    given = assistant()
    async with answering(given) as api:
        api.update(message=in_group(api, f"me robaron en kcpd @{BOT['username']}"))
        (answer,) = await api.answers(1, chat=GROUP["id"])
        assert len(given.store) == 0  # type: ignore[arg-type]
        urls = [button.get("url", "") for button in buttons(answer)]
        assert urls and all(url.startswith("https://t.me/amparo_test_bot?start=es_kcpd_") for url in urls)


async def test_inline_mode_offers_answers_as_cards() -> None:
    async with answering() as api:
        person = {"id": 9, "is_bot": False, "first_name": "Z", "language_code": "es"}
        for number, text in enumerate(("", "robaron kcpd", "polic", "zzzz")):
            api.update(inline_query={"id": str(number), "from": person, "query": text, "offset": ""})
        await api.until(lambda: len(api.inline) == 4)
        assert len(api.inline["0"]) >= 4
        card = api.inline["1"][0]
        assert card["input_message_content"]["message_text"].startswith("<b>No. En 2019")
        assert card["reply_markup"]["inline_keyboard"][0][0]["url"].endswith("?start=es_kcpd_victim_status")
        assert 1 <= len(api.inline["2"]) <= 5
        assert api.inline["3"] == []
        assert all(call["is_personal"] == "true" for call in api.called("answerInlineQuery"))


async def test_forget_and_blocking_leave_no_conversation() -> None:
    given = assistant()
    async with answering(given) as api:
        api.says("me robaron en kcpd")
        await api.answers(1)
        assert len(given.store) == 1  # type: ignore[arg-type]
        api.says("/forget")
        await api.answers(2)
        assert len(given.store) == 0  # type: ignore[arg-type]
        api.says("me robaron en kcpd")
        await api.answers(3)
        person = {"id": 7001, "is_bot": False, "first_name": "Z"}
        chat = {"id": 7001, "type": "private"}
        member = {"user": BOT, "status": "member"}
        gone = {"user": BOT, "status": "kicked", "until_date": 0}
        api.update(
            my_chat_member={"chat": chat, "from": person, "date": 1, "old_chat_member": member, "new_chat_member": gone}
        )
        assert await silent(api)
        assert len(given.store) == 1  # type: ignore[arg-type]


async def test_messages_of_a_chat_are_answered_in_their_order() -> None:
    async with answering() as api:
        for number in range(8):
            api.says("me robaron en kcpd" if number % 2 else "gracias")
        shown = await api.answers(8)
        assert [message["text"].startswith("No. En 2019") for message in shown] == [False, True] * 4


async def test_a_flood_of_one_chat_does_not_hold_up_others() -> None:
    async with answering() as api:
        for _ in range(300):
            api.says("hola", chat=6666)
        api.says("gracias", chat=5555)
        await asyncio.wait_for(api.answers(1, chat=5555), 10)


async def test_long_and_strange_texts_are_answered() -> None:
    async with answering() as api:
        for text in ("x" * 4096, "\u202e\u0000\x07", "🏠" * 2000, "/", "/unknown", "<b>&amp;", "@amparo_test_bot"):
            api.says(text)
        await api.answers(7)
