"""JSON Schemas of the data files, made from the model, so that an editor completes keys and underlines mistakes.

They say what an editor can see in one file. `check` knows more: what other files say, dates in order, lengths as shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from enum import Enum
from pathlib import Path
from typing import Any

from .canonical import texts
from .checks import LONGEST, LONGEST_LABEL, LONGEST_SHORT
from .load import FOLDERS
from .model import Base, Certainty, ContactKind, Level, SourceKind, Verdict

Schema = dict[str, Any]
_DRAFT = "http://json-schema.org/draft-07/schema#"
_ID: Schema = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}
_TEXT: Schema = {"type": ["string", "number"]}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_DATE: Schema = {"type": ["string", "integer"], "description": "YYYY, YYYY-MM or YYYY-MM-DD"}
_FLAG: Schema = {"type": "boolean"}


def _choice(options: type[Enum]) -> Schema:
    return {"enum": [option.value for option in options]}


def _said(schema: Schema, text: str) -> Schema:
    return {**schema, "description": text}


def _record(required: Iterable[str], **keys: Schema) -> Schema:
    return {"type": "object", "additionalProperties": False, "required": list(required), "properties": keys}


def _list(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def _map(item: Schema, names: Iterable[str] = ()) -> Schema:
    known = list(names)
    return {"type": "object", "additionalProperties": item} | ({"propertyNames": {"enum": known}} if known else {})


def schemas(base: Base) -> dict[str, Schema]:
    """Each schema by the name of its file. `base` gives the ids of topics and groups."""
    topics, groups = list(base.topics), list(base.groups)
    made = {
        "policies": _policies({"enum": topics}),
        "texts": _texts(topics),
        "topics": _topics({"enum": groups}),
        "labels": _labels(topics, groups),
        "training": _training(),
    }
    return {f"{name}.json": {"$schema": _DRAFT, "title": f"Amparo: {name}", **schema} for name, schema in made.items()}


def _policies(topic: Schema) -> Schema:
    source = _record(
        ("id", "title", "publisher", "kind", "url", "published", "retrieved"),
        id=_ID,
        title=_TEXT,
        publisher=_TEXT,
        kind=_choice(SourceKind),
        url=_TEXT,
        published=_said(_DATE, "a date, or unknown"),
        retrieved=_DATE,
        copy=_said(_FLAG, "true: somebody else's copy of the document"),
    )
    claim = _record(
        ("id", "says", "cites", "as_of", "checked", "changed", "sure"),
        id=_ID,
        says=_said(_TEXT, "one fact, in our own words"),
        cites=_said(_TEXTS, "ids of sources"),
        as_of=_said(_DATE, "when it was true"),
        checked=_said(_DATE, "when somebody last looked at the source"),
        changed=_said(_DATE, "when this record last changed its meaning"),
        sure=_choice(Certainty),
        volatile=_said(_FLAG, "law that is changing now: due again after 90 days"),
        effective_from=_DATE,
        effective_to=_DATE,
        review_days={"type": "integer"},
    )
    contact = _record(
        ("id", "kind", "cites", "seen"),
        id=_ID,
        kind=_choice(ContactKind),
        phone=_TEXT,
        url=_TEXT,
        cites=_TEXTS,
        seen=_DATE,
    )
    number: Schema = {"type": "number"}
    return _record(
        ("jurisdiction",),
        jurisdiction=_ID,
        parent=_ID,
        ocd=_said(_TEXT, "Open Civic Data id"),
        area=_record(("latitude", "longitude", "radius_km"), latitude=number, longitude=number, radius_km=number),
        aliases=_said(_TEXTS, "names that people type, misspelt too"),
        weak_aliases=_said(_TEXTS, "names that are also ordinary words"),
        neighborhoods=_TEXTS,
        examples=_said(_TEXTS, "sentences that must find it"),
        contacts=_list(contact),
        sources=_list(source),
        claims=_list(claim),
        answers=_list(
            _record(
                ("topic", "verdict", "cites"),
                topic=topic,
                verdict=_choice(Verdict),
                cites=_said(_TEXTS, "ids of claims"),
                binding=_said(_FLAG, "true: also limits narrower jurisdictions"),
            )
        ),
        gaps=_list(_record(("topic", "searched", "note"), topic=topic, searched=_DATE, note=_TEXT)),
    )


def _texts(topics: list[str]) -> Schema:
    text = _record(
        ("headline", "body", "steps", "reviewed"),
        headline=_said(_TEXT, f"one sentence that answers, at most {LONGEST['headline']} characters as shown"),
        body=_said(_TEXT, f"what it rests on, what it does not cover, at most {LONGEST['body']} characters as shown"),
        steps={**_TEXTS, "maxItems": 4, "description": f"what to do, each at most {LONGEST['step']} characters"},
        urgent=_said(_TEXT, f"danger now, at most {LONGEST['urgent']} characters"),
        reviewed=_said(_DATE, "when somebody last read it against its claims"),
    )
    short = {**_TEXT, "maxLength": LONGEST_SHORT}
    return _record((), name=_TEXT, short=short, place=_TEXT, contacts=_map(_TEXT), texts=_map(text, topics))


def _topics(group: Schema) -> Schema:
    topic = _record(
        ("id", "group", "question"),
        id=_ID,
        group=group,
        question=_said(_TEXT, "what a verdict of yes or no answers"),
        required_at=_list(_choice(Level)),
        urgent=_FLAG,
        related=_list(_ID),
    )
    return _record(("groups", "topics"), groups=_list(_ID), topics=_list(topic))


def _labels(topics: list[str], groups: list[str]) -> Schema:
    label = {**_TEXT, "maxLength": LONGEST_LABEL}
    return _record(
        (),
        groups=_map(_record(("label",), label=label), groups),
        topics=_map(_record(("label", "question"), label=label, question=_TEXT), topics),
    )


def _training() -> Schema:
    block = _record(
        ("intent", "metadata", "examples"),
        intent=_ID,
        metadata=_record(("locale",), locale=_TEXT),
        examples=_said(_TEXT, "one message a line, each beginning with `- `"),
    )
    return _record(("nlu",), version=_TEXT, nlu=_list(block))


def schema_of(path: Path, root: Path) -> str | None:
    """The name of the schema that a data file follows; None for a file without one."""
    parts = path.relative_to(root / "data").parts
    if parts[0] == "nlu":
        return "training.json" if len(parts) == 3 and path.suffix == ".yml" else None
    if parts[0] != "responses" or path.suffix != ".yaml":
        return None
    if path.name == "topics.yaml":
        return "topics.json" if len(parts) == 2 else "labels.json"
    if path.parent.name in FOLDERS.values():
        return "policies.json" if parts[1] == "policies" else "texts.json"
    return None


def modeline(path: Path, root: Path) -> str:
    """The first line by which an editor finds the schema of a file; empty where it has none."""
    name = schema_of(path, root) if path.is_relative_to(root / "data") else None
    if name is None:
        return ""
    up = "../" * (len(path.relative_to(root / "data").parts) - 1)
    return f"# yaml-language-server: $schema={up}schemas/{name}\n"


def write(root: Path, base: Base) -> list[Path]:
    """Writes data/schemas, and the first line of each file that lacks it; returns the files that changed."""
    wanted = {
        root / "data" / "schemas" / name: json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
        for name, schema in schemas(base).items()
    }
    for path, text in texts(root, "data"):
        line = modeline(path, root)
        if not text.startswith(line):
            wanted[path] = line + text
    changed = [p for p, text in wanted.items() if not p.exists() or p.read_text(encoding="utf-8") != text]
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8")
    return changed
