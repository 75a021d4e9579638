"""Our classifier and Rasa's stock pipelines, trained on the same masked messages and measured on the same others.

Every pipeline is trained in a process of its own and measured in another one, so that time and memory are its
own. A process is handed a folder: `task.json` goes in, `train.json` or `measure.json` comes out.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from ..errors import MissingExtra, ModelError
from ..knowledge.corpus import Example
from ..nlu.classifier import Ranked, Recipe, Understanding, fit_understanding, folds, near_copies
from ..nlu.features import read_lexicon
from ..nlu.train import NO_RASA, has_rasa, quiet_rasa
from ..nlu.vectors import read_vectors
from . import measure
from .measure import Outcome

if TYPE_CHECKING:
    from .run import Material

_FEATURES: list[dict[str, Any]] = [
    {"name": "WhitespaceTokenizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
]
OURS = "Amparo"
PIPELINES: Mapping[str, list[dict[str, Any]]] = {
    OURS: [],
    "Rasa, CountVectors + LogisticRegression": [*_FEATURES, {"name": "LogisticRegressionClassifier"}],
    "Rasa, CountVectors + DIET, 30 epochs": [
        *_FEATURES,
        {
            "name": "DIETClassifier",
            "epochs": 30,
            "random_seed": 0,
            "entity_recognition": False,
            "constrain_similarities": True,
        },
    ],
}
"""The pipelines by the name they are shown under; ours is not run by Rasa, as when answering."""
Say = Callable[[str], None]
SHOWN = ("top_1", "offered_3", "confidently_wrong", "answered_right", "out_of_scope_caught")


def compare(
    given: Material, parts: int, say: Say, runs: int = 1, names: Sequence[str] = tuple(PIPELINES)
) -> dict[str, Any]:
    """Each pipeline's rates per language, time and memory over the first `runs` of `parts` folds.

    Each pipeline answers from the threshold that keeps its own confidently wrong answers to 2 % on these
    messages, so that their other rates can be compared. One that fails has a `failed` line instead of figures:
    an hour's work of the others is kept. Raises MissingExtra without Rasa.
    """
    if not has_rasa():
        raise MissingExtra(NO_RASA.replace("train:", "evaluate --against stock:"))
    masked = [given.gazetteer.find(example.text).masked for example in given.examples]
    split = list(folds(near_copies(masked), parts))[:runs]
    found: dict[str, Any] = {
        "note": f"{len(split)} of {parts} folds; the same masked messages for each; time per message without masking; "
        "threshold of each: at most 2 % confidently wrong in each language on these messages"
    }
    for name in names:
        try:
            found[name] = _measured(given, name, masked, split, say)
        except ModelError as error:
            found[name] = {"failed": str(error)}
        say(f"{name}: {json.dumps(found[name])}")
    return found


def _measured(
    given: Material, name: str, masked: Sequence[str], split: Sequence[tuple[list[int], list[int]]], say: Say
) -> dict[str, Any]:
    """A pipeline's rates and costs over these folds; raises ModelError."""
    outcomes: list[Outcome] = []
    costs = []
    for number, (kept, held_out) in enumerate(split):
        say(f"{name}: fold {number + 1} of {len(split)}, {len(kept)} messages to learn")
        rankings, cost = _run(given, name, masked, kept, held_out)
        outcomes += [_outcome(given.examples[i], ranking) for i, ranking in zip(held_out, rankings, strict=True)]
        costs.append(cost)
    return {**_rates(outcomes, given.topics), **_mean(costs)}


def _outcome(example: Example, ranking: Sequence[Sequence[Any]]) -> Outcome:
    ranked = tuple(Ranked(str(label), float(probability)) for label, probability in ranking)
    return Outcome(example, ranked or (Ranked("", 0.0),), "")


def _rates(outcomes: Sequence[Outcome], topics: frozenset[str]) -> dict[str, Any]:
    answer = measure.answer_threshold(outcomes, topics)
    rates: dict[str, Any] = {"answer": answer}
    for locale in sorted({o.example.locale for o in outcomes}):
        figures = asdict(measure.figures([o for o in outcomes if o.example.locale == locale], topics, answer))
        rates[locale] = {"messages": figures["messages"], **{name: round(figures[name], 4) for name in SHOWN}}
    return rates


def _mean(costs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: round(sum(cost[name] for cost in costs) / len(costs), 2) for name in costs[0]}


def _run(
    given: Material, name: str, masked: Sequence[str], kept: Sequence[int], held_out: Sequence[int]
) -> tuple[list[Any], dict[str, float]]:
    """The rankings of the held-out messages and what they cost."""
    task = {
        "pipeline": name,
        "recipe": asdict(given.recipe),
        "lexicon": str(given.root / "data" / "nlu" / "lexicon.yml"),
        "vectors": str(given.root / "data" / "nlu" / "vectors.npz"),
        "learn": [(masked[i], given.examples[i].intent, given.examples[i].locale) for i in kept],
        "rank": [masked[i] for i in held_out],
    }
    with tempfile.TemporaryDirectory(prefix="amparo-stock-") as folder:
        (Path(folder) / "task.json").write_text(json.dumps(task), encoding="utf-8")
        trained, measured = _process("train", name, folder), _process("measure", name, folder)
    cost = {
        "ms_per_message": measured["ms"],
        "training_seconds": trained["seconds"],
        "training_mb": trained["mb"],
        "start_seconds": measured["start"],
        "answering_mb": measured["mb"],
    }
    return measured["rankings"], cost


