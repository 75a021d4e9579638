"""Which store a deployment keeps its conversations in."""

from __future__ import annotations

from ..errors import MissingExtra, SettingError
from ..settings import Settings
from .memory import MemoryStore
from .store import SessionStore


def open_store(settings: Settings) -> SessionStore:
    """Redis where AMPARO_REDIS_URL is set, else memory. Raises MissingExtra or SettingError."""
    if not settings.redis_url:
        return MemoryStore(settings.session_minutes)
    try:
        from .redis import RedisStore
    except ImportError:
        raise MissingExtra(
            "AMPARO_REDIS_URL is set, but the Redis client is not installed: pip install 'amparo[redis]'"
        ) from None
    try:
        return RedisStore(settings.redis_url, settings.session_minutes)
    except ValueError:
        # The error's own text would show the password in the address.
        raise SettingError("AMPARO_REDIS_URL: expected an address such as redis://127.0.0.1:6379/0") from None
