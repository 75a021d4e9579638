"""What the widget shows in one language, loaded with it: labels, greeting, offline card, departments."""

from __future__ import annotations

from typing import Any

from ...assistant import Assistant
from ...core.message import Message
from ...i18n import Catalog
from .. import facts


def widget_strings(assistant: Assistant, catalog: Catalog) -> dict[str, Any]:
    """Everything the widget says by itself, ready for JSON."""
    return {
        "locale": catalog.code,
        "direction": catalog.direction,
        "labels": _labels(catalog),
        "greeting": _greeting(catalog),
        "choices": _choices(assistant, catalog),
        "departments": [{"id": d.id, "name": name} for d, name, _ in facts.departments(assistant, catalog)],
        "offline": _offline(assistant, catalog),
    }


def _labels(catalog: Catalog) -> dict[str, str]:
    _ = catalog.gettext
    return {
        "title": _("Know your rights"),
        "open": _("Ask about police and immigration"),
        "close": _("Close"),
        "leave": _("Leave now"),
        "leave_help": _(
            '"Leave now" closes this page at once, opens another one and forgets what you wrote here. '
            "The history of this device can still show that you visited this site."
        ),
        "options": _("Options"),
        "language": _("Language"),
        "department": _("Police department"),
        "no_department": _("Not chosen"),
        "again": _("Start again and forget this conversation"),
        "forgotten": _("The conversation was cleared."),
        "messages": _("Conversation"),
        "you": _("You:"),
        "bot": _("Answer:"),
        "write": _("Your question"),
        "hint": _("Your question and your city"),
        "send": _("Send"),
        "wait": _("Looking for the answer"),
        "sources": _("Sources ({count})"),
        "page": _("Read or print as a page"),
        "read": _("Read aloud"),
        "stop": _("Stop reading"),
        "choices": _("You can choose"),
        "unsent": _("Not sent: there is no connection. Your message is kept here."),
        "busy": _("Too many messages at once. Wait a minute, then try again. Your message is kept here."),
        "failed": _("This did not work. Your message is kept here."),
        "retry": _("Try again"),
        "idle": _("Are you still there? This conversation will be cleared in {seconds} seconds."),
        "stay": _("I am still here"),
        "fine": _("General information, not legal advice. Nothing you write is kept."),
        "privacy": _("Privacy"),
    }


def _greeting(catalog: Catalog) -> list[str]:
    _ = catalog.gettext
    return [
        _("Hello. I tell you what police departments have said about immigration status, with source and date."),
        _("I am not a lawyer, the police or the government. In an emergency call 911."),
        _("Tell me your city and write your question, or choose a subject."),
    ]


def _choices(assistant: Assistant, catalog: Catalog) -> list[dict[str, str]]:
    reply, _ = assistant.answer(Message(choice="m:start", locale=catalog.code), assistant.dialogue.begin())
    return [{"label": choice.label, "value": choice.value} for choice in reply.choices]


def _offline(assistant: Assistant, catalog: Catalog) -> dict[str, Any]:
    """The card for danger without a network: urgent steps, and numbers that answer."""
    return {
        "title": catalog.gettext("No connection. If there is danger, call 911."),
        "steps": facts.urgent_steps(assistant, catalog),
        "numbers": [{"name": n.name, "number": n.value} for n in facts.hotlines(assistant, catalog)],
    }
