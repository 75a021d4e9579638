"""First files of a new language: everything there is to write, with what the live languages say beside it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.pofile import read_po, write_po

from ..errors import UsageError
from ..i18n import DOMAIN, LanguageInfo, catalog_path, read_infos
from . import marked
from .corpus import read_examples
from .load import FOLDERS, load
from .model import Base
from .skeleton import append, write_new


def add_locale(root: Path, code: str) -> list[Path]:
    """Everything a new language needs, as a draft; raises UsageError for a bad or known code."""
    try:
        locale = Locale.parse(code, sep="-")
    except (ValueError, UnknownLocaleError):
        raise UsageError(f"locales add {code}: not a language known to the CLDR; use a code such as pt or ht") from None
    infos = read_infos(root)
    if code in [info.code for info in infos]:
        raise UsageError(f"locales add {code}: it is there already; run: amparo locales")
    live = [info for info in infos if info.live]
    base, _ = load(root, [info.code for info in live])
    files = {
        catalog_path(root, code): "",
        root / "locales" / code / "GUIDE.md": _guide(locale.get_display_name("en") or code),
        root / "data" / "nlu" / code / "all.yml": _training_guide(root, code, live[0]),
        **_responses(root, code, base, live),
    }
    written = write_new(root, files)
    _init_catalog(root, code)
    name = locale.get_display_name() or code
    row = (
        f"  {code}:\n    name: {name[:1].upper()}{name[1:]}\n    status: draft\n"
        "    # words by which people ask for it, in any language, without accents\n"
        f"    called: [{(locale.get_display_name('en') or code).lower()}]\n"
        "    # phrases that promise what nobody can promise\n    never_say: []\n"
    )
    return [append(root / "locales" / "locales.yaml", "locales", row), *written]


def _init_catalog(root: Path, code: str) -> None:
    """As `pybabel init` does."""
    with (root / "locales" / f"{DOMAIN}.pot").open("rb") as template:
        catalog = read_po(template, locale=code.replace("-", "_"))
    catalog.fuzzy = False
    with catalog_path(root, code).open("wb") as file:
        write_po(file, catalog)


def _responses(root: Path, code: str, base: Base, live: list[LanguageInfo]) -> dict[Path, str]:
    """A text file for each one of the default language, every key empty, the live languages beside it."""
    default = live[0].code
    files = {root / "data" / "responses" / code / "topics.yaml": _topic_labels(base, live)}
    for folder in FOLDERS.values():
        for path in sorted((root / "data" / "responses" / default / folder).glob("*.yaml")):
            contents = {info: _content(root, info.code, folder, path.name) for info in live}
            files[root / "data" / "responses" / code / folder / path.name] = "\n".join(_text_file(contents)) + "\n"
    return files


def _content(root: Path, code: str, folder: str, name: str) -> marked.Mapping:
    path = root / "data" / "responses" / code / folder / name
    content = marked.read(path) if path.is_file() else marked.Mapping.empty()
    return content if isinstance(content, marked.Mapping) else marked.Mapping.empty()


def _topic_labels(base: Base, live: list[LanguageInfo]) -> str:
    lines = ["groups:"]
    for group in base.groups:
        lines += [f"  {group}:", *_beside(4, {i: base.texts[i.code].groups.get(group, "") for i in live})]
        lines.append('    label: ""')
    lines.append("topics:")
    for topic in base.topics:
        texts = {info: base.texts[info.code].topics.get(topic) for info in live}
        lines += [f"  {topic}:", *_beside(4, {i: f"{t.label} | {t.question}" for i, t in texts.items() if t})]
        lines += ['    label: ""', '    question: ""']
    return "\n".join(lines) + "\n"


def _text_file(contents: dict[LanguageInfo, marked.Mapping]) -> Iterator[str]:
    shape = next(iter(contents.values()))
    for key in ("name", "short", "place"):
        if key in shape:
            yield from _beside(0, {i: str(c.get(key, "")) for i, c in contents.items()})
            yield f'{key}: ""'
    yield from _labels(contents, shape)
    yield "texts:"
    for topic, text in (shape.get("texts") or {}).items():
        yield f"  {topic}:"
        for key in text:
            said = {i: _said((c.get("texts") or {}).get(topic, {}).get(key)) for i, c in contents.items()}
            if key != "reviewed":
                yield from _beside(4, said)
            yield f"    {key}: " + ("[]" if key == "steps" else '""')


def _labels(contents: dict[LanguageInfo, marked.Mapping], shape: marked.Mapping) -> Iterator[str]:
    if shape.get("contacts"):
        yield "contacts:"
    for contact in shape.get("contacts") or {}:
        yield from _beside(2, {i: str((c.get("contacts") or {}).get(contact, "")) for i, c in contents.items()})
        yield f'  {contact}: ""'


def _said(value: object) -> str:
    return " / ".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _beside(indent: int, said: dict[LanguageInfo, str]) -> Iterator[str]:
    """What the live languages say, as comments."""
    for info, text in said.items():
        start = " " * indent + "# "
        if text:
            yield from textwrap.wrap(
                f"{info.name}: {' '.join(text.split())}", 118, initial_indent=start, subsequent_indent=start + "  "
            )


def _training_guide(root: Path, code: str, default: LanguageInfo) -> str:
    """A training file without messages, with a few of the default language for every intent as comments."""
    by_intent: dict[str, list[str]] = {}
    for example in read_examples(root / "data" / "nlu" / default.code, root):
        by_intent.setdefault(example.intent, []).append(example.text)
    lines = [
        "# At least 25 messages an intent, as people type them. Take the # away from an intent when you begin with it.",
        "# Until the language has messages it works by buttons alone. data/nlu/README.md says what belongs where.",
        'version: "3.1"',
        "nlu: []",
    ]
    for intent, examples in by_intent.items():
        lines += [f"#- intent: {intent}", f"#  metadata: {{locale: {code}}}", "#  examples: |"]
        lines += [f"#    - {default.name}: {text}" for text in examples[:3]]
    return "\n".join(lines) + "\n"


def _guide(name: str) -> str:
    return f"""# {name}: guide for its team

A draft: no native reader has checked it. These questions need an answer before it can be `status: live`.

## Form of address
Which form do you use to a stranger who is afraid? Write it down, and use it everywhere.

## Reading level
Is there a reading index for {name} in textstat? Then set `reading` in locales.yaml. If not: sentences under 15 words,
words that a child of twelve knows.

## Glossary
One word for each of these, everywhere the same: police (local), ICE agents, warrant signed by a judge, ICE's own paper
("administrative warrant"), detainer, removal, immigration status, bail, lawyer, witness, victim, U visa.

## Never say
Phrases that promise safety, or that insult: add them to `never_say` in locales.yaml, and `check` refuses them.

## Who has read it
Name and date of each native reader, and of each lawyer who reads the language.
"""
