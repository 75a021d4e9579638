"""The seam between the conversation and whatever understands messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from .classifier import Ranked


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What a message seems to say: intents and languages, each with the likeliest first."""

    intents: tuple[Ranked, ...]
    locales: tuple[Ranked, ...]


class Interpreter(Protocol):
    """Understands one message at a time, without I/O."""

    def interpret(self, masked: str) -> Interpretation:
        """Ranks intents and languages for a message whose places are masked; never raises for any text."""
        ...

    def understands(self, locale: str) -> bool:
        """Whether it was trained with messages of this language."""
        ...
