"""What the layout promises: who may import whom, and what answering does not load."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from tests.conftest import ROOT

BOT = ROOT / "bot"
OUTSIDE = {"rasa", "tensorflow", "telegram", "starlette", "uvicorn", "redis", "sklearn", "scipy", "matplotlib"}


def imports(path: str) -> set[str]:
    """Modules imported at the top of a file, ours as `bot.x`."""
    file = BOT / path
    package = ("bot", *file.relative_to(BOT).parent.parts)
    found: set[str] = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add(node.module or "")
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1]
            found.add(".".join([*base, node.module or ""]).rstrip("."))
    return found


CORE = [path.relative_to(BOT).as_posix() for folder in ("core", "knowledge") for path in (BOT / folder).glob("*.py")]


@pytest.mark.parametrize("path", CORE)
def test_core_and_knowledge_import_no_channel_and_no_framework(path: str) -> None:
    for name in imports(path):
        assert name.split(".")[0] not in OUTSIDE, name
        assert not name.startswith(("bot.channels", "bot.sessions", "bot.assistant")), name


def test_only_the_rasa_side_imports_rasa() -> None:
    allowed = {"nlu/components.py", "nlu/train.py", "evaluation/stock.py"}
    for path in BOT.rglob("*.py"):
        name = path.relative_to(BOT).as_posix()
        source = path.read_text(encoding="utf-8")
        uses = any(line.strip().startswith(("import rasa", "from rasa")) for line in source.splitlines())
        assert not uses or name in allowed, name


def test_answering_loads_neither_rasa_nor_tensorflow_nor_a_channel() -> None:
    code = "import sys, bot.assistant; print(' '.join(m for m in sys.modules))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    loaded = {name.split(".")[0] for name in out.split()}
    assert not loaded & OUTSIDE


def test_the_core_has_no_clock_and_no_chance() -> None:
    for path in (BOT / "core").glob("*.py"):
        source = path.read_text(encoding="utf-8")
        for word in ("import random", "import time", "date.today", "datetime.now", "open("):
            assert word not in source, f"{path.name}: {word}"
