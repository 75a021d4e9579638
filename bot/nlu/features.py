"""From a masked message to named features: words, word pairs, pieces of words, and concepts.

The same code runs when training and when answering, so both see the same message. A *concept* gathers words
of all languages that mean the same here (papeles, documentos, status: one concept); they stand in
data/nlu/lexicon.yml and let what was learned in one language help in another.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import DataError
from ..knowledge import marked
from ..knowledge.places import fold

_WORD = re.compile(r"[a-z0-9ñ]+|[?]|[\u2600-\u27bf\U0001f300-\U0001faff]")
"""Words, the question mark, and pictures: 👍 is an answer too."""
_STRETCHED = re.compile(r"(\w)\1{2,}")
_PIECES = range(2, 6)
_LONGEST_PHRASE = 4


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Spelling variants (short forms typed on telephones) and concepts, all in folded form."""

    spellings: Mapping[str, str]
    concepts: Mapping[tuple[str, ...], str]
    stems: Mapping[str, str]

    @classmethod
    def empty(cls) -> Lexicon:
        return cls({}, {}, {})


def read_lexicon(path: Path) -> Lexicon:
    """The lexicon file; raises DataError naming the line. A phrase ending in * is the beginning of a word."""
    try:
        file = marked.read(path)
        assert isinstance(file, marked.Mapping)
        spellings = {fold(short): fold(full) for short, full in file["spellings"].items()}
        return parse_lexicon(spellings, file["concepts"])
    except (OSError, marked.SyntaxProblem, KeyError, AssertionError, AttributeError) as error:
        raise DataError(
            f"data/nlu/{path.name}:{marked.line_of(error)}: {error}; expected spellings and concepts"
        ) from error


def parse_lexicon(spellings: Mapping[str, str], concepts: Mapping[str, Iterable[str]]) -> Lexicon:
    """The lexicon from its two tables; raises DataError for a word or phrase in two concepts."""
    phrases: dict[tuple[str, ...], str] = {}
    stems: dict[str, str] = {}
    for concept, members in concepts.items():
        for member in members:
            folded = fold(member)
            stem, phrase = folded[:-1], tuple(_WORD.findall(folded))
            known = stems.setdefault(stem, concept) if folded.endswith("*") else phrases.setdefault(phrase, concept)
            if known != concept:
                line = marked.line_of(member)
                raise DataError(
                    f"data/nlu/lexicon.yml:{line}: `{member}` is in {known} and in {concept}; keep it in one of them"
                )
    return Lexicon(dict(spellings), phrases, stems)


def normal_words(text: str, lexicon: Lexicon) -> list[str]:
    """Folded words with stretched letters shortened and telephone spellings written out."""
    found = []
    for word in _WORD.findall(_STRETCHED.sub(r"\1", fold(text))):
        found += lexicon.spellings.get(word, word).split()
    return found


def word_features(words: list[str]) -> list[str]:
    """The words of a message of normal words, and each with its neighbour."""
    bounded = ["^", *words, "$"]
    return [*(f"w:{word}" for word in words), *(f"w:{a} {b}" for a, b in itertools.pairwise(bounded))]


def piece_features(word: str) -> list[str]:
    """The pieces of one word, which is bounded by spaces."""
    padded = f" {word} "
    return [padded[start : start + size] for size in _PIECES for start in range(len(padded) - size + 1)]


def concept_features(words: list[str], lexicon: Lexicon) -> list[str]:
    """The concepts of a message of normal words: alone, each with the next, and all pairs."""
    found = list(concepts(words, lexicon))
    pairs = itertools.combinations(sorted(set(found)), 2)
    return [
        *(f"c:{concept}" for concept in found),
        *(f"c:{a}>{b}" for a, b in itertools.pairwise(found)),
        *(f"c:{a}+{b}" for a, b in pairs),
    ]


def concepts(words: list[str], lexicon: Lexicon) -> Iterator[str]:
    """The concepts of a message in order, longest phrase first."""
    position = 0
    while position < len(words):
        for size in range(min(_LONGEST_PHRASE, len(words) - position), 0, -1):
            concept = lexicon.concepts.get(tuple(words[position : position + size]))
            if concept:
                yield concept
                break
        else:
            size = 1
            concept = _by_stem(words[position], lexicon)
            if concept:
                yield concept
        position += size


def _by_stem(word: str, lexicon: Lexicon) -> str | None:
    for size in range(len(word), 2, -1):
        if word[:size] in lexicon.stems:
            return lexicon.stems[word[:size]]
    return None
