"""Cutting a long reply into messages that Telegram takes. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

LONGEST = 4096
"""UTF-16 code units of a message's text, after its markup is taken away (Bot API, sendMessage)."""

_SENTENCE = re.compile(r"(?<=[.!?:…])\s+")


def units(text: str) -> int:
    """Length as Telegram counts it: characters beyond the basic plane count twice."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True, slots=True)
class Atom:
    """What is not cut where it can be helped: a sentence or a line. `html` is its escaped form."""

    plain: str
    html: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Atoms in one piece of markup; `between` stands between two atoms."""

    atoms: tuple[Atom, ...]
    before: str = ""
    after: str = ""
    between: str = " "

    @property
    def length(self) -> int:
        return sum(units(atom.plain) for atom in self.atoms) + units(self.between) * (len(self.atoms) - 1)

    @property
    def html(self) -> str:
        return self.before + self.between.join(atom.html for atom in self.atoms) + self.after

    def of(self, atoms: Iterable[Atom]) -> Paragraph:
        return Paragraph(tuple(atoms), self.before, self.after, self.between)


def sentences(text: str) -> tuple[str, ...]:
    """The text's sentences, in order."""
    return tuple(part for part in _SENTENCE.split(text) if part)


def messages(paragraphs: Iterable[Paragraph], longest: int = LONGEST) -> tuple[str, ...]:
    """The paragraphs as HTML of one message or more, each at most `longest` units of text."""
    done: list[str] = []
    held: list[Paragraph] = []
    length = 0
    for paragraph in paragraphs:
        for piece in _pieces(paragraph, longest):
            if held and length + 2 + piece.length > longest:
                done.append(_joined(held))
                held, length = [], 0
            length += piece.length + (2 if held else 0)
            held.append(piece)
    return tuple([*done, _joined(held)] if held else done)


def _joined(paragraphs: Iterable[Paragraph]) -> str:
    return "\n\n".join(paragraph.html for paragraph in paragraphs)


def _pieces(paragraph: Paragraph, longest: int) -> Iterator[Paragraph]:
    """The paragraph, or its atoms in groups that fit."""
    if paragraph.length <= longest:
        yield paragraph
        return
    held: list[Atom] = []
    for atom in (small for large in paragraph.atoms for small in _cut(large, longest)):
        if held and paragraph.of([*held, atom]).length > longest:
            yield paragraph.of(held)
            held = []
        held.append(atom)
    yield paragraph.of(held)


def _cut(atom: Atom, longest: int) -> Iterator[Atom]:
    """The atom, or where it alone is too long its words without links."""
    if units(atom.plain) <= longest:
        yield atom
        return
    held = ""
    for word in (piece for whole in atom.plain.split(" ") for piece in _chopped(whole, longest)):
        if held and units(held) + 1 + units(word) > longest:
            yield Atom(held, escape(held, quote=False))
            held = ""
        held = f"{held} {word}" if held else word
    yield Atom(held, escape(held, quote=False))


def _chopped(word: str, longest: int) -> Iterator[str]:
    """The word in pieces of at most `longest` units."""
    start, length = 0, 0
    for place, char in enumerate(word):
        if length + units(char) > longest:
            yield word[start:place]
            start, length = place, 0
        length += units(char)
    yield word[start:]


def plain(html: str) -> str:
    """The HTML without its tags, still escaped, for where Telegram cannot read them."""
    return re.sub(r"<[^>]*>", "", html)
