"""From a request's bytes to a message. Raises HttpProblem, in words that help whoever wrote the client."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request

from ...core.message import Message
from .problems import HttpProblem

LONGEST_BODY = 32 * 1024
"""Bytes: 2,000 characters of any script, escaped as JSON, and the other fields."""

_KEYS = ("text", "choice", "locale", "department", "session")


@dataclass(frozen=True, slots=True)
class Asked:
    """A message and the token of its conversation."""

    message: Message
    session: str | None


async def body(request: Request) -> bytes:
    """The request's body; raises HttpProblem 413 before more than the limit is read."""
    length = request.headers.get("content-length", "0")
    if length.isascii() and length.isdigit() and int(length) > LONGEST_BODY:
        raise _too_large()
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > LONGEST_BODY:
            raise _too_large()
    return bytes(read)


def _too_large() -> HttpProblem:
    return HttpProblem(413, f"the body has more than {LONGEST_BODY} bytes", {"connection": "close"})


async def json_object(request: Request) -> dict[str, Any]:
    """The JSON object sent; raises HttpProblem 415, 413 or 400."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HttpProblem(415, "send the message as application/json")
    try:
        given = json.loads(await body(request))
    except (ValueError, RecursionError):
        raise HttpProblem(400, 'expected a JSON object such as {"text": "..."}') from None
    if not isinstance(given, dict):
        raise HttpProblem(400, 'expected a JSON object such as {"text": "..."}')
    return given


async def asked(request: Request) -> Asked:
    """The message of a request to the interface."""
    given = await json_object(request)
    unknown = [key for key in given if key not in _KEYS]
    if unknown:
        raise HttpProblem(400, f"there is an unknown key; allowed: {', '.join(_KEYS)}")
    for key in ("locale", "department", "session"):
        if not isinstance(given.get(key), str | None) or (given.get(key) == "" and key != "session"):
            raise HttpProblem(400, f"{key}: expected a string that is not empty, or null")
    return _one_of(given)


def _one_of(given: dict[str, Any]) -> Asked:
    kind = "choice" if "choice" in given else "text"
    if len({"text", "choice"} & given.keys()) != 1 or not isinstance(given[kind], str):
        raise HttpProblem(400, "send either text or choice, as a string")
    message = Message(given.get("text", ""), given.get("choice", ""), given.get("locale"), given.get("department"))
    return Asked(message, given.get("session"))


async def form(request: Request) -> dict[str, str]:
    """The fields of a plain HTML form, each once; raises HttpProblem 415, 413 or 400."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise HttpProblem(415, "send the form as application/x-www-form-urlencoded")
    sent = (await body(request)).decode("utf-8", "replace")
    try:
        fields = parse_qs(sent, keep_blank_values=True, max_num_fields=20)
    except ValueError:
        raise HttpProblem(400, "the form has too many fields") from None
    return {key: values[-1] for key, values in fields.items()}


def languages_wanted(header: str) -> list[str]:
    """The language tags of an Accept-Language header, the most wanted first."""
    wanted: list[tuple[float, str]] = []
    for part in header[:500].split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            quality = float(weight or 1)
        except ValueError:
            continue
        if tag and quality > 0 and tag.replace("-", "").isalnum():
            wanted.append((-quality, tag))
    return [tag for _, tag in sorted(wanted, key=lambda pair: pair[0])]
