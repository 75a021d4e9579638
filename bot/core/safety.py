"""Danger now, and things a person should not send. Word lists come from data/nlu/safety.yml. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..knowledge.places import words

_NUMBERS = re.compile(
    r"""\bA[-\s#:]*\d{2,3}[-\s]?\d{3}[-\s]?\d{3}\b   # alien number: A and 8 or 9 digits
      | \b\d{3}[-\s]\d{2}[-\s]\d{4}\b                 # social security number
      | \b\d{9}\b
      | \b\(?\d{3}\)?[-.\s]\d{3}[-.\s]\d{4}\b         # telephone
      | \b\d{10}\b
      | [\w.+-]+@[\w-]+\.\w+                          # e-mail
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Signals:
    """What a message shows besides its topic."""

    now: bool
    violence: bool
    personal: bool
    crisis: bool = False
    by_another: bool = False
    """Somebody else wants to hurt the writer: never to be taken for a wish to die, though the words are like."""


class Safety:
    """Reads the signals of a message."""

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        """`lists` has the keys now, violence, by_another, supposed, surely_now, own_status, address and crisis."""
        self._now = _pattern(lists["now"])
        self._violence = _pattern(lists["violence"])
        self._by_another = _pattern(lists["by_another"])
        self._supposed = _pattern(lists["supposed"])
        self._surely = _pattern(lists["surely_now"])
        self._status = _pattern(lists["own_status"])
        self._crisis = _pattern(lists["crisis"])
        streets = "|".join(re.escape(word) for word in lists["address"])
        self._address = re.compile(rf" \d+ (?:\w+ ){{0,4}}(?:{streets}) | (?:{streets}) (?:\w+ ){{0,3}}\d+ ")

    def read(self, text: str) -> Signals:
        """Never raises, whatever the text."""
        plain = f" {' '.join(words(text))} "
        supposed = self._supposed.search(plain) and not self._surely.search(plain)
        personal = _NUMBERS.search(text) or self._status.search(plain) or self._address.search(plain)
        now = bool(self._now.search(plain)) and not supposed
        # "Quiere matarme" has the "matarme" of somebody who wants to die.
        rest, by_another = self._by_another.subn("  ", plain)
        violence = bool(by_another or self._violence.search(plain)) and not supposed
        return Signals(now, violence, bool(personal), bool(self._crisis.search(rest)), bool(by_another))


def _pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    def one(phrase: str) -> str:
        stem = phrase.endswith("*")
        plain = " ".join(words(phrase.rstrip("*")))
        return re.escape(plain) + (r"\w*" if stem else "")

    return re.compile(rf" (?:{'|'.join(one(p) for p in phrases)}) ".replace(r"\ ", " "))
