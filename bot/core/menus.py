"""Names and buttons in one language. Pure.

What a button sends back: `t:TOPIC`, `p:PLACE`, `g:GROUP`, `l:LANGUAGE`, or `m:` and one of departments,
languages, sources, privacy, help.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..i18n import Catalog, Languages
from ..knowledge.model import Base, Level
from .message import Choice


@dataclass(frozen=True, slots=True)
class Menus:
    """Buttons of one language. `states` are the states' names by code."""

    base: Base
    catalog: Catalog
    states: Mapping[str, str]

    def place_name(self, reference: str) -> str:
        """A place as a person would call it: a department by its name, a city with its state, a state."""
        code, _, city = reference.partition("/")
        texts = self.base.texts[self.catalog.code].jurisdictions.get(code)
        jurisdiction = self.base.jurisdictions.get(code)
        if texts and jurisdiction and jurisdiction.level is Level.DEPARTMENT:
            return texts.name
        state = texts.place_name if texts else self.states[code.upper()]
        return f"{city}, {state}" if city else state

    def topic(self, topic: str) -> Choice:
        return Choice(self.base.texts[self.catalog.code].topics[topic].label, f"t:{topic}")

    def topics(self, topics: Iterable[str]) -> tuple[Choice, ...]:
        """Buttons for those topics that there are."""
        return tuple(self.topic(topic) for topic in topics if topic in self.base.topics)

    def question(self, topic: str) -> str:
        """The topic as a resident would ask it."""
        return self.base.texts[self.catalog.code].topics[topic].question

    def namesake(self, reference: str) -> Choice:
        """One of several places of a name: told apart by its state."""
        texts = self.base.texts[self.catalog.code].jurisdictions.get(reference)
        return Choice(texts.place_name if texts else self.place_name(reference), f"p:{reference}")

    def departments(self) -> tuple[Choice, ...]:
        """Every department by its short name, in the order of the alphabet."""
        texts = self.base.texts[self.catalog.code].jurisdictions
        found = [Choice(texts[d.id].short, f"p:{d.id}") for d in self.base.of_level(Level.DEPARTMENT)]
        return tuple(sorted(found, key=lambda choice: choice.label))

    def department_names(self) -> tuple[str, ...]:
        return tuple(sorted(self.place_name(d.id) for d in self.base.of_level(Level.DEPARTMENT)))

    def choose_place(self, chosen: bool) -> Choice:
        label = self.catalog.gettext("Another city") if chosen else self.catalog.gettext("Choose my city")
        return Choice(label, "m:departments")

    def start(self, chosen: bool) -> tuple[Choice, ...]:
        """The groups of topics, and the way to choose a place."""
        labels = self.base.texts[self.catalog.code].groups
        return (
            *(Choice(labels[group], f"g:{group}") for group in self.base.groups),
            self.choose_place(chosen),
        )

    def group_topics(self, group: str) -> tuple[Choice, ...]:
        return self.topics(topic.id for topic in self.base.topics.values() if topic.group == group)

    def languages(self, languages: Languages) -> tuple[Choice, ...]:
        """Every language by its own name."""
        return tuple(Choice(catalog.info.name, f"l:{catalog.code}") for catalog in languages)
