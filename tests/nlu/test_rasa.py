"""The Rasa side for real: training, testing, the same ranking as the light runtime, silence about messages."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

from bot.knowledge.corpus import read_examples
from bot.knowledge.load import load
from bot.knowledge.places import Gazetteer
from bot.nlu.archive import ArchiveInterpreter
from bot.nlu.noise import SUITE, noisy
from bot.nlu.train import has_rasa, quiet_rasa
from tests.conftest import ROOT, skip_or_fail

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
CANARY = "zxcanaryq"


@pytest.fixture(autouse=True, scope="module")
def _rasa() -> None:
    if not has_rasa():
        skip_or_fail("Rasa is not installed; on Python 3.10: ./amparo test, or pip install 'amparo[train]'")


def rasa(*arguments: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs Rasa's own command in a project."""
    env = {
        **os.environ,
        "RASA_TELEMETRY_ENABLED": "false",
        "PYTHONPATH": str(ROOT),
        "AMPARO_HOME": str(home),
        **environment,
    }
    command = [str(Path(sys.executable).parent / "rasa"), *arguments]
    return subprocess.run(command, cwd=home, env=env, capture_output=True, text=True, timeout=300, check=False)


def test_rasas_own_commands_train_and_test_the_project(project: Path) -> None:
    trained = rasa("train", "nlu", "--config", "data/nlu/config.yml", "--nlu", "data/nlu", "--out", "out", home=project)
    assert trained.returncode == 0, trained.stderr[-2000:]
    assert list((project / "out").glob("*.tar.gz"))
    tested = rasa("test", "nlu", "--model", "out", "--nlu", "data/nlu", "--out", "results", "--no-plot", home=project)
    assert tested.returncode == 0, tested.stderr[-2000:]
    assert (project / "results" / "intent_report.json").exists()


def test_training_logs_no_message_at_any_level_and_skips_when_nothing_changed(project: Path) -> None:
    corpus = project / "data/nlu/en/all.yml"
    corpus.write_text(corpus.read_text().replace("    - en greet 0\n", f"    - {CANARY} hello\n"))
    env = {**os.environ, "AMPARO_HOME": str(project), "AMPARO_LOG_LEVEL": "debug", "PYTHONPATH": str(ROOT)}
    env.pop("RASA_TELEMETRY_ENABLED", None)
    command = [sys.executable, "-m", "bot", "train"]
    first = subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert first.returncode == 0, first.stderr[-2000:]
    assert CANARY not in first.stdout + first.stderr
    assert not (project / ".rasa/cache").exists(), "Rasa would give back what older code has learnt"
    second = subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert "nothing has changed" in second.stderr
    asked = subprocess.run(
        [sys.executable, "-m", "bot", "ask", f"{CANARY} hello"],
        cwd=project, env=env, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert CANARY not in asked.stdout + asked.stderr


def test_telemetry_is_off() -> None:
    quiet_rasa()
    from rasa.telemetry import is_telemetry_enabled

    assert not is_telemetry_enabled()


@pytest.fixture(scope="module")
def agent(model: Path) -> Any:
    """Rasa's own agent with the trained archive."""
    quiet_rasa()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from rasa.core.agent import Agent

        return Agent.load(str(model))


def texts() -> list[str]:
    """Every fifth training message, and a noisy form of some of these."""
    examples = read_examples(ROOT / "data" / "nlu", ROOT)[::5]
    kinds = sorted(SUITE)
    odd = [noisy(e.text, kinds[i % len(kinds)], i) for i, e in enumerate(examples) if i % 7 == 0]
    chance = random.Random(1)
    junk = ["".join(chr(chance.randrange(32, 0x2FFF)) for _ in range(chance.randrange(1, 60))) for _ in range(300)]
    return [e.text for e in examples] + odd + junk + ["?", "kcpd", "a" * 2000]


def test_rasa_and_the_light_runtime_rank_every_message_alike(agent: Any, model: Path) -> None:
    ours = ArchiveInterpreter.read(model)
    base, _ = load(ROOT, [])
    gazetteer = Gazetteer(base, ROOT / "data" / "places")

    async def compare() -> None:
        for text in texts():
            if not text.strip() or text.startswith("/"):  # Rasa takes /word for its own command
                continue
            theirs = await agent.parse_message(text)
            found = ours.interpret(gazetteer.find(text).masked).intents
            assert [r["name"] for r in theirs["intent_ranking"]] == [r.label for r in found], text
            assert theirs["intent"]["confidence"] == pytest.approx(found[0].probability, abs=1e-6)

    asyncio.run(compare())


def test_the_held_out_messages_are_readable_by_rasa(model: Path, tmp_path: Path) -> None:
    """`rasa test nlu` works on the repository as it is."""
    held_out = tmp_path / "held"
    held_out.mkdir()
    for name in ("en.yml", "es.yml"):
        shutil.copy(ROOT / "tests/nlu/heldout" / name, held_out / name)
    done = rasa(
        "test",
        "nlu",
        "--model",
        str(model),
        "--nlu",
        str(held_out),
        "--out",
        str(tmp_path / "r"),
        "--no-plot",
        home=ROOT,
    )
    assert done.returncode == 0, done.stderr[-2000:]
