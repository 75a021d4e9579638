"""What is done with each kind of update. Nothing of an update is kept or logged."""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from telegram import CallbackQuery, Chat, InlineKeyboardMarkup, Message, MessageEntity, Update, User
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ApplicationHandlerStop, CallbackContext, ExtBot

from ...assistant import Assistant
from ...core import message as core
from ...i18n import Catalog
from ...knowledge.location import departments_around
from . import deeplinks, words
from .commands import Action
from .delivery import Delivery, Target
from .keys import SessionKeys
from .render import AFTER, keyboard, links, parts

Context = CallbackContext[ExtBot[None], Any, Any, Any]
Handler = Callable[[Update, Context], Coroutine[Any, Any, None]]

BUSY = 8
"""Updates in work above which no typing indicator is sent: answers need the allowed calls."""
DOUBLE_TAP = 10.0
"""Seconds in which a second press of the same button is the same press."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is to be answered: the conversation's key (none in a group), the app's language, and where."""

    key: str | None
    hint: str | None
    target: Target


class Handlers:
    """The callbacks of the application."""

    def __init__(self, assistant: Assistant, keys: SessionKeys, delivery: Delivery) -> None:
        self.assistant, self.keys, self.delivery = assistant, keys, delivery

    # --- updates ------------------------------------------------------------------------------------------

    async def once(self, update: Update, _: Context) -> None:
        """Stops an update that was delivered before."""
        if not await self.assistant.store.first_time(self.keys.of("update", update.update_id)):
            raise ApplicationHandlerStop

    async def text(self, update: Update, context: Context) -> None:
        """A question: typed, forwarded, or the caption of a picture."""
        message = update.message
        if message is None or (message.via_bot and message.via_bot.id == context.bot.id):
            return
        text = message.text or message.caption or ""
        if not _private(message.chat):
            if not _addressed(message, context.bot):
                return
            text = _without_mention(text, context.bot)
        await self._answer(self._caller(message), core.Message(text=text), context)

    async def location(self, update: Update, context: Context) -> None:
        """A shared location finds the department, and is gone when this returns."""
        message = update.message
        if message is None or message.location is None or not _private(message.chat):
            return
        caller = self._caller(message)
        point = message.location
        around = departments_around(self.assistant.base, point.latitude, point.longitude)
        if len(around) == 1:
            await self._answer(caller, core.Message(choice=f"p:{around[0].id}"), context)
            return
        menu = await self._handle(caller, core.Message(choice=words.DEPARTMENTS))
        catalog = self.assistant.languages[menu.locale]
        near = {f"p:{department.id}" for department in around}
        if around:
            choices = tuple(choice for choice in menu.choices if choice.value in near)
            await self._send(caller, words.several_departments(catalog, choices), context)
        else:
            await self._send(caller, words.unknown_location(catalog, menu.choices), context)

    async def other_content(self, update: Update, context: Context) -> None:
        """A photo, a voice message and the like: one polite line, once for an album."""
        message = update.message
        if message is None or not _private(message.chat):
            return
        album = message.media_group_id
        if album and not await self.assistant.store.first_time(self.keys.of("album", album)):
            return
        caller = self._caller(message)
        await self._send(caller, words.only_text(await self._catalog(caller)), context)

    async def pressed(self, update: Update, context: Context) -> None:
        """A button: the press is confirmed, a menu is edited in place, an answer stays and a new one follows."""
        query = update.callback_query
        if query is None:
            return
        confirmed = asyncio.ensure_future(_confirm(query))
        try:
            if query.message and _private(query.message.chat) and query.data:
                await self._press(query, query.message.chat, query.message.message_id, query.data, context)
        finally:
            await confirmed

    async def membership(self, update: Update, _: Context) -> None:
        """Who blocks the bot is forgotten at once."""
        change = update.my_chat_member
        if change and _private(change.chat) and change.new_chat_member.status in ("kicked", "left"):
            await self.assistant.store.drop(self.keys.of("chat", change.chat.id))

    def command(self, action: Action) -> Handler:
        """The callback of a command."""
        replies: dict[Action, Callable[[Caller], Awaitable[core.Reply]]] = {
            Action.HELP: self._help,
            Action.TOPICS: self._topics,
            Action.DEPARTMENT: self._departments,
            Action.LANGUAGE: self._languages,
            Action.SOURCES: self._sources,
            Action.PRIVACY: self._privacy,
            Action.FORGET: self._forget,
        }

        async def callback(update: Update, context: Context) -> None:
            message = update.message
            if message is None:
                return
            caller = self._caller(message)
            words_after = " ".join(context.args or ())
            if action is Action.START:
                await self._start(caller, words_after, context)
            elif words_after and action in (Action.DEPARTMENT, Action.LANGUAGE, Action.TOPICS):
                await self._answer(caller, core.Message(text=words_after), context)
            else:
                await self._send(caller, await replies[action](caller), context)

        return callback

    async def failed(self, update: object, context: Context) -> None:
        """After an error: a short apology to the person, the place in the code to the log, no text and no id."""
        error = context.error
        if error is None:
            return
        caller = self._caller_of(update)
        if isinstance(error, Forbidden):
            if caller and caller.key:
                await self.assistant.store.drop(caller.key)
            return
        _log.error("an update was not answered: %s", described(error))
        if caller is None or (isinstance(error, TelegramError) and not isinstance(error, BadRequest)):
            return
        try:
            catalog = self._hinted(caller)
            await self.delivery.send(caller.target, parts(words.apology(catalog, self.assistant.base)))
        except Exception as second:
            _log.error("nor was an apology sent: %s", described(second))

    # --- commands -----------------------------------------------------------------------------------------

    async def _start(self, caller: Caller, payload: str, context: Context) -> None:
        choices = deeplinks.choices_of(payload, self.assistant.base, self.assistant.languages)
        if caller.key is None or not choices:
            menu = await self._handle(caller, core.Message(choice="m:help"))
            await self._send(caller, words.start(self.assistant.languages[menu.locale], menu), context)
            return
        for choice in choices:
            reply = await self._handle(caller, core.Message(choice=choice))
        first = core.Reply(reply.locale, "greet", words.introduction(self.assistant.languages[reply.locale]))
        await self._send(caller, first, context)
        await self._send(caller, reply, context)

    async def _help(self, caller: Caller) -> core.Reply:
        return await self._handle(caller, core.Message(choice="m:help"))

    async def _topics(self, caller: Caller) -> core.Reply:
        menu = await self._help(caller)
        return words.topics(self.assistant.languages[menu.locale], menu)

    async def _departments(self, caller: Caller) -> core.Reply:
        return await self._handle(caller, core.Message(choice=words.DEPARTMENTS))

    async def _languages(self, caller: Caller) -> core.Reply:
        return await self._handle(caller, core.Message(choice="m:languages"))

    async def _sources(self, caller: Caller) -> core.Reply:
        return await self._handle(caller, core.Message(choice="m:sources"))

    async def _privacy(self, caller: Caller) -> core.Reply:
        return await self._handle(caller, core.Message(choice="m:privacy"))

    async def _forget(self, caller: Caller) -> core.Reply:
        catalog = await self._catalog(caller)
        if caller.key:
            await self.assistant.store.drop(caller.key)
        return words.forgotten(catalog)

    # --- answering ----------------------------------------------------------------------------------------

    async def _answer(self, caller: Caller, message: core.Message, context: Context) -> None:
        typing = context.application.update_processor.current_concurrent_updates <= BUSY
        if typing:
            _, reply = await asyncio.gather(self.delivery.typing(caller.target), self._handle(caller, message))
        else:
            reply = await self._handle(caller, message)
        await self._send(caller, reply, context)

    async def _handle(self, caller: Caller, message: core.Message) -> core.Reply:
        """The assistant's reply, with what this channel adds to some of them."""
        reply = await self.assistant.handle(message, caller.key, caller.hint)
        catalog = self.assistant.languages[reply.locale]
        if reply.topic == core.Meta.PRIVACY.value:
            return words.privacy(catalog, reply)
        if reply.topic == core.Meta.LIST_DEPARTMENTS.value and caller.key:
            return words.departments(catalog, reply)
        return reply

    async def _send(self, caller: Caller, reply: core.Reply, context: Context) -> None:
        await self.delivery.send(caller.target, parts(reply, self._buttons(caller, reply, context.bot)))

    def _buttons(self, caller: Caller, reply: core.Reply, bot: ExtBot[None]) -> InlineKeyboardMarkup | None:
        """Buttons in a private chat; in a group links into the private chat, so that nobody's path is seen."""
        if caller.key:
            return keyboard(reply)

        def address(choice: core.Choice) -> str | None:
            payload = deeplinks.payload_for(choice, reply, self.assistant.base)
            return f"https://t.me/{bot.username}?start={payload}" if payload else None

        return links(reply.choices, address)

    async def _press(self, query: CallbackQuery, chat: Chat, message: int, data: str, context: Context) -> None:
        caller = Caller(self.keys.of("chat", chat.id), self._language(query.from_user), Target(chat.id))
        choice = core.Message(choice=data.removeprefix(AFTER))
        if not data.startswith(AFTER):
            reply = await self._handle(caller, choice)
            await self.delivery.edit(caller.target, message, parts(reply, keyboard(reply)))
            return
        mark = self.keys.of("press", chat.id, message, data, int(time.monotonic() / DOUBLE_TAP))
        if not await self.assistant.store.first_time(mark):
            return
        await self._answer(caller, choice, context)
        if isinstance(query.message, Message) and query.message.reply_markup:
            left = _without(query.message.reply_markup, data)
            await self.delivery.keyboard(caller.target, message, left)

    # --- callers ------------------------------------------------------------------------------------------

    def _caller(self, message: Message) -> Caller:
        chat, private = message.chat, _private(message.chat)
        target = Target(
            chat=chat.id,
            thread=message.message_thread_id if message.is_topic_message else None,
            reply_to=None if private else message.message_id,
            since=message.message_id,
        )
        key = self.keys.of("chat", chat.id) if private else None
        return Caller(key, self._language(message.from_user), target)

    def _caller_of(self, update: object) -> Caller | None:
        """Who waits for an answer to an update, if anybody does."""
        if not isinstance(update, Update):
            return None
        if update.message:
            return self._caller(update.message)
        query = update.callback_query
        if query and query.message and _private(query.message.chat):
            chat = query.message.chat
            return Caller(self.keys.of("chat", chat.id), self._language(query.from_user), Target(chat.id))
        return None

    def _language(self, user: User | None) -> str | None:
        catalog = self.assistant.languages.negotiate([user.language_code]) if user and user.language_code else None
        return catalog.code if catalog else None

    async def _catalog(self, caller: Caller) -> Catalog:
        """The conversation's language, else the app's, else the deployment's."""
        kept = await self.assistant.store.get(caller.key) if caller.key else None
        if kept and kept.locale in self.assistant.languages:
            return self.assistant.languages[kept.locale or ""]
        return self._hinted(caller)

    def _hinted(self, caller: Caller) -> Catalog:
        languages = self.assistant.languages
        code = caller.hint or self.assistant.dialogue.locale
        return languages[code] if code else languages.default


