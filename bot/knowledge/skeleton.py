"""First files of a new department, topic or language: commented, incomplete, and led to done by `check`.

Nothing that exists is written over. What is missing in the new files is a problem that `check` names.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.pofile import read_po, write_po

from ..errors import UsageError
from ..i18n import DOMAIN, LanguageInfo, catalog_path, read_infos
from . import marked
from .load import FOLDERS, load
from .model import Base, Level
from .schema import modeline

_ID = re.compile(r"[a-z][a-z0-9_]{1,29}")


def add_department(root: Path, identity: str, state: str) -> list[Path]:
    """Writes the policies file and a text file per live language; raises UsageError for a bad or known id."""
    base, _ = load(root, [])
    _new(identity, base.jurisdictions, "department")
    states = [j.id for j in base.of_level(Level.STATE)]
    if state not in states:
        raise UsageError(
            f"add department --state {state}: choose one of: {', '.join(states)}; a new state is a file too"
        )
    place = identity.removesuffix("_pd").removesuffix("_so").replace("_", " ")
    required = [t.id for t in base.topics.values() if Level.DEPARTMENT in t.required_at]
    responses, folder = root / "data" / "responses", FOLDERS[Level.DEPARTMENT]
    files = {responses / "policies" / folder / f"{identity}.yaml": _policies(identity, state, place, base, required)}
    for info in read_infos(root):
        if info.live:
            files[responses / info.code / folder / f"{identity}.yaml"] = _names(info, required)
    return _write(_with_modelines(root, files))


def _policies(identity: str, state: str, place: str, base: Base, required: Iterable[str]) -> str:
    slug = place.replace(" ", "_")
    topics = [f"#   {topic}: {base.topics[topic].question}" for topic in required]
    return "\n".join(
        [
            f"jurisdiction: {identity}",
            f"parent: {state}",
            f"ocd: ocd-division/country:us/state:{state}/place:{slug}",
            "# A circle around the area it serves, for a location that somebody shares: degrees, kilometres.",
            "area: {latitude: , longitude: , radius_km: }",
            "# Names that people type, misspelt too, lower case. Names that are also ordinary words: weak_aliases.",
            "aliases:",
            f"  - {place}",
            "# Sentences that must find this department, as people write.",
            "examples:",
            f"  - the police in {place} stopped me",
            "# Only numbers and addresses that a source shows:",
            "#   - {id: "
            + identity
            + "_complaints, kind: complaint, phone: 000-000-0000, cites: [SOURCE], seen: 2026-01-31}",
            "#   kind: complaint, non_emergency, tips, hotline, legal_help, directory",
            "contacts: []",
            "# What the facts rest on. kind: statute, policy, order, ruling, official statement, report",
            f"#   - id: {identity}_manual",
            "#     title: Title of the document",
            "#     publisher: Who published it",
            "#     kind: policy",
            "#     url: https://...",
            "#     published: 2025-03         (year, month or day; or unknown)",
            "#     retrieved: 2026-01-31",
            "sources: []",
            "# One fact each, in your own words. sure: high, medium, low (low is never cited by an answer).",
            f"#   - id: {identity}_victims_not_asked",
            "#     says: The manual tells officers not to ask victims about immigration status.",
            f"#     cites: [{identity}_manual]",
            "#     as_of: 2025-03             (when it was true)",
            "#     checked: 2026-01-31        (when you last looked)",
            "#     changed: 2026-01-31        (when this record last changed)",
            "#     sure: high",
            "claims: []",
            "# One answer a topic, resting on claims. verdict: yes, no, depends, unknown (of the topic's question).",
            f"#   - {{topic: victim_status, verdict: no, cites: [{identity}_victims_not_asked]}}",
            "answers: []",
            "# A topic for which you looked and found nothing. Each of these topics needs an answer or a gap:",
            *topics,
            "#   - {topic: TOPIC, searched: 2026-01-31, note: Where you looked.}",
            "gaps: []",
            "",
        ]
    )


def _names(info: LanguageInfo, required: Iterable[str]) -> str:
    lines = [
        f"# {info.name}. name: in full, short: a button (24 characters), place: the city with its state.",
        'name: ""',
        'short: ""',
        'place: ""',
        "# A label for each contact of the policies file.",
        "contacts: {}",
        "# A text for each answer of the policies file, such as:",
        "#   victim_status:",
        "#     headline: one sentence that answers, with department and {year.CLAIM}",
        "#     body: what it rests on, what it does not cover",
        "#     steps: [what to do, one to four]",
        "#     reviewed: 2026-01-31",
        f"# topics: {', '.join(required)}",
        "texts: {}",
        "",
    ]
    return "\n".join(lines)


def add_topic(root: Path, identity: str, group: str) -> list[Path]:
    """Enters a topic in topics.yaml, domain.yml, the labels and the training messages of the live languages;
    raises UsageError for a bad or known id or an unknown group."""
    base, _ = load(root, [])
    _new(identity, base.topics, "topic")
    if group not in base.groups:
        raise UsageError(f"add topic --group {group}: choose one of: {', '.join(base.groups)}")
    responses, nlu = root / "data" / "responses", root / "data" / "nlu"
    record = (
        f"  - id: {identity}\n    group: {group}\n"
        '    question: ""  # for reviewers: what a verdict of yes or no answers\n'
        "    required_at: [federal]\n    urgent: false\n    related: []\n"
    )
    changed = [_append(responses / "topics.yaml", "topics", record), _append_intent(nlu / "domain.yml", identity)]
    for info in read_infos(root):
        if not info.live:
            continue
        label = (
            f'  {identity}:\n    label: ""  # a button, at most 28 characters\n    question: ""  # as a resident asks\n'
        )
        changed.append(_append(responses / info.code / "topics.yaml", "topics", label))
        training = {nlu / info.code / f"{identity}.yml": _training(info, identity)}
        changed += _write(_with_modelines(root, training))
    return changed


def _training(info: LanguageInfo, intent: str) -> str:
    return (
        f"# {info.name}: at least 25 messages as people type them, each on a line of its own that begins with `- `.\n"
        f'version: "3.1"\nnlu:\n- intent: {intent}\n  metadata: {{locale: {info.code}}}\n  examples: ""\n'
    )


def _append(path: Path, last: str, text: str) -> Path:
    """Adds to the file's last key, which must be `last`; raises UsageError where it is not."""
    source = path.read_text(encoding="utf-8")
    content = marked.parse(source)
    if not isinstance(content, marked.Mapping) or list(content)[-1:] != [last]:
        raise UsageError(f"{path.name}: `{last}` must be its last key; move it to the end")
    path.write_text(source.rstrip("\n") + "\n" + text, encoding="utf-8")
    return path


