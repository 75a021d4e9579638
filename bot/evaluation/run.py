"""The `evaluate` verb: measures, prints a table, writes the report and, where asked, the thresholds."""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..errors import MissingExtra
from ..home import home
from ..knowledge import marked
from ..knowledge.corpus import Example, read_examples
from ..knowledge.load import load
from ..knowledge.places import Gazetteer
from ..nlu import noise
from ..nlu.classifier import Recipe, Understanding, fit_understanding, near_copies
from ..nlu.features import Lexicon, read_lexicon
from ..nlu.models import trained_locales
from ..nlu.vectors import WordVectors, read_vectors
from ..settings import read_settings
from . import measure
from .measure import Outcome

UNSEEN, STRANGE = "unseen", "unseen, in families of their own"
SETS = {"held out": Path("tests/nlu/heldout"), UNSEEN: Path("tests/nlu/unseen")}
"""Messages apart from the training messages: those looked at while the model was made, and those written blind, by
somebody who had not seen the training messages, and not used for any choice. `STRANGE` are those of the latter that
are no near-copies of a training message."""
CLEAN = "clean"
"""Beside the kinds of noise: the message as it is."""
PLACES = Path("tests/nlu/heldout/places.yml")


@dataclass(frozen=True, slots=True)
class Material:
    """What is measured."""

    root: Path
    examples: list[Example]
    gazetteer: Gazetteer
    lexicon: Lexicon
    vectors: WordVectors
    recipe: Recipe
    topics: frozenset[str]


def material() -> Material:
    """The training messages and the pipeline as they stand in data/nlu."""
    root = home()
    base, _ = load(root, [])
    spoken = trained_locales(root, read_settings())
    return Material(
        root=root,
        examples=[e for e in read_examples(root / "data" / "nlu", root) if e.locale in spoken],
        gazetteer=Gazetteer(base, root / "data" / "places"),
        lexicon=read_lexicon(root / "data" / "nlu" / "lexicon.yml"),
        vectors=read_vectors(root / "data" / "nlu" / "vectors.npz"),
        recipe=recipe_of(root),
        topics=frozenset(base.topics),
    )


def recipe_of(root: Path) -> Recipe:
    """The classifier's settings in config.yml, the defaults where it has none."""
    config = marked.read(root / "data" / "nlu" / "config.yml")
    assert isinstance(config, marked.Mapping)
    ours: Mapping[str, Any] = next((c for c in config["pipeline"] if c["name"].endswith("AmparoClassifier")), {})
    default = Recipe()
    return Recipe(
        weights=tuple(float(w) for w in ours.get("weights", default.weights)),
        cost=float(ours.get("cost", default.cost)),
        rarest=int(ours.get("rarest", default.rarest)),
        meaning=float(ours.get("meaning", default.meaning)),
        folds=int(ours.get("folds", default.folds)),
        augment=tuple(ours.get("augment", default.augment)),
    )


def evaluate(options: argparse.Namespace) -> int:
    """Runs everything; raises MissingExtra where scikit-learn is away."""
    if importlib.util.find_spec("sklearn") is None:
        raise MissingExtra("evaluate: needs the `train` extra; on Python 3.10 run: pip install 'amparo[train]'")
    began = time.monotonic()
    given = material()
    _say(f"cross-validation of {len(given.examples)} messages in {options.folds} parts ...")
    noisy: dict[str, list[Outcome]] = {kind: [] for kind in noise.SUITE}

    def each(number: int, fitted: Understanding, held_out: list[Example]) -> None:
        _say(f"part {number + 1} of {options.folds} done after {time.monotonic() - began:.0f} s")
        for kind in noise.SUITE:
            for example in held_out[::3]:
                text = noise.noisy(example.text, kind, example.line)
                noisy[kind].append(measure.outcome(fitted, given.gazetteer, example, text))

    outcomes = measure.cross_validate(
        given.examples, given.gazetteer, given.lexicon, given.vectors, given.recipe, options.folds, each
    )
    answer = measure.answer_threshold(outcomes, given.topics)
    offer = min(measure.offer_threshold(outcomes, given.topics), answer)
    results = _results(given, outcomes, noisy, answer, offer, _apart(given))
    results["places"] = _places(given)
    if options.against:
        from .stock import compare

        results["stock"] = compare(given, options.folds, _say)
    results["seconds"] = round(time.monotonic() - began)
    _write(options, given, outcomes, results)
    return 0


def _apart(given: Material) -> dict[str, dict[str, list[Outcome]]]:
    """The outcomes of messages written apart from the training messages, by a model trained on all of these: for each
    set by kind of noise, the unseen messages with every kind, the others clean alone."""
    sets = {
        name: [e for e in read_examples(given.root / folder, given.root) if e.intent]
        for name, folder in SETS.items()
        if (given.root / folder).is_dir()
    }
    if not sets:
        return {}
    learnt = [given.gazetteer.find(e.text).masked for e in given.examples]
    fitted = fit_understanding(
        learnt,
        [e.intent for e in given.examples],
        [e.locale for e in given.examples],
        given.lexicon,
        given.vectors,
        given.recipe,
    )

    def judged(example: Example, kind: str) -> Outcome:
        text = None if kind == CLEAN else noise.noisy(example.text, kind, example.line)
        return measure.outcome(fitted, given.gazetteer, example, text)

    found = {
        name: {kind: [judged(e, kind) for e in examples] for kind in (CLEAN, *(noise.SUITE if name == UNSEEN else ()))}
        for name, examples in sets.items()
    }
    if UNSEEN in sets:
        unseen = [given.gazetteer.find(e.text).masked for e in sets[UNSEEN]]
        families = near_copies([*learnt, *unseen])
        known = set(families[: len(learnt)])
        ours = zip(found[UNSEEN][CLEAN], families[len(learnt) :], strict=True)
        found[STRANGE] = {CLEAN: [o for o, family in ours if family not in known]}
    return found


