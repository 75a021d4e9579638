"""The evaluation as one HTML page with its picture."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .measure import Outcome


def write_report(folder: Path, outcomes: Sequence[Outcome], results: dict[str, Any]) -> None:
    """Writes evaluation.png and evaluation.html into the folder."""
    picture = _picture(outcomes, results)
    (folder / "evaluation.png").write_bytes(picture)
    (folder / "evaluation.html").write_text(_page(picture, results), encoding="utf-8")


def _picture(outcomes: Sequence[Outcome], results: dict[str, Any]) -> bytes:
    """Confusion matrix (rows true, columns said) and threshold curve."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    names = sorted({o.example.intent for o in outcomes})
    index = {name: i for i, name in enumerate(names)}
    matrix = np.zeros((len(names), len(names)))
    for o in outcomes:
        matrix[index[o.example.intent], index[o.best.label]] += 1
    matrix /= np.maximum(1, matrix.sum(axis=1, keepdims=True))
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(24, 13), gridspec_kw={"width_ratios": (3, 2)})
    left.imshow(np.sqrt(matrix), cmap="Blues")
    left.set_xticks(range(len(names)), names, rotation=90, fontsize=7)
    left.set_yticks(range(len(names)), names, fontsize=7)
    left.set_title("Held-out messages: true intent (rows), understood as (columns); square root of the share")
    curve = results["scope curve"]
    right.plot([row[0] for row in curve], [row[1] for row in curve], label="out-of-scope messages not answered")
    right.plot([row[0] for row in curve], [row[2] for row in curve], label="topic messages not answered at once")
    right.axvline(results["thresholds"]["answer"], color="grey", linestyle="--", label="answering threshold")
    right.set_xlabel("probability needed for an answer")
    right.set_ylim(0, 1)
    right.legend()
    figure.tight_layout()
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=80)
    pyplot.close(figure)
    return buffer.getvalue()


def _page(picture: bytes, results: dict[str, Any]) -> str:
    from .run import table

    image = base64.b64encode(picture).decode()
    rows = "".join(
        f"<tr><td>{true}</td><td>{said}</td><td>{count}</td><td>{html.escape(' / '.join(examples))}</td></tr>"
        for true, said, count, examples in results["confusions"]
    )
    return f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Amparo: evaluation</title>
<style>body{{font-family:sans-serif;margin:2em}}td,th{{padding:.2em .6em;text-align:left;vertical-align:top}}
img{{max-width:100%}}pre{{overflow-x:auto}}</style>
<h1>How well the intent model understands</h1><pre>{html.escape(table(results))}</pre>
<img alt="Confusion matrix and threshold curve" src="data:image/png;base64,{image}">
<h2>Commonest mistakes in cross-validation</h2>
<table><tr><th>true</th><th>understood as</th><th>times</th><th>examples</th></tr>{rows}</table></html>
"""
