"""The `locales` verb: what each language has, and what to do next."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from babel.messages.pofile import PoFileError, read_po

from ..i18n import DOMAIN, LanguageInfo, catalog_path, read_infos
from .catalogs import strings_of
from .corpus import FEWEST, read_examples
from .model import Base
from .problems import Problem
from .report import problems_of

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


def standings(root: Path, today: date) -> list[Standing]:
    """Every language's standing, in the order of locales.yaml; raises DataError."""
    base, problems = problems_of(root, today)
    counts = Counter((e.locale, e.intent) for e in read_examples(root / "data" / "nlu", root))
    return [_standing(root, info, base, problems, counts) for info in read_infos(root)]


def _standing(
    root: Path, info: LanguageInfo, base: Base, problems: list[Problem], counts: Counter[tuple[str, str]]
) -> Standing:
    intents = {intent for _, intent in counts}
    ours = [p for p in problems if p.path.startswith(f"data/responses/{info.code}/")]
    return Standing(
        code=info.code,
        name=info.name,
        live=info.live,
        strings=_strings(root, info, source=info.code == next(iter(base.texts))),
        texts=(
            sum(len(j.texts) for j in base.texts[info.code].jurisdictions.values()),
            sum(len(j.answers) for j in base.jurisdictions.values()),
        ),
        outdated=len({(p.path, p.line) for p in ours if p.rule == "stale-text"}),
        hard_to_read=sum(p.rule == "reading-level" for p in ours) if info.reading_index else None,
        messages=sum(count for (locale, _), count in counts.items() if locale == info.code),
        thin_intents=sum(counts[info.code, intent] < FEWEST for intent in intents),
        top_1=_measured(root, info.code),
    )


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
