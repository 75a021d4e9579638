"""What a scenario file says, read with line numbers; a wrong key or value is refused in words its author can use."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bot.knowledge import marked

FOLDER = Path(__file__).parent / "scenarios"
TURN_KEYS = ("say", "press", "expect", "says", "never")
SCENARIO_KEYS = (
    "name",
    "rule",
    "topic",
    "ask",
    "turns",
    "at",
    "locales",
    "locale",
    "today",
    "expect",
    "says",
    "never",
)
EXPECT_KEYS = (
    "jurisdiction",
    "coverage",
    "verdict",
    "cites",
    "also",
    "urgent",
    "topic",
    "pending",
    "department",
    "locale",
    "options",
    "suggestions",
    "first",
)
RULES = {"Kansas City": 12, "Federal": 25, "Cities": 20}
"""The lists of things never to get wrong, and how long each is."""
_RULE = re.compile(rf"(?P<list>{'|'.join(RULES)}) (?P<number>\d+)\. .+")
_BOTH = ("en", "es")


class ScenarioError(Exception):
    """A scenario file that cannot be read: file, line, what is wrong."""


Words = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Turn:
    """One message, and what its reply must and must not have. Exactly one of `say` and `press`."""

    line: int
    say: str | None = None
    press: str | None = None
    expect: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    says: Words = field(default_factory=dict)
    never: Words = field(default_factory=dict)


@dataclass(frozen=True)
class Scenario:
    """One story in one language. `locale` is the language of the page it is told on."""

    file: str
    line: int
    name: str
    locale: str
    turns: tuple[Turn, ...]
    at: str | None = None
    topic: str | None = None
    rules: tuple[str, ...] = ()
    today: date | None = None

    @property
    def written(self) -> bool:
        """Whether somebody writes, so that a trained model must understand."""
        return any(turn.say is not None for turn in self.turns)

    @property
    def id(self) -> str:
        return f"{self.file.removesuffix('.yaml')}-{self.line}-{self.locale}: {self.name}"

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}: {self.name} [{self.locale}]"


def read_all(folder: Path = FOLDER) -> list[Scenario]:
    """Every scenario of every file, once per language; raises ScenarioError."""
    return [scenario for path in sorted(folder.glob("*.yaml")) for scenario in read(path.name, path.read_text("utf-8"))]


def read(file: str, content: str) -> list[Scenario]:
    """The scenarios of one file; raises ScenarioError."""
    try:
        items = marked.parse(content)
    except marked.SyntaxProblem as error:
        raise ScenarioError(f"{file}:{error.line}: not YAML: {error}") from error
    if not isinstance(items, marked.Sequence):
        raise ScenarioError(f"{file}:1: expected a list of scenarios, each beginning with `- name: ...`")
    return [scenario for item in items for scenario in _scenarios(file, item)]


def _scenarios(file: str, item: object) -> Iterable[Scenario]:
    record = _record(file, item, SCENARIO_KEYS, "a scenario")
    if not record.get("name"):
        raise ScenarioError(f"{file}:{record.line}: a scenario needs a `name`")
    asked = [key for key in ("topic", "ask", "turns") if key in record]
    if len(asked) != 1:
        raise _problem(file, record, "needs exactly one of `topic` (a button), `ask` (a written message) and `turns`")
    rules = tuple(_rule(file, record, rule) for rule in _many(record.get("rule", ())))
    for locale in _locales(file, record, asked[0]):
        yield Scenario(
            file=file,
            line=record.line,
            name=str(record["name"]),
            locale=locale,
            turns=tuple(_turns(file, record, asked[0], locale)),
            at=record.get("at"),
            topic=record.get("topic"),
            rules=rules,
            today=_day(file, record),
        )


def _turns(file: str, record: marked.Mapping, asked: str, locale: str) -> Iterable[Turn]:
    if asked != "turns":
        say, press = record.get("ask"), f"t:{record['topic']}" if asked == "topic" else None
        yield _turn(file, record, record, locale, say, press)
        return
    misplaced = [key for key in ("expect", "says", "never") if key in record]
    if misplaced:
        raise _problem(file, record, f"`{misplaced[0]}` belongs to a turn where there are `turns`")
    for item in record["turns"]:
        turn = _record(file, item, TURN_KEYS, f"a turn of `{record['name']}`")
        if ("say" in turn) == ("press" in turn):
            raise _problem(file, record, "each turn needs one of `say` and `press`", turn.line)
        yield _turn(file, record, turn, locale, turn.get("say"), turn.get("press"))


def _turn(
    file: str, record: marked.Mapping, turn: marked.Mapping, locale: str, say: str | None, press: str | None
) -> Turn:
    expect = turn.get("expect", marked.Mapping.empty(turn.line))
    _record(file, expect, EXPECT_KEYS, f"`expect` of `{record['name']}`")
    lists = ("cites", "also", "options", "suggestions")
    return Turn(
        line=turn.line,
        say=say,
        press=press,
        expect={key: _many(value) if key in lists else str(value) for key, value in expect.items()},
        says=_words(file, record, turn, "says", locale),
        never=_words(file, record, turn, "never", locale),
    )


def _words(file: str, record: marked.Mapping, turn: marked.Mapping, key: str, locale: str) -> Words:
    """Patterns by language; a bare list is about the language of the scenario, or of every turn's reply."""
    value = turn.get(key, ())
    if not isinstance(value, marked.Mapping):
        value = {"": _many(value)} if value else {}
    wrong = [code for code in value if code not in ("", *_BOTH)]
    if wrong:
        raise _problem(
            file, record, f"`{key}` is by language, one of {', '.join(_BOTH)}; found `{wrong[0]}`", turn.line
        )
    found = {str(code): _many(patterns) for code, patterns in value.items()}
    for pattern in (p for patterns in found.values() for p in patterns):
        try:
            re.compile(pattern)
        except re.error as error:
            raise _problem(file, record, f"`{key}`: `{pattern}` is not a pattern: {error}", turn.line) from error
    return found


