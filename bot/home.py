"""Where data/ and locales/ are: AMPARO_HOME, the checkout this code stands in, or the copy in the package."""

from __future__ import annotations

import os
from pathlib import Path

from .errors import SettingError


def home() -> Path:
    """The folder that holds data/ and locales/; raises SettingError where AMPARO_HOME does not."""
    chosen = os.environ.get("AMPARO_HOME")
    if chosen:
        if not (Path(chosen) / "data" / "responses").is_dir():
            raise SettingError(
                f"AMPARO_HOME={chosen}: no data/responses there; give the folder that holds data/ and locales/"
            )
        return Path(chosen).resolve()
    package = Path(__file__).resolve().parent
    checkout = package.parent
    return checkout if (checkout / "data" / "responses").is_dir() else package / "share"
