"""Files that do not change while the server runs: compressed, hashed and described once, at start."""

from __future__ import annotations

import base64
import gzip
import hashlib
import importlib
import importlib.util
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

_brotli = importlib.import_module("brotli") if importlib.util.find_spec("brotli") else None  # gzip does without

FOREVER = "public, max-age=31536000, immutable"
SHORT = "public, max-age=300, must-revalidate"


@dataclass(frozen=True, slots=True)
class Asset:
    """A body with its hash, its integrity value and its compressed forms."""

    body: bytes
    media: str
    digest: str
    integrity: str
    encoded: tuple[tuple[str, bytes], ...]

    @classmethod
    def make(cls, content: str, media: str) -> Asset:
        body = content.encode("utf-8")
        encoded = [("gzip", gzip.compress(body, 9, mtime=0))]
        if _brotli is not None:
            encoded.insert(0, ("br", _brotli.compress(body)))
        digest = hashlib.sha256(body).hexdigest()[:16]
        integrity = "sha384-" + base64.b64encode(hashlib.sha384(body).digest()).decode("ascii")
        return cls(body, media, digest, integrity, tuple(encoded))

    def respond(self, request: Request, cache: str = SHORT) -> Response:
        """The asset in the form the client takes, or 304 where it has it already."""
        headers = {"cache-control": cache, "etag": f'"{self.digest}"', "vary": "Accept-Encoding"}
        if matches(request.headers.get("if-none-match", ""), self.digest):
            return Response(status_code=304, headers=headers)
        accepted = {part.partition(";")[0].strip() for part in request.headers.get("accept-encoding", "").split(",")}
        for name, encoded in self.encoded:
            if name in accepted:
                return Response(encoded, headers={**headers, "content-encoding": name}, media_type=self.media)
        return Response(self.body, headers=headers, media_type=self.media)


def matches(if_none_match: str, digest: str) -> bool:
    """Whether an If-None-Match header names this digest (weakly or not)."""
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in tags or f'"{digest}"' in tags


@dataclass(frozen=True, slots=True)
class Shelf:
    """Assets by their hashed names, for /static/."""

    by_name: dict[str, Asset]

    def put(self, stem: str, suffix: str, asset: Asset) -> str:
        """Takes the asset in; returns the name it is served under."""
        name = f"{stem}.{asset.digest}.{suffix}"
        self.by_name[name] = asset
        return name
