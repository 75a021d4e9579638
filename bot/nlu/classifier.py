"""A linear text classifier: fitted with scikit-learn, applied with numpy alone.

Features are known by the hash of their names (Weinberger and others: Feature Hashing for Large Scale Multitask
Learning, 2009), counted, damped (1 + log), weighted by rarity (inverse document frequency) and normalised block by
block; the mean of the words' vectors (bot.nlu.vectors) stands beside them. A linear support vector machine scores
each label; a softmax whose temperature was fitted on held-out folds turns scores into probabilities. What is needed
to predict is saved as plain arrays and JSON: no pickle, no scikit-learn, no Rasa.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..errors import DataError, ModelError
from ..knowledge.places import CITY_MASK, STATE_MASK
from .features import Lexicon, concept_features, normal_words, piece_features, word_features
from .noise import noisy
from .spelling import Spelling
from .vectors import WordVectors, read_vectors

Floats = npt.NDArray[np.float32]
Hashes = npt.NDArray[np.uint32]
FORMAT = 3
"""Version of the saved form; a model of another version is refused."""


class Features(NamedTuple):
    """What is seen of a message: the hashes of named features in blocks, each as often as it occurs, and what its words
    mean (none where that is not used)."""

    blocks: tuple[Hashes, ...]
    meaning: Floats | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A label with its probability."""

    label: str
    probability: float


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to fit. `weights` are those of the feature blocks; `cost` the support vector machine's C."""

    weights: tuple[float, ...] = (1.0, 1.25, 0.85)
    cost: float = 0.3
    rarest: int = 3
    """Features found in fewer messages are left out."""
    folds: int = 4
    """One part of so many is held out for fitting the temperature; 0 leaves it at 1."""
    meaning: float = 0.8
    """Weight of the words' meaning (bot.nlu.vectors); 0 leaves it out."""
    augment: tuple[str, ...] = ("truncated",)
    """Kinds of noise (bot.nlu.noise) in which every message is learnt beside its own form."""


