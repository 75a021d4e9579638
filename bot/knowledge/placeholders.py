"""Placeholders in answer texts: the only way a date, a telephone number or a link gets into one.

`{year.CLAIM}` and `{date.CLAIM}` show when a claim was known to be true, `{since.CLAIM}` and `{until.CLAIM}`
when it starts and ends to apply, `{contact.ID}` a number or an address.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import Enum
from typing import NamedTuple

_BRACES = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(r"(year|date|since|until|contact)\.([a-z][a-z0-9_]*)")


class Kind(str, Enum):
    YEAR = "year"
    DATE = "date"
    SINCE = "since"
    UNTIL = "until"
    CONTACT = "contact"


class Placeholder(NamedTuple):
    kind: Kind
    target: str


class BadPlaceholder(ValueError):
    """Braces around something that is no placeholder."""


def find(text: str) -> Iterator[Placeholder]:
    """The placeholders of a text in order; raises BadPlaceholder for other braces."""
    for match in _BRACES.finditer(text):
        yield _parse(match[1])
    if re.search(r"[{}]", _BRACES.sub("", text)):
        raise BadPlaceholder("an opening or closing brace stands alone")


def fill(text: str, value: Callable[[Placeholder], str]) -> str:
    """The text with every placeholder replaced; raises BadPlaceholder for other braces."""
    return _BRACES.sub(lambda match: value(_parse(match[1])), text)


def _parse(inside: str) -> Placeholder:
    match = _NAME.fullmatch(inside)
    if not match:
        raise BadPlaceholder(f"`{{{inside}}}` is not a placeholder")
    return Placeholder(Kind(match[1]), match[2])
