"""Bringing parts of a reply to a chat exactly once, over a network that fails.

A send that failed before it can have reached Telegram is tried again. One that may have arrived (the answer to
the request was lost) is tried again too, and then its twin, if there is one, is looked for and withdrawn.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import httpx
from telegram import InlineKeyboardMarkup, Message, ReplyParameters
from telegram.constants import ChatAction, ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.ext import ExtBot

from .render import NO_PREVIEW, Part
from .split import plain

T = TypeVar("T")
PAUSES = (0.3, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds between tries."""
TWIN_RANGE = 10
"""Message ids before a repeated message among which its twin is looked for."""
TYPING_SECONDS = 0.25
"""The longest that an answer waits for the typing indicator."""
_REMEMBERED = 10_000

_log = logging.getLogger(__name__)
_FINAL = (RetryAfter, Forbidden, InvalidToken, Conflict, ChatMigrated, BadRequest)
_UNREADABLE = (KeyError, TypeError, ValueError, AttributeError)
_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.WriteError,
    httpx.WriteTimeout,
)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a reply goes. `since` is the id of the newest message there known to be no reply of ours to come."""

    chat: int
    thread: int | None = None
    reply_to: int | None = None
    since: int | None = None


def may_have_arrived(error: Exception) -> bool:
    """Whether Telegram may have done what failed: not after an error status or before the request was out."""
    if isinstance(error, NetworkError):
        cause = error.__cause__
        return isinstance(cause, httpx.HTTPError) and not isinstance(cause, _NEVER_SENT)
    return True


async def repeated(call: Callable[[], Awaitable[T]]) -> T:
    """What a call that may be made twice gives in the end; raises its last error."""
    for pause in PAUSES:
        try:
            return await call()
        except _FINAL:
            raise
        except (TelegramError, *_UNREADABLE) as error:
            _log.info("a call to Telegram failed (%s), trying again", type(error).__name__)
        await asyncio.sleep(pause)
    return await call()


class Delivery:
    """Sends, edits and withdraws messages. What it remembers is in memory only: the last own message per chat."""

    def __init__(self, bot: ExtBot[None]) -> None:
        self.bot = bot
        self._last: OrderedDict[int, int] = OrderedDict()

    async def typing(self, target: Target) -> None:
        """Shows that an answer is coming; never raises, and holds the answer up for TYPING_SECONDS at most."""
        call = self.bot.send_chat_action(target.chat, ChatAction.TYPING, message_thread_id=target.thread)
        try:
            await asyncio.wait_for(call, TYPING_SECONDS)
        except (TelegramError, asyncio.TimeoutError, *_UNREADABLE):
            _log.debug("no typing indicator")

    async def send(self, target: Target, parts: Sequence[Part]) -> None:
        """Sends the parts in order, each once; raises TelegramError where Telegram does not take one."""
        for part in parts:
            await self._send(target, part)
            target = replace(target, reply_to=None)

    async def edit(self, target: Target, message: int, parts: Sequence[Part]) -> None:
        """Puts the first part in place of a message, and sends the others; sends all where that is gone."""
        if not parts:
            return
        try:
            await repeated(lambda: self._edit(target.chat, message, parts[0]))
        except BadRequest as error:
            if "not modified" not in error.message.lower():
                await self.send(target, parts)
                return
        await self.send(target, parts[1:])

    async def keyboard(self, target: Target, message: int, keyboard: InlineKeyboardMarkup | None) -> None:
        """Changes the buttons under a message; nothing where it is gone."""
        try:
            await self.bot.edit_message_reply_markup(target.chat, message, reply_markup=keyboard)
        except (TelegramError, *_UNREADABLE) as error:
            _log.debug("buttons stay as they are (%s)", type(error).__name__)

    async def _edit(self, chat: int, message: int, part: Part) -> None:
        await self.bot.edit_message_text(
            part.html,
            chat,
            message,
            parse_mode=ParseMode.HTML,
            link_preview_options=NO_PREVIEW,
            reply_markup=part.keyboard,
        )

    async def _send(self, target: Target, part: Part) -> None:
        since = max(target.since or 0, self._last.get(target.chat, 0))
        doubtful = False
        for pause in (*PAUSES, None):
            try:
                sent = await self._once(target, part)
                break
            except _FINAL as error:
                target, part = _mended(error, target, part)
            except (TelegramError, *_UNREADABLE) as error:
                if pause is None:
                    raise
                doubtful = doubtful or may_have_arrived(error)
                _log.info("sending failed (%s), trying again", type(error).__name__)
                await asyncio.sleep(pause)
        else:
            raise NetworkError("not delivered")
        self._remember(sent)
        if doubtful and since:
            await self._withdraw_twin(sent, since)

    async def _once(self, target: Target, part: Part) -> Message:
        quoted = ReplyParameters(target.reply_to, allow_sending_without_reply=True) if target.reply_to else None
        return await self.bot.send_message(
            target.chat,
            part.html,
            parse_mode=ParseMode.HTML,
            link_preview_options=NO_PREVIEW,
            reply_markup=part.keyboard,
            reply_parameters=quoted,
            message_thread_id=target.thread,
        )

    def _remember(self, sent: Message) -> None:
        self._last[sent.chat_id] = sent.message_id
        self._last.move_to_end(sent.chat_id)
        if len(self._last) > _REMEMBERED:
            self._last.popitem(last=False)

    async def _withdraw_twin(self, sent: Message, since: int) -> None:
        """Deletes the first copy of a message that was sent again in doubt.

        Every message of ours between `since` and the new one is that copy. An edit tells which ids are ours:
        Telegram refuses it for anybody else's message, and one without buttons is `not modified`.
        """
        nearest = max(since, sent.message_id - 1 - TWIN_RANGE)
        for candidate in range(sent.message_id - 1, nearest, -1):
            if await self._is_ours(sent.chat_id, candidate):
                await self._withdraw(sent.chat_id, candidate)
                return

    async def _withdraw(self, chat: int, message: int) -> None:
        try:
            await repeated(lambda: self.bot.delete_message(chat, message))
        except (TelegramError, *_UNREADABLE) as error:
            _log.info("a doubled message stays (%s)", type(error).__name__)

    async def _is_ours(self, chat: int, message: int) -> bool:
        try:
            await repeated(lambda: self.bot.edit_message_reply_markup(chat, message, reply_markup=None))
        except BadRequest as error:
            return "not modified" in error.message.lower()
        except (TelegramError, *_UNREADABLE):
            return False
        return True


def _mended(error: TelegramError, target: Target, part: Part) -> tuple[Target, Part]:
    """Target and part without what Telegram refused; raises the error where nothing can be left out."""
    if isinstance(error, ChatMigrated) and target.chat != error.new_chat_id:
        return Target(error.new_chat_id), part
    said = error.message.lower() if isinstance(error, BadRequest) else ""
    if "thread not found" in said and target.thread:
        return replace(target, thread=None), part
    if "parse entities" in said and part.html != plain(part.html):
        return target, replace(part, html=plain(part.html))
    raise error
