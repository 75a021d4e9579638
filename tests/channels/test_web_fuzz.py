"""The interface attacked from its own description: every refusal is one it promises, and nothing makes it fail."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.doubles import web_site

PROGRAM = Path(sys.executable).with_name("schemathesis")


@pytest.mark.slow
def test_nothing_made_from_the_description_breaks_it(tmp_path: Path) -> None:
    if not PROGRAM.exists():
        pytest.skip("schemathesis is not installed: uv sync --group dev")
    with web_site.serving(web_site.app()) as site:
        command = [str(PROGRAM), "run", f"{site}/openapi.json", "--checks", "all", "--max-examples", "30", "--no-color"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-4000:]
