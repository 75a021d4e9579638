"""The web channel on a free port of this machine, answering from the real knowledge with a double of the model."""

from __future__ import annotations

import contextlib
import functools
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import uvicorn
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Route

from bot.assistant import Assistant, assemble_dialogue
from bot.channels.web import create_app
from bot.core.dialogue import Dialogue
from bot.home import home
from bot.nlu.classifier import Ranked
from bot.nlu.interpreter import Interpretation
from bot.sessions.memory import MemoryStore
from bot.sessions.store import SessionStore
from bot.settings import Settings

WORDS = {
    "robaron": ("victim_status", "es"),
    "robbed": ("victim_status", "en"),
    "puerta": ("ice_at_door", "es"),
    "door": ("ice_at_door", "en"),
    "visa": ("u_visa", "en"),
    "olvida": ("delete_data", "es"),
}
ROBBED = "I was robbed in Kansas City, Missouri. Will police ask for my papers?"
ROBARON = "Me robaron en Kansas City, Misuri. ¿La policía me pide papeles?"


class Keywords:
    """Understands a message by one word of it; anything else is out of scope."""

    def understands(self, locale: str) -> bool:
        return True

    def interpret(self, masked: str) -> Interpretation:
        intent, locale = next((WORDS[w] for w in WORDS if w in masked.lower()), ("out_of_scope", "en"))
        return Interpretation((Ranked(intent, 0.99),), (Ranked(locale, 0.99),))


@functools.lru_cache(maxsize=1)
def dialogue() -> Dialogue:
    return assemble_dialogue(home(), Settings())


def assistant(store: SessionStore | None = None, **changes: object) -> Assistant:
    """The shipped knowledge with a conversation store of its own."""
    return Assistant(replace(dialogue(), **changes), Keywords(), MemoryStore(30) if store is None else store)  # type: ignore[arg-type]


def app(settings: Settings | None = None, per_minute: int = 0, answers: Assistant | None = None) -> Starlette:
    return create_app(answers or assistant(), settings or Settings(), per_minute=per_minute)


@contextlib.contextmanager
def serving(application: Starlette) -> Iterator[str]:
    """The application on a free port while the context is open; gives its address."""
    config = uvicorn.Config(application, log_config=None, access_log=False, ws="none", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()


def host_page(html: str, csp: str = "", path: str = "/") -> Starlette:
    """Another site's page, at another origin."""

    async def page(_: object) -> HTMLResponse:
        return HTMLResponse(html, headers={"content-security-policy": csp} if csp else {})

    routes: Sequence[BaseRoute] = [Route(path, page)]
    return Starlette(routes=list(routes))
