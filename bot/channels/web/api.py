"""The HTTP interface: messages in, answers out; what there is to ask about; health and counts."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from ...assistant import Assistant
from ...knowledge.model import Level
from ..wire import blocks_to_json, to_json
from . import reading, tokens
from .assets import FOREVER
from .problems import HttpProblem
from .site import site_of

NO_STORE = {"cache-control": "no-store"}


async def messages(request: Request) -> Response:
    """One answer."""
    site = site_of(request)
    site.admit(request)
    asked = await reading.asked(request)
    site.assistant.check(asked.message)
    token = await tokens.continued(site.assistant.store, asked.session)
    reply = await site.assistant.handle(asked.message, tokens.store_key(token), site.hint(request))
    site.counts.reply(reply)
    return _json({**to_json(reply), "blocks": blocks_to_json(reply), "session": token})


async def forget(request: Request) -> Response:
    """Forgets a conversation at once. Takes any media type, so that a page can send it while it closes."""
    site = site_of(request)
    site.admit(request)
    try:
        given = json.loads(await reading.body(request))
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict) or not isinstance(given.get("session"), str):
        raise HttpProblem(400, 'expected a JSON object such as {"session": "..."}')
    await tokens.forget(site.assistant.store, given["session"])
    return Response(status_code=204, headers=NO_STORE)


def _json(content: dict[str, Any]) -> Response:
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    return Response(body, headers=NO_STORE, media_type="application/json")


async def fixed(request: Request) -> Response:
    """A document that does not change while the server runs."""
    return site_of(request).fixed[request.url.path].respond(request)


async def static(request: Request) -> Response:
    """A file under its hashed name, to be kept for good."""
    asset = site_of(request).shelf.by_name.get(request.path_params["name"])
    if asset is None:
        raise HttpProblem(404, "there is no such file; this server may be newer than the page")
    return asset.respond(request, FOREVER)


async def widget(request: Request) -> Response:
    return site_of(request).widget.respond(request)


async def healthz(_: Request) -> Response:
    """The process answers."""
    return _json({"status": "ok"})


async def readyz(request: Request) -> Response:
    """An answer can be given: everything is loaded, and the conversations can be reached."""
    site = site_of(request)
    if not getattr(request.app.state, "ready", False):
        raise HttpProblem(503, "starting or stopping")
    await site.assistant.store.get("web:ready")
    return _json({"status": "ready"})


async def metrics(request: Request) -> Response:
    text = site_of(request).counts.text()
    return PlainTextResponse(text, headers=NO_STORE, media_type="text/plain; version=0.0.4")


def departments_json(assistant: Assistant) -> dict[str, Any]:
    """Every department with its names."""
    return {"departments": [_department(assistant, d.id) for d in assistant.base.of_level(Level.DEPARTMENT)]}


def _department(assistant: Assistant, name: str) -> dict[str, Any]:
    jurisdiction = assistant.base.jurisdictions[name]
    texts = {code: assistant.base.texts_of(code, name) for code in assistant.languages.codes}
    return {
        "id": name,
        "state": jurisdiction.parent,
        "ocd": jurisdiction.ocd,
        "name": {code: t.name for code, t in texts.items()},
        "short": {code: t.short for code, t in texts.items()},
        "place": {code: t.place_name for code, t in texts.items()},
    }


def topics_json(assistant: Assistant) -> dict[str, Any]:
    """Every topic with its label and question, and the groups they are in."""
    texts = assistant.base.texts
    codes = assistant.languages.codes
    return {
        "groups": [{"id": g, "label": {c: texts[c].groups[g] for c in codes}} for g in assistant.base.groups],
        "topics": [
            {
                "id": topic.id,
                "group": topic.group,
                "urgent": topic.urgent,
                "label": {c: texts[c].topics[topic.id].label for c in codes},
                "question": {c: texts[c].topics[topic.id].question for c in codes},
            }
            for topic in assistant.base.topics.values()
        ],
    }


def locales_json(assistant: Assistant) -> dict[str, Any]:
    """Every language by its own name; the first is the default."""
    return {"locales": [{"code": c.code, "name": c.info.name, "direction": c.direction} for c in assistant.languages]}
