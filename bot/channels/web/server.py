"""The process that serves: one uvicorn, alone or with Telegram beside it."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager

import uvicorn
from starlette.routing import BaseRoute

from ...assistant import Assistant, assemble
from ...errors import ChannelError
from ...sessions.open import open_store
from ...settings import Settings
from .app import create_app

DRAIN = 8
"""Seconds that answers under way may still take after a signal to stop."""


def run(settings: Settings, telegram: bool) -> None:
    """Serves until SIGTERM or Ctrl-C. Raises ChannelError where the address is taken, or what assembling raises."""
    asyncio.run(_run(settings, telegram))


async def _run(settings: Settings, telegram: bool) -> None:
    assistant = assemble(settings, store=open_store(settings))
    listening = _listen(settings)
    try:
        async with _beside(settings, assistant, telegram) as routes:
            server = _Server(_config(assistant, settings, routes))
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, server.stop)
            _say(f"listening on {_address(listening)}")
            await server.serve(sockets=[listening])
    finally:
        listening.close()
        await assistant.store.close()


def _config(assistant: Assistant, settings: Settings, routes: Sequence[BaseRoute]) -> uvicorn.Config:
    # No access log: it would hold addresses. No server header: it helps only attackers.
    return uvicorn.Config(
        create_app(assistant, settings, routes=routes),
        log_config=None,
        ws="none",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=DRAIN,
    )


class _Server(uvicorn.Server):
    """Leaves signals to us: uvicorn would raise them again, and end the process before Telegram is closed."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def stop(self) -> None:
        """Takes nothing new; the second time, waits for nothing."""
        self.force_exit = self.should_exit
        self.should_exit = True


def _beside(
    settings: Settings, assistant: Assistant, telegram: bool
) -> AbstractAsyncContextManager[Sequence[BaseRoute]]:
    if not telegram:
        return _alone()
    from ..telegram import running  # only where it is asked for

    return running(settings, assistant)


@contextlib.asynccontextmanager
async def _alone() -> AsyncIterator[Sequence[BaseRoute]]:
    yield ()


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        where = f"AMPARO_HOST={settings.host} AMPARO_PORT={settings.port}"
        taken = error.errno == errno.EADDRINUSE
        reason = "is already in use" if taken else f"cannot be used ({error.strerror})"
        raise ChannelError(f"{where}: the address {reason}; choose another") from None


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _say(line: str) -> None:
    sys.stderr.write(f"amparo: {line}\n")
    sys.stderr.flush()