def _process(verb: str, name: str, folder: str) -> Any:
    """Runs one step of a pipeline in its own process; its output, which may quote messages, is thrown away."""
    package = str(Path(__file__).resolve().parents[2])
    environment = {**os.environ, "PYTHONPATH": package, "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-m", "bot.evaluation.stock", verb, folder]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        kind = last[0].split(":")[0] if last else f"exit status {done.returncode}"
        raise ModelError(f"evaluate: {name} could not {verb} ({kind})")
    return json.loads((Path(folder) / f"{verb}.json").read_text(encoding="utf-8"))


def table(found: Mapping[str, Any]) -> list[str]:
    """What `compare` found as lines of text, one per pipeline and language."""
    heads = (*SHOWN, "ms/message", "training s", "training MB", "start s", "answering MB")
    lines = [f"against stock: {found['note']}", f"{'':44}" + "".join(f"{head:>20}" for head in heads)]
    costs = ("ms_per_message", "training_seconds", "training_mb", "start_seconds", "answering_mb")
    for name in (name for name in PIPELINES if name in found):
        if "failed" in found[name]:
            lines.append(f"{name:44}{found[name]['failed']}")
        for locale in (key for key, value in found[name].items() if isinstance(value, dict)):
            rates = "".join(f"{100 * found[name][locale][rate]:>19.1f}%" for rate in SHOWN)
            lines.append(f"{name + ' ' + locale:44}{rates}" + "".join(f"{found[name][cost]:>20}" for cost in costs))
    return lines


# What follows runs in the processes.


def _train(folder: Path, task: dict[str, Any]) -> dict[str, Any]:
    began = time.monotonic()
    (_train_ours if task["pipeline"] == OURS else _train_rasa)(folder, task)
    return {"seconds": time.monotonic() - began, "mb": _peak()}


def _train_ours(folder: Path, task: dict[str, Any]) -> None:
    texts, intents, locales = zip(*task["learn"], strict=True)
    settings: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in task["recipe"].items()}
    recipe = Recipe(**settings)
    lexicon, vectors = read_lexicon(Path(task["lexicon"])), read_vectors(Path(task["vectors"]))
    fit_understanding(texts, intents, locales, lexicon, vectors, recipe).save(folder)


def _train_rasa(folder: Path, task: dict[str, Any]) -> None:
    from rasa.model_training import train_nlu

    by_intent: dict[str, list[str]] = {}
    for text, intent, _ in task["learn"]:
        by_intent.setdefault(intent, []).append(text)
    blocks = [{"intent": name, "examples": "".join(f"- {t}\n" for t in texts)} for name, texts in by_intent.items()]
    pipeline = {"recipe": "default.v1", "language": "en", "assistant_id": "stock", "policies": []}
    (folder / "nlu.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": blocks}), encoding="utf-8")
    (folder / "config.yml").write_text(yaml.safe_dump({**pipeline, "pipeline": PIPELINES[task["pipeline"]]}))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        config, data = str(folder / "config.yml"), str(folder / "nlu.yml")
        train_nlu(config=config, nlu_data=data, output=str(folder), fixed_model_name="stock")


def _measure(folder: Path, task: dict[str, Any]) -> dict[str, Any]:
    began = time.monotonic()
    rank = _ours(folder) if task["pipeline"] == OURS else _rasa(folder)
    rank(task["rank"][0])
    started = time.monotonic()
    rankings = [rank(text) for text in task["rank"]]
    seconds = time.monotonic() - started
    return {"rankings": rankings, "start": started - began, "ms": 1000 * seconds / len(rankings), "mb": _peak()}


def _ours(folder: Path) -> Callable[[str], list[tuple[str, float]]]:
    understanding = Understanding.load(folder)
    return lambda text: [(r.label, r.probability) for r in understanding.rank_intents(text)[: measure.KEPT]]


def _rasa(folder: Path) -> Callable[[str], list[tuple[str, float]]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from rasa.core.agent import Agent

        agent = Agent.load(str(folder / "stock.tar.gz"))
    loop = asyncio.new_event_loop()

    def rank(text: str) -> list[tuple[str, float]]:
        parsed = loop.run_until_complete(agent.parse_message(text))
        ranking = parsed.get("intent_ranking") or []
        return [(r["name"], r["confidence"]) for r in ranking[: measure.KEPT]]

    return rank


def _peak() -> float:
    """The most memory this process has held, in MB. (Linux's ru_maxrss would count the parent's as well.)"""
    status = Path("/proc/self/status")
    if status.exists():
        held = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(held.split()[1]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def _main(verb: str, folder: Path) -> None:
    quiet_rasa()
    task = json.loads((folder / "task.json").read_text(encoding="utf-8"))
    found = (_train if verb == "train" else _measure)(folder, task)
    (folder / f"{verb}.json").write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    _main(sys.argv[1], Path(sys.argv[2]))
