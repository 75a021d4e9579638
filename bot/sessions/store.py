"""The seam: how channels keep a conversation under a key."""

from __future__ import annotations

from typing import Protocol

from ..core.message import Conversation


class SessionStore(Protocol):
    """Keeps conversations that expire. A key is never a person's name, number or id in clear.

    A store that fails forgets: it never raises into an answer.
    """

    async def get(self, key: str) -> Conversation | None:
        """The conversation, or None where there is none or it has expired."""
        ...

    async def put(self, key: str, conversation: Conversation) -> None:
        """Keeps the conversation for the session's time from now on."""
        ...

    async def drop(self, key: str) -> None:
        """Forgets the conversation at once."""
        ...

    async def first_time(self, mark: str) -> bool:
        """Whether this mark (of an update) is seen for the first time in the session's time."""
        ...

    async def close(self) -> None: ...
