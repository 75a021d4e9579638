"""An installation for answering only: no Rasa, a newer Python, a model trained elsewhere."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT, skip_or_fail

pytestmark = pytest.mark.slow


def _uv() -> str:
    """uv from PATH (a shim without a uv behind it does not count) or the private one of the front door."""
    for candidate in (shutil.which("uv"), str(ROOT / ".amparo/bin/uv")):
        if candidate and subprocess.run([candidate, "--version"], capture_output=True, check=False).returncode == 0:
            return candidate
    skip_or_fail("uv is neither in PATH nor in .amparo/; ./amparo installs it")
    raise AssertionError


def _python(uv: str) -> str:
    """The newest Python there is among those that answering supports."""
    for version in ("3.13", "3.12", "3.11", "3.10"):
        found = subprocess.run(
            [uv, "python", "find", "--no-project", version], capture_output=True, text=True, check=False
        )
        if found.returncode == 0 and Path(found.stdout.strip()).exists():
            return found.stdout.strip()
    skip_or_fail("no Python from 3.10 to 3.13")
    raise AssertionError


def test_answering_needs_no_rasa(model: Path, tmp_path: Path) -> None:
    uv = _uv()
    build = subprocess.run(
        [uv, "build", "--wheel", "--out-dir", str(tmp_path), str(ROOT)], capture_output=True, text=True, check=False
    )
    assert build.returncode == 0, build.stderr
    wheel = next(tmp_path.glob("*.whl"))
    subprocess.run([uv, "venv", "--quiet", "--python", _python(uv), str(tmp_path / "v")], check=True)
    python = tmp_path / "v/bin/python"
    installed = subprocess.run(
        [uv, "pip", "install", "--quiet", "--python", str(python), str(wheel)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert installed.returncode == 0, installed.stderr
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("AMPARO_", "PYTHON"))}
    empty = tmp_path / "elsewhere"
    empty.mkdir()

    def amparo(*arguments: str) -> subprocess.CompletedProcess[str]:
        env = {**clean, "AMPARO_MODEL": str(model)}
        return subprocess.run(
            [str(tmp_path / "v/bin/amparo"), *arguments],
            cwd=empty,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )

    asked = amparo("ask", "will police ask my status if I report a robbery?", "--department", "kcpd")
    assert asked.returncode == 0, asked.stderr
    assert "2019" in asked.stdout
    trained = amparo("train", "--force")
    assert trained.returncode == 2
    assert "amparo[train]" in trained.stderr
    assert len(trained.stderr.strip().splitlines()) == 1
    assert subprocess.run([str(python), "-c", "import rasa"], capture_output=True, check=False).returncode != 0
