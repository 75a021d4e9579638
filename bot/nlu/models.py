"""Trained models on disk: which one is current, without Rasa.

A model's name carries the fingerprint of what it was trained from, so `train` knows when nothing has changed.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from ..errors import ModelError
from ..i18n import read_infos
from ..settings import Settings

_CODE = (
    *("classifier.py", "components.py", "features.py", "noise.py", "spelling.py", "vectors.py"),
    "../knowledge/places.py",
)
_DATA = ("nlu/**/*.yml", "nlu/vectors.npz", "places/*")
_NOT_TRAINED = frozenset({"thresholds.yml", "safety.yml", "README.md"})


def trained_locales(root: Path, settings: Settings) -> frozenset[str]:
    """The languages whose messages are learnt: a draft's only where drafts are asked for, since its messages
    would change how those of the live languages are understood. Raises DataError for a bad locales.yaml."""
    return frozenset(info.code for info in read_infos(root) if info.live or settings.drafts)


def fingerprint(root: Path, settings: Settings) -> str:
    """Twelve letters that change with the training data, the pipeline or its code.

    Departments are not among it: their names are masked, so a new one needs no training.
    """
    locales = trained_locales(root, settings)
    code = [Path(__file__).parent / name for name in _CODE]
    data = sorted(p for pattern in _DATA for p in (root / "data").glob(pattern) if p.name not in _NOT_TRAINED)
    data = [p for p in data if p.parent.parent.name != "nlu" or p.parent.name in locales]
    digest = hashlib.sha256()
    for path in [*code, *data]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def model_path(root: Path, settings: Settings) -> Path:
    """Where the current model is, or would be."""
    return models_folder(root, settings) / f"amparo-{fingerprint(root, settings)}.tar.gz"


def models_folder(root: Path, settings: Settings) -> Path:
    """The folder of trained models; a relative one is below the project."""
    return settings.models if settings.models.is_absolute() else root / settings.models


def find_model(root: Path, settings: Settings) -> Path:
    """The model to answer with: the one set, the current one, else the newest; raises ModelError."""
    if settings.model:
        path = Path(settings.model)
        if not path.is_file():
            raise ModelError(f"AMPARO_MODEL={settings.model}: there is no such file; run: amparo train")
        return path
    current = model_path(root, settings)
    if current.is_file():
        return current
    older = sorted(current.parent.glob("*.tar.gz"), key=lambda p: p.stat().st_mtime)
    if not older:
        raise ModelError(f"{current.parent}: no trained model there; run: amparo train (or set AMPARO_MODEL)")
    return older[-1]
