"""Links such as t.me/NAME?start=es_kcpd_victim_status, for posters and for going from a group to a private chat."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...core.message import Choice, Reply
from ...i18n import Languages
from ...knowledge.model import Base

_ALLOWED = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What Telegram lets through as a start parameter."""


def choices_of(payload: str, base: Base, languages: Languages) -> tuple[str, ...]:
    """The choices a start parameter stands for, in order; none where it is not one of ours.

    The parts are a language, a department or state, and a topic, each optional, joined by `_`.
    """
    if not _ALLOWED.fullmatch(payload):
        return ()
    rest, choices = payload.lower(), []
    places = [name for name, jurisdiction in base.jurisdictions.items() if jurisdiction.parent]
    for kind, names in (("l", languages.codes), ("p", places), ("t", tuple(base.topics))):
        name = _leading(rest, names, whole=kind == "t")
        if name:
            choices.append(f"{kind}:{name}")
            rest = rest[len(name) + 1 :]
    return () if rest else tuple(choices)


def _leading(text: str, names: Iterable[str], whole: bool) -> str | None:
    """The longest name the text begins with, up to a `_` or its end."""
    found = [name for name in names if text == name.lower() or (not whole and text.startswith(f"{name.lower()}_"))]
    return max(found, key=len, default=None)


def payload_of(*parts: str | None) -> str | None:
    """The start parameter for some parts; None where it would be too long or empty."""
    payload = "_".join(part for part in parts if part)
    return payload if _ALLOWED.fullmatch(payload) else None


def payload_for(choice: Choice, reply: Reply, base: Base) -> str | None:
    """Where a choice of a reply leads in a private chat; None for choices that need no link."""
    kind, _, target = choice.value.partition(":")
    if kind == "t":
        place = reply.jurisdiction if reply.jurisdiction != "us" else None
        return payload_of(reply.locale, reply.department or place, target)
    if kind == "p" and target in base.jurisdictions:
        return payload_of(reply.locale, target, reply.topic if reply.topic in base.topics else None)
    return None
