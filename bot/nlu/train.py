"""Training through Rasa: its own `rasa train nlu`, with telemetry off and message text in no log."""

from __future__ import annotations

import importlib.util
import logging
import os
import sys
import time
from pathlib import Path

from ..errors import DataError, MissingExtra
from ..settings import Settings
from .models import model_path

NO_RASA = "train: Rasa is not installed; on Python 3.10 run: pip install 'amparo[train]' (or ./amparo train in a clone)"


def has_rasa() -> bool:
    return importlib.util.find_spec("rasa") is not None


def quiet_rasa() -> None:
    """Rasa's telemetry is on by default and its debug log prints messages: neither happens here."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    # Rasa's cache knows the data, not our code: after a change of the classifier it would give back the old one.
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    for chatty in ("rasa", "tensorflow", "matplotlib", "h5py"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def train(root: Path, settings: Settings, force: bool) -> Path:
    """The current model's archive, trained if it is not there yet; raises MissingExtra or DataError."""
    target = model_path(root, settings)
    if target.is_file() and not force:
        _say(f"{target.name} is current: nothing has changed since it was trained")
        return target
    if not has_rasa():
        raise MissingExtra(NO_RASA)
    quiet_rasa()
    began = time.monotonic()
    _say("training the intent model: loading Rasa (about 15 seconds) ...")
    built = _rasa_train(root, target)
    if built is None or not built.is_file():
        raise DataError("data/nlu: Rasa trained no model; run: amparo check")
    _say(f"trained {target.name} in {time.monotonic() - began:.0f} seconds")
    return target


def _rasa_train(root: Path, target: Path) -> Path | None:
    os.environ["AMPARO_HOME"] = str(root)
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from rasa.model_training import train_nlu

        logging.getLogger("bot.nlu.components").setLevel(logging.INFO)
        _say("training: one to four minutes on two cores ...")
        target.parent.mkdir(parents=True, exist_ok=True)
        built = train_nlu(
            config=str(root / "data/nlu/config.yml"),
            nlu_data=str(root / "data/nlu"),
            output=str(target.parent),
            fixed_model_name=target.name.removesuffix(".tar.gz"),
            domain=str(root / "data/nlu/domain.yml"),
        )
    return Path(built) if built else None


def _say(line: str) -> None:
    print(f"amparo: {line}", file=sys.stderr, flush=True)
