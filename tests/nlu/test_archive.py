"""Reading a trained archive without Rasa: the real one, a foreign one, a damaged one, a hostile one."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from bot.errors import ModelError
from bot.nlu.archive import ArchiveInterpreter
from bot.nlu.models import find_model
from bot.settings import Settings
from tests.conftest import ROOT


def test_a_trained_archive_understands(model: Path) -> None:
    found = ArchiveInterpreter.read(model).interpret("me robaron y tengo miedo de denunciar porque no tengo papeles")
    assert found.intents[0].label == "victim_status"
    assert found.locales[0].label == "es"


def test_a_missing_archive(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"No such file.*run: amparo train"):
        ArchiveInterpreter.read(tmp_path / "none.tar.gz")


@pytest.mark.parametrize("content", [b"", b"garbage", b"\x1f\x8b\x08\x00\x00"])
def test_a_damaged_archive(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "m.tar.gz"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="run: amparo train"):
        ArchiveInterpreter.read(path)


def test_a_truncated_archive(tmp_path: Path, model: Path) -> None:
    path = tmp_path / "m.tar.gz"
    path.write_bytes(model.read_bytes()[:-200_000])
    with pytest.raises(ModelError, match="run: amparo train"):
        ArchiveInterpreter.read(path)


def test_another_projects_archive(tmp_path: Path) -> None:
    path = tmp_path / "m.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        info = tarfile.TarInfo("components/train_DIET/checkpoint")
        tar.addfile(info, io.BytesIO())
    with pytest.raises(ModelError, match="not trained with Amparo's pipeline"):
        ArchiveInterpreter.read(path)


def test_a_link_in_an_archive_is_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "m.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        info = tarfile.TarInfo("components/train_X/intents.json")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    with pytest.raises(ModelError, match="not a plain file"):
        ArchiveInterpreter.read(path)


def test_no_model_at_all_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="run: amparo train"):
        find_model(ROOT, Settings(models=tmp_path))


def test_a_named_model_that_is_away(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="AMPARO_MODEL"):
        find_model(tmp_path, Settings(model=str(tmp_path / "x.tar.gz")))
