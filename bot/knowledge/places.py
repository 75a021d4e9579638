"""Finding places in messages: our departments and states by name, alias and misspelling, and US cities.

A found place is masked before the intent model sees the message, so a new department needs no retraining.
A *reference* names a place: `kcpd` (a department), `ks` (a state), `ks/Olathe` (a city without a department of
ours, by the name in the city list, never by what somebody typed).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from . import marked
from .model import Base, Jurisdiction, Level

CITY_MASK, STATE_MASK = "xcityx", "xstatex"
_WORD = re.compile(r"\w+(?:['’]\w+)?")
_LONGEST, _LONGEST_MISSPELT = 6, 4
"""Words of a name; of one that is looked for in spite of a slip."""
_SIZEABLE = 50_000
_RIVAL = 0.3
"""A namesake asks for clarification when it has at least this part of the largest one's inhabitants."""

Words = tuple[str, ...]


class Token(NamedTuple):
    word: str
    raw: str
    start: int
    end: int


class Mention(NamedTuple):
    """A place in a message: where it stands and what it may mean (several where it is ambiguous)."""

    start: int
    end: int
    references: tuple[str, ...]
    is_state: bool


@dataclass(frozen=True, slots=True)
class Places:
    """What a message says about places: the mentions, the masked text, and whether it says nothing else."""

    mentions: tuple[Mention, ...]
    masked: str
    bare: bool

    @property
    def references(self) -> tuple[str, ...]:
        """What the last place named may mean; cities and departments outrank states."""
        narrow = [m for m in self.mentions if not m.is_state] or list(self.mentions)
        return narrow[-1].references if narrow else ()