def _append_intent(path: Path, intent: str) -> Path:
    source = path.read_text(encoding="utf-8")
    found = list(re.finditer(r"^( *)- [a-z_0-9]+ *$", source, re.MULTILINE))
    if not found:
        raise UsageError(f"{path.name}: found no list of intents, one a line")
    at = found[-1].end()
    path.write_text(f"{source[:at]}\n{found[-1][1]}- {intent}{source[at:]}", encoding="utf-8")
    return path


# --- a language -------------------------------------------------------------------------------------------


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
    written = _write(_with_modelines(root, files))
    _init_catalog(root, code)
    name = locale.get_display_name() or code
    row = (
        f"  {code}:\n    name: {name[:1].upper()}{name[1:]}\n    status: draft\n"
        "    # words by which people ask for it, in any language, without accents\n"
        f"    called: [{(locale.get_display_name('en') or code).lower()}]\n"
        "    # phrases that promise what nobody can promise\n    never_say: []\n"
    )
    return [_append(root / "locales" / "locales.yaml", "locales", row), *written]


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
    from .corpus import read_examples

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


def _new(identity: str, known: Iterable[str], what: str) -> None:
    if not _ID.fullmatch(identity):
        raise UsageError(f"add {what} {identity}: use 2 to 30 lower case letters, digits and _, a letter first")
    if identity in known:
        raise UsageError(f"add {what} {identity}: it is there already; run: amparo check")


def _write(files: dict[Path, str]) -> list[Path]:
    """Writes new files; raises UsageError before writing any where one exists."""
    for path in files:
        if path.exists():
            raise UsageError(f"{path.name} is there already in {path.parent.name}; move it away first")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(files)


def _with_modelines(root: Path, files: dict[Path, str]) -> dict[Path, str]:
    """The files with the line by which an editor finds their schema."""
    inside = {p: modeline(p, root) if p.is_relative_to(root / "data") else "" for p in files}
    return {path: inside[path] + text for path, text in files.items()}
