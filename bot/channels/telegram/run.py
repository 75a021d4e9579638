"""Starting, watching and stopping the channel."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from telegram.error import BadRequest, Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.ext import AIORateLimiter, Updater

from ...assistant import Assistant, assemble
from ...errors import ChannelError, SettingError
from ...sessions.open import open_store
from ...settings import Settings
from .application import ALLOWED_UPDATES, build_application
from .commands import introduce
from .polls import Polls
from .webhook import webhook_address, webhook_route, webhook_secret

LONG_POLL = 30
"""Seconds a request for updates stays open."""
FIRST_TRY = 6.0
"""Seconds that whoever opens the channel waits to hear whether the token is taken."""
LONGEST_PAUSE = 30.0
CALM, REPEAT_AFTER = 60.0, 600.0
"""Seconds without a trouble after which it is over, and after which one that lasts is said again."""
STOP_POLLING, DRAIN, CLOSE = 2.0, 6.0, 0.5
"""Seconds for the steps of stopping: less than ten in all."""
_TOKEN = re.compile(r"[A-Za-z0-9:_-]+")

_log = logging.getLogger(__name__)


def run(settings: Settings) -> None:
    """Answers on Telegram until SIGTERM or Ctrl-C. Raises AmparoError where it cannot start or go on."""
    checked(settings)
    asyncio.run(_run(settings, assemble(settings, store=open_store(settings))))


def checked(settings: Settings) -> None:
    """Raises SettingError where the token is missing or cannot be one, or the webhook's secret cannot be one."""
    if not settings.telegram_token:
        raise SettingError(
            "AMPARO_TELEGRAM_TOKEN is not set: ask @BotFather on Telegram for a bot and set the token it gives"
        )
    if not _TOKEN.fullmatch(settings.telegram_token):
        raise SettingError("AMPARO_TELEGRAM_TOKEN: expected a token as @BotFather writes it, 123456:ABC-def")
    webhook_secret(settings)


@contextlib.asynccontextmanager
async def running(settings: Settings, assistant: Assistant) -> AsyncIterator[list[BaseRoute]]:
    """Telegram answered while the context is open. Gives the routes to serve: the webhook's, or none.

    Raises SettingError or ChannelError where Telegram refuses the token; a Telegram that is away is tried
    again in the background. The store of the assistant is left open.
    """
    checked(settings)
    channel = Channel(settings, assistant)
    async with opened(channel) as work:
        work.add_done_callback(_ended)
        yield channel.routes


def _ended(work: asyncio.Task[None]) -> None:
    """Says why the channel can no longer go on, where something else goes on beside it."""
    if not work.cancelled() and work.exception():
        _log.error("Telegram has ended: %s", work.exception())


class Channel:
    """The application with its way in: long polling, or the webhook where its address is set."""

    def __init__(self, settings: Settings, assistant: Assistant, limiter: AIORateLimiter | None = None) -> None:
        self.settings, self.assistant = settings, assistant
        self.polls = Polls(connection_pool_size=1, pool_timeout=5)
        self.application = build_application(settings, assistant, limiter, self.polls)
        self.tried = asyncio.Event()
        self._trouble = Trouble()
        self._side: asyncio.Task[None] | None = None

    @property
    def routes(self) -> list[BaseRoute]:
        return [webhook_route(self.application, self.settings)] if self.settings.telegram_webhook_url else []

    async def work(self) -> None:
        """Connects, and then waits until it is cancelled. Raises ChannelError when the token is refused."""
        await self._insistently(self.application.initialize)
        await self.application.start()
        await self._insistently(self._begin)
        self.tried.set()
        way = "webhook" if self.settings.telegram_webhook_url else "long polling"
        _say(f"answering on Telegram as @{self.application.bot.username} ({way})")
        self._side = asyncio.create_task(introduce(self.application.bot, self.assistant.languages))
        await self.polls.refused.wait()
        raise _refused("it no longer takes the token")

    async def _begin(self) -> None:
        updater: Updater | None = self.application.updater
        if self.settings.telegram_webhook_url:
            await self.application.bot.set_webhook(
                webhook_address(self.settings),
                secret_token=webhook_secret(self.settings),
                allowed_updates=ALLOWED_UPDATES,
            )
        elif updater:
            await updater.start_polling(
                timeout=LONG_POLL, allowed_updates=ALLOWED_UPDATES, error_callback=self._trouble.meet
            )

    async def _insistently(self, step: Callable[[], Awaitable[Any]]) -> None:
        """Repeats a step until it goes well, with pauses that grow. Raises ChannelError where none will help."""
        pause = 1.0
        while True:
            try:
                await step()
                return
            except InvalidToken:
                raise _refused("it does not take the token") from None
            except BadRequest as error:
                raise ChannelError(f"Telegram refused to begin: {error.message}") from None
            except RetryAfter as error:
                self._trouble.meet(error)
                pause = max(pause, _seconds(error))
            except (TelegramError, KeyError, TypeError, ValueError) as error:
                self._trouble.meet(error)
            self.tried.set()
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, 2 * pause)

    async def stop(self) -> None:
        """Takes nothing new in, answers what it has, and closes; within ten seconds."""
        if self._side:
            self._side.cancel()
        updater: Updater | None = self.application.updater
        if updater and updater.running:
            await _within(STOP_POLLING, updater.stop())
        if self.application.running:
            await _within(DRAIN, self.application.stop())
        await _within(CLOSE, self.application.shutdown())


