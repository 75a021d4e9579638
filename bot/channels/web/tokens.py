"""Tokens by which a page continues its conversation. The page alone holds the token; we keep under its HMAC."""

from __future__ import annotations

import hmac
import re
import secrets

from ...sessions.store import SessionStore

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
# The token is 256 random bits, so that this key need not be secret: it only keeps the names of channels apart,
# and is the same in every replica of a deployment.
_DOMAIN = b"amparo web conversation"


def store_key(token: str) -> str:
    """The name a conversation is kept under."""
    return "web:" + hmac.new(_DOMAIN, token.encode("ascii"), "sha256").hexdigest()


async def continued(store: SessionStore, token: str | None) -> str:
    """The token itself where its conversation is kept, else a new one: nobody can choose a token."""
    if token and _TOKEN.fullmatch(token) and await store.get(store_key(token)) is not None:
        return token
    return secrets.token_urlsafe(32)


async def forget(store: SessionStore, token: str | None) -> None:
    if token and _TOKEN.fullmatch(token):
        await store.drop(store_key(token))
