"""The command line as a person meets it: answers, batches, and one clear line for every mistake."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


def amparo(*arguments: str, stdin: str = "", cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("AMPARO_")}
    env = {**clean, "PYTHONPATH": str(ROOT), **environment}
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(
        command, input=stdin, cwd=cwd, env=env, capture_output=True, text=True, timeout=90, check=False
    )


def one_line(done: subprocess.CompletedProcess[str], status: int, *words: str) -> None:
    """The run ended with this status and said so in at most two lines, naming these words."""
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert 1 <= len(lines) <= 2, done.stderr
    for word in words:
        assert word in done.stderr


def test_one_answer(model: Path) -> None:
    done = amparo("ask", "will police ask my status if I report a robbery?", "--department", "kcpd")
    assert done.returncode == 0
    assert "2019" in done.stdout
    assert "kcpdchief.blogspot.com" in done.stdout


def test_one_answer_as_json_in_spanish(model: Path) -> None:
    done = amparo(
        "ask", "me van a pedir papeles si denuncio un robo", "--department", "kcpd", "--locale", "es", "--json"
    )
    answer = json.loads(done.stdout)
    assert (answer["topic"], answer["jurisdiction"], answer["locale"]) == ("victim_status", "kcpd", "es")
    assert set(answer) == {
        *("locale", "topic", "department", "jurisdiction", "coverage", "verdict", "confidence", "urgent", "pending"),
        *("text", "choices", "suggestions", "sources"),
    }


def test_a_batch_answers_every_line_in_order(model: Path) -> None:
    lines = [
        '{"id": "a", "text": "police stopped me in olathe can they ask for papers", "session": "s"}',
        "not json",
        '{"id": 7, "text": 5}',
        '["list"]',
        '{"id": "b", "text": "where does that come from?", "session": "s"}',
        '{"id": "c", "text": "hi", "locale": "xx"}',
        '{"id": "d", "text": "hi", "department": "nowhere"}',
        '{"id": "e", "text": "hi", "extra": 1}',
        json.dumps({"id": "f", "text": "a" * 100_000}),
        json.dumps({"id": "g", "text": "\x00\x07\u202e"}),
        '{"id": "h", "text": "", "locale": null, "department": null, "session": null}',
    ]
    done = amparo("ask", "--jsonl", stdin="\n".join(lines) + "\n")
    out = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr
    assert [answer["id"] for answer in out] == ["a", None, 7, None, "b", "c", "d", "e", "f", "g", "h"]
    assert [("error" in answer) for answer in out] == [
        False,
        True,
        True,
        True,
        False,
        True,
        True,
        True,
        False,
        False,
        False,
    ]
    assert out[4]["topic"] == "sources" and out[4]["sources"]
    assert "Traceback" not in done.stderr


def test_asking_as_on_a_later_day_says_what_is_no_longer_confirmed(model: Path) -> None:
    done = amparo(
        "ask", "will police ask my status if I report a robbery", "--department", "kcpd", "--as-of", "2029-01-01"
    )
    assert "Not confirmed since November 2026" in done.stdout


def test_mistakes_of_usage() -> None:
    one_line(amparo("ask"), 2, "--jsonl")
    one_line(amparo("ask", "hi", AMPARO_PORT="x"), 2, "AMPARO_PORT")
    one_line(amparo("ask", "hi", AMPARO_PRT="1"), 2, "AMPARO_PRT", "no such setting")
    one_line(amparo("ask", "hi", AMPARO_LOG_LEVEL="loud"), 2, "AMPARO_LOG_LEVEL", "debug")
    one_line(amparo("ask", "hi", AMPARO_HOME="/nowhere"), 2, "AMPARO_HOME")
    one_line(amparo("ask", "hi", AMPARO_DEPARTMENT="nowhere"), 2, "AMPARO_DEPARTMENT", "kcpd")
    one_line(amparo("ask", "hi", AMPARO_LOCALE="xx"), 2, "AMPARO_LOCALE", "es")
    one_line(amparo("telegram"), 2, "AMPARO_TELEGRAM_TOKEN")
    one_line(amparo("preview", "nowhere", "victim_status"), 2, "nowhere")
    one_line(amparo("check", "--only", "/etc/hosts"), 2, "/etc/hosts")
    one_line(amparo("check", "--only", str(ROOT / "data/nothere.yaml")), 2, "no such file")


def test_unknown_language_and_department(model: Path) -> None:
    one_line(amparo("ask", "hi", "--locale", "xx"), 2, "xx", "en, es")
    one_line(amparo("ask", "hi", "--department", "nowhere"), 2, "nowhere", "kcpd")


def test_a_missing_and_a_damaged_model(tmp_path: Path) -> None:
    one_line(amparo("ask", "hi", AMPARO_MODELS=str(tmp_path)), 1, "amparo train")
    one_line(amparo("ask", "hi", AMPARO_MODEL=str(tmp_path / "none.tar.gz")), 1, "AMPARO_MODEL")
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(b"\x1f\x8bnothing")
    one_line(amparo("ask", "hi", AMPARO_MODEL=str(broken)), 1, "broken.tar.gz", "amparo train")


@pytest.mark.parametrize("rule", ["yaml-syntax", "duplicate-key", "bad-date", "unknown-key"])
def test_malformed_data_stop_an_answer_with_file_and_line(rule: str, project: Path) -> None:
    wrong = ROOT / "tests/bad" / rule / "data/responses/policies/departments/olathe_pd.yaml"
    target = project / "data/responses/policies/departments/olathe_pd.yaml"
    target.write_text(wrong.read_text(encoding="utf-8"), encoding="utf-8")
    one_line(amparo("ask", "hi", AMPARO_HOME=str(project)), 1, "olathe_pd.yaml:", rule)


def test_check_says_what_there_is(project: Path) -> None:
    done = amparo("check", AMPARO_HOME=str(project))
    assert done.returncode == 0
    assert "1 departments, 1 states, 2 topics" in done.stdout
    told = json.loads(amparo("check", "--json", AMPARO_HOME=str(project)).stdout)
    assert told["problems"] == []


def test_preview_shows_claims_languages_and_channels() -> None:
    done = amparo("preview", "kcpd", "victim_status")
    for words in ("verdict no", "kcpd_victims_not_asked", "Español, Telegram", "English, plain", "<b>"):
        assert words in done.stdout


def test_chat_talks_and_takes_numbers(model: Path) -> None:
    done = amparo("chat", stdin="hola\nme pararon en kansas city y me preguntaron por mis papeles\n1\n")
    assert done.returncode == 0
    assert "Kansas City, Misuri" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_closed_pipe_ends_quietly(model: Path) -> None:
    done = subprocess.run(
        f"{sys.executable} -m bot check | head -c 1", shell=True, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr


def test_a_file_that_cannot_be_written_or_read_is_one_line(project: Path) -> None:
    where = str(project / "nowhere" / "page.html")
    one_line(amparo("preview", "kcpd", "victim_status", "--html", where), 1, where)
    (project / "data/nlu/domain.yml").unlink()
    group = amparo("add", "topic", "new_topic", "--group", "reporting", AMPARO_HOME=str(project))
    one_line(group, 1, "domain.yml")


def test_what_cannot_be_added_is_one_line(project: Path) -> None:
    one_line(amparo("add", "department", "x_pd", AMPARO_HOME=str(project)), 2, "--state", "ks")
    one_line(amparo("add", "topic", "x_topic", AMPARO_HOME=str(project)), 2, "--group", "reporting")
    one_line(amparo("locales", "add", AMPARO_HOME=str(project)), 2, "locales add")
    one_line(amparo("changes", AMPARO_HOME=str(project)), 1, "git")
