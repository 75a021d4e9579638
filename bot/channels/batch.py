"""One JSON object a line in, one a line out, in order, as they come."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable
from typing import Any

from ..assistant import Assistant
from ..core.message import Message
from ..errors import UsageError
from .wire import to_json

_KEYS = {"id", "text", "locale", "department", "session"}
LONGEST_LINE = 1_000_000


class _BadLine(UsageError):
    def __init__(self, identity: Any, code: str, message: str) -> None:
        super().__init__(message)
        self.identity, self.reason = identity, code


async def answer_lines(assistant: Assistant, lines: Iterable[str]) -> AsyncIterator[str]:
    """Always one line out per line in; a malformed one gives an error object, and the batch goes on."""
    for line in lines:
        if line.strip():
            yield json.dumps(await _answer(assistant, line), ensure_ascii=False)


async def _answer(assistant: Assistant, line: str) -> dict[str, Any]:
    try:
        given = _read(line)
        message = Message(given["text"], locale=given.get("locale"), department=given.get("department"))
        session = given.get("session")
        reply = await assistant.handle(message, f"batch:{session}" if session is not None else None)
    except _BadLine as error:
        return {"id": error.identity, "error": {"code": error.reason, "message": str(error)}}
    except UsageError as error:
        return {"id": given.get("id"), "error": {"code": error.code, "message": str(error)}}
    return {"id": given.get("id"), **to_json(reply)}


def _read(line: str) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        raise _BadLine(None, "too_long", f"the line has more than {LONGEST_LINE} characters")
    try:
        given = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        where = f" at column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise _BadLine(None, "bad_json", f"the line is not JSON{where}; expected one object a line") from error
    if not isinstance(given, dict):
        raise _BadLine(None, "bad_json", 'expected an object such as {"id": "q1", "text": "..."}')
    identity = given.get("id") if isinstance(given.get("id"), str | int | float) else None
    if not isinstance(given.get("text"), str):
        raise _BadLine(identity, "bad_request", "text: expected a string")
    for key in ("locale", "department", "session"):
        if not isinstance(given.get(key), str | None):
            raise _BadLine(identity, "bad_request", f"{key}: expected a string or null")
    unknown = sorted(set(given) - _KEYS)
    if unknown:
        raise _BadLine(
            identity,
            "bad_request",
            f"{unknown[0]}: there is no such key; allowed: {', '.join(sorted(_KEYS))}",
        )
    return given
