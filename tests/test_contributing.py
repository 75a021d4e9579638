"""CONTRIBUTING.md, followed to the letter: the commands of each task, in order, in a copy of the project."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.test_front_door import amparo

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PAGES = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL))
SLOW = ("train", "evaluate", "chat", "coverage")
"""Verbs that other tests run, or that talk."""


def commands(page: str) -> list[str]:
    """What a page tells to type, in the order of the page."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGES[page], re.DOTALL)
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """data/ and locales/ as they are."""
    for folder in ("data", "locales"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def follow(command: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Runs one command of a page; its front door is the program's own."""
    words = shlex.split(command)
    assert words[0] == "./amparo", command
    return amparo(*words[1:], cwd=home, AMPARO_HOME=str(home))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def a_sentence(home: Path) -> None:
    change(home / "data/responses/en/departments/kcpd.yaml", "That chief has since left.", "That chief left later.")


def a_fact(home: Path) -> None:
    for old, new in (("sure: high", "sure: medium"), ("checked: 2026-11-22", "checked: 2026-11-23")):
        change(home / "data/responses/policies/departments/kcpd.yaml", old, new)


def nothing(_: Path) -> None:
    """The page itself changes the files."""


TASKS: dict[str, tuple[Callable[[Path], None], int]] = {
    "Fix a sentence": (a_sentence, 0),
    "Re-date or change a fact": (a_fact, 0),
    "Add a department": (nothing, 1),
    "Add a topic": (nothing, 1),
    "Add a language": (nothing, 0),
    "Add training messages": (nothing, 0),
    "Review what is due": (nothing, 0),
}
"""Each task with what a person edits first, and the exit status its last check ends with: a new department or topic
is not done after two commands, and `check` says so."""


def test_every_task_is_walked_through() -> None:
    assert set(TASKS) == set(PAGES) - {"Change the program"}


@pytest.mark.parametrize("page", TASKS)
def test_a_page_is_true_to_the_letter(page: str, copy: Path) -> None:
    edit, status = TASKS[page]
    edit(copy)
    last = None
    for command in commands(page):
        if "--links" in command or command.startswith("AMPARO_") or command.split()[1] in (*SLOW, "changes"):
            continue  # the open net, a conversation, or git's history: tested elsewhere
        last = follow(command, copy)
        assert "Traceback" not in last.stderr, last.stderr
        assert last.returncode in (0, status), (command, last.stderr[-800:])
    assert last is not None
    assert last.returncode == status


def test_every_verb_named_in_a_page_exists() -> None:
    from tests.test_docs import verbs

    for verb in re.findall(r"\./amparo ([a-z]+)", TEXT):
        assert verb in verbs(), verb


def test_the_catalogs_are_up_to_date(tmp_path: Path) -> None:
    """As the page on changing the program says: extract, then `pybabel update --check` for every language."""
    pybabel = [sys.executable, "-m", "babel.messages.frontend"]
    template = tmp_path / "amparo.pot"
    extract = ["extract", "-F", "babel.cfg", "-o", str(template), "--no-location", "--sort-output"]
    done = subprocess.run(
        [*pybabel, *extract, "--add-comments=Translators", "."], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    update = ["update", "--check", "-i", str(template), "-d", "locales", "-D", "amparo"]
    done = subprocess.run(
        [*pybabel, *update, "--no-fuzzy-matching", "--ignore-pot-creation-date"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
