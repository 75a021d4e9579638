"""The light runtime: reads our classifier's resource out of a trained Rasa archive, without Rasa.

A Rasa model is a tar.gz with a folder per trained component below `components/`. Ours is told by the file
`intents.json`. Nothing is executed or unpickled, and only plain files are taken out.
"""

from __future__ import annotations

import tarfile
import tempfile
from pathlib import Path, PurePosixPath

from ..errors import ModelError
from .classifier import Understanding
from .interpreter import Interpretation

_FILES = frozenset({"intents.json", "intents.npz", "locales.json", "locales.npz", "lexicon.json", "vectors.npz"})
_LARGEST = 200_000_000


class ArchiveInterpreter:
    """Understands messages with the model of a Rasa archive."""

    def __init__(self, understanding: Understanding) -> None:
        self.understanding = understanding

    @classmethod
    def read(cls, archive: Path) -> ArchiveInterpreter:
        """The interpreter of this archive; raises ModelError where it is away, damaged or not ours."""
        with tempfile.TemporaryDirectory(prefix="amparo-") as folder:
            _extract(archive, Path(folder))
            return cls(Understanding.load(Path(folder)))

    def understands(self, locale: str) -> bool:
        return locale in self.understanding.locales.labels

    def interpret(self, masked: str) -> Interpretation:
        return Interpretation(
            tuple(self.understanding.rank_intents(masked)), tuple(self.understanding.rank_locales(masked))
        )


def _extract(archive: Path, folder: Path) -> None:
    found = set()
    try:
        with tarfile.open(archive, "r:*") as tar:
            for member in tar:
                name = PurePosixPath(member.name).name
                if name not in _FILES or "components" not in PurePosixPath(member.name).parts:
                    continue
                content = tar.extractfile(member) if member.isfile() and member.size < _LARGEST else None
                if content is None:
                    raise ModelError(f"{archive}: `{member.name}` is not a plain file; run: amparo train")
                (folder / name).write_bytes(content.read())
                found.add(name)
    except (tarfile.TarError, OSError, EOFError) as error:
        reason = getattr(error, "strerror", None) or "it is damaged or not a trained model"
        raise ModelError(f"{archive}: {reason}; run: amparo train") from error
    if found != _FILES:
        raise ModelError(
            f"{archive}: it was not trained with Amparo's pipeline (data/nlu/config.yml); run: amparo train"
        )
