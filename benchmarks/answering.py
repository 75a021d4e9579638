"""Start, memory and speed of answering, beside the same archive loaded by Rasa's own Agent in the same run.

    .venv/bin/python benchmarks/answering.py [MODEL.tar.gz]

Prints seconds from start to first answer and peak memory of each process, p50 and p99 of one answer (ours: a whole
reply; Rasa: the parse alone), and the ratios.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OURS = """
import time; began = time.perf_counter()
import asyncio, json, resource, sys
from bot.assistant import assemble
from bot.core.message import Message
from bot.settings import Settings
assistant = assemble(Settings(model=sys.argv[1]))
async def run(texts):
    await assistant.handle(Message(texts[0]), None)
    first = time.perf_counter() - began
    spent = []
    for text in texts:
        at = time.perf_counter(); await assistant.handle(Message(text), "k"); spent.append(time.perf_counter() - at)
    return first, spent
first, spent = asyncio.run(run(json.load(sys.stdin)))
print(json.dumps({"first": first, "spent": spent, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""
RASA = """
import time; began = time.perf_counter()
import asyncio, json, resource, sys, warnings; warnings.simplefilter("ignore")
import logging, structlog
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
from rasa.core.agent import Agent
agent = Agent.load(sys.argv[1])
async def run(texts):
    await agent.parse_message(texts[0])
    first = time.perf_counter() - began
    spent = []
    for text in texts:
        at = time.perf_counter(); await agent.parse_message(text); spent.append(time.perf_counter() - at)
    return first, spent
first, spent = asyncio.run(run(json.load(sys.stdin)))
print(json.dumps({"first": first, "spent": spent, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""


def measure(code: str, model: str, texts: list[str]) -> dict[str, float]:
    """Runs one side in a process of its own; milliseconds and megabytes."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "RASA_TELEMETRY_ENABLED": "false", "LOG_LEVEL": "WARNING"}
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, model],
        input=json.dumps(texts), capture_output=True, text=True, cwd=ROOT, env=env, check=True,
    )  # fmt: skip
    found = json.loads(done.stdout.splitlines()[-1])
    cuts = statistics.quantiles(found["spent"], n=100)
    return {
        "first answer, s": found["first"],
        "memory, MB": found["mb"],
        "p50, ms": 1000 * cuts[49],
        "p99, ms": 1000 * cuts[98],
        "whole run, s": time.perf_counter() - began,
    }


def main() -> None:
    from bot.knowledge.corpus import read_examples

    models = sorted((ROOT / "models").glob("amparo-*.tar.gz"), key=lambda path: path.stat().st_mtime)
    model = sys.argv[1] if len(sys.argv) > 1 else str(models[-1])
    texts = [example.text for example in read_examples(ROOT / "tests/nlu/heldout", ROOT)]
    ours, rasa = measure(OURS, model, texts), measure(RASA, model, texts)
    print(f"{len(texts)} messages, {Path(model).name}")
    for name, value in ours.items():
        print(f"{name:18} ours {value:9.2f}   Rasa's Agent {rasa[name]:9.2f}   ratio {rasa[name] / value:7.1f}")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
