"""The outermost layer: security headers, CORS by allow-list, counts, and no error that escapes or tells."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .counts import Counts
from .problems import HttpProblem, as_problem, problem_json

log = logging.getLogger(__name__)

HEADERS: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "cross-origin-opener-policy": "same-origin",
}
HSTS = "max-age=31536000"


class Guard:
    """ASGI middleware around everything."""

    def __init__(self, app: ASGIApp, origins: tuple[str, ...], counts: Counts, https: bool) -> None:
        """`origins` may read what the interface says, `*` for any; `https` promises browsers to stay on it."""
        self._app, self._origins, self._counts = app, origins, counts
        self._headers = {**HEADERS, **({"strict-transport-security": HSTS} if https else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._mark(scope, message)
            await send(message)

        try:
            if self._is_preflight(scope):
                await self._preflight(scope)(scope, receive, sending)
            else:
                await self._app(scope, receive, sending)
        except Exception as error:
            _report(error)
            if started:
                raise
            await problem_json(as_problem(error))(scope, receive, sending)

    def _mark(self, scope: Scope, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        for name, value in self._headers.items():
            headers.setdefault(name, value)
        public = _is_static(scope["path"])
        headers["cross-origin-resource-policy"] = (
            "cross-origin" if public or scope["path"].startswith("/api/") else "same-origin"
        )
        self._cors(scope, headers, public)
        endpoint = getattr(scope.get("endpoint"), "__name__", "none")
        self._counts.request(endpoint, message["status"])

    def _cors(self, scope: Scope, headers: MutableHeaders, public: bool) -> None:
        if public:
            headers["access-control-allow-origin"] = "*"
        elif scope["path"].startswith("/api/"):
            headers.add_vary_header("Origin")
            origin = Headers(scope=scope).get("origin", "")
            if self._allows(origin):
                headers["access-control-allow-origin"] = origin

    def _allows(self, origin: str) -> bool:
        return bool(origin) and ("*" in self._origins or origin in self._origins)

    def _is_preflight(self, scope: Scope) -> bool:
        return scope["method"] == "OPTIONS" and "access-control-request-method" in Headers(scope=scope)

    def _preflight(self, scope: Scope) -> Response:
        origin = Headers(scope=scope).get("origin", "")
        if not _is_static(scope["path"]) and not self._allows(origin):
            return problem_json(HttpProblem(403, "this origin is not in AMPARO_ALLOWED_ORIGINS"))
        return Response(
            status_code=204,
            headers={
                "access-control-allow-methods": "GET, POST",
                "access-control-allow-headers": "content-type, accept-language",
                "access-control-max-age": "86400",
            },
        )


def _is_static(path: str) -> bool:
    return path == "/widget.js" or path.startswith("/static/")


def _report(error: Exception) -> None:
    """Logs where it went wrong and the error's type; its words could hold a person's."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].name}:{frames[-1].lineno}" if frames else "?"
    log.error("a request failed: %s in %s", type(error).__name__, where)
