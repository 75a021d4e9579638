"""The page and its picture, from outcomes made by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.evaluation import measure
from bot.evaluation.report import write_report
from bot.evaluation.run import (
    Material,
    _results,  # the page is made of exactly this
)
from bot.nlu.classifier import Recipe
from bot.nlu.features import Lexicon
from bot.nlu.vectors import WordVectors
from tests.evaluation.outcomes import TOPICS, ladder, outcome

pytestmark = pytest.mark.filterwarnings("ignore")  # matplotlib's own
pytest.importorskip("matplotlib", reason="the picture needs the train extra")


def test_messages_are_written_as_text_never_as_markup(tmp_path: Path) -> None:
    nasty = outcome("police", ("papers", 0.9), text="<script>alert('x')</script> & more")
    others = [outcome(name, (name, 0.9)) for name in ("out_of_scope", "papers")]
    outcomes = [*ladder(3, 97), *ladder(1, 99, locale="es"), nasty, *others]
    material = Material(tmp_path, [], None, Lexicon.empty(), WordVectors.empty(), Recipe(), TOPICS)  # type: ignore[arg-type]
    answer = measure.answer_threshold(outcomes, TOPICS)
    write_report(tmp_path, outcomes, _results(material, outcomes, {"capitals": outcomes[:4]}, answer, 0.1, {}))
    page = (tmp_path / "evaluation.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert (tmp_path / "evaluation.png").stat().st_size > 10_000
