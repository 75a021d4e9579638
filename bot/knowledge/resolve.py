"""Which answer holds for a topic at a jurisdiction on a day. Pure: no I/O, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from .model import Answer, Base, Claim, Gap, Jurisdiction, Level


class Coverage(str, Enum):
    """Whose answer it is: `own` is the department's; `inherited` that of its state or the country, also where no
    department was named; `none_published` the same after a search of ours that found nothing of the department's."""

    OWN = "own"
    INHERITED = "inherited"
    NONE_PUBLISHED = "none_published"


@dataclass(frozen=True, slots=True)
class Held:
    """An answer with the jurisdiction that gives it."""

    jurisdiction: Jurisdiction
    answer: Answer


@dataclass(frozen=True, slots=True)
class Resolved:
    """The narrowest answer in force, the wider ones that bind it, and the gap that was met on the way."""

    main: Held
    coverage: Coverage
    gap: Gap | None
    binding: tuple[Held, ...]


def resolve(base: Base, topic: str, jurisdiction: str, today: date) -> Resolved | None:
    """The answer to `topic` at `jurisdiction`, or None where not even federal law has one in force."""
    chain = base.chain(jurisdiction)
    held = [
        Held(place, answer) for place in chain if (answer := place.answers.get(topic)) and in_force(base, answer, today)
    ]
    if not held:
        return None
    main, *wider = held
    gap = chain[0].gaps.get(topic)
    return Resolved(main, _coverage(main, chain[0], gap), gap, tuple(w for w in wider if w.answer.binding))


def _coverage(main: Held, asked: Jurisdiction, gap: Gap | None) -> Coverage:
    if main.jurisdiction is asked and asked.level is Level.DEPARTMENT:
        return Coverage.OWN
    return Coverage.NONE_PUBLISHED if gap and main.jurisdiction is not asked else Coverage.INHERITED


def in_force(base: Base, answer: Answer, today: date) -> bool:
    """A claim outside its dates takes its answer with it."""
    return all(claim.in_force(today) for claim in claims_of(base, answer))


def claims_of(base: Base, answer: Answer) -> tuple[Claim, ...]:
    """The claims an answer rests on, as far as they exist."""
    return tuple(base.claims[name] for name in answer.cites if name in base.claims)


def overdue(base: Base, answer: Answer, today: date) -> tuple[Claim, ...]:
    """The claims past their review date: the answer is not confirmed since the oldest of them was checked."""
    late = (claim for claim in claims_of(base, answer) if base.review_due(claim) < today)
    return tuple(sorted(late, key=lambda claim: claim.checked))
