"""How people's messages differ from tidy ones: the noise suite. Deterministic: every kind takes its own seed.

Each function turns a clean message into a noisy one and leaves its meaning.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Mapping

Noise = Callable[[str, random.Random], str]

_NEIGHBOURS = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk",
    "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa", "r": "et", "s": "ad", "t": "ry",
    "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "x",
}  # fmt: skip
_SHORT = {
    "que": "q", "porque": "xq", "por que": "xq", "para": "pa", "tambien": "tmb", "también": "tmb", "con": "cn",
    "por favor": "xfa", "de": "d", "you": "u", "your": "ur", "are": "r", "please": "pls", "because": "cuz",
    "before": "b4", "people": "ppl", "with": "w", "to": "2", "for": "4", "what": "wat", "police": "polis",
    "about": "abt", "be": "b", "policia": "poli", "policía": "poli",
}  # fmt: skip
_SWITCHED = {
    "police": "policia", "status": "estatus", "papers": "papeles", "house": "casa", "lawyer": "abogado",
    "door": "puerta", "work": "trabajo", "my": "mi", "brother": "hermano", "family": "familia",
    "policia": "police", "policía": "police", "trabajo": "work", "puerta": "door", "abogado": "lawyer",
    "carro": "car", "papeles": "papers", "casa": "house", "reporte": "report", "ayuda": "help",
}  # fmt: skip


def stripped(text: str, _: random.Random) -> str:
    """Without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def dictated(text: str, _: random.Random) -> str:
    """As a telephone writes speech down: lower case, no punctuation."""
    return " ".join(re.sub(r"[^\w\s']", " ", text.lower()).split())


def shouted(text: str, _: random.Random) -> str:
    """In capitals."""
    return text.upper()


def mistyped(text: str, chance: random.Random) -> str:
    """A slip of the thumb in about one long word of four: a neighbour, a swap or a lost letter."""
    return " ".join(_slip(word, chance) if len(word) > 4 and chance.random() < 0.25 else word for word in text.split())


def _slip(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    kind = chance.randrange(3)
    if kind == 0:
        return word[:at] + chance.choice(_NEIGHBOURS.get(word[at].lower(), word[at])) + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + word[at + 1 :]


def shortened(text: str, _: random.Random) -> str:
    """With the short forms of text messages."""
    for full, short in _SHORT.items():
        text = re.sub(rf"\b{full}\b", short, text, flags=re.IGNORECASE)
    return text


def truncated(text: str, _: random.Random) -> str:
    """Sent too early: the last word or two of a longer message are missing."""
    words = text.split()
    return " ".join(words[: -1 - (len(words) > 12)]) if len(words) > 5 else text


def switched(text: str, _: random.Random) -> str:
    """Spanglish: common words in the other language."""
    for own, other in _SWITCHED.items():
        text = re.sub(rf"\b{own}\b", f"\0{other}\0", text, flags=re.IGNORECASE)
    return text.replace("\0", "")


SUITE: Mapping[str, Noise] = {
    "no accents": stripped,
    "dictation": dictated,
    "capitals": shouted,
    "typos": mistyped,
    "text-message spelling": shortened,
    "truncated": truncated,
    "code-switching": switched,
}


def noisy(text: str, kind: str, seed: int) -> str:
    """The message with one kind of noise; the same seed gives the same text."""
    return SUITE[kind](text, random.Random(f"{kind}:{seed}"))