def _places(given: Material) -> dict[str, Any]:
    """How many messages find exactly the places meant, and those that do not. Empty without such messages."""
    path = given.root / PLACES
    if not path.is_file():
        return {}
    items = [item for item in marked.read(path) if isinstance(item, marked.Mapping)]
    wrong = [i["text"] for i in items if set(given.gazetteer.find(i["text"]).references) != set(i["expect"])]
    return {"messages": len(items), "right": 1 - len(wrong) / len(items), "wrong": wrong}


def _results(
    given: Material,
    outcomes: Sequence[Outcome],
    noisy: dict[str, list[Outcome]],
    answer: float,
    offer: float,
    apart: dict[str, dict[str, list[Outcome]]],
) -> dict[str, Any]:
    clean = {(o.example.path, o.example.line) for o in next(iter(noisy.values()))}
    same = [o for o in outcomes if (o.example.path, o.example.line) in clean]
    return {
        "thresholds": {"answer": answer, "offer": offer},
        "cross-validation": _by_locale(outcomes, given.topics, answer),
        **{name: _by_locale(apart.get(name, {}).get(CLEAN, []), given.topics, answer) for name in (*SETS, STRANGE)},
        "noise": _by_kind({CLEAN: same, **noisy}, given.topics, answer),
        "unseen, noise": _by_kind(apart.get(UNSEEN, {}), given.topics, answer),
        "short messages, language": _short_locales(outcomes),
        "confusions": measure.confusions(outcomes),
        **{f"{name}, confusions": measure.confusions(apart[name][CLEAN]) for name in SETS if name in apart},
        "scope curve": measure.scope_curve(outcomes, given.topics),
    }


def _by_kind(outcomes: Mapping[str, Sequence[Outcome]], topics: frozenset[str], answer: float) -> dict[str, Any]:
    return {kind: _by_locale(found, topics, answer) for kind, found in outcomes.items()}


def _by_locale(outcomes: Sequence[Outcome], topics: frozenset[str], answer: float) -> dict[str, Any]:
    locales = sorted({o.example.locale for o in outcomes})
    found = {
        locale: asdict(measure.figures([o for o in outcomes if o.example.locale == locale], topics, answer))
        for locale in locales
    }
    # A rate of no messages is not a number, and JSON has none of these.
    return {locale: {k: None if math.isnan(v) else v for k, v in rates.items()} for locale, rates in found.items()}


def _short_locales(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Language found, by the number of words of the message."""
    found: dict[str, float] = {}
    for size in range(1, 6):
        sized = [o for o in outcomes if len(o.example.text.split()) == size and o.in_scope and o.locale]
        if sized:
            found[str(size)] = sum(o.locale == o.example.locale for o in sized) / len(sized)
    return found


def _write(options: argparse.Namespace, given: Material, outcomes: Sequence[Outcome], results: dict[str, Any]) -> None:
    from .report import write_report

    folder: Path = options.out
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "evaluation.json").write_text(json.dumps(results, indent=1, ensure_ascii=False), encoding="utf-8")
    write_report(folder, outcomes, results)
    if options.json:
        print(json.dumps(results, ensure_ascii=False))
    else:
        print(table(results))
        print(f"report: {folder / 'evaluation.html'}")
    if options.write:
        _write_thresholds(given.root, results["thresholds"])


def _write_thresholds(root: Path, found: dict[str, float]) -> None:
    path = root / "data" / "nlu" / "thresholds.yml"
    content = marked.read(path)
    locale = content["locale"] if isinstance(content, marked.Mapping) else "0.85"
    lines = ["# Probabilities, written by `amparo evaluate --write`."]
    lines += [f"answer: {found['answer']}", f"offer: {found['offer']}", f"locale: {locale}"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def table(results: dict[str, Any]) -> str:
    """The figures as lines of text."""
    names = ("top_1", "offered_3", "confidently_wrong", "answered_right", "out_of_scope_caught", "locale_right")
    lines = [f"thresholds: answer {results['thresholds']['answer']}, offer {results['thresholds']['offer']}"]
    lines.append(f"{'':36}{'messages':>9}" + "".join(f"{name:>21}" for name in (*names, "calibration_error")))
    rows = [("cross-validation", results["cross-validation"]), *((name, results[name]) for name in (*SETS, STRANGE))]
    rows += [(f"noise: {kind}", found) for kind, found in results["noise"].items()]
    rows += [(f"unseen, {kind}", found) for kind, found in results["unseen, noise"].items() if kind != CLEAN]
    for title, by_locale in rows:
        for locale, found in by_locale.items():
            values = "".join(_percent(found[name]) for name in (*names, "calibration_error"))
            lines.append(f"{title + ' ' + locale:36}{found['messages']:>9}{values}")
    if results.get("places"):
        found = results["places"]
        lines.append(f"places found exactly: {100 * found['right']:.1f}% of {found['messages']} messages")
    if "stock" in results:
        from .stock import table as stock_table

        lines += stock_table(results["stock"])
    return "\n".join(lines)


def _percent(rate: float | None) -> str:
    return f"{'-':>21}" if rate is None else f"{100 * rate:>20.1f}%"


def _say(line: str) -> None:
    print(f"amparo: {line}", file=sys.stderr, flush=True)