def described(error: BaseException) -> str:
    """The error's kind and where it was raised. Never its text, which may hold what a person wrote."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    where = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} at {where or 'an unknown place'}"


async def _confirm(query: CallbackQuery) -> None:
    """Ends the button's spinner; a press too old to confirm is answered all the same."""
    try:
        await query.answer()
    except (TelegramError, KeyError, TypeError, ValueError) as error:
        _log.debug("a press was not confirmed (%s)", type(error).__name__)


def _private(chat: Chat) -> bool:
    return chat.type == Chat.PRIVATE


def _addressed(message: Message, bot: ExtBot[None]) -> bool:
    """Whether a message in a group is meant for the bot: a reply to it, or its @name in the text."""
    replied = message.reply_to_message
    if replied and replied.from_user and replied.from_user.id == bot.id:
        return True
    mentions = {
        **message.parse_entities([MessageEntity.MENTION]),
        **message.parse_caption_entities([MessageEntity.MENTION]),
    }
    return any(mention.lower() == f"@{bot.username}".lower() for mention in mentions.values())


def _without_mention(text: str, bot: ExtBot[None]) -> str:
    name = f"@{bot.username}".lower()
    return " ".join(word for word in text.split() if word.lower().rstrip(",:;.?!") != name)


def _without(markup: InlineKeyboardMarkup, data: str) -> InlineKeyboardMarkup | None:
    """The buttons but the pressed one."""
    rows = [[button for button in row if button.callback_data != data] for row in markup.inline_keyboard]
    kept = [row for row in rows if row]
    return InlineKeyboardMarkup(kept) if kept else None
