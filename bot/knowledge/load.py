"""From files to a Base. Collects every problem with its file and line; decides nothing.

Records that cannot be understood are left out of the Base, so that the rules in `checks` still see the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from . import marked
from .model import (
    Answer,
    AnswerText,
    Area,
    Base,
    Certainty,
    Claim,
    Contact,
    ContactKind,
    Gap,
    Jurisdiction,
    JurisdictionText,
    Level,
    LocaleTexts,
    Source,
    SourceKind,
    Topic,
    TopicText,
    Verdict,
    frozen,
)
from .problems import Problems
from .record import Record

FOLDERS = {Level.FEDERAL: "federal", Level.STATE: "states", Level.DEPARTMENT: "departments"}
_HEADER = ("parent", "ocd", "area", "aliases", "weak_aliases", "neighborhoods", "examples")
_LISTS = ("contacts", "sources", "claims", "answers", "gaps")


Owners = Mapping[tuple[str, str], str]
"""The jurisdiction of each policies file, by folder and name."""


class Loaded(NamedTuple):
    base: Base
    problems: Problems


def load(root: Path, locales: Iterable[str]) -> Loaded:
    """The knowledge base below `root`/data/responses, with the texts of these locales."""
    problems = Problems()
    folder = root / "data" / "responses"
    groups, topics = _topics(_open(folder / "topics.yaml", root, problems, "topics.yaml"))
    drafts: dict[str, _Draft] = {}
    for level, name in FOLDERS.items():
        for path in sorted((folder / "policies" / name).glob("*.yaml")):
            _policies(_open(path, root, problems, "this file"), level, drafts)
    owners = {(path.parent.name, path.stem): draft.id for draft in drafts.values() for path in draft.files}
    texts = {locale: _locale(folder / locale, root, problems, owners) for locale in locales}
    sources, claims, contacts = _shared(drafts.values())
    base = Base(
        groups=groups,
        topics=frozen(topics),
        jurisdictions=frozen({d.id: d.finish() for d in sorted(drafts.values(), key=lambda d: d.id)}),
        sources=frozen(sources),
        claims=frozen(claims),
        contacts=frozen(contacts),
        texts=frozen(texts),
    )
    return Loaded(base, problems)


def _open(path: Path, root: Path, problems: Problems, what: str) -> Record:
    name = path.relative_to(root).as_posix()
    try:
        return Record(marked.read(path), name, problems, what)
    except marked.SyntaxProblem as error:
        problems.add((name, error.line), "yaml-syntax", str(error), "check indentation, quotes and colons")
    except OSError as error:
        problems.add((name, 1), "missing-file", error.strerror or "the file cannot be read")
    return Record(marked.Mapping.empty(), name, problems, what)


def _topics(file: Record) -> tuple[tuple[str, ...], dict[str, Topic]]:
    file.allow("groups", "topics")
    found: dict[str, Topic] = {}
    for record in file.records("topics", "a topic"):
        record.allow("id", "group", "question", "required_at", "urgent", "related")
        topic = Topic(
            id=record.id("id"),
            group=record.text("group"),
            question=record.text("question"),
            required_at=record.choices("required_at", Level),
            urgent=record.flag("urgent"),
            related=record.texts("related"),
            place=record.place,
        )
        if topic.id in found:
            record.problem("duplicate-id", f"topic `{topic.id}` is defined twice")
        if record.sound:
            found[topic.id] = topic
    return file.texts("groups"), found


class _Draft:
    """A jurisdiction while its files are read; several files may share one."""

    def __init__(self, record: Record, jurisdiction: str, level: Level) -> None:
        self.id, self.level, self.place = jurisdiction, level, record.place
        self.header: Record | None = None
        self.files: list[Path] = []
        self.answers: dict[str, Answer] = {}
        self.gaps: dict[str, Gap] = {}
        self.sources: list[tuple[Record, Source]] = []
        self.claims: list[tuple[Record, Claim]] = []
        self.contacts: list[tuple[Record, Contact]] = []

    def finish(self) -> Jurisdiction:
        header = self.header or Record(marked.Mapping.empty(), self.place.path, Problems(), "a jurisdiction")
        return Jurisdiction(
            id=self.id,
            level=self.level,
            parent=header.text("parent", required=False) or None,
            ocd=header.text("ocd", required=False),
            area=_area(header),
            aliases=header.texts("aliases"),
            weak_aliases=header.texts("weak_aliases"),
            neighborhoods=header.texts("neighborhoods"),
            examples=header.texts("examples"),
            contacts=frozen({contact.id: contact for _, contact in self.contacts}),
            answers=frozen(self.answers),
            gaps=frozen(self.gaps),
            place=self.place,
        )


def _area(header: Record) -> Area | None:
    record = header.record("area", "`area`")
    if record is None:
        return None
    record.allow("latitude", "longitude", "radius_km")
    area = Area(record.number("latitude"), record.number("longitude"), record.number("radius_km"))
    return area if record.sound else None


def _policies(file: Record, level: Level, drafts: dict[str, _Draft]) -> None:
    file.allow("jurisdiction", *_HEADER, *_LISTS)
    jurisdiction = file.id("jurisdiction")
    if not jurisdiction:
        return
    draft = drafts.setdefault(jurisdiction, _Draft(file, jurisdiction, level))
    draft.files.append(Path(file.path))
    if draft.level is not level:
        file.problem("duplicate-id", f"`{jurisdiction}` is already a {draft.level.value}")
    if any(key in file.values for key in _HEADER):
        if draft.header is not None:
            file.problem("duplicate-id", f"`{jurisdiction}` is already described in {draft.header.path}")
        draft.header, draft.place = file, file.place
        _check_header(file, level)
    draft.sources += [(r, s) for r in file.records("sources", "a source") if (s := _source(r))]
    draft.claims += [(r, claim) for r in file.records("claims", "a claim") if (claim := _claim(r))]
    draft.contacts += [(r, contact) for r in file.records("contacts", "a contact") if (contact := _contact(r))]
    _answers(file, draft)


def _check_header(file: Record, level: Level) -> None:
    file.text("ocd")
    if level is not Level.FEDERAL:
        file.text("parent")
    if level is Level.DEPARTMENT:
        file.texts("examples", required=True)
        if file.raw("area", required=True) is not None:
            _area(file)


def _source(record: Record) -> Source | None:
    record.allow("id", "title", "publisher", "kind", "url", "published", "retrieved", "copy")
    identity, kind = record.id("id"), record.choice("kind", SourceKind)
    title, publisher, url = record.text("title"), record.text("publisher"), record.text("url")
    unknown = record.text("published") == "unknown"
    published = None if unknown else record.date("published")
    retrieved, copy = record.date("retrieved"), record.flag("copy")
    if not record.sound or kind is None or retrieved is None:
        return None
    return Source(identity, title, publisher, kind, url, published, retrieved, copy, record.place)


def _claim(record: Record) -> Claim | None:
    record.allow(
        *("id", "says", "cites", "as_of", "checked", "changed", "sure", "volatile"),
        *("effective_from", "effective_to", "review_days"),
    )
    as_of, checked, changed = record.date("as_of"), record.date("checked"), record.date("changed")
    sure = record.choice("sure", Certainty)
    identity, says, cites = record.id("id"), record.text("says"), record.texts("cites", required=True)
    start, end = record.date("effective_from", required=False), record.date("effective_to", required=False)
    volatile, days = record.flag("volatile"), record.whole("review_days")
    if not record.sound or as_of is None or checked is None or changed is None or sure is None:
        return None
    return Claim(identity, says, cites, as_of, checked, changed, sure, volatile, start, end, days, record.place)


def _contact(record: Record) -> Contact | None:
    record.allow("id", "kind", "phone", "url", "email", "cites", "seen")
    values = [value for key in ("phone", "url", "email") if (value := record.text(key, required=False))]
    if len(values) != 1:
        record.problem("missing-key", "a contact has exactly one of phone, url, email")
    kind, seen = record.choice("kind", ContactKind), record.date("seen")
    identity, cites = record.id("id"), record.texts("cites", required=True)
    if not record.sound or kind is None or seen is None:
        return None
    return Contact(identity, kind, values[0], cites, seen, record.place)


def _answers(file: Record, draft: _Draft) -> None:
    for record in file.records("answers", "an answer"):
        record.allow("topic", "verdict", "cites", "binding")
        topic, verdict = record.id("topic"), record.choice("verdict", Verdict)
        cites, binding = record.texts("cites", required=True), record.flag("binding")
        _once(record, topic, draft)
        if record.sound and verdict is not None:
            draft.answers[topic] = Answer(topic, verdict, cites, binding, record.place)
    for record in file.records("gaps", "a gap"):
        record.allow("topic", "searched", "note")
        topic, searched, note = record.id("topic"), record.date("searched"), record.text("note")
        _once(record, topic, draft)
        if record.sound and searched is not None:
            draft.gaps[topic] = Gap(topic, searched, note, record.place)


def _once(record: Record, topic: str, draft: _Draft) -> None:
    if topic in draft.answers or topic in draft.gaps:
        hint = "one answer or one gap for a topic"
        record.problem("duplicate-topic", f"`{topic}` stands twice for `{draft.id}`", hint)


def _shared(
    drafts: Iterable[_Draft],
) -> tuple[dict[str, Source], dict[str, Claim], dict[str, Contact]]:
    sources: dict[str, Source] = {}
    claims: dict[str, Claim] = {}
    contacts: dict[str, Contact] = {}
    for draft in drafts:
        for record, source in draft.sources:
            _unique(record, source.id, sources)
            sources[source.id] = source
        for record, claim in draft.claims:
            _unique(record, claim.id, claims)
            claims[claim.id] = claim
        for record, contact in draft.contacts:
            _unique(record, contact.id, contacts)
            contacts[contact.id] = contact
    return sources, claims, contacts


def _unique(record: Record, identity: str, seen: dict[str, Source] | dict[str, Claim] | dict[str, Contact]) -> None:
    if identity in seen:
        first = seen[identity].place
        record.problem("duplicate-id", f"`{identity}` is already defined in {first.path}:{first.line}")


def _locale(folder: Path, root: Path, problems: Problems, owners: Owners) -> LocaleTexts:
    file = _open(folder / "topics.yaml", root, problems, "topics.yaml")
    file.allow("groups", "topics")
    groups = {name: record.text("label", required=False) for name, record in file.entries("groups", "group")}
    topics = {
        name: TopicText(record.text("label", required=False), record.text("question", required=False))
        for name, record in file.entries("topics", "topic")
    }
    found: dict[str, JurisdictionText] = {}
    for name in FOLDERS.values():
        for path in sorted((folder / name).glob("*.yaml")):
            _texts(_open(path, root, problems, "this file"), path.stem, owners, found)
    return LocaleTexts(frozen(groups), frozen(topics), frozen(found))


def _texts(file: Record, stem: str, owners: Owners, found: dict[str, JurisdictionText]) -> None:
    file.allow("name", "short", "place", "contacts", "texts")
    jurisdiction = _owner(file, stem, owners)
    if jurisdiction is None:
        return
    before = found.get(jurisdiction)
    texts = dict(before.texts) if before else {}
    for topic, record in file.entries("texts", "text"):
        text = None if _unwritten(record) else _text(topic, record)
        if topic in texts:
            record.problem("duplicate-topic", f"`{topic}` already has a text in {texts[topic].place.path}")
        elif text is not None:
            texts[topic] = text
    described = "name" in file.values
    found[jurisdiction] = JurisdictionText(
        name=file.text("name", required=False) if described else before.name if before else "",
        short=file.text("short", required=False) if described else before.short if before else "",
        place_name=file.text("place", required=False) if described else before.place_name if before else "",
        contacts=frozen({**(before.contacts if before else {}), **file.words("contacts")}),
        texts=frozen(texts),
        place=file.place if described or before is None else before.place,
    )


def _owner(file: Record, stem: str, owners: Owners) -> str | None:
    """The jurisdiction of a text file: the policies file of the same name tells."""
    folder = Path(file.path).parent.name
    if (folder, stem) not in owners:
        file.problem("orphan-text", f"no policies file has the name {folder}/{stem}.yaml", "use the same file name")
    return owners.get((folder, stem))


def _unwritten(record: Record) -> bool:
    """Whether a text is only a heading yet, as `amparo locales add` writes it; the rule `missing-text` counts it."""
    return record.sound and not any(record.values.get(key) for key in ("headline", "body", "steps", "urgent"))


def _text(topic: str, record: Record) -> AnswerText | None:
    record.allow("headline", "body", "steps", "urgent", "reviewed")
    reviewed = record.date("reviewed")
    headline, body = record.text("headline"), record.text("body")
    steps, urgent = record.texts("steps", required=True), record.text("urgent", required=False)
    if not record.sound or reviewed is None:
        return None
    return AnswerText(topic, headline, body, steps, urgent, reviewed, record.place)
