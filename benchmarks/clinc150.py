"""Our intent classifier on a public set: CLINC150 (150 intents in English, and messages out of scope), set beside the
table of the paper that made it. Run: python benchmarks/clinc150.py PATH/data_full.json [--json FILE]

The file is data/data_full.json of github.com/clinc/oos-eval; it is not part of this project. The classifier is fitted
as in training: the same features, recipe and noisy forms, with `oos_train` as one more class. The lexicon is left
empty, since its words are those of another subject; there are no places to mask. Nothing is fitted on the test part,
and thresholds come from the validation part; docs/understanding.md says what was settled with its figures in view.

Two measures of doubt are shown: the probability of the first choice, as the bot uses it, and the margin of the best
intent in scope less half of that of out of scope, which near ties between intents do not lower.

S. Larson and others: An Evaluation Dataset for Intent Classification and Out-of-Scope Prediction, EMNLP 2019.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.special import softmax

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.nlu.classifier import Features, LinearClassifier, Recipe, features_of, fit, near_copies
from bot.nlu.features import Lexicon, normal_words
from bot.nlu.noise import noisy
from bot.nlu.spelling import Spelling
from bot.nlu.vectors import read_vectors

OUT = "oos"
VECTORS = read_vectors(Path(__file__).resolve().parent.parent / "data" / "nlu" / "vectors.npz")
PAPER = {
    "best linear model of the paper (SVM)": (91.0, 14.5),
    "Rasa, as in the paper": (91.5, 45.3),
    "BERT, as in the paper": (96.9, 40.3),
    "BERT at a threshold, as in the paper": (96.2, 52.3),
}
"""In-scope accuracy and out-of-scope recall in per cent, full data set."""
TARGET = (93.0, 70.0)
NONE = -100.0
"""A threshold below every probability and margin."""
NO_WORDS = Lexicon.empty()
Pairs = Sequence[Sequence[str]]
Seeing = Callable[[str], Features]
"""From a message to what the classifier sees of it."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """One part of the data as the model sees it: what is true, what it says, and how sure it is."""

    true: npt.NDArray[np.str_]
    said: npt.NDArray[np.str_]
    sureness: npt.NDArray[np.float64]

    def rates(self, threshold: float) -> tuple[float, float]:
        """In-scope accuracy and out-of-scope recall in per cent, with refusals below the threshold."""
        said = np.where(self.sureness >= threshold, self.said, OUT)
        inside = self.true != OUT
        return 100 * float((said == self.true)[inside].mean()), 100 * float((said == OUT)[~inside].mean())

    def overall(self, threshold: float) -> float:
        """Accuracy over all messages, out of scope being one more intent: what the paper's thresholds maximise."""
        return float((np.where(self.sureness >= threshold, self.said, OUT) == self.true).mean())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path, help="data_full.json of CLINC150")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    options = parser.parse_args()
    data = json.loads(options.data.read_text(encoding="utf-8"))
    began = time.monotonic()
    lessons = [*data["train"], *data["oos_train"]]
    see = seeing(lessons)
    model = learn(lessons, Recipe(), see)
    training = time.monotonic() - began
    began = time.monotonic()
    test = margins(model, [*data["test"], *data["oos_test"]], see)
    speed = 1000 * (time.monotonic() - began) / len(test)
    validation = margins(model, [*data["val"], *data["oos_val"]], see)
    points = {}
    for measure, ranked in (("probability", by_probability), ("margins", by_margins)):
        chosen = thresholds(ranked(model, validation, [*data["val"], *data["oos_val"]]))
        judged = ranked(model, test, [*data["test"], *data["oos_test"]])
        points |= {f"{measure}, {name}": (at, judged.rates(at)) for name, at in chosen.items()}
    for line in table(points):
        print(line)
    print(f"training {training:.0f} s, {speed:.2f} ms a message, {len(model.labels)} classes")
    if options.json:
        options.json.write_text(json.dumps({"points": points, "seconds": training, "ms": speed}, indent=1))
    return 0


def seeing(lessons: Pairs) -> Seeing:
    """How messages are seen by a model that has had these lessons: their words are what slips are mended to."""
    words = (normal_words(text, NO_WORDS) for text, _ in lessons)
    spelling = Spelling.learn(words, NO_WORDS, VECTORS)
    return partial(features_of, lexicon=NO_WORDS, vectors=VECTORS, spelling=spelling)


def learn(lessons: Pairs, recipe: Recipe, see: Seeing) -> LinearClassifier:
    """The classifier fitted as `fit_understanding` fits it to our own messages."""
    texts, labels = [text for text, _ in lessons], [label for _, label in lessons]
    forms = [[noisy(text, kind, i) for i, text in enumerate(texts)] for kind in recipe.augment]
    features, *variants = [[see(text) for text in form] for form in (texts, *forms)]
    return fit(features, labels, near_copies(texts), recipe, variants)


def margins(model: LinearClassifier, pairs: Pairs, see: Seeing) -> npt.NDArray[np.float64]:
    """What the model gives every message: messages by labels."""
    return np.array([model.scores(see(text)) for text, _ in pairs], dtype=np.float64)


def by_probability(model: LinearClassifier, given: npt.NDArray[np.float64], pairs: Pairs) -> Ranking:
    """The first choice with its probability."""
    shares = softmax(given / model.temperature, axis=1)
    said = np.array(model.labels)[shares.argmax(axis=1)]
    return Ranking(np.array([label for _, label in pairs]), said, shares.max(axis=1))


def by_margins(model: LinearClassifier, given: npt.NDArray[np.float64], pairs: Pairs) -> Ranking:
    """The best intent in scope, with its margin less half of that of out of scope."""
    outside = model.labels.index(OUT)
    inside = np.delete(given, outside, axis=1)
    said = np.delete(np.array(model.labels), outside)[inside.argmax(axis=1)]
    return Ranking(np.array([label for _, label in pairs]), said, inside.max(axis=1) - given[:, outside] / 2)


def thresholds(validation: Ranking) -> dict[str, float]:
    """Operating points, all chosen on the validation part."""
    grid = [float(at) for at in np.unique(validation.sureness)]
    whole, _ = validation.rates(NONE)
    points = {"no threshold": NONE, "by the paper's rule": max(grid, key=validation.overall)}
    for lost in (0.5, 1, 2):
        points[f"that loses {lost:g}"] = max(at for at in grid if validation.rates(at)[0] >= whole - lost)
    return points


def table(points: dict[str, tuple[float, tuple[float, float]]]) -> list[str]:
    """The figures on the test part beside the paper's."""
    lines = [f"{'thresholds chosen on the validation part':48}{'in-scope accuracy':>20}{'out-of-scope recall':>22}"]
    rows = [(f"Amparo, {name} ({at:.2f})", rates) for name, (at, rates) in points.items()]
    for name, (inside, outside) in (*rows, *PAPER.items(), ("target", TARGET)):
        lines.append(f"{name:48}{inside:>18.1f} %{outside:>20.1f} %")
    return lines


if __name__ == "__main__":
    sys.exit(main())
