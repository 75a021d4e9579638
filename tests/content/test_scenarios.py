"""Stories from tests/content/scenarios/*.yaml, told to the real knowledge base.

A scenario with `topic` presses the button; one with `ask` or a `say` writes, and needs a trained model. Without
`today` it is the last day on which somebody checked a claim, so that the result follows the data and not the clock.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache

import pytest

from bot.assistant import Assistant, assemble
from bot.core.message import Block, BlockKind, Conversation, Message, Reply
from bot.errors import ModelError
from bot.home import home
from bot.knowledge.model import Level
from bot.knowledge.resolve import claims_of, resolve
from bot.nlu.archive import ArchiveInterpreter
from bot.nlu.models import find_model
from bot.nlu.scripted import ScriptedInterpreter
from bot.settings import Settings

from .scenario import RULES, Scenario, ScenarioError, Turn, read, read_all

LONGEST_URGENT = 320
"""Characters: what fits one text message screen of a cheap phone."""
_NOT_READ = (BlockKind.SOURCES, BlockKind.FOOTER)
SCENARIOS = read_all()


@lru_cache(maxsize=1)
def pressing() -> Assistant:
    """The assistant without a model, on the last day a claim was checked."""
    assistant = assemble(Settings(), ScriptedInterpreter({}))
    last = max(claim.checked for claim in assistant.base.claims.values()).first
    return replace(assistant, today=lambda: last)


@lru_cache(maxsize=1)
def writing() -> Assistant | None:
    """The same with the trained model, or None where there is none."""
    try:
        return replace(pressing(), interpreter=ArchiveInterpreter.read(find_model(home(), Settings())))
    except ModelError:
        return None


def assistant_for(scenario: Scenario) -> Assistant:
    assistant = writing() if scenario.written else pressing()
    if assistant is None:
        reason = "no trained model in models/ (run: amparo train)"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    day = scenario.today
    return replace(assistant, today=lambda: day) if day else assistant


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[s.id for s in SCENARIOS])
def test_scenario(scenario: Scenario) -> None:
    assistant = assistant_for(scenario)
    conversation = assistant.begin(scenario.locale)
    if scenario.at:
        press = Message(choice=f"p:{scenario.at}", locale=None if scenario.written else scenario.locale)
        _, conversation = assistant.answer(press, conversation)
        assert conversation.place == scenario.at, f"{scenario.where}: `at: {scenario.at}` is not a place we know"
    for turn in scenario.turns:
        locale = None if scenario.written else scenario.locale
        message = Message(turn.say or "", turn.press or "", locale)
        reply, conversation = assistant.answer(message, conversation)
        found = list(differences(assistant, scenario, turn, reply, conversation))
        if found:
            shown = "\n".join(f"  - {line}" for line in found)
            said = turn.say if turn.say is not None else turn.press
            pytest.fail(f"{scenario.where}\nline {turn.line}, to {said!r:.120}:\n{shown}\nreply:\n{read_text(reply)}")


def differences(
    assistant: Assistant, scenario: Scenario, turn: Turn, reply: Reply, conversation: Conversation
) -> Iterator[str]:
    """What is not as the scenario has it, a sentence each."""
    for key, wanted in turn.expect.items():
        got = fact(assistant, key, reply, conversation)
        if isinstance(wanted, tuple):
            missing = [one for one in wanted if one not in got]
            if missing:
                yield f"{key}: expected {', '.join(missing)} among: {', '.join(got) or 'nothing'}"
        elif got != wanted:
            yield f"{key}: expected {wanted}, got {got}"
    if "locale" not in turn.expect and len(scenario.turns) == 1 and reply.locale != scenario.locale:
        yield f"locale: expected {scenario.locale}, got {reply.locale}"
    yield from urgent_differences(reply)
    text = read_text(reply)
    for wanted in patterns(turn.says, reply.locale):
        if not re.search(wanted, text, re.IGNORECASE):
            yield f"does not say: {wanted}"
    for unwanted in patterns(turn.never, reply.locale):
        if hit := re.search(unwanted, text, re.IGNORECASE):
            yield f"must never say {unwanted!r}, says: {hit[0]}"


def urgent_differences(reply: Reply) -> Iterator[str]:
    """An urgent form comes first, and is short."""
    first = reply.blocks[0] if reply.blocks else Block(BlockKind.TEXT, ("",))
    if reply.urgent and first.kind is not BlockKind.URGENT:
        yield f"urgent: the urgent form must come first, but {first.kind.value} does"
    if reply.urgent and len(first.text) > LONGEST_URGENT:
        yield f"urgent: {len(first.text)} characters, at most {LONGEST_URGENT}"


def patterns(words: dict[str, tuple[str, ...]], locale: str) -> tuple[str, ...]:
    return (*words.get("", ()), *words.get(locale, ()))


def fact(assistant: Assistant, key: str, reply: Reply, conversation: Conversation) -> str | tuple[str, ...]:
    """What a reply has for a key of `expect`; `none` for nothing."""
    if key in ("cites", "also"):
        return resting_on(assistant, key, reply, conversation)
    if key == "options":
        return tuple(choice.value for choice in reply.choices)
    if key == "suggestions":
        return reply.suggestions
    if key == "first":
        return reply.blocks[0].kind.value if reply.blocks else "none"
    value = getattr(reply, key)
    return str(value).lower() if isinstance(value, bool) else str(value if value is not None else "none")


def resting_on(assistant: Assistant, key: str, reply: Reply, conversation: Conversation) -> tuple[str, ...]:
    """For `cites` the claims of the answer and of the wider ones shown with it, for `also` whose those wider are."""
    head = (conversation.place or "us").partition("/")[0]
    place = head if head in assistant.base.jurisdictions else "us"
    resolved = resolve(assistant.base, reply.topic, place, assistant.today())
    if resolved is None or reply.jurisdiction != resolved.main.jurisdiction.id:
        return ()
    if key == "also":
        return tuple(held.jurisdiction.id for held in resolved.binding)
    held = (resolved.main, *resolved.binding)
    return tuple(claim.id for one in held for claim in claims_of(assistant.base, one.answer))


def read_text(reply: Reply) -> str:
    """What a person reads as the answer: without the list of sources, whose titles prove nothing, and the footer."""
    return "\n".join(block.text for block in reply.blocks if block.kind not in _NOT_READ)


# --- every department, state, topic and rule has a story ------------------------------------------------------


@pytest.mark.parametrize("level", [Level.DEPARTMENT, Level.STATE])
@pytest.mark.parametrize("locale", ["en", "es"])
def test_every_department_and_state_has_a_scenario_in_both_languages(level: Level, locale: str) -> None:
    told = {scenario.at for scenario in SCENARIOS if scenario.locale == locale}
    missing = [place.id for place in pressing().base.of_level(level) if place.id not in told]
    assert not missing, f"no scenario has `at:` {', '.join(missing)} [{locale}]"


@pytest.mark.parametrize("locale", ["en", "es"])
def test_every_topic_has_a_scenario_of_federal_law_in_both_languages(locale: str) -> None:
    told = {scenario.topic for scenario in SCENARIOS if scenario.locale == locale and scenario.at is None}
    missing = [topic for topic in pressing().base.topics if topic not in told]
    assert not missing, f"no scenario without `at:` has `topic:` {', '.join(missing)} [{locale}]"


@pytest.mark.parametrize("locale", ["en", "es"])
@pytest.mark.parametrize("rules", RULES)
def test_everything_never_to_get_wrong_is_guarded_in_both_languages(rules: str, locale: str) -> None:
    guarded = {rule for scenario in SCENARIOS if scenario.locale == locale for rule in scenario.rules}
    missing = [rule for n in range(1, RULES[rules] + 1) if (rule := f"{rules} {n}") not in guarded]
    assert not missing, f"no scenario guards {', '.join(missing)} [{locale}]"


def test_every_scenario_of_an_answer_says_what_it_expects() -> None:
    idle = [s.where for s in SCENARIOS for turn in s.turns[-1:] if not (turn.expect or turn.says or turn.never)]
    assert not idle, f"nothing is expected of: {', '.join(idle)}"


def test_scenarios_name_only_topics_and_claims_that_there_are() -> None:
    base = pressing().base
    cited = [(s.where, str(c)) for s in SCENARIOS for t in s.turns for c in t.expect.get("cites", ())]
    unknown = [f"{where}: no claim `{claim}`" for where, claim in cited if claim not in base.claims]
    unknown += [f"{s.where}: no topic `{s.topic}`" for s in SCENARIOS if s.topic and s.topic not in base.topics]
    assert not unknown, "\n".join(unknown)


# --- the files themselves -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "- name: x\n  topic: sanctuary\n  expects: {verdict: no}\n",
            r"x.yaml:3: a scenario: .*`expects`; known keys",
        ),
        (
            "- name: x\n  topic: sanctuary\n  expect: {verdikt: no}\n",
            r"x.yaml:3: `expect` of `x`: .*`verdikt`",
        ),
        ("- name: x\n  locale: en\n  turns:\n    - speak: hi\n", r"x.yaml:4: a turn of `x`: .*`speak`"),
        ("- name: x\n  name: y\n  topic: sanctuary\n", r"x.yaml:2: a scenario: written twice: `name`"),
        (
            "- name: x\n  topic: sanctuary\n  says: {fr: oui}\n",
            r"`says` is by language, one of en, es; found `fr`",
        ),
        ("- name: x\n  topic: sanctuary\n  says: ['(']\n", r"`\(` is not a pattern"),
        ("- name: x\n  topic: sanctuary\n  rule: Be nice\n", r"must begin with one of `Kansas City 1\.`"),
        ("- name: x\n  topic: sanctuary\n  rule: Federal 26. y\n", r"must begin with one of"),
        ("- name: x\n  topic: sanctuary\n  today: soon\n", r"`today: soon` is not a day"),
        ("- name: x\n  ask: hello\n", r"needs `locale`"),
        ("- name: x\n  topic: sanctuary\n  ask: hello\n", r"needs exactly one of `topic`"),
        ("- topic: sanctuary\n", r"x.yaml:1: a scenario needs a `name`"),
        ("name: x\n", r"x.yaml:1: expected a list of scenarios"),
        ("- [\n", r"x.yaml:\d: not YAML"),
    ],
)
def test_a_wrong_scenario_file_is_refused_with_its_line(content: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        read("x.yaml", content)


def test_a_difference_is_named_with_file_scenario_and_language() -> None:
    content = "- name: Wrong\n  topic: emergency_call\n  expect: {verdict: no}\n  says: [zebra]\n  never: ['911']\n"
    for scenario in read("x.yaml", content):
        with pytest.raises(pytest.fail.Exception) as failure:
            test_scenario(scenario)
        shown = str(failure.value)
        assert f"x.yaml:1: Wrong [{scenario.locale}]" in shown
        for line in ("verdict: expected no, got yes", "does not say: zebra", "must never say '911'"):
            assert line in shown


def test_a_day_can_be_chosen() -> None:
    content = "- name: Later\n  topic: sanctuary\n  locales: [en]\n  today: 2040-01-01\n  says: [Not confirmed since]\n"
    (scenario,) = read("x.yaml", content)
    assert scenario.today == date(2040, 1, 1)
    test_scenario(scenario)
