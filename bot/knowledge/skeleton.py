"""First files of a new department or topic: commented, incomplete, and led to done by `check`.

Nothing that exists is written over. What is missing in the new files is a problem that `check` names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from ..errors import UsageError
from ..i18n import LanguageInfo, read_infos
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
            f"add department --state {state}: choose one of: {', '.join(states)}; a new state needs its file first"
        )
    place = identity.removesuffix("_pd").removesuffix("_so").replace("_", " ")
    required = [t.id for t in base.topics.values() if Level.DEPARTMENT in t.required_at]
    responses, folder = root / "data" / "responses", FOLDERS[Level.DEPARTMENT]
    files = {responses / "policies" / folder / f"{identity}.yaml": _policies(identity, state, place, base, required)}
    for info in read_infos(root):
        if info.live:
            files[responses / info.code / folder / f"{identity}.yaml"] = _names(info, required)
    return write_new(root, files)


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
    live = [info for info in read_infos(root) if info.live]
    # First what is refused where a file is there already.
    written = write_new(root, {nlu / info.code / f"{identity}.yml": _training(info, identity) for info in live})
    label = f'  {identity}:\n    label: ""  # a button: 28 characters\n    question: ""  # as a resident asks\n'
    return [
        append(responses / "topics.yaml", "topics", record),
        _append_intent(nlu / "domain.yml", identity),
        *(append(responses / info.code / "topics.yaml", "topics", label) for info in live),
        *written,
    ]


def _training(info: LanguageInfo, intent: str) -> str:
    return (
        f"# {info.name}: at least 25 messages as people type them, each on a line of its own that begins with `- `.\n"
        f'version: "3.1"\nnlu:\n- intent: {intent}\n  metadata: {{locale: {info.code}}}\n  examples: ""\n'
    )


def _append_intent(path: Path, intent: str) -> Path:
    source = path.read_text(encoding="utf-8")
    found = list(re.finditer(r"^( *)- [a-z_0-9]+ *$", source, re.MULTILINE))
    if not found:
        raise UsageError(f"{path.name}: found no list of intents, one a line")
    at = found[-1].end()
    path.write_text(f"{source[:at]}\n{found[-1][1]}- {intent}{source[at:]}", encoding="utf-8")
    return path


def _new(identity: str, known: Iterable[str], what: str) -> None:
    if not _ID.fullmatch(identity):
        raise UsageError(f"add {what} {identity}: use 2 to 30 lower case letters, digits and _, a letter first")
    if identity in known:
        raise UsageError(f"add {what} {identity}: it is there already; run: amparo check")


def write_new(root: Path, files: dict[Path, str]) -> list[Path]:
    """Writes new files, each with the line by which an editor finds its schema; raises UsageError before writing any
    where one exists."""
    for path in files:
        if path.exists():
            raise UsageError(f"{path.name} is there already in {path.parent.name}; move it away first")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(modeline(path, root) + text, encoding="utf-8")
    return list(files)


def append(path: Path, last: str, text: str) -> Path:
    """Adds to the file's last key, which must be `last`; raises UsageError where it is not."""
    source = path.read_text(encoding="utf-8")
    content = marked.parse(source)
    if not isinstance(content, marked.Mapping) or list(content)[-1:] != [last]:
        raise UsageError(f"{path.name}: `{last}` must be its last key; move it to the end")
    path.write_text(source.rstrip("\n") + "\n" + text, encoding="utf-8")
    return path
