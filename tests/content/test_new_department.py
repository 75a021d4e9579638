"""A department that is added as files answers at once: nothing is trained again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.assistant import assemble
from bot.channels.wire import to_json
from bot.core.message import Conversation, Message
from bot.settings import Settings
from tests.conftest import ROOT

FILES = (
    "data/responses/policies/departments/olathe_pd.yaml",
    "data/responses/en/departments/olathe_pd.yaml",
    "data/responses/es/departments/olathe_pd.yaml",
)


def test_a_new_department_answers_without_training(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("data", "locales"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.setenv("AMPARO_HOME", str(tmp_path))
    question = Message("me robaron en olathe, si pongo la denuncia me van a pedir papeles?")
    before = to_json(assemble(Settings(model=str(model))).answer(question, Conversation())[0])
    assert (before["department"], before["topic"]) == (None, "victim_status")
    for name in FILES:
        shutil.copy(ROOT / "tests/project" / name, tmp_path / name)
    after = to_json(assemble(Settings(model=str(model))).answer(question, Conversation())[0])
    assert (after["department"], after["jurisdiction"], after["coverage"]) == ("olathe_pd", "olathe_pd", "own")
    assert "2024" in after["text"]
