"""Every rule has one wrong file, is found there, and finds nothing in the sound project or in our own data."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.knowledge import checks
from bot.knowledge.report import problems_of
from tests.conftest import ROOT, TODAY

BAD = ROOT / "tests" / "bad"
RULES = sorted(path.name for path in BAD.iterdir())
KNOWLEDGE = ROOT / "bot" / "knowledge"


def rules_in_code() -> set[str]:
    """Every rule's name that the code can report."""
    named = set(checks.RULES) - {"review-due"}
    for path in KNOWLEDGE.glob("*.py"):
        source = path.read_text(encoding="utf-8")
        named |= set(re.findall(r'\.problem\(\s*"([a-z-]+)"', source))
        named |= set(re.findall(r'problems\.add\(\s*[^"\n]*(?:f?"[^"]*"[^"\n]*)?,\s*"([a-z-]+)"', source))
    return named


def test_every_rule_has_a_wrong_file() -> None:
    assert rules_in_code() == set(RULES)


def test_the_made_up_project_is_sound(project: Path) -> None:
    _, problems = problems_of(project, TODAY)
    assert [str(problem) for problem in problems] == []


@pytest.mark.parametrize("rule", RULES)
def test_a_wrong_file_is_named_with_its_line(rule: str, project: Path) -> None:
    overlay = BAD / rule
    for path in overlay.rglob("*.*"):
        shutil.copy(path, project / path.relative_to(overlay))
    if (overlay / "REMOVE").exists():
        for name in (overlay / "REMOVE").read_text().split():
            (project / name).unlink()
    _, problems = problems_of(project, TODAY)
    found = [problem for problem in problems if problem.rule == rule]
    assert found, [str(problem) for problem in problems]
    assert all(problem.line >= 1 and problem.message for problem in found)
    assert re.match(r"[\w./-]+:\d+: [a-z-]+: .+", str(found[0]))


def test_a_passed_review_date_warns(project: Path) -> None:
    _, problems = problems_of(project, date(2028, 6, 1))
    assert {problem.rule for problem in problems} == {"review-due"}
    assert not any(problem.severity == "error" for problem in problems)


def test_our_own_data_are_sound() -> None:
    _, problems = problems_of(ROOT, date.today())
    assert [str(problem) for problem in problems if problem.severity == "error"] == []


def test_a_draft_language_only_warns(project: Path) -> None:
    names = project / "locales" / "locales.yaml"
    text = names.read_text(encoding="utf-8")
    at = text.index("  es:")
    names.write_text(text[:at] + text[at:].replace("status: live", "status: draft"), encoding="utf-8")
    (project / "data/responses/es/departments/olathe_pd.yaml").unlink()
    _, problems = problems_of(project, TODAY)
    assert problems
    assert all(problem.severity == "warning" for problem in problems), [str(problem) for problem in problems]
