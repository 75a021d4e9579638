"""Meanings of words as short vectors, so that a word that no training message has is near the ones that some have.

`data/nlu/vectors.npz` is made by `python -m bot.nlu.make_vectors`; reading it needs numpy alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..errors import DataError

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class WordVectors:
    """A row of `table` (rows by dimensions, whole numbers from -127 to 127) for each folded word."""

    rows: dict[str, int]
    table: npt.NDArray[np.int8]

    @classmethod
    def empty(cls) -> WordVectors:
        """No words, no dimensions: the classifier sees named features alone."""
        return cls({}, np.zeros((0, 0), dtype=np.int8))

    def mean(self, words: Iterable[str]) -> Floats:
        """The direction of the words' sum (length 1; all zero where none is known). Common words weigh little: that
        is in their vectors already."""
        known = [self.rows[word] for word in words if word in self.rows]
        total: Floats = self.table[known].astype(np.float32).sum(axis=0)
        return total / max(float(np.linalg.norm(total)), 1e-6)

    def save(self, path: Path) -> None:
        words = np.frombuffer("\n".join(self.rows).encode(), dtype=np.uint8)
        np.savez_compressed(path, words=words, table=self.table)


def read_vectors(path: Path) -> WordVectors:
    """The table of a file; raises DataError where it is damaged."""
    try:
        saved = np.load(path, allow_pickle=False)
        words = saved["words"].tobytes().decode().split("\n")
        table = saved["table"].astype(np.int8, copy=False)
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{path.name}: cannot be read ({type(error).__name__}); run bot.nlu.make_vectors") from error
    if table.ndim != 2 or len(words) != len(table):
        raise DataError(f"{path.name}: {len(words)} words for a table of {table.shape}; make it again")
    return WordVectors({word: i for i, word in enumerate(words)}, table)
