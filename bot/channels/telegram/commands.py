"""The commands and the bot's profile, in every language, and telling Telegram about them."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from telegram import Bot, BotCommand
from telegram.error import TelegramError

from ...i18n import Catalog, Languages

LONGEST_DESCRIPTION = 512
LONGEST_SHORT_DESCRIPTION = 120
_NAME = re.compile(r"[a-z0-9_]{1,32}")
_log = logging.getLogger(__name__)


class Action(str, Enum):
    """What a command does; the value is its name in every language's bot."""

    START = "start"
    HELP = "help"
    TOPICS = "topics"
    DEPARTMENT = "department"
    LANGUAGE = "language"
    SOURCES = "sources"
    PRIVACY = "privacy"
    FORGET = "forget"


@dataclass(frozen=True, slots=True)
class Command:
    """A command as one language shows it; `name` has no slash."""

    action: Action
    name: str
    description: str


def commands(catalog: Catalog) -> tuple[Command, ...]:
    """All commands in one language; a name Telegram would refuse gives way to the English one."""
    _ = catalog.gettext
    table = (
        (Action.START, _("/start"), _("Start here: what I am and what I can answer")),
        (Action.HELP, _("/help"), _("How to ask, with examples")),
        (Action.TOPICS, _("/topics"), _("Choose a subject")),
        (Action.DEPARTMENT, _("/department"), _("Choose your city or police department")),
        (Action.LANGUAGE, _("/language"), _("Choose your language")),
        (Action.SOURCES, _("/sources"), _("Where the last answer comes from")),
        (Action.PRIVACY, _("/privacy"), _("What I remember and what I do not")),
        (Action.FORGET, _("/forget"), _("Forget this conversation now")),
    )
    return tuple(Command(action, _name(name, action), text) for action, name, text in table)


def _name(shown: str, action: Action) -> str:
    name = shown.removeprefix("/")
    return name if _NAME.fullmatch(name) else action.value


def names(languages: Languages) -> dict[Action, tuple[str, ...]]:
    """Every name of each command over all languages, the English one first."""
    found: dict[Action, dict[str, None]] = {action: {action.value: None} for action in Action}
    taken = {action.value for action in Action}
    for command in (command for catalog in languages for command in commands(catalog)):
        if command.name not in taken:
            found[command.action][command.name] = None
            taken.add(command.name)
    return {action: tuple(listed) for action, listed in found.items()}


def description(catalog: Catalog) -> str:
    """What an empty chat with the bot shows."""
    text = catalog.gettext(
        "Ask in your own words what police departments have said about immigration status: reporting a crime, "
        "being stopped, jail, ICE. Every answer shows its source and date. I am not a lawyer, the police or the "
        "government. I do not keep what you write. In an emergency call 911."
    )
    return text[:LONGEST_DESCRIPTION]


def short_description(catalog: Catalog) -> str:
    """What the bot's profile and shared links show."""
    text = catalog.gettext("What police departments have said about immigration status, with source and date.")
    return text[:LONGEST_SHORT_DESCRIPTION]


async def introduce(bot: Bot, languages: Languages) -> None:
    """Sets commands and descriptions per language where they are not yet so.

    All of it is optional: a server that refuses costs a line in the log, and answering goes on.
    """
    for language, catalog in [(None, languages.default), *((catalog.code[:2], catalog) for catalog in languages)]:
        for step in _steps(bot, language, catalog):
            try:
                await step()
            except (TelegramError, KeyError, TypeError, ValueError) as error:
                _log.info("Telegram refused a part of the bot's profile (%s)", type(error).__name__)


def _steps(bot: Bot, language: str | None, catalog: Catalog) -> Iterable[Callable[[], Awaitable[None]]]:
    wanted = tuple(BotCommand(command.name, command.description) for command in commands(catalog))
    long, short = description(catalog), short_description(catalog)

    async def set_commands() -> None:
        if await bot.get_my_commands(language_code=language) != wanted:
            await bot.set_my_commands(wanted, language_code=language)

    async def set_description() -> None:
        if (await bot.get_my_description(language_code=language)).description != long:
            await bot.set_my_description(long, language_code=language)

    async def set_short_description() -> None:
        if (await bot.get_my_short_description(language_code=language)).short_description != short:
            await bot.set_my_short_description(short, language_code=language)

    return (set_commands, set_description, set_short_description)
