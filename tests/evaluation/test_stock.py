"""Rasa's stock pipelines beside ours: the same messages, a process each."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import MissingExtra, ModelError
from bot.evaluation import stock
from bot.evaluation.run import Material, material
from bot.nlu.train import has_rasa
from tests.conftest import skip_or_fail

LOGISTIC = next(name for name in stock.PIPELINES if "LogisticRegression" in name)
COSTS = {"ms_per_message", "training_seconds", "training_mb", "start_seconds", "answering_mb"}


@pytest.fixture
def given(project: Path, monkeypatch: pytest.MonkeyPatch) -> Material:
    pytest.importorskip("sklearn", reason="training needs the train extra")
    monkeypatch.setenv("AMPARO_HOME", str(project))
    return material()


@pytest.fixture
def _rasa() -> None:
    if not has_rasa():
        skip_or_fail("Rasa is not installed; on Python 3.10: ./amparo test, or pip install 'amparo[train]'")


def test_stock_pipelines_are_two_and_ours_comes_first() -> None:
    first, *others = stock.PIPELINES
    assert first == stock.OURS
    assert [pipeline[-1]["name"] for pipeline in map(stock.PIPELINES.get, others) if pipeline] == [
        "LogisticRegressionClassifier",
        "DIETClassifier",
    ]


@pytest.mark.usefixtures("_rasa")
def test_our_own_figures_come_with_their_costs_and_say_how_many_folds(given: Material) -> None:
    said: list[str] = []
    found = stock.compare(given, 2, said.append, names=[stock.OURS])
    assert found["note"].startswith("1 of 2 folds")
    ours = found[stock.OURS]
    assert {"en", "es", "answer", *COSTS} == set(ours)
    assert 0 < ours["answering_mb"] < 300
    assert ours["en"]["top_1"] > 0.8
    assert any("fold 1 of 1" in line for line in said)
    assert sum(line.startswith(stock.OURS) for line in stock.table(found)) == 2


def test_without_rasa_it_says_what_to_install(given: Material, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stock, "has_rasa", lambda: False)
    with pytest.raises(MissingExtra, match="evaluate --against stock: Rasa is not installed"):
        stock.compare(given, 2, lambda _: None)


def test_a_pipeline_that_fails_is_one_line_without_messages(tmp_path: Path) -> None:
    (tmp_path / "task.json").write_text('{"secret message": ')
    with pytest.raises(ModelError, match=r"could not train \(json.decoder.JSONDecodeError\)") as caught:
        stock._process("train", stock.OURS, str(tmp_path))
    assert "secret" not in str(caught.value)


@pytest.mark.usefixtures("_rasa")
def test_a_pipeline_that_fails_leaves_the_others_their_figures(
    given: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = ModelError("evaluate: ended")

    def run(_: Material, name: str, masked: list[str], kept: list[int], held_out: list[int]) -> object:
        if name == LOGISTIC:
            raise ended
        return [[("greet", 0.9)] for _ in held_out], dict.fromkeys(COSTS, 1.0)

    monkeypatch.setattr(stock, "_run", run)
    found = stock.compare(given, 2, lambda _: None)
    assert found[LOGISTIC] == {"failed": "evaluate: ended"}
    assert found[stock.OURS]["en"]["messages"] > 100
    assert any(line.startswith(LOGISTIC) and line.endswith("evaluate: ended") for line in stock.table(found))


@pytest.mark.slow
@pytest.mark.usefixtures("_rasa")
def test_rasas_logistic_regression_is_measured_on_the_same_messages(given: Material) -> None:
    found = stock.compare(given, 2, lambda _: None, names=[stock.OURS, LOGISTIC])
    assert found[LOGISTIC]["en"]["messages"] == found[stock.OURS]["en"]["messages"]
    assert found[LOGISTIC]["en"]["top_1"] > 0.5
    assert found[LOGISTIC]["answering_mb"] > found[stock.OURS]["answering_mb"]
