"""What this channel says on its own, besides the assistant's replies. Every line comes from the catalog."""

from __future__ import annotations

from dataclasses import replace

from ...core.message import Block, BlockKind, Choice, Reply
from ...i18n import Catalog
from ...knowledge.model import Base

HOTLINE = "us_migrawatch"
DEPARTMENTS = "m:departments"


def _reply(catalog: Catalog, topic: str, *lines: str, choices: tuple[Choice, ...] = ()) -> Reply:
    blocks = tuple(Block(BlockKind.TEXT, (line,)) for line in lines)
    return Reply(locale=catalog.code, topic=topic, blocks=blocks, choices=choices)


def introduction(catalog: Catalog) -> tuple[Block, ...]:
    """Two lines for a first contact: what this is, what it is not, and what Telegram is not."""
    _ = catalog.gettext
    first = _(
        "I tell you what police departments have said about immigration status, with source and date. "
        "I am a program, not a lawyer, the police or the government. In an emergency call 911."
    )
    second = _(
        "I do not keep what you write. But chats with bots on Telegram are not end-to-end encrypted: "
        "do not send names, numbers, addresses or papers."
    )
    return Block(BlockKind.TEXT, (first,)), Block(BlockKind.TEXT, (second,))


def start(catalog: Catalog, menu: Reply) -> Reply:
    """The first message: the introduction over the menu's buttons, the choice of a city first."""
    invitation = catalog.gettext("Write your question with your city, or choose here.")
    choices = tuple(sorted(menu.choices, key=lambda choice: choice.value != DEPARTMENTS))
    blocks = (*introduction(catalog), Block(BlockKind.TEXT, (invitation,)))
    return replace(menu, topic="greet", blocks=blocks, choices=choices)


def topics(catalog: Catalog, menu: Reply) -> Reply:
    """The menu under one line."""
    line = catalog.gettext("Choose a subject, or write your question.")
    return replace(menu, blocks=(Block(BlockKind.TEXT, (line,)),))


def departments(catalog: Catalog, reply: Reply) -> Reply:
    """The choice of a department, with the way to find it by location."""
    line = catalog.gettext(
        "You can also send your location with the paper clip. I use it once to find the department and do not "
        "keep it. You never have to."
    )
    return replace(reply, blocks=(*reply.blocks, Block(BlockKind.FOOTER, (line,))))


def privacy(catalog: Catalog, reply: Reply) -> Reply:
    """What is kept, with what holds for Telegram."""
    line = catalog.gettext(
        "Telegram chats with bots are not end-to-end encrypted, and Telegram keeps them. "
        "To remove this chat, delete it in the app."
    )
    return replace(reply, blocks=(*reply.blocks, Block(BlockKind.TEXT, (line,))))


def forgotten(catalog: Catalog) -> Reply:
    return _reply(
        catalog,
        "delete_data",
        catalog.gettext("Done. I have forgotten this conversation. Delete it in your app too."),
    )


def only_text(catalog: Catalog) -> Reply:
    """For photos, voice and all else that is not text."""
    _ = catalog.gettext
    return _reply(
        catalog,
        "help",
        _("I can read only text. Write your question in a few words, please."),
        _("Do not send photos, papers or other people's contacts. I have not kept what you sent."),
    )


def unknown_location(catalog: Catalog, choices: tuple[Choice, ...]) -> Reply:
    _ = catalog.gettext
    return _reply(
        catalog,
        "set_department",
        _("I have no answers of a police department near that place. Write your city and state, or choose here."),
        _("I have not kept your location."),
        choices=choices,
    )


def several_departments(catalog: Catalog, choices: tuple[Choice, ...]) -> Reply:
    _ = catalog.gettext
    return _reply(
        catalog,
        "set_department",
        _("More than one police department works near that place. Which one do you mean?"),
        _("I have not kept your location."),
        choices=choices,
    )


def apology(catalog: Catalog, base: Base) -> Reply:
    """After a fault of ours: sorry, and what matters most in danger."""
    _ = catalog.gettext
    lines = [
        _("I am sorry. Something went wrong on my side. Please write your question again."),
        _(
            "In danger, call 911. You may stay silent. In general you do not have to open the door to ICE "
            "without a warrant signed by a judge."
        ),
    ]
    if HOTLINE in base.contacts:
        hotline = base.contacts[HOTLINE].value
        lines.append(_("Immigrant rights line: {number}.").format(number=hotline))
    return _reply(catalog, "help", *lines)
