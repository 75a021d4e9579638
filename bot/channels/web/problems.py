"""One shape for every error over HTTP: `{"error": {"code", "message"}}`; a page where a person looks at it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ...errors import UsageError

CODES: Mapping[int, str] = {
    400: "bad_request",
    403: "origin_not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    429: "too_many_requests",
    500: "internal_error",
    503: "not_ready",
}


class HttpProblem(Exception):
    """A request that is refused. `message` never repeats what a person wrote."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.headers = status, message, dict(headers or {})


def as_problem(error: Exception) -> HttpProblem:
    """Any error of a request as one to show; an unknown one becomes a 500 that says nothing of its cause."""
    if isinstance(error, HttpProblem):
        return error
    if isinstance(error, UsageError):
        return HttpProblem(400, str(error))
    if isinstance(error, HTTPException):
        return HttpProblem(error.status_code, HTTPStatus(error.status_code).phrase, error.headers)
    return HttpProblem(500, "this did not work; please try again")


def problem_json(problem: HttpProblem) -> Response:
    code = CODES.get(problem.status, "bad_request")
    body = json.dumps({"error": {"code": code, "message": problem.message}})
    return Response(body, problem.status, problem.headers, "application/json")


def wants_page(request: Request) -> bool:
    """Whether a person looks at the answer in a browser."""
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")
