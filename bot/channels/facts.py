"""What pages, posters and the widget's offline card show of the knowledge base. The same data as the answers."""

from __future__ import annotations

from dataclasses import dataclass

from ..assistant import Assistant
from ..core.compose import Composer
from ..core.message import Conversation, Message, Reply
from ..i18n import Catalog
from ..knowledge.dates import PartialDate
from ..knowledge.model import ContactKind, Jurisdiction, Level
from ..knowledge.places import fold

FEDERAL = "us"
URGENT_TOPICS = ("emergency_call", "ice_at_door", "domestic_violence")
"""Whose form for danger now a person may need without a network."""
HOTLINES = ("us_dv_hotline", "us_988", "us_trafficking_hotline")


@dataclass(frozen=True, slots=True)
class Number:
    """A telephone number or web address with its name in a language."""

    name: str
    value: str
    kind: ContactKind


def departments(assistant: Assistant, catalog: Catalog) -> list[tuple[Jurisdiction, str, str]]:
    """Each department with its name and short name in the language, in the language's order."""
    named = []
    for jurisdiction in assistant.base.of_level(Level.DEPARTMENT):
        texts = assistant.base.texts_of(catalog.code, jurisdiction.id)
        named.append((jurisdiction, texts.name, texts.short))
    return sorted(named, key=lambda row: fold(row[1]))


def name_of(assistant: Assistant, catalog: Catalog, jurisdiction: str) -> str:
    return assistant.base.texts_of(catalog.code, jurisdiction).name


def answer(assistant: Assistant, locale: str, jurisdiction: str, topic: str) -> Reply:
    """The reply to a topic at a jurisdiction, as a person there who chose it would get it."""
    place = None if jurisdiction == FEDERAL else jurisdiction
    conversation = Conversation(locale=locale, locale_chosen=True, place=place)
    return assistant.answer(Message(choice=f"t:{topic}"), conversation)[0]


def composer(assistant: Assistant, catalog: Catalog) -> Composer:
    """What writes the answers in a language."""
    return Composer(assistant.base, catalog, assistant.dialogue.menus(catalog))


def urgent_steps(assistant: Assistant, catalog: Catalog, jurisdiction: str = FEDERAL) -> list[str]:
    """The forms for danger now that hold at a jurisdiction."""
    writes, chain = composer(assistant, catalog), assistant.base.chain(jurisdiction)
    return [block.text for topic in URGENT_TOPICS for block in writes.urgent(topic, chain)]


def hotlines(assistant: Assistant, catalog: Catalog) -> list[Number]:
    """The numbers that hold in the whole country."""
    return [n for name, n in _numbers(assistant, catalog, FEDERAL) if name in HOTLINES]


def contacts(assistant: Assistant, catalog: Catalog, jurisdiction: str) -> list[Number]:
    """A jurisdiction's own contacts."""
    return [number for _, number in _numbers(assistant, catalog, jurisdiction)]


def _numbers(assistant: Assistant, catalog: Catalog, jurisdiction: str) -> list[tuple[str, Number]]:
    names = assistant.base.texts_of(catalog.code, jurisdiction).contacts
    own = assistant.base.jurisdictions[jurisdiction].contacts.values()
    return [(c.id, Number(names[c.id], c.value, c.kind)) for c in own if c.id in names]


def last_checked(replies: list[Reply]) -> PartialDate | None:
    """The oldest day on which a source of these answers was last checked."""
    return min((source.checked for reply in replies for source in reply.sources), default=None)
