"""What exists is documented, and what is documented is true."""

from __future__ import annotations

import argparse

import pytest

from bot.__main__ import _parser
from bot.assistant import assemble_dialogue
from bot.i18n import load_languages
from bot.knowledge.coverage import BEGIN, END, table
from bot.knowledge.load import load
from bot.settings import TABLE, Settings
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def verbs() -> list[str]:
    actions = [a for a in _parser()._actions if isinstance(a, argparse._SubParsersAction)]
    return list(actions[0].choices)


@pytest.mark.parametrize("verb", verbs())
def test_every_verb_is_in_the_readme(verb: str) -> None:
    assert f"| `{verb}" in README


@pytest.mark.parametrize("setting", TABLE, ids=lambda s: s.name)
def test_every_setting_is_in_the_readme(setting: object) -> None:
    default = f"`{setting.default}`" if setting.default else ""  # type: ignore[attr-defined]
    row = f"| `AMPARO_{setting.name}` | {default} | {setting.meaning} |"  # type: ignore[attr-defined]
    assert row in README


def test_every_setting_is_a_field() -> None:
    fields = set(Settings.__dataclass_fields__)
    assert {s.name.lower() for s in TABLE} - {"home"} == fields


def test_the_coverage_table_is_current() -> None:
    base, _ = load(ROOT, load_languages(ROOT).codes)
    shown = README[README.index(BEGIN) + len(BEGIN) : README.index(END)].strip()
    assert shown == table(base), "run: ./amparo coverage --write"


def test_the_documents_that_are_linked_exist() -> None:
    import re

    for name in ("README.md", "CONTRIBUTING.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", (ROOT / name).read_text(encoding="utf-8")):
            assert (ROOT / target).exists(), f"{name}: {target}"


def test_the_default_dialogue_can_be_assembled() -> None:
    assert assemble_dialogue(ROOT, Settings()).base.topics