class LinearClassifier:
    """Ranks labels for a message."""

    def __init__(
        self,
        labels: Sequence[str],
        vocabulary: Hashes,
        rarity: Floats,
        weights: npt.NDArray[np.float16],
        bias: Floats,
        block_weights: Sequence[float],
        meaning: float,
        temperature: float,
    ) -> None:
        """`vocabulary` are the hashes of the named features in order of size; `rarity` has a value for each, `bias` one
        per label; `weights` is named features, then the dimensions of the meaning, by labels. `meaning` is the weight
        of the latter."""
        self.labels = tuple(labels)
        self._vocabulary, self._rarity = vocabulary, rarity
        self._weights, self._bias = weights, bias
        self._block_weights, self._meaning = tuple(block_weights), meaning
        self.temperature = temperature

    def scores(self, features: Features) -> Floats:
        """The margin of each label, in the order of `labels`."""
        indices, values = _vector(features, self._vocabulary, self._rarity, self._block_weights, self._meaning)
        # Half precision is how the weights are kept; only the rows of this message are widened.
        margins: Floats = values @ self._weights[indices].astype(np.float32) + self._bias
        return margins

    def rank(self, features: Features) -> list[Ranked]:
        """All labels with their probabilities, the likeliest first; ties in the order of the labels."""
        probabilities = _softmax(self.scores(features) / self.temperature)
        order = np.argsort(-probabilities, kind="stable")
        return [Ranked(self.labels[i], float(probabilities[i])) for i in order]

    def save(self, folder: Path, name: str) -> None:
        """Writes NAME.npz and NAME.json."""
        np.savez(
            folder / f"{name}.npz",
            vocabulary=self._vocabulary,
            rarity=self._rarity,
            weights=self._weights.astype(np.float16),
            bias=self._bias,
        )
        about = {
            "format": FORMAT,
            "labels": self.labels,
            "block_weights": self._block_weights,
            "meaning": self._meaning,
            "temperature": self.temperature,
        }
        (folder / f"{name}.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, name: str) -> LinearClassifier:
        """Reads what `save` wrote; raises ModelError where it is damaged or of another version."""
        try:
            about = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
            arrays = np.load(folder / f"{name}.npz", allow_pickle=False)
            if about["format"] != FORMAT:
                raise ModelError(f"the model has format {about['format']}, expected {FORMAT}; run: amparo train")
            return cls(
                labels=about["labels"],
                vocabulary=arrays["vocabulary"],
                rarity=arrays["rarity"],
                weights=arrays["weights"],
                bias=arrays["bias"],
                block_weights=about["block_weights"],
                meaning=float(about["meaning"]),
                temperature=float(about["temperature"]),
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"the trained model cannot be read ({type(error).__name__}); run: amparo train") from error


def fit(
    examples: Sequence[Features],
    labels: Sequence[str],
    families: Sequence[int],
    recipe: Recipe,
    variants: Sequence[Sequence[Features]] = (),
) -> LinearClassifier:
    """A classifier for these examples and their noisy forms (each list as long as `examples`). `families` number
    the groups of near-copies, which stay on one side when the temperature is fitted. Raises ModelError for fewer
    than two labels."""
    names = sorted(set(labels))
    if len(names) < 2:
        raise ModelError("training needs at least two intents; add messages in data/nlu")
    forms = [example for form in (examples, *variants) for example in form]
    vocabulary, rarity = _vocabulary(forms, recipe.rarest)
    matrix = _matrix(forms, vocabulary, rarity, recipe)
    wanted = np.array([names.index(label) for label in labels] * (1 + len(variants)))
    # The two fits do not wait for one another: scikit-learn's solver leaves the other core free.
    with ThreadPoolExecutor(2) as pool:
        whole = pool.submit(_margins, matrix, wanted, recipe)
        temperature = pool.submit(_temperature, matrix, wanted, families, recipe) if recipe.folds else None
    weights, bias, _ = whole.result()
    return LinearClassifier(
        names,
        vocabulary,
        rarity,
        weights.astype(np.float16),
        bias.astype(np.float32),
        recipe.weights,
        recipe.meaning,
        temperature.result() if temperature else 1.0,
    )


def _margins(matrix: Any, wanted: npt.NDArray[np.int64], recipe: Recipe) -> tuple[Any, Any, list[int]]:
    """A support vector machine as weights (features by labels) and bias, and the numbers of its labels."""
    from sklearn.svm import LinearSVC

    # A hundred times closer to the optimum takes a third longer and ranks the same.
    machine = LinearSVC(C=recipe.cost, tol=0.05, random_state=0)
    machine.fit(matrix, wanted)
    weights, bias = machine.coef_.T, machine.intercept_
    if len(machine.classes_) == 2:
        weights, bias = np.hstack([-weights, weights]), np.concatenate([-bias, bias])
    return weights, bias, list(machine.classes_)


def _temperature(matrix: Any, wanted: npt.NDArray[np.int64], families: Sequence[int], recipe: Recipe) -> float:
    """The temperature that makes held-out labels likeliest (one number, found on a grid). Noisy forms of the messages
    stand below them in the matrix, and are learnt from, not judged."""
    kept, held_out = next(iter(folds(families, recipe.folds)))
    rows = [i + start for start in range(0, len(wanted), len(families)) for i in kept]
    weights, bias, labels = _margins(matrix[rows], wanted[rows], recipe)
    known = [i for i in held_out if wanted[i] in labels]
    if not known:
        return 1.0
    margins = matrix[known] @ weights + bias
    true = np.array([labels.index(wanted[i]) for i in known])
    grid = np.geomspace(0.05, 2.0, 40)
    return float(min(grid, key=lambda t: _surprise(margins, true, float(t))))


def _vocabulary(examples: Sequence[Features], rarest: int) -> tuple[Hashes, Floats]:
    each = [np.unique(np.concatenate(example.blocks)) for example in examples]
    found, counts = np.unique(np.concatenate(each), return_counts=True)
    kept = counts >= rarest
    if not kept.any():
        raise ModelError(f"no word is in {rarest} messages; add messages in data/nlu")
    rarity = np.log((1 + len(examples)) / (1 + counts[kept])) + 1
    return found[kept], rarity.astype(np.float32)


def _vector(
    features: Features, vocabulary: Hashes, rarity: Floats, block_weights: Sequence[float], meaning: float
) -> tuple[npt.NDArray[np.int64], Floats]:
    all_indices, parts = [], []
    for block, weight in zip(features.blocks, block_weights, strict=True):
        found, counts = np.unique(block, return_counts=True)
        places = np.minimum(np.searchsorted(vocabulary, found), len(vocabulary) - 1)
        known = vocabulary[places] == found
        if not known.any() or not weight:
            continue
        indices = places[known]
        values = (1 + np.log(counts[known])) * rarity[indices]
        parts.append(values * (weight / np.linalg.norm(values)))
        all_indices.append(indices)
    if features.meaning is not None and meaning:
        # The dimensions stand after the named features.
        all_indices.append(np.arange(len(vocabulary), len(vocabulary) + len(features.meaning)))
        parts.append(features.meaning * meaning)
    if not parts:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
    return np.concatenate(all_indices), np.concatenate(parts).astype(np.float32)


def _matrix(examples: Sequence[Features], vocabulary: Hashes, rarity: Floats, recipe: Recipe) -> Any:
    from scipy.sparse import csr_matrix

    rows = [_vector(example, vocabulary, rarity, recipe.weights, recipe.meaning) for example in examples]
    dimensions = 0 if examples[0].meaning is None or not recipe.meaning else len(examples[0].meaning)
    bounds = np.cumsum([0, *(len(indices) for indices, _ in rows)])
    columns = np.concatenate([indices for indices, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return csr_matrix((values, columns, bounds), shape=(len(rows), len(vocabulary) + dimensions))


def _surprise(margins: Floats, wanted: npt.NDArray[np.int64], temperature: float) -> float:
    scaled = margins / temperature
    top = scaled.max(axis=1, keepdims=True)
    log_sum = np.log(np.exp(scaled - top).sum(axis=1)) + top[:, 0]
    return float(np.mean(log_sum - scaled[np.arange(len(wanted)), wanted]))


def folds(families: Sequence[int], count: int) -> Iterable[tuple[list[int], list[int]]]:
    """Splits into training and held-out indices; a family is never on both sides. Always the same split."""
    side = {family: (family * 2654435761) % 4294967296 % count for family in set(families)}
    for fold in range(count):
        held_out = [i for i, family in enumerate(families) if side[family] == fold]
        kept = [i for i, family in enumerate(families) if side[family] != fold]
        yield kept, held_out


def _softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max())
    shares: Floats = raised / raised.sum()
    return shares


class Understanding:
    """The two classifiers of a trained model: which intent, and which language."""

    def __init__(
        self,
        intents: LinearClassifier,
        locales: LinearClassifier,
        lexicon: Lexicon,
        vectors: WordVectors,
        spelling: Spelling,
    ) -> None:
        self.intents, self.locales = intents, locales
        self.lexicon, self.vectors, self.spelling = lexicon, vectors, spelling

    def rank_intents(self, masked: str) -> list[Ranked]:
        """Intents for a message whose places are masked, the likeliest first."""
        return self.intents.rank(features_of(masked, self.lexicon, self.vectors, self.spelling))

    def rank_locales(self, masked: str) -> list[Ranked]:
        """Languages for the message, the likeliest first; none where it has nothing but places and signs."""
        features = _language_features(masked)
        return self.locales.rank(features) if len(features.blocks[1]) else []

    def save(self, folder: Path) -> None:
        self.intents.save(folder, "intents")
        self.locales.save(folder, "locales")
        self.vectors.save(folder / "vectors.npz")
        lexicon = asdict(self.lexicon)
        lexicon["concepts"] = {" ".join(phrase): concept for phrase, concept in self.lexicon.concepts.items()}
        lexicon["common"] = self.spelling.common
        (folder / "lexicon.json").write_text(json.dumps(lexicon, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Understanding:
        """Reads what `save` wrote; raises ModelError."""
        try:
            saved = json.loads((folder / "lexicon.json").read_text(encoding="utf-8"))
            phrases = {tuple(phrase.split(" ")): concept for phrase, concept in saved["concepts"].items()}
            lexicon = Lexicon(saved["spellings"], phrases, saved["stems"])
            vectors = read_vectors(folder / "vectors.npz")
            spelling = Spelling(saved["common"], vectors)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, DataError) as error:
            raise ModelError(f"the trained model cannot be read ({type(error).__name__}); run: amparo train") from error
        intents, locales = LinearClassifier.load(folder, "intents"), LinearClassifier.load(folder, "locales")
        return cls(intents, locales, lexicon, vectors, spelling)


def fit_understanding(
    texts: Sequence[str],
    intents: Sequence[str],
    locales: Sequence[str],
    lexicon: Lexicon,
    vectors: WordVectors,
    recipe: Recipe,
    report: Callable[[str], None] = lambda _: None,
) -> Understanding:
    """Fits both classifiers on masked texts; raises ModelError."""
    forms = [[noisy(text, kind, i) for i, text in enumerate(texts)] for kind in recipe.augment]
    report(f"features of {len(texts)} messages and {len(forms)} noisy forms of each")
    spelling = Spelling.learn((normal_words(text, lexicon) for text in texts), lexicon, vectors)
    features, *variants = [[features_of(text, lexicon, vectors, spelling) for text in form] for form in (texts, *forms)]
    related = near_copies(texts)
    report(f"{len(set(intents))} intents, {len(set(related))} families of near-copies")
    intent_model = fit(features, intents, related, recipe, variants)
    report(f"{len(set(locales))} languages")
    plain = [_language_features(text) for text in texts]
    locale_recipe = Recipe(weights=recipe.weights[:2], cost=recipe.cost, rarest=2, folds=recipe.folds, meaning=0)
    return Understanding(intent_model, fit(plain, locales, related, locale_recipe), lexicon, vectors, spelling)


def features_of(masked: str, lexicon: Lexicon, vectors: WordVectors, spelling: Spelling) -> Features:
    """What the intent model sees of a message."""
    words = spelling.mend(normal_words(masked, lexicon))
    return Features((*_spelt(words), _hashed(concept_features(words, lexicon))), vectors.mean(words))


def _language_features(masked: str) -> Features:
    """Words and pieces without the masks of places, which belong to no language."""
    text = masked.replace(CITY_MASK, " ").replace(STATE_MASK, " ")
    return Features(_spelt(normal_words(text, Lexicon.empty())))


def _spelt(words: list[str]) -> tuple[Hashes, Hashes]:
    """The blocks that need no lexicon: words, and pieces of words."""
    # A long word is somebody's noise, and would make what is remembered large.
    pieces = [_pieces(word) if len(word) <= 20 else _hashed(piece_features(word)) for word in words]
    return _hashed(word_features(words)), np.concatenate(pieces) if pieces else _hashed(())


@lru_cache(maxsize=16_384)
def _pieces(word: str) -> Hashes:
    # Most words of a message are common ones: their pieces are not taken apart and hashed each time.
    return _hashed(piece_features(word))


def _hashed(names: Sequence[str]) -> Hashes:
    # A table of names would take 35 MB. Two of some 200,000 features share a hash a handful of times, and are then one.
    return np.array([zlib.crc32(name.encode()) for name in names], dtype=np.uint32)


def near_copies(texts: Sequence[str]) -> list[int]:
    """The number of the family each text belongs to. Two texts are near-copies when they share more than
    60 % of their words (at least four); families are closed under that."""
    parent = list(range(len(texts)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    bags = [frozenset(normal_words(text, Lexicon.empty())) for text in texts]
    found = Counter(word for bag in bags for word in bag)
    holders: dict[str, list[int]] = {}
    for i, bag in enumerate(bags):
        # Two texts as near as that share one of the rarest two fifths of the words of either (Bayardo, Ma, Srikant:
        # Scaling Up All Pairs Similarity Search, 2007).
        rarest = sorted(bag, key=lambda word: (found[word], word))[: 2 * len(bag) // 5 + 1]
        for j in {j for word in rarest for j in holders.get(word, ())}:
            shared = len(bag & bags[j])
            if shared >= 4 and shared > 0.6 * len(bag | bags[j]):
                parent[root(i)] = root(j)
        for word in rarest:
            holders.setdefault(word, []).append(i)
    return [root(i) for i in range(len(texts))]
