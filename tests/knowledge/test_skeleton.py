"""A made-up language, department and topic, from the first command to an answer, in a copy of the project."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.assistant import assemble
from bot.channels.wire import plain_text
from bot.core.message import Conversation, Message
from bot.errors import UsageError
from bot.i18n import load_languages, read_infos
from bot.knowledge import new_language, skeleton
from bot.knowledge.languages import standings
from bot.knowledge.load import load
from bot.knowledge.problems import Problem, Severity
from bot.knowledge.report import problems_of
from bot.nlu.models import fingerprint
from bot.nlu.scripted import ScriptedInterpreter
from bot.settings import Settings
from tests.conftest import ROOT, TODAY


def errors(root: Path) -> list[Problem]:
    return [p for p in problems_of(root, TODAY)[1] if p.severity is Severity.ERROR]


def fill(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, (path.name, old)
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


# --- a department -----------------------------------------------------------------------------------------

WICHITA = (
    ("area: {latitude: , longitude: , radius_km: }", "area: {latitude: 37.69, longitude: -97.34, radius_km: 20}"),
    (
        "sources: []",
        "sources:\n  - {id: wichita_pd_manual, title: Manual, publisher: City, kind: policy,"
        " url: 'https://example.org/m', published: 2025-03, retrieved: 2026-01-31}",
    ),
    (
        "claims: []",
        "claims:\n  - {id: wichita_pd_not_asked, says: Officers do not ask victims., cites: [wichita_pd_manual],"
        " as_of: 2025-03, checked: 2026-01-31, changed: 2026-01-31, sure: high}",
    ),
    ("answers: []", "answers:\n  - {topic: victim_status, verdict: 'no', cites: [wichita_pd_not_asked]}"),
)
TEXT = (
    'texts:\n  victim_status:\n    headline: "No. In {year.wichita_pd_not_asked} the manual said so."\n'
    "    body: It is old.\n    steps: [Call 911 in danger.]\n    reviewed: 2026-11-01\n"
)


def test_check_leads_a_new_department_from_its_first_files_to_an_answer(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = skeleton.add_department(project, "wichita_pd", "ks")
    assert [p.relative_to(project).as_posix() for p in written] == [
        "data/responses/policies/departments/wichita_pd.yaml",
        "data/responses/en/departments/wichita_pd.yaml",
        "data/responses/es/departments/wichita_pd.yaml",
    ]
    assert {p.rule for p in errors(project)} == {"missing-key", "missing-names", "unanswered-topic"}
    fill(written[0], *WICHITA)
    names = [('name: ""', "name: Wichita Police"), ('short: ""', "short: Wichita PD"), ('place: ""', "place: Wichita")]
    fill(written[1], *names)
    fill(written[2], *names)
    assert {(p.rule, p.path) for p in errors(project)} == {
        ("missing-text", "data/responses/policies/departments/wichita_pd.yaml")
    }
    for path in written[1:]:
        fill(path, ("texts: {}\n", TEXT))
    assert [str(p) for p in errors(project)] == []
    monkeypatch.setenv("AMPARO_HOME", str(project))
    reply, _ = assemble(Settings(), ScriptedInterpreter({"x": "victim_status"}), today=lambda: TODAY).answer(
        Message("x", department="wichita_pd"), Conversation()
    )
    assert (reply.jurisdiction, reply.coverage) == ("wichita_pd", "own")


@pytest.mark.parametrize(
    ("identity", "state", "words"),
    [("Bad Id", "ks", "lower case"), ("olathe_pd", "ks", "already"), ("x_pd", "zz", "choose one of")],
)
def test_a_department_that_cannot_be_added(project: Path, identity: str, state: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        skeleton.add_department(project, identity, state)


# --- a topic ----------------------------------------------------------------------------------------------


def test_a_new_topic_is_entered_everywhere_and_check_names_what_it_needs(project: Path) -> None:
    group = problems_of(project, TODAY)[0].groups[0]
    skeleton.add_topic(project, "school_police", group)
    topics = project / "data/responses/topics.yaml"
    assert any(p.rule == "missing-key" and p.path.endswith("responses/topics.yaml") for p in errors(project))
    fill(
        topics,
        ('question: ""  # for reviewers: what a verdict of yes or no answers', "question: May school police ask?"),
    )
    found = errors(project)
    assert {p.rule for p in found} == {"unanswered-topic", "labels", "missing-key", "training-few"}
    for code in ("en", "es"):
        labels = project / f"data/responses/{code}/topics.yaml"
        fill(labels, ('label: ""', "label: School"), ('question: ""', "question: Who asks?"))
        messages = (
            "|\n" + "".join(f"    - may officer number {n} of the {code} school ask\n" for n in range(25)).rstrip()
        )
        fill(project / f"data/nlu/{code}/school_police.yml", ('""', messages))
    assert {p.rule for p in errors(project)} == {"unanswered-topic"}


def test_a_topic_that_cannot_be_added(project: Path) -> None:
    with pytest.raises(UsageError, match="choose one of"):
        skeleton.add_topic(project, "new_topic", "nowhere")


# --- a language -------------------------------------------------------------------------------------------


@pytest.fixture
def with_vietnamese(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    new_language.add_locale(project, "vi")
    monkeypatch.setenv("AMPARO_HOME", str(project))
    return project


def test_a_new_language_is_a_draft_and_only_warns(with_vietnamese: Path) -> None:
    _, problems = problems_of(with_vietnamese, TODAY)
    assert problems and all(p.severity is Severity.WARNING for p in problems), [str(p) for p in problems]
    assert {"missing-text", "missing-names", "labels", "catalog"} == {p.rule for p in problems}
    assert "vi" not in load_languages(with_vietnamese)
    assert "English: Olathe Police" in (with_vietnamese / "data/responses/vi/departments/olathe_pd.yaml").read_text()
    assert (with_vietnamese / "locales/vi/GUIDE.md").is_file()


def test_a_draft_answers_with_borrowed_texts_and_says_so(with_vietnamese: Path) -> None:
    assistant = assemble(Settings(drafts=True), ScriptedInterpreter({}), today=lambda: TODAY)
    reply, _ = assistant.answer(Message(choice="t:victim_status", locale="vi"), Conversation(place="olathe_pd"))
    text = plain_text(reply)
    assert "This answer is not written in Tiếng Việt yet" in text
    assert "Olathe Police did not ask" in text
    assert "Draft: a machine helped" in text


def test_every_kind_of_reply_of_a_draft_is_marked(with_vietnamese: Path) -> None:
    assistant = assemble(Settings(drafts=True), ScriptedInterpreter({}), today=lambda: TODAY)
    for choice in ("t:victim_status", "m:start", "m:departments", "m:privacy", "m:sources", "l:vi", "p:olathe_pd", "?"):
        reply, _ = assistant.answer(Message(choice=choice, locale="vi"), Conversation())
        assert "Draft: a machine helped" in plain_text(reply), choice
    english, _ = assistant.answer(Message(choice="m:start", locale="en"), Conversation())
    assert "Draft" not in plain_text(english)


def test_a_language_without_messages_is_not_guessed_at(with_vietnamese: Path) -> None:
    class KnowsEnglish(ScriptedInterpreter):
        def understands(self, locale: str) -> bool:
            return locale == "en"

    assistant = assemble(Settings(drafts=True), KnowsEnglish({"x": "victim_status"}), today=lambda: TODAY)
    assert assistant.answer(Message("x", locale="en"), Conversation())[0].topic == "victim_status"
    reply, _ = assistant.answer(Message("x", locale="vi"), Conversation())
    assert reply.topic == "out_of_scope" and reply.choices


def test_standings_say_what_to_do_next(with_vietnamese: Path) -> None:
    found = {s.code: s for s in standings(with_vietnamese, TODAY)}
    assert found["vi"].strings[0] == 0 and "translate" in found["vi"].next_step
    assert found["en"].next_step == "nothing is missing"


@pytest.mark.parametrize(("code", "words"), [("xx", "CLDR"), ("es", "already"), ("", "CLDR")])
def test_a_language_that_cannot_be_added(project: Path, code: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        new_language.add_locale(project, code)


def test_nothing_is_written_where_a_file_is_there(project: Path) -> None:
    guide = project / "locales/vi/GUIDE.md"
    guide.parent.mkdir(parents=True)
    guide.write_text("ours")
    with pytest.raises(UsageError, match=r"GUIDE\.md"):
        new_language.add_locale(project, "vi")
    assert guide.read_text() == "ours"
    assert not (project / "data/responses/vi").exists()


# --- our drafts -------------------------------------------------------------------------------------------


def test_no_code_names_a_language() -> None:
    """Nothing in Python, in templates or in the widget names a language of the project."""
    import re

    codes = "|".join(info.code for info in read_infos(ROOT) if info.code != "en")
    named = re.compile(rf"""(?<!such as )["'](?:{codes})["']""")
    for path in [*(ROOT / "bot").rglob("*.py"), *(ROOT / "bot").rglob("*.js")]:
        assert not named.search(path.read_text(encoding="utf-8")), path


def test_our_drafts_have_no_errors_of_their_own_and_are_off() -> None:
    drafts = [info.code for info in read_infos(ROOT) if not info.live]
    assert not set(drafts) & set(load_languages(ROOT).codes)
    _, problems = problems_of(ROOT, date.today())
    kinds = {"missing-text", "missing-names", "labels", "catalog", "reading-level"}
    wrong = [str(p) for p in problems for c in drafts if f"/{c}/" in p.path and p.rule not in kinds]
    assert wrong == []


@pytest.mark.parametrize("code", [info.code for info in read_infos(ROOT) if not info.live])
def test_our_drafts_answer_what_is_urgent_and_kansas_city_in_their_own_words(code: str) -> None:
    base, _ = load(ROOT, [code])
    urgent = {topic.id for topic in base.topics.values() if topic.urgent}
    federal = urgent | {"victim_status", "witness_status", "threat_to_report", "stop_status", "contact_ice"}
    written = base.texts[code].jurisdictions
    assert federal <= set(written["us"].texts)
    for place in ("kcpd", "kckpd", "overland_park_pd", "independence_pd"):
        assert set(base.jurisdictions[place].answers) <= set(written[place].texts), place


def test_a_draft_without_messages_needs_no_training(project: Path) -> None:
    before = fingerprint(project, Settings())
    new_language.add_locale(project, "vi")
    (project / "data/nlu/vi/all.yml").unlink()
    assert fingerprint(project, Settings()) == fingerprint(project, Settings(drafts=True)) == before


def test_a_text_older_than_the_default_languages_is_to_be_read_again(project: Path) -> None:
    english = project / "data/responses/en/departments/olathe_pd.yaml"
    fill(english, ("reviewed: 2026-11-01", "reviewed: 2026-11-05"))
    found = problems_of(project, TODAY)[1]
    assert [(p.rule, p.severity, p.path) for p in found] == [
        ("stale-text", Severity.WARNING, "data/responses/es/departments/olathe_pd.yaml")
    ]
    assert {s.code: s.outdated for s in standings(project, TODAY)} == {"en": 0, "es": 1}
