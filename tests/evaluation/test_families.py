"""Cross-validation never sees a near-copy of what it is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.evaluation.measure import cross_validate
from bot.evaluation.run import SETS
from bot.knowledge.corpus import Example, read_examples
from bot.knowledge.load import load
from bot.knowledge.places import Gazetteer, fold
from bot.nlu.classifier import Recipe, Understanding, folds, near_copies
from bot.nlu.features import Lexicon
from bot.nlu.vectors import WordVectors
from tests.conftest import HERE, ROOT

pytest.importorskip("sklearn", reason="training needs the train extra")

QUESTION = "will the police ask me for papers"


@pytest.mark.parametrize(
    "other",
    [
        "Will the police ask me for papers?",
        "WILL THE POLICE ASK ME FOR PAPERS",
        "will the police ask me for papers today",
        "will the police ask for papers",
        "wíll the pólice ask me for papers",
    ],
)
def test_near_copies_are_one_family(other: str) -> None:
    assert len(set(near_copies([QUESTION, other]))) == 1


@pytest.mark.parametrize("folder", SETS.values(), ids=SETS)
def test_messages_kept_apart_are_not_learnt(folder: Path) -> None:
    """Letter by letter; near-copies are the reader's to judge (docs/understanding.md)."""
    learnt = {_letters(e.text) for e in read_examples(ROOT / "data/nlu", ROOT)}
    apart = [e for e in read_examples(ROOT / folder, ROOT) if e.intent]
    assert apart and not [e for e in apart if _letters(e.text) in learnt]


def _letters(text: str) -> str:
    return "".join(c for c in fold(text) if c.isalnum())


@pytest.mark.parametrize(
    "other", ["will ice ask my brother for a warrant", "papers", "does the sheriff hold people for ice", "", "???"]
)
def test_other_messages_are_other_families(other: str) -> None:
    assert len(set(near_copies([QUESTION, other]))) == 2


def test_short_messages_are_families_of_their_own() -> None:
    """Three words say too little: `hola buenas tardes` and `buenas tardes hola` may stand on both sides."""
    assert len(set(near_copies(["hola buenas tardes", "buenas tardes hola"]))) == 2


def test_families_are_closed_under_being_near() -> None:
    chain = ["a b c d e f", "b c d e f g", "c d e f g h", "d e f g h i"]
    assert len(set(near_copies(chain))) == 1


@pytest.mark.parametrize("count", [2, 3, 5])
def test_every_message_is_held_out_exactly_once_and_always_in_the_same_part(count: int) -> None:
    families = [i // 3 for i in range(60)]
    parts = list(folds(families, count))
    assert sorted(i for _, held_out in parts for i in held_out) == list(range(60))
    assert parts == list(folds(families, count))
    for kept, held_out in parts:
        assert not {families[i] for i in kept} & {families[i] for i in held_out}


def test_each_message_is_judged_once_by_a_model_that_saw_none_of_its_family() -> None:
    base, _ = load(HERE / "project", [])
    gazetteer = Gazetteer(base, HERE / "project" / "data" / "places")
    words = {"door": "open knock door", "papers": "papers status ask", "greet": "hello good morning"}
    examples = [
        Example(f"{text.split()[i % 3]} {name}a{i} {name}b{i}", intent, name, "data/nlu/en/all.yml", i)
        for intent, text in words.items()
        for name in ("en", "es")
        for i in range(8)
    ]
    told: list[Example] = []

    def each(_: int, fitted: Understanding, held_out: list[Example]) -> None:
        assert set(fitted.intents.labels) <= set(words)
        told.extend(held_out)

    found = cross_validate(
        examples, gazetteer, Lexicon.empty(), WordVectors.empty(), Recipe(folds=0, augment=()), 3, each
    )
    assert sorted(map(str, examples)) == sorted(str(o.example) for o in found) == sorted(map(str, told))
