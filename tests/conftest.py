"""What several tests share: the small made-up project, and assistants that need no trained model."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.assistant import Assistant, assemble
from bot.nlu.scripted import ScriptedInterpreter
from bot.settings import Settings

HERE = Path(__file__).parent
ROOT = HERE.parent
TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests start without settings of the person who runs them."""
    for name in list(os.environ):
        if name.startswith("AMPARO_") and not name.startswith("AMPARO_TEST_"):
            monkeypatch.delenv(name)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the made-up project with one department, one state and two topics."""
    shutil.copytree(HERE / "project", tmp_path / "project")
    return tmp_path / "project"


@pytest.fixture
def versioned(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The made-up project under git, with a text that was changed and reviewed again."""

    def git(*arguments: str) -> None:
        who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        subprocess.run(["git", *who, *arguments], cwd=project, check=True, capture_output=True)

    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "First")
    path = project / "data/responses/en/departments/olathe_pd.yaml"
    text = path.read_text().replace("The page is old.", "The page is very old.")
    path.write_text(text.replace("reviewed: 2026-11-01", "reviewed: 2026-11-05"))
    git("commit", "-qam", "Said more plainly")
    monkeypatch.setenv("AMPARO_HOME", str(project))
    return project


@pytest.fixture
def scripted() -> Callable[..., Assistant]:
    """Makes an assistant over the real knowledge base that understands what it is told to."""

    def make(script: dict[str, str] | None = None, **settings: object) -> Assistant:
        interpreter = ScriptedInterpreter(script or {})
        return assemble(Settings(**settings), interpreter, today=lambda: TODAY)  # type: ignore[arg-type]

    return make


def trained_model() -> Path | None:
    """The newest trained model of this checkout."""
    found = sorted((ROOT / "models").glob("amparo-*.tar.gz"), key=lambda path: path.stat().st_mtime)
    return found[-1] if found else None


def skip_or_fail(reason: str) -> None:
    """On a person's machine a missing piece skips a test; in CI it is a mistake."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def model() -> Iterator[Path]:
    """A trained model, or the test is skipped (in CI: fails)."""
    path = trained_model()
    if path is None:
        skip_or_fail("no trained model in models/; run: ./amparo train")
    assert path is not None
    yield path
