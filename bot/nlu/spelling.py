"""Typing slips in words that nobody knows, mended by the nearest word that is common in the training messages.

Concepts are looked up by whole words, so one slip of the thumb ("deportsr") would lose what matters most of a message.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from .features import Lexicon
from .vectors import WordVectors

SHORTEST = 4
"""Shorter words are left alone: too many others are one slip away."""
COMMON = 3
"""Messages a word must be in to be what somebody meant."""


class Spelling:
    """Mends words one slip away from a common word (a letter changed, lost, added, or two swapped)."""

    def __init__(self, common: Sequence[str], vectors: WordVectors) -> None:
        """`common` is what people mean, the commonest first; words that have a vector are left as they are, too."""
        self.common = tuple(common)
        self._meant, self._known = frozenset(common), vectors.rows
        self._near: dict[int, list[str]] = {}
        for word in self.common:
            for size in range(len(word) - 1, len(word) + 2):
                self._near.setdefault(size, []).append(word)

    @classmethod
    def learn(cls, messages: Iterable[Sequence[str]], lexicon: Lexicon, vectors: WordVectors) -> Spelling:
        """From the normal words of training messages, and from the words that the lexicon knows in any of them."""
        found = Counter(word for words in messages for word in set(words))
        named = {word for phrase in lexicon.concepts for word in phrase}
        named.update(word for full in lexicon.spellings.values() for word in full.split())
        common = {word for word, count in found.items() if count >= COMMON} | named
        return cls(sorted(common, key=lambda word: (-found[word], word)), vectors)

    def mend(self, words: Iterable[str]) -> list[str]:
        """The words, each unknown one in the place of which a common word may be meant replaced by it."""
        return [word if self._is_known(word) else self._nearest(word) for word in words]

    def _is_known(self, word: str) -> bool:
        return len(word) < SHORTEST or not word.isalpha() or word in self._meant or word in self._known

    def _nearest(self, word: str) -> str:
        # Of several as near, the first: the commonest.
        found = process.extractOne(word, self._near.get(len(word), []), scorer=OSA.distance, score_cutoff=1)
        return found[0] if found else word
