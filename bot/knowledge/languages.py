"""The `locales` verb: what each language has, and what to do next."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from babel.messages.pofile import PoFileError, read_po

from ..i18n import DOMAIN, LanguageInfo, catalog_path, read_infos
from .catalogs import strings_of
from .corpus import FEWEST, read_examples
from .load import load
from .model import Base
from .reading import score
from .resolve import claims_of

EVALUATION = Path("report") / "evaluation.json"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a language has of what there is: pairs are (done, of)."""

    code: str
    name: str
    live: bool
    strings: tuple[int, int]
    texts: tuple[int, int]
    outdated: int
    hard_to_read: int | None
    """Texts over the reading limit; None where the language has no index."""
    messages: int
    thin_intents: int
    """Intents with fewer messages than a live language needs."""
    top_1: float | None
    """Right first choices in the last `evaluate`, from 0 to 1; None where it was not measured."""

    @property
    def next_step(self) -> str:
        """What to do next, in one sentence."""
        if self.strings[0] < self.strings[1]:
            return (
                f"translate {self.strings[1] - self.strings[0]} strings in locales/{self.code}/LC_MESSAGES/{DOMAIN}.po"
            )
        if self.outdated:
            return f"read {self.outdated} outdated texts again: amparo check names them"
        if self.texts[0] < self.texts[1]:
            return f"write {self.texts[1] - self.texts[0]} texts in data/responses/{self.code}"
        if self.thin_intents:
            return f"write messages for {self.thin_intents} intents in data/nlu/{self.code}"
        if self.hard_to_read:
            return f"make {self.hard_to_read} texts easier: amparo check names them"
        return "nothing is missing" if self.live else "ask a native reader, then set status: live in locales.yaml"


def standings(root: Path) -> list[Standing]:
    """Every language's standing, in the order of locales.yaml; raises DataError."""
    infos = read_infos(root)
    base, _ = load(root, [info.code for info in infos])
    return [_standing(root, info, base) for info in infos]


def _standing(root: Path, info: LanguageInfo, base: Base) -> Standing:
    texts = [t for j in base.texts[info.code].jurisdictions.values() for t in j.texts.values()]
    hard = [found for text in texts if (found := score(info, text)) is not None]
    counts = Counter(e.intent for e in read_examples(root / "data" / "nlu" / info.code, root))
    intents = _intents(root)
    return Standing(
        code=info.code,
        name=info.name,
        live=info.live,
        strings=_strings(root, info, source=info.code == next(iter(base.texts))),
        texts=(len(texts), sum(len(j.answers) for j in base.jurisdictions.values())),
        outdated=sum(_outdated(base, info.code)),
        hard_to_read=sum(not found.easy for found in hard) if info.reading_index else None,
        messages=sum(counts.values()),
        thin_intents=sum(counts[intent] < FEWEST for intent in intents),
        top_1=_measured(root, info.code),
    )


def _intents(root: Path) -> set[str]:
    return {example.intent for example in read_examples(root / "data" / "nlu", root)}


def _outdated(base: Base, code: str) -> list[bool]:
    """For each text, whether a claim it rests on, or the default language's text, is newer."""
    default = base.texts[next(iter(base.texts))]
    found = []
    for identity, texts in base.texts[code].jurisdictions.items():
        for topic, text in texts.texts.items():
            answer = base.jurisdictions[identity].answers.get(topic)
            changed = [claim.changed.first for claim in claims_of(base, answer)] if answer else []
            source = default.jurisdictions.get(identity)
            if source and topic in source.texts:
                changed.append(source.texts[topic].reviewed.first)
            found.append(any(text.reviewed.last < day for day in changed))
    return found


def _strings(root: Path, info: LanguageInfo, source: bool) -> tuple[int, int]:
    with (root / "locales" / f"{DOMAIN}.pot").open("rb") as file:
        whole = sum(bool(message.id) for message in read_po(file))
    if source:
        return whole, whole
    try:
        with catalog_path(root, info.code).open("rb") as file:
            translated = [all(strings_of(m)) and not m.fuzzy for m in read_po(file, locale=info.code) if m.id]
    except (OSError, PoFileError):
        return 0, whole
    return sum(translated), whole


def _measured(root: Path, code: str) -> float | None:
    try:
        found = json.loads((root / EVALUATION).read_text(encoding="utf-8"))
        return float(found["cross-validation"][code]["top_1"])
    except (OSError, ValueError, KeyError):
        return None


def table(found: list[Standing]) -> str:
    """The standings for the terminal."""
    heads = ("code", "language", "status", "strings", "texts", "outdated", "hard", "messages", "accuracy")
    rows = [heads] + [
        (
            s.code,
            s.name,
            "live" if s.live else "draft",
            f"{s.strings[0]}/{s.strings[1]}",
            f"{s.texts[0]}/{s.texts[1]}",
            str(s.outdated),
            "no index" if s.hard_to_read is None else str(s.hard_to_read),
            str(s.messages),
            "not measured" if s.top_1 is None else f"{100 * s.top_1:.1f} %",
        )
        for s in found
    ]
    widths = [max(len(row[i]) for row in rows) for i in range(len(heads))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, "", *(f"{s.name}: {s.next_step}" for s in found)])
