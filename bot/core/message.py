"""What goes into a conversation and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ..knowledge.dates import PartialDate

LONGEST_MESSAGE = 2000
"""Characters that are read of a message; a longer one is cut, and answered."""


class Meta(str, Enum):
    """Intents that are not topics."""

    GREET = "greet"
    GOODBYE = "goodbye"
    THANKS = "thanks"
    HELP = "help"
    LIST_DEPARTMENTS = "list_departments"
    SET_DEPARTMENT = "set_department"
    CHANGE_LANGUAGE = "change_language"
    PRIVACY = "privacy"
    DELETE_DATA = "delete_data"
    SOURCES = "sources"
    BOT_CHALLENGE = "bot_challenge"
    AFFIRM = "affirm"
    DENY = "deny"
    CRISIS = "crisis"
    OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True, slots=True)
class Message:
    """One message: typed text, or the value of a pressed button in `choice`."""

    text: str = ""
    choice: str = ""
    locale: str | None = None
    department: str | None = None


class Asking(str, Enum):
    """What the bot waits for."""

    TOPIC = "topic"
    DEPARTMENT = "department"


@dataclass(frozen=True, slots=True)
class Pending:
    """A question the bot has asked, with the ids it offered."""

    asking: Asking
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    """All that is kept of a conversation. `place` is a department's or a state's id."""

    locale: str | None = None
    locale_chosen: bool = False
    place: str | None = None
    topic: str | None = None
    pending: Pending | None = None


class BlockKind(str, Enum):
    """What a piece of a reply is, so that each channel can draw it its own way."""

    URGENT = "urgent"
    NOTICE = "notice"
    HEADLINE = "headline"
    TEXT = "text"
    STEPS = "steps"
    WIDER = "wider"
    SOURCES = "sources"
    FOOTER = "footer"


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a reply: one text, or several for steps."""

    kind: BlockKind
    texts: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.texts)


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: what it says and what it sends back."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class ShownSource:
    """A source as shown with an answer."""

    title: str
    publisher: str
    url: str
    published: PartialDate | None
    checked: PartialDate


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. The names are those of a line of `ask --jsonl`."""

    locale: str
    topic: str
    blocks: tuple[Block, ...]
    department: str | None = None
    jurisdiction: str | None = None
    coverage: str | None = None
    verdict: str | None = None
    confidence: float = 1.0
    urgent: bool = False
    pending: str | None = None
    choices: tuple[Choice, ...] = ()
    suggestions: tuple[str, ...] = ()
    sources: tuple[ShownSource, ...] = ()
