"""What is kept, said from what the code keeps: a row for every field of a conversation, and no other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from ...core.message import Conversation
from ...i18n import Catalog


def meanings(catalog: Catalog) -> Mapping[str, str]:
    """What each kept field is, in a person's words."""
    _ = catalog.gettext
    return {
        "locale": _('The language of the answers, such as "es".'),
        "locale_chosen": _("Whether you chose that language: yes or no."),
        "place": _('The police department or state you asked about, such as "kcpd". Not where you are.'),
        "topic": _('The subject of your last question, such as "victim_status". Not your words.'),
        "pending": _("Which choices I offered you last."),
    }


def kept(catalog: Catalog) -> list[tuple[str, str]]:
    """Each field of a conversation with its meaning; raises KeyError where a field has none."""
    meaning = meanings(catalog)
    return [(field.name, meaning[field.name]) for field in fields(Conversation)]


def statements(catalog: Catalog, minutes: int, redis: bool) -> list[str]:
    """The sentences around the table of what is kept."""
    _ = catalog.gettext
    where = (
        _("It is kept in a database in memory (Redis) that the operator of this site runs.")
        if redis
        else _("It is kept only in the memory of this server, and is gone when the server stops.")
    )
    return [
        _(
            "These values, and no others, are kept for {minutes} minutes after your last message. Then they are erased."
        ).format(minutes=minutes),
        where,
        _("Only your page knows the random number under which they are kept. We keep a scrambled form of it."),
        _("What you write is read once to find the answer. It is not stored, not logged, and not sent to anyone else."),
        _(
            "There are no cookies, no accounts, no advertising, no counting of visitors and no files from "
            "other companies."
        ),
        _(
            "To stop floods, a scrambled form of your network address is kept in memory for about a minute. "
            "It cannot be turned back without a key that is never stored."
        ),
        _("We count how many answers were given in each language, not to whom and not about what."),
        _(
            "Others may still know that you visited: your internet company, the company that hosts this server, "
            "and anyone who can look into your device."
        ),
    ]