class Trouble:
    """Says once what goes wrong for a while, instead of at every try."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kind, self._met, self._said = "", float("-inf"), float("-inf")

    def meet(self, error: Exception) -> None:
        """Counts an error, and says it where it is new or has lasted."""
        now, kind = self._clock(), type(error).__name__
        if kind != self._kind or now - self._met > CALM or now - self._said > REPEAT_AFTER:
            self._said = now
            _log.warning("%s", _told(error))
        self._kind, self._met = kind, now


def _told(error: Exception) -> str:
    if isinstance(error, Conflict):
        return "another process fetches this bot's messages with the same token: stop one of the two; trying again"
    cause = type(error.__cause__ or error).__name__
    return f"Telegram cannot be reached ({cause}); trying again until it can (check AMPARO_TELEGRAM_API)"


def _refused(what: str) -> ChannelError:
    return ChannelError(
        f"Telegram answers that {what}: check AMPARO_TELEGRAM_TOKEN with @BotFather (and AMPARO_TELEGRAM_API, if set)"
    )


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return float(wait) if isinstance(wait, (int, float)) else wait.total_seconds()


def _say(line: str) -> None:
    sys.stderr.write(f"amparo: {line}\n")


async def _within(seconds: float, step: Coroutine[Any, Any, None]) -> None:
    try:
        await asyncio.wait_for(step, seconds)
    except asyncio.TimeoutError:
        _log.warning("stopping: a step took longer than %s seconds and was left", seconds)
    except (TelegramError, RuntimeError) as error:
        _log.warning("stopping: %s", type(error).__name__)


@contextlib.asynccontextmanager
async def opened(channel: Channel) -> AsyncIterator[asyncio.Task[None]]:
    """The channel at work; gives its task, which ends where it cannot go on.

    Opening waits until Telegram was tried once, and raises ChannelError where the token was refused then.
    """
    work = asyncio.create_task(channel.work())
    tried = asyncio.create_task(channel.tried.wait())
    try:
        await asyncio.wait([work, tried], timeout=FIRST_TRY, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            await work
        yield work
    finally:
        tried.cancel()
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        await channel.stop()


async def _run(settings: Settings, assistant: Assistant) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    channel = Channel(settings, assistant)
    ends: list[asyncio.Task[Any]] = [asyncio.create_task(stop.wait())]
    if channel.routes:
        ends.append(asyncio.create_task(_serve(settings, channel.routes, stop)))
    try:
        async with opened(channel) as work:
            await asyncio.wait([*ends, work], return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                await work
        stop.set()
        await asyncio.gather(*ends)
    finally:
        for end in ends:
            end.cancel()
        await assistant.store.close()


async def _serve(settings: Settings, routes: list[BaseRoute], stop: asyncio.Event) -> None:
    """The webhook's own server until `stop`; raises ChannelError where its address is taken."""
    listening = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
        # From here on connections wait, until the server takes them.
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise ChannelError(
            f"AMPARO_HOST={settings.host} AMPARO_PORT={settings.port}: {error.strerror}; choose another port"
        ) from None
    server = uvicorn.Server(
        uvicorn.Config(
            Starlette(routes=routes),
            lifespan="off",
            ws="none",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    await asyncio.wait([serving, asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    await serving
