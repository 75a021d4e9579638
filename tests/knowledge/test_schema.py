"""The schemas that editors use are current, hold for our own files, and refuse a wrong one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.knowledge import schema
from bot.knowledge.load import load
from tests.conftest import ROOT

FILES = [p for p in sorted((ROOT / "data").rglob("*.y*ml")) if schema.schema_of(p, ROOT)]


class Editor(yaml.SafeLoader):
    """YAML 1.2 as editors read it: only true and false are flags, and no scalar is a date."""


Editor.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in forms if tag.endswith((":int", ":float", ":null"))]
    for first, forms in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Editor.add_implicit_resolver("tag:yaml.org,2002:bool", __import__("re").compile("^(?:true|false)$"), list("tf"))


def read(text: str) -> Any:
    return yaml.load(text, Loader=Editor)


def problems(name: str, content: Any) -> list[str]:
    made = json.loads((ROOT / "data" / "schemas" / name).read_text(encoding="utf-8"))
    return [f"{list(e.path)}: {e.message}" for e in jsonschema.Draft7Validator(made).iter_errors(content)]


def test_the_schemas_are_current() -> None:
    base, _ = load(ROOT, [])
    for name, made in schema.schemas(base).items():
        kept = json.loads((ROOT / "data" / "schemas" / name).read_text(encoding="utf-8"))
        assert kept == made, "run: ./amparo check --fix"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT / "data").as_posix())
def test_our_files_follow_their_schema_and_name_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith(schema.modeline(path, ROOT)), "run: ./amparo check --fix"
    assert (path.parent / text.split("$schema=")[1].splitlines()[0]).is_file()
    assert problems(schema.schema_of(path, ROOT) or "", read(text)) == []


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("policies.json", "jurisdiction: x\nclaimz: []", "claimz"),
        ("policies.json", "jurisdiction: x\nanswers: [{topic: nothing, verdict: no, cites: []}]", "nothing"),
        ("texts.json", "short: a name that does not fit on a button", "too long"),
        ("texts.json", "texts: {victim_status: {headline: a}}", "required"),
        ("labels.json", "topics: {victim_statuz: {label: a, question: b}}", "victim_statuz"),
        ("training.json", "nlu: [{intent: a, examples: b}]", "metadata"),
        ("topics.json", "groups: [a]\ntopics: [{id: a, group: nowhere, question: b}]", "nowhere"),
    ],
)
def test_a_wrong_file_is_underlined(name: str, text: str, word: str) -> None:
    assert word in " ".join(problems(name, read(text)))