def _locales(file: str, record: marked.Mapping, asked: str) -> tuple[str, ...]:
    if asked == "topic":
        locales = _many(record.get("locales", record.get("locale", _BOTH)))
    elif "locale" not in record:
        raise _problem(file, record, "a written message needs `locale`, the language of the page it is written on")
    else:
        locales = (str(record["locale"]),)
    return locales


def _rule(file: str, record: marked.Mapping, rule: str) -> str:
    found = _RULE.fullmatch(rule)
    if not found or not 1 <= int(found["number"]) <= RULES[found["list"]]:
        known = ", ".join(f"`{name} 1.` to `{name} {count}.`" for name, count in RULES.items())
        raise _problem(file, record, f"`rule: {rule}` must begin with one of {known}")
    return f"{found['list']} {int(found['number'])}"


def _day(file: str, record: marked.Mapping) -> date | None:
    try:
        return date.fromisoformat(record["today"]) if "today" in record else None
    except ValueError as error:
        raise _problem(file, record, f"`today: {record['today']}` is not a day such as 2026-11-22") from error


def _many(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]


def _record(file: str, value: object, keys: tuple[str, ...], what: str) -> marked.Mapping:
    if not isinstance(value, marked.Mapping):
        raise ScenarioError(f"{file}:{marked.line_of(value)}: {what} must be a list of `key: value` lines")
    for key in [*(k for k in value if k not in keys), *value.duplicates]:
        problem = "there is no key" if key not in keys else "written twice:"
        raise ScenarioError(f"{file}:{marked.line_of(key)}: {what}: {problem} `{key}`; known keys: {', '.join(keys)}")
    return value


def _problem(file: str, record: marked.Mapping, message: str, line: int | None = None) -> ScenarioError:
    return ScenarioError(f"{file}:{line or record.line}: `{record['name']}`: {message}")