class City(NamedTuple):
    name: str
    state: str
    population: int


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a name may mean. `weak` names count only where the message shows that a place is meant."""

    references: tuple[str, ...]
    weak: bool
    is_state: bool
    states: Mapping[str, str] = field(default_factory=dict)


def fold(text: str) -> str:
    """Lower case without accents, character by character, so that positions stay the same."""
    if text.isascii():
        return text.lower()
    return "".join(unicodedata.normalize("NFKD", char)[0].lower()[:1] or " " for char in text)


def tokens(text: str) -> list[Token]:
    folded = fold(text)
    return [
        Token(re.sub(r"['’]", "", m[0]), text[m.start() : m.end()], m.start(), m.end()) for m in _WORD.finditer(folded)
    ]


def words(text: str) -> Words:
    return tuple(token.word for token in tokens(text))


class Gazetteer:
    """Finds places. Built from the knowledge base and the files in data/places."""

    def __init__(self, base: Base, folder: Path) -> None:
        cues = marked.read(folder / "places.yaml")
        assert isinstance(cues, marked.Mapping)
        self._before = _phrases(cues["before"])
        self._before_short = _phrases(cues["before_short"])
        self._after = _phrases(cues["after"])
        self._never = _phrases(cues["never"])
        self._word_codes = frozenset(cues["state_codes_that_are_words"])
        self._filler = frozenset(word for row in cues["filler"] for word in row)
        self.state_names = dict(_rows(folder / "us_states.tsv"))
        self._states = {words(name): code.lower() for code, name in self.state_names.items()}
        self._codes = {code.lower() for code in self.state_names}
        self._states |= {words(name): code.lower() for name, code in cues["states_also_called"].items()}
        for state in base.of_level(Level.STATE):
            self._states |= {words(alias): state.id for alias in (*state.aliases, *state.weak_aliases)}
        self._weak_states = _phrases(cues["states_that_are_names"]) | {
            words(alias) for state in base.of_level(Level.STATE) for alias in state.weak_aliases
        }
        cities = [City(n, s.lower(), int(p)) for n, s, p in _rows(folder / "us_cities.tsv")]
        self._cities = frozenset(f"{city.state}/{city.name}" for city in cities)
        self._entries = _index(base, cities, cues)
        states = {name: _Entry((code,), False, True) for name, code in self._states.items()}
        self._long_names = _long_names({**self._entries, **states}, [*_our_names(base), *states], cities)
        self._fuzzy = _by_length(self._long_names)

    def knows(self, reference: str) -> bool:
        """Whether it is a city of the list, such as `ks/Olathe`."""
        return reference in self._cities

    def find(self, text: str) -> Places:
        """The places in a message."""
        found = tokens(text)
        typed = tuple(token.word for token in found)
        mentions, used = [], [False] * len(found)
        position = 0
        while position < len(found):
            step, mention = self._at(found, typed, position)
            if mention:
                mentions.append(mention)
            for index in range(position, position + step if mention else position):
                used[index] = True
            position += step
        rest = [token.word for token, taken in zip(found, used, strict=True) if not taken]
        bare = bool(mentions) and all(word in self._filler for word in rest)
        return Places(tuple(mentions), _mask(text, mentions), bare)

    def _at(self, found: list[Token], typed: Words, position: int) -> tuple[int, Mention | None]:
        """How many tokens to go on by, and the mention that begins here. Exact names outrank misspelt ones."""
        for size in range(min(_LONGEST, len(found) - position), 0, -1):
            window = typed[position : position + size]
            if window in self._never:
                return size, None
            entry = self._entries.get(window)
            if entry and self._counts(entry, found, position, size):
                return self._with_state(entry, found, position, size)
            if window in self._states and self._state_meant(window, found, position, size):
                return size, _mention(found, position, size, (self._states[window],), True)
        for size in range(min(_LONGEST_MISSPELT, len(found) - position), 0, -1):
            window = typed[position : position + size]
            entry = self._misspelt(window, found, position, size)
            if entry and self._counts(entry, found, position, size):
                return self._with_state(entry, found, position, size)
        return 1, None

    def _counts(self, entry: _Entry, found: list[Token], position: int, size: int) -> bool:
        if not entry.weak or self._state_behind(found, position + size)[0]:
            return True
        if not entry.references:
            return False
        return self._shown_by_context(found, position, size, _short(found, position, size))

    def _state_meant(self, window: Words, found: list[Token], position: int, size: int) -> bool:
        return window not in self._weak_states or self._shown_by_context(found, position, size, short=False)

    def _shown_by_context(self, found: list[Token], position: int, size: int, short: bool) -> bool:
        before = tuple(token.word for token in found[max(0, position - 4) : position])
        last = position + size == len(found)
        cues = self._before_short if short and not last else self._before
        if any(before[-n:] in cues for n in range(1, len(before) + 1)):
            return True
        behind = tuple(token.word for token in found[position + size : position + size + 2])
        if any(behind[:n] in self._after for n in range(1, len(behind) + 1)):
            return not short
        others = [t.word for t in (*found[:position], *found[position + size :])]
        return len(others) <= 3 and all(word in self._filler for word in others)

    def _state_behind(self, found: list[Token], index: int) -> tuple[str, int]:
        """The state that stands at `index`, with its number of tokens; ("", 0) where none does."""
        for size in (3, 2, 1):
            window = tuple(token.word for token in found[index : index + size])
            if len(window) == size and window in self._states:
                return self._states[window], size
        if index < len(found) and found[index].word in self._codes:
            token = found[index]
            shouted = all(other.raw.isupper() for other in found)
            if (token.raw.isupper() and not shouted) or (
                index == len(found) - 1 and token.word not in self._word_codes
            ):
                return token.word, 1
        return "", 0

    def _with_state(self, entry: _Entry, found: list[Token], position: int, size: int) -> tuple[int, Mention | None]:
        state, extra = self._state_behind(found, position + size)
        if state in entry.states:
            return size + extra, _mention(found, position, size + extra, (entry.states[state],), False)
        if state:
            return size + extra, _mention(found, position, size + extra, (state,), True)
        if not entry.references:
            return 1, None
        return size, _mention(found, position, size, entry.references, entry.is_state)

    def _misspelt(self, window: Words, found: list[Token], position: int, size: int) -> _Entry | None:
        """The name that a long window nearly is: one slip, or two in a very long name."""
        typed = " ".join(window)
        if len(typed) < 6 or all(word in self._filler for word in window):
            return None
        slips = 2 if len(typed) >= 11 else 1
        if len(typed) < 9 and not self._shown_by_context(found, position, size, short=False):
            return None
        names = [
            name
            for length in range(len(typed) - slips, len(typed) + slips + 1)
            for name in self._fuzzy.get((length, typed[0]), ())
        ]
        near = process.extract(typed, names, scorer=OSA.distance, score_cutoff=slips, limit=3)
        for name, _, _ in near:
            if self._same_small_words(window, name):
                return self._long_names[name]
        return None

    def _same_small_words(self, window: Words, name: str) -> bool:
        """Words such as `in` or `city` at the ends are part of a name, or of none."""
        parts = name.split(" ")
        return all(
            typed == known or typed not in self._filler
            for typed, known in ((window[0], parts[0]), (window[-1], parts[-1]))
        )


def _short(found: list[Token], position: int, size: int) -> bool:
    """Whether the name is a word of one or two letters not written in capitals."""
    raw = found[position].raw
    return size == 1 and len(raw) <= 2 and not (raw.isupper() and any(t.raw.islower() for t in found))


def _mention(found: list[Token], position: int, size: int, references: Words, is_state: bool) -> Mention:
    return Mention(found[position].start, found[position + size - 1].end, references, is_state)


def _mask(text: str, mentions: list[Mention]) -> str:
    pieces, end = [], 0
    for mention in mentions:
        pieces += [text[end : mention.start], STATE_MASK if mention.is_state else CITY_MASK]
        end = mention.end
    return "".join([*pieces, text[end:]])


def _phrases(items: Iterable[str]) -> frozenset[Words]:
    return frozenset(words(item) for item in items)


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield line.rstrip("\n").split("\t")


def _index(base: Base, cities: list[City], cues: marked.Mapping) -> dict[Words, _Entry]:
    needs_state = _phrases(cues["needs_state"])
    called = {words(name): (city, state.lower()) for name, (city, state) in cues["also_called"].items()}
    entries = {name: _uncovered([c], False) for name, c in _nicknames(called, cities).items()}
    by_name: dict[Words, list[City]] = {}
    for city in cities:
        for name in _spellings(words(city.name)):
            by_name.setdefault(name, []).append(city)
    ours = _our_names(base)
    neighborhoods = {words(n) for d in base.of_level(Level.DEPARTMENT) for n in d.neighborhoods}
    for name, namesakes in by_name.items():
        largest = max(city.population for city in namesakes)
        common = len(name) == 1 or any(name[0] in row for row in cues["filler"])
        small = common and largest < _SIZEABLE
        entry = _uncovered(namesakes, weak=True)
        if name in needs_state or small:
            entry = _Entry((), True, False, entry.states)
        entries[name] = entry
    for name, (departments, weak) in ours.items():
        # A part of a city of ours is meant, whatever small towns share its name.
        namesakes = [] if name in neighborhoods else by_name.get(name, [])
        entries[name] = _covered(departments, weak, namesakes)
    return entries


def _spellings(name: Words) -> tuple[Words, ...]:
    """The name, and the same with its first word written out or shortened: St. Paul, Saint Paul."""
    pairs = {"saint": "st", "fort": "ft", "mount": "mt"}
    other = {**pairs, **{short: full for full, short in pairs.items()}}.get(name[0]) if name else None
    return (name, (other, *name[1:])) if other else (name,)


def _nicknames(called: dict[Words, tuple[str, str]], cities: list[City]) -> dict[Words, City]:
    known = {(city.name, city.state): city for city in cities}
    return {name: known[target] for name, target in called.items() if target in known}


def _uncovered(namesakes: list[City], weak: bool) -> _Entry:
    """A city none of our departments serves. Of namesakes only those of comparable size are meant."""
    largest = max(city.population for city in namesakes)
    meant = [c for c in namesakes if c.population >= _RIVAL * largest]
    references = tuple(f"{c.state}/{c.name}" for c in sorted(meant, key=lambda c: -c.population))
    states = {city.state: f"{city.state}/{city.name}" for city in namesakes}
    return _Entry(references if len(references) <= 4 else references[:4], weak, False, states)


def _our_names(base: Base) -> dict[Words, tuple[list[Jurisdiction], bool]]:
    found: dict[Words, tuple[list[Jurisdiction], bool]] = {}
    for department in base.of_level(Level.DEPARTMENT):
        strong = [department.id.replace("_", " "), *department.aliases, *department.neighborhoods]
        for weak, names in ((False, strong), (True, department.weak_aliases)):
            for name in names:
                owners, was_weak = found.get(words(name), ([], weak))
                if department not in owners:
                    owners = [*owners, department]
                found[words(name)] = (owners, was_weak and weak)
    return found


def _covered(departments: list[Jurisdiction], weak: bool, namesakes: list[City]) -> _Entry:
    """A department's name; a large namesake in another state is meant just as well."""
    states = {department.parent or "": department.id for department in departments}
    largest = max((city.population for city in namesakes), default=0)
    rivals = [c for c in namesakes if c.state not in states and c.population >= _RIVAL * largest]
    references = [department.id for department in departments]
    references += [f"{c.state}/{c.name}" for c in sorted(rivals, key=lambda c: -c.population)]
    others = {c.state: f"{c.state}/{c.name}" for c in namesakes}
    return _Entry(tuple(references), weak, False, {**others, **states})


def _long_names(entries: dict[Words, _Entry], ours: Iterable[Words], cities: list[City]) -> dict[str, _Entry]:
    """Names recognised with a slip: ours, and those of large cities, as typed."""
    large = {words(city.name) for city in cities if city.population >= 2 * _SIZEABLE}
    names = {" ".join(name): entries[name] for name in sorted({*ours, *large})}
    return {typed: entry for typed, entry in names.items() if len(typed) >= 6 and entry.references}


def _by_length(names: Iterable[str]) -> dict[tuple[int, str], list[str]]:
    """The same by length and first letter, in which a slip is not looked for."""
    found: dict[tuple[int, str], list[str]] = {}
    for name in names:
        found.setdefault((len(name), name[0]), []).append(name)
    return found
