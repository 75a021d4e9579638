"""The Starlette application: which path leads where."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Mount, Route

from ...assistant import Assistant
from ...settings import Settings
from . import api, views
from .assets import Asset
from .counts import Counts
from .guard import Guard
from .limits import MESSAGES_PER_MINUTE, Limiter
from .openapi import document
from .site import Site, compact, shelve

API = "/api/v1"
TIDY_SECONDS = 15


def create_app(
    assistant: Assistant,
    settings: Settings,
    per_minute: int = MESSAGES_PER_MINUTE,
    routes: Sequence[BaseRoute] = (),
) -> Starlette:
    """The application. `per_minute` limits an address's messages, 0 for no limit; `routes` of others come first."""
    site = make_site(assistant, settings, per_minute)
    https = settings.public_url.startswith("https://")
    app = Starlette(
        routes=[*routes, *_routes(site)],
        middleware=[
            Middleware(Guard, origins=settings.allowed_origins, counts=site.counts, https=https),
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=6),
        ],
        exception_handlers={
            HTTPException: views.show_problem,
            **dict.fromkeys(views.HANDLED, views.show_problem),
        },
        lifespan=_lifespan,
    )
    app.state.site = site
    return app


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    tidying = asyncio.create_task(_tidy(app.state.site.limiter))
    app.state.ready = True
    yield
    app.state.ready = False
    tidying.cancel()


async def _tidy(limiter: Limiter) -> None:
    """Keeps the privacy statement's word where nobody writes for a while."""
    while True:
        await asyncio.sleep(TIDY_SECONDS)
        limiter.tidy()


def make_site(assistant: Assistant, settings: Settings, per_minute: int) -> Site:
    """Everything the endpoints share, built once."""
    shelf, widget, files = shelve(assistant)
    documents = {
        "/api/v1/departments": api.departments_json(assistant),
        "/api/v1/topics": api.topics_json(assistant),
        "/api/v1/locales": api.locales_json(assistant),
        "/openapi.json": document(assistant),
    }
    fixed = {path: Asset.make(compact(content), "application/json") for path, content in documents.items()}
    return Site(assistant, settings, Counts(), Limiter(per_minute), shelf, widget, files, fixed)


def _interface(site: Site) -> list[Route]:
    documents = (path.removeprefix(API) for path in site.fixed if path.startswith(API))
    return [
        Route("/messages", api.messages, methods=["POST"]),
        Route("/forget", api.forget, methods=["POST"]),
        *(Route(path, api.fixed) for path in documents),
    ]


def _routes(site: Site) -> list[BaseRoute]:
    return [
        Route("/", views.front, methods=["GET", "POST"]),
        # Mounted, so that what is not below them is not taken for a page's address.
        Mount(API, routes=_interface(site)),
        Mount("/static", routes=[Route("/{name}", api.static)]),
        Route("/openapi.json", api.fixed),
        Route("/widget.js", api.widget),
        Route("/healthz", api.healthz),
        Route("/readyz", api.readyz),
        Route("/metrics", api.metrics),
        Route("/{locale}", views.language),
        Route("/{locale}/{jurisdiction}", views.jurisdiction),
        Route("/{locale}/{jurisdiction}/poster", views.printed),
        Route("/{locale}/{jurisdiction}/card", views.printed),
        Route("/{locale}/{jurisdiction}/{topic}", views.answer),
    ]
