"""`amparo evaluate` from end to end on the made-up project."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation.run import STRANGE, UNSEEN, table
from bot.nlu.noise import SUITE
from tests.conftest import ROOT

pytest.importorskip("sklearn", reason="training needs the train extra")
pytest.importorskip("matplotlib", reason="the picture needs the train extra")

APART = """\
version: "3.1"
nlu:
- intent: victim_status
  metadata: {locale: en}
  examples: |
    - en victim status 0 0
    - somebody took my bicycle yesterday evening
"""
"""Of these unseen messages the first is nearly a training message of the made-up project."""


def evaluate(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "AMPARO_HOME": str(project), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "bot", "evaluate", "--folds", "2", "--out", str(project / "report"), *arguments]
    return subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """One evaluation for all tests: the project it ran on, and what it printed."""
    import shutil

    project = tmp_path_factory.mktemp("evaluate") / "project"
    shutil.copytree(ROOT / "tests" / "project", project)
    apart = project / "tests" / "nlu" / "unseen"
    apart.mkdir(parents=True)
    (apart / "en.yml").write_text(APART, encoding="utf-8")
    return project, evaluate(project, "--json", "--write")


def results(run: tuple[Path, subprocess.CompletedProcess[str]]) -> dict[str, Any]:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    text = (run[0] / "report" / "evaluation.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text, parse_constant=refuse)
    return found


def test_it_writes_json_a_picture_and_a_page(run: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    project, done = run
    assert done.returncode == 0, done.stderr[-2000:]
    assert (project / "report" / "evaluation.png").read_bytes().startswith(b"\x89PNG\r\n")
    page = (project / "report" / "evaluation.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "data:image/png;base64," in page
    assert "http://" not in page
    assert "https://" not in page


def test_the_json_has_every_language_and_every_kind_of_noise(
    run: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    found = results(run)
    assert set(found["cross-validation"]) == {"en", "es"}
    assert set(found["noise"]) == {"clean", *SUITE}
    assert sum(part["messages"] for part in found["cross-validation"].values()) == 850
    for part in found["cross-validation"].values():
        assert all(0 <= value <= 1 for name, value in part.items() if name != "messages")


def test_unseen_messages_are_judged_with_every_noise_and_without_near_copies(
    run: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    found = results(run)
    assert found[UNSEEN]["en"]["messages"] == 2
    assert found[STRANGE]["en"]["messages"] == 1
    assert {kind: part["en"]["messages"] for kind, part in found["unseen, noise"].items()} == dict.fromkeys(
        ("clean", *SUITE), 2
    )


def test_with_json_nothing_else_is_printed(run: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    assert json.loads(run[1].stdout)["thresholds"] == results(run)["thresholds"]


def test_with_write_the_thresholds_are_the_ones_found(run: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    from bot.knowledge import marked

    written = marked.read(run[0] / "data" / "nlu" / "thresholds.yml")
    found = results(run)["thresholds"]
    assert isinstance(written, marked.Mapping)
    assert float(written["answer"]) == found["answer"]
    assert float(written["offer"]) == found["offer"] <= found["answer"]
    assert "locale" in written


def test_the_table_has_a_line_for_each_part_and_language(run: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    lines = table(results(run)).splitlines()
    assert sum("cross-validation" in line for line in lines) == 2
    assert sum(line.startswith("noise:") for line in lines) == 2 * (1 + len(SUITE))
    # Unseen in English alone: clean, without near-copies, and every noise.
    assert sum(line.startswith("unseen") for line in lines) == 2 + len(SUITE)
