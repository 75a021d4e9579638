"""The endpoints that answer with pages."""

from __future__ import annotations

import hashlib

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from ...core.message import Message, Reply
from ...errors import UsageError
from ...i18n import Catalog
from ...knowledge.model import Level
from .. import facts, pages
from ..front import MODES, Embedding, front_page
from ..html import tag
from . import privacy, reading, tokens
from .assets import SHORT, matches
from .problems import HttpProblem, as_problem, problem_json, wants_page
from .site import Site, site_of


def frame_of(request: Request, catalog: Catalog) -> pages.Frame:
    site = site_of(request)
    return pages.Frame(site.assistant, catalog, site.address(request), site.files)


async def front(request: Request) -> Response:
    """The front page, in the browser's language; with POST the answer to its form."""
    site = site_of(request)
    if request.method == "POST":
        return await _answered(request, site)
    return _front(request, site.catalog(request))


async def language(request: Request) -> Response:
    """The front page in a language."""
    return _front(request, _catalog(request))


def _front(request: Request, catalog: Catalog) -> Response:
    site = site_of(request)
    minutes = site.settings.session_minutes
    keeping = privacy.statements(catalog, minutes, bool(site.settings.redis_url))
    chosen = _embedding(request, site)
    frame = frame_of(request, catalog)
    page = front_page(frame, chosen, site.widget.integrity, keeping, privacy.kept(catalog), minutes)
    return _page(request, page)


def _embedding(request: Request, site: Site) -> Embedding:
    """The choices of the embed form; what is not offered counts as not chosen."""
    asked = request.query_params
    department = asked.get("department", "")
    place = site.assistant.base.jurisdictions.get(department)
    locale, mode, minutes = asked.get("locale", ""), asked.get("mode", ""), asked.get("minutes", "")
    return Embedding(
        department if place and place.level is Level.DEPARTMENT else "",
        locale if locale in site.assistant.languages else "",
        mode if mode in MODES else MODES[0],
        minutes if minutes.isascii() and minutes.isdigit() and 1 <= int(minutes[:4]) <= 120 else "",
    )


async def _answered(request: Request, site: Site) -> Response:
    site.admit(request)
    given = await reading.form(request)
    message = Message(given.get("text", ""), given.get("choice", ""), department=given.get("department") or None)
    site.assistant.check(message)
    token = await tokens.continued(site.assistant.store, given.get("session"))
    catalog = site.catalog(request, given.get("locale", ""))
    reply: Reply = await site.assistant.handle(message, tokens.store_key(token), catalog.code)
    site.counts.reply(reply)
    frame = frame_of(request, site.assistant.languages[reply.locale])
    page = pages.reply_page(frame, reply, "" if message.choice else message.text[:2000], token)
    return HTMLResponse(page.encode("utf-8", "replace"), headers={"cache-control": "no-store"})


async def jurisdiction(request: Request) -> Response:
    """All questions about one department, state or the country."""
    frame = frame_of(request, _catalog(request))
    return _page(request, pages.jurisdiction_page(frame, _jurisdiction(request)))


async def answer(request: Request) -> Response:
    """One answer as a page."""
    catalog, place, topic = _catalog(request), _jurisdiction(request), request.path_params["topic"]
    if topic not in site_of(request).assistant.base.topics:
        raise HttpProblem(404, "there is no such topic")
    reply = facts.answer(site_of(request).assistant, catalog.code, place, topic)
    return _page(request, pages.answer_page(frame_of(request, catalog), place, topic, reply))


async def printed(request: Request) -> Response:
    """The poster, or the sheet of wallet cards, to print. `?telegram=NAME` adds the code of a bot."""
    from .. import poster

    site, catalog = site_of(request), _catalog(request)
    bot = request.query_params.get("telegram", "")
    work = poster.make_print(site.assistant, _jurisdiction(request), catalog.code, site.address(request), bot)
    style = tag("link", rel="stylesheet", href=f"/static/{site.files['poster']}")
    make = poster.poster_html if request.url.path.endswith("/poster") else poster.card_html
    return _page(request, make(work, style))


def _catalog(request: Request) -> Catalog:
    languages = site_of(request).assistant.languages
    code = request.path_params["locale"]
    if code not in languages:
        raise HttpProblem(404, "there is no such page")
    return languages[code]


def _jurisdiction(request: Request) -> str:
    name: str = request.path_params["jurisdiction"]
    if name not in site_of(request).assistant.base.jurisdictions:
        raise HttpProblem(404, "there is no such department")
    return name


def _page(request: Request, page: str) -> Response:
    """A page that may be kept for minutes, or 304 where the browser has it."""
    body = page.encode("utf-8")
    digest = hashlib.sha256(body).hexdigest()[:16]
    headers = {"cache-control": SHORT, "etag": f'W/"{digest}"', "vary": "Accept-Language"}
    if matches(request.headers.get("if-none-match", ""), digest):
        return Response(status_code=304, headers=headers)
    return HTMLResponse(body, headers=headers)


async def show_problem(request: Request, error: Exception) -> Response:
    """The exception handler: an error as JSON, or as a page for a browser."""
    problem = as_problem(error)
    if not wants_page(request):
        return problem_json(problem)
    catalog = site_of(request).catalog(request, request.path_params.get("locale", ""))
    title, words = _words(catalog, problem.status)
    page = pages.problem_page(frame_of(request, catalog), title, words)
    return HTMLResponse(page, problem.status, {"cache-control": "no-store", **problem.headers})


def _words(catalog: Catalog, status: int) -> tuple[str, str]:
    _ = catalog.gettext
    if status == 404:
        return _("There is no such page"), _("It may have moved. Start again from the first page.")
    if status == 429:
        return _("Too many messages"), _("Too many messages at once. Wait a minute, then try again.")
    return _("This did not work"), _("Please go back and try again. In an emergency call 911.")


HANDLED = (HttpProblem, UsageError)
