"""An interpreter that says what it was told: for tests and for trying out content without a trained model."""

from __future__ import annotations

from collections.abc import Mapping

from .classifier import Ranked
from .interpreter import Interpretation


class ScriptedInterpreter:
    """Answers each known message with its intent; anything else is out of scope."""

    def __init__(self, script: Mapping[str, str], locale: str = "en", probability: float = 0.99) -> None:
        self._script, self._locale, self._probability = script, locale, probability

    def interpret(self, masked: str) -> Interpretation:
        intent = self._script.get(masked, "out_of_scope")
        return Interpretation((Ranked(intent, self._probability),), (Ranked(self._locale, self._probability),))

    def understands(self, locale: str) -> bool:  # noqa: ARG002 - whatever it is told to
        return True
