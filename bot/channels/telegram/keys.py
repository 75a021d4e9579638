"""Names for conversations and updates that tell nobody who is behind them."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from ...settings import Settings

_WHAT_FOR = b"amparo telegram session keys"


class SessionKeys:
    """Keyed hashes of platform ids. The key itself is kept nowhere."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def __repr__(self) -> str:
        return "SessionKeys(...)"

    def of(self, kind: str, *ids: object) -> str:
        """The hash of some ids: 32 hexadecimal digits, useless without the key."""
        return hmac.new(self._key, repr((kind, *ids)).encode(), hashlib.sha256).hexdigest()[:32]


def session_keys(settings: Settings) -> SessionKeys:
    """Random for this process where conversations are in memory.

    With Redis a restart and other replicas need the same key: it is derived from the bot's token, which they
    have and Redis does not, so that a copy of Redis alone leads to nobody.
    """
    if not settings.redis_url:
        return SessionKeys(secrets.token_bytes(32))
    return SessionKeys(derived(settings.telegram_token, _WHAT_FOR))


def derived(token: str, purpose: bytes) -> bytes:
    """A secret of its own for a purpose, from the bot's token."""
    return hmac.new(token.encode(), purpose, hashlib.sha256).digest()
