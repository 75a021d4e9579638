"""The application: python-telegram-bot's own parts, put together for this bot."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Update
from telegram.ext import (
    AIORateLimiter,
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)
from telegram.request import BaseRequest, HTTPXRequest

from ...assistant import Assistant
from ...settings import Settings
from .commands import names
from .delivery import Delivery
from .handlers import Handlers
from .inline import Inline
from .keys import session_keys
from .order import BoundedQueue, ChatOrder
from .polls import Polls

App = Application[Any, Any, Any, Any, Any, Any]
ALLOWED_UPDATES = (
    Update.MESSAGE,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
    Update.MY_CHAT_MEMBER,
)
"""All other kinds of update are not even sent to us."""
TRIES_AFTER_429 = 5
CONNECTIONS = 32
"""Enough for 30 messages a second; the client searches the whole pool at every call, so that more are slower."""
READ_TIMEOUT = 10.0
"""Seconds until Telegram's answer to a call counts as lost."""

_CONTENT = (
    filters.PHOTO
    | filters.LIVE_PHOTO
    | filters.VIDEO
    | filters.VIDEO_NOTE
    | filters.VOICE
    | filters.AUDIO
    | filters.ANIMATION
    | filters.Document.ALL
    | filters.Sticker.ALL
    | filters.CONTACT
    | filters.VENUE
    | filters.POLL
    | filters.STORY
    | filters.GAME
    | filters.Dice.ALL
    | filters.CHECKLIST
    | filters.PAID_MEDIA
)


class Limiter(AIORateLimiter):
    """The library's limiter. Calls that no chat waits for go past it: a long 429 on the bot's profile must not
    hold up answers."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:
        if "chat_id" not in data:
            return await callback(*args, **kwargs)
        return await super().process_request(callback, args, kwargs, endpoint, data, rate_limit_args)


def build_application(
    settings: Settings,
    assistant: Assistant,
    limiter: AIORateLimiter | None = None,
    polls: BaseRequest | None = None,
    request: BaseRequest | None = None,
) -> App:
    """The application with all its handlers, not yet initialized."""
    quiet()
    application: App = (
        ApplicationBuilder()
        .token(settings.telegram_token)
        .base_url(f"{settings.telegram_api}/bot")
        .base_file_url(f"{settings.telegram_api}/file/bot")
        .request(
            request
            or HTTPXRequest(
                connection_pool_size=CONNECTIONS, read_timeout=READ_TIMEOUT, write_timeout=10, pool_timeout=5
            )
        )
        .get_updates_request(polls or Polls(connection_pool_size=1, pool_timeout=5))
        .rate_limiter(limiter or Limiter(max_retries=TRIES_AFTER_429))
        .concurrent_updates(ChatOrder())
        .update_queue(BoundedQueue())
        .job_queue(None)
        .build()
    )
    _add_handlers(application, assistant, Handlers(assistant, session_keys(settings), Delivery(application.bot)))
    return application


def _add_handlers(application: App, assistant: Assistant, handlers: Handlers) -> None:
    """The first that fits an update takes it; what none takes is met with silence."""
    new = filters.UpdateType.MESSAGE
    application.add_handler(TypeHandler(Update, handlers.once), group=-1)
    for action, listed in names(assistant.languages).items():
        application.add_handler(CommandHandler(listed, handlers.command(action), filters=new))
    application.add_handlers(
        [
            MessageHandler(new & filters.LOCATION, handlers.location),
            MessageHandler(new & filters.TEXT & (~filters.COMMAND | filters.ChatType.PRIVATE), handlers.text),
            MessageHandler(new & filters.CAPTION, handlers.text),
            MessageHandler(new & _CONTENT, handlers.other_content),
            CallbackQueryHandler(handlers.pressed),
            InlineQueryHandler(Inline(assistant).asked),
            ChatMemberHandler(handlers.membership, ChatMemberHandler.MY_CHAT_MEMBER),
        ]
    )
    application.add_error_handler(handlers.failed)


def quiet() -> None:
    """Silences the libraries' own logs: at some levels they hold message text, and the token in addresses."""
    for name in ("telegram", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
