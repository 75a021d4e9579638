"""The nouns of the knowledge base. Values only; reading, checking and choosing live beside it.

A *claim* is one fact with its sources and date. An *answer* rests on claims and says what a topic's question
comes to at one jurisdiction; its *texts* say so in each language. A *gap* is a place where we looked and
found no published rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from types import MappingProxyType
from typing import TypeVar

from .dates import PartialDate

_K = TypeVar("_K")
_V = TypeVar("_V")


def frozen(mapping: dict[_K, _V]) -> Mapping[_K, _V]:
    """A view that cannot be changed."""
    return MappingProxyType(mapping)


class Level(str, Enum):
    """How wide a jurisdiction is, narrowest first."""

    DEPARTMENT = "department"
    STATE = "state"
    FEDERAL = "federal"


class SourceKind(str, Enum):
    STATUTE = "statute"
    POLICY = "policy"
    ORDER = "order"
    RULING = "ruling"
    STATEMENT = "official statement"
    REPORT = "report"


class Certainty(str, Enum):
    """How sure we are that a claim was true at its date."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Verdict(str, Enum):
    """What the answer to a topic's question comes to."""

    YES = "yes"
    NO = "no"
    DEPENDS = "depends"
    UNKNOWN = "unknown"


class ContactKind(str, Enum):
    COMPLAINT = "complaint"
    NON_EMERGENCY = "non_emergency"
    TIPS = "tips"
    HOTLINE = "hotline"
    LEGAL_HELP = "legal_help"
    DIRECTORY = "directory"


REVIEW_DAYS = frozen(
    {
        SourceKind.STATUTE: 730,
        SourceKind.POLICY: 365,
        SourceKind.ORDER: 365,
        SourceKind.RULING: 365,
        SourceKind.STATEMENT: 365,
        SourceKind.REPORT: 365,
    }
)
VOLATILE_DAYS = 90


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands, for messages: path relative to the project, line from 1."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Source:
    id: str
    title: str
    publisher: str
    kind: SourceKind
    url: str
    published: PartialDate | None
    retrieved: PartialDate
    copy: bool
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class Claim:
    id: str
    says: str
    cites: tuple[str, ...]
    as_of: PartialDate
    checked: PartialDate
    changed: PartialDate
    sure: Certainty
    volatile: bool
    effective_from: PartialDate | None
    effective_to: PartialDate | None
    review_days: int | None
    place: Place = field(compare=False)

    def in_force(self, today: date) -> bool:
        """Whether the claim's own dates allow it today."""
        started = self.effective_from is None or self.effective_from.first <= today
        return started and (self.effective_to is None or today <= self.effective_to.last)


@dataclass(frozen=True, slots=True)
class Contact:
    """A telephone number or an address on the net, as a source showed it."""

    id: str
    kind: ContactKind
    value: str
    cites: tuple[str, ...]
    seen: PartialDate
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class Answer:
    topic: str
    verdict: Verdict
    cites: tuple[str, ...]
    binding: bool
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class Gap:
    topic: str
    searched: PartialDate
    note: str
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class AnswerText:
    """An answer in one language; placeholders are not yet filled."""

    topic: str
    headline: str
    body: str
    steps: tuple[str, ...]
    urgent: str
    reviewed: PartialDate
    place: Place = field(compare=False)
    borrowed: str = ""
    """The language the text is in, where a draft language shows it in place of its own."""


@dataclass(frozen=True, slots=True)
class Area:
    """A circle around the area a department serves: degrees, kilometres."""

    latitude: float
    longitude: float
    radius_km: float


@dataclass(frozen=True, slots=True)
class JurisdictionText:
    """A jurisdiction's names and answers in one language."""

    name: str
    short: str
    place_name: str
    contacts: Mapping[str, str]
    texts: Mapping[str, AnswerText]
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """A department, a state or the United States, with everything known about it."""

    id: str
    level: Level
    parent: str | None
    ocd: str
    area: Area | None
    aliases: tuple[str, ...]
    weak_aliases: tuple[str, ...]
    neighborhoods: tuple[str, ...]
    examples: tuple[str, ...]
    contacts: Mapping[str, Contact]
    answers: Mapping[str, Answer]
    gaps: Mapping[str, Gap]
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class Topic:
    id: str
    group: str
    question: str
    required_at: tuple[Level, ...]
    urgent: bool
    related: tuple[str, ...]
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class TopicText:
    """A topic's button label and the question as a resident would ask it, in one language."""

    label: str
    question: str


@dataclass(frozen=True, slots=True)
class LocaleTexts:
    """Everything written in one language."""

    groups: Mapping[str, str]
    topics: Mapping[str, TopicText]
    jurisdictions: Mapping[str, JurisdictionText]


@dataclass(frozen=True, slots=True)
class Base:
    """The whole knowledge base."""

    groups: tuple[str, ...]
    topics: Mapping[str, Topic]
    jurisdictions: Mapping[str, Jurisdiction]
    sources: Mapping[str, Source]
    claims: Mapping[str, Claim]
    contacts: Mapping[str, Contact]
    texts: Mapping[str, LocaleTexts]

    def of_level(self, level: Level) -> tuple[Jurisdiction, ...]:
        """The jurisdictions of one level, in the order of their ids."""
        return tuple(j for j in self.jurisdictions.values() if j.level is level)

    def chain(self, jurisdiction: str) -> tuple[Jurisdiction, ...]:
        """The jurisdiction and the wider ones above it, narrowest first; raises KeyError if unknown."""
        found = [self.jurisdictions[jurisdiction]]
        while found[-1].parent in self.jurisdictions and len(found) < len(Level):
            found.append(self.jurisdictions[found[-1].parent or ""])
        return tuple(found)

    def review_due(self, claim: Claim) -> date:
        """The day after which the claim counts as not confirmed."""
        days = claim.review_days
        if days is None and claim.volatile:
            days = VOLATILE_DAYS
        if days is None:
            kinds = [self.sources[s].kind for s in claim.cites if s in self.sources]
            days = min((REVIEW_DAYS[kind] for kind in kinds), default=365)
        return claim.checked.first + timedelta(days=days)

    def texts_of(self, locale: str, jurisdiction: str) -> JurisdictionText:
        """The jurisdiction's texts in a language; raises KeyError where there are none."""
        return self.texts[locale].jurisdictions[jurisdiction]
