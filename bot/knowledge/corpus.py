"""The training messages, read without Rasa: for checks, fingerprints and evaluation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..core.message import Meta
from ..i18n import LanguageInfo
from . import marked
from .model import Base
from .places import fold
from .problems import Problems
from .record import Record

FEWEST = 25
"""Training messages an intent needs in a live language."""


@dataclass(frozen=True, slots=True)
class Example:
    """One training message with its intent, its language and where it stands."""

    text: str
    intent: str
    locale: str
    path: str
    line: int


def read_examples(folder: Path, root: Path, problems: Problems | None = None) -> list[Example]:
    """All messages in the .yml files of a folder and its subfolders, in the order of files and lines."""
    noted = problems if problems is not None else Problems()
    files = [p for p in sorted(folder.rglob("*.yml")) if p.parent != root / "data" / "nlu"]
    return [example for path in files for example in _file(path, root, noted)]


def _file(path: Path, root: Path, problems: Problems) -> Iterator[Example]:
    name = path.relative_to(root).as_posix()
    try:
        file = Record(marked.read(path), name, problems, "this file")
    except marked.SyntaxProblem as error:
        problems.add((name, error.line), "yaml-syntax", str(error), "check indentation, quotes and colons")
        return
    file.allow("version", "nlu")
    for block in file.records("nlu", "an intent"):
        block.allow("intent", "metadata", "examples")
        metadata = block.record("metadata", "`metadata`")
        if metadata is None:
            block.problem(
                "training-locale",
                f"intent `{block.text('intent')}` has no language",
                "add `metadata: {locale: ..}`",
            )
            continue
        intent, locale = block.text("intent"), metadata.text("locale")
        examples = block.raw("examples", required=True)
        for offset, line in enumerate(str(examples or "").splitlines()):
            place = marked.line_of(examples) + 1 + offset
            if line.strip().startswith("- "):
                yield Example(line.strip()[2:].strip(), intent, locale, name, place)
            elif line.strip():
                problems.add((name, place), "training-line", f"`{line.strip()[:40]}`", "a message begins with `- `")


def check(root: Path, base: Base, infos: tuple[LanguageInfo, ...], problems: Problems) -> None:
    """What must hold in the training messages and the domain."""
    examples = read_examples(root / "data" / "nlu", root, problems)
    known = {*base.topics, *(meta.value for meta in Meta)}
    seen: dict[str, Example] = {}
    for example in examples:
        place = (example.path, example.line)
        if example.intent not in known:
            problems.add(
                place,
                "training-intent",
                f"there is no intent `{example.intent}`",
                "see data/responses/topics.yaml",
            )
        if Path(example.path).parent.name != example.locale:
            problems.add(place, "training-locale", f"`locale: {example.locale}` in the folder of another language")
        if re.search(r"[\[\]{}]", example.text):
            problems.add(place, "training-line", "brackets and braces mean entities to Rasa", "leave them out")
        key = fold(example.text)
        if key in seen and (seen[key].intent != example.intent or example.text == seen[key].text):
            first = seen[key]
            problems.add(place, "training-twice", f"also in {first.path}:{first.line} ({first.intent})", "keep one")
        seen.setdefault(key, example)
    counts = Counter((e.locale, e.intent) for e in examples)
    written = {e.locale for e in examples}
    for info in infos:
        # A draft without messages works by buttons; one that has some is to have enough.
        for intent in sorted(known) if info.live or info.code in written else ():
            if counts[info.code, intent] < FEWEST:
                message = f"{counts[info.code, intent]} {info.name} messages for `{intent}`, at least {FEWEST}"
                problems.add((f"data/nlu/{info.code}", 1), "training-few", message)
    _domain(root, known, problems)


def _domain(root: Path, known: set[str], problems: Problems) -> None:
    path = root / "data" / "nlu" / "domain.yml"
    name = "data/nlu/domain.yml"
    try:
        listed = Record(marked.read(path), name, problems, "domain.yml").texts("intents", required=True)
    except (OSError, marked.SyntaxProblem) as error:
        problems.add((name, 1), "domain", str(error))
        return
    for intent in sorted(known.symmetric_difference(listed)):
        message = f"`{intent}` is missing" if intent in known else f"there is no intent `{intent}`"
        problems.add((name, 1), "domain", message, "topics.yaml and the meta intents, each once")
