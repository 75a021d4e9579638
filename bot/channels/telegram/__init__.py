"""Telegram. For the other channels: `run`, `running` and `webhook_route`; all else is this package's own."""

import os

# Durations as timedelta, the library's coming default: without it every 429 warns of a deprecation.
os.environ.setdefault("PTB_TIMEDELTA", "1")

from .application import build_application
from .run import run, running
from .webhook import webhook_route

__all__ = ["build_application", "run", "running", "webhook_route"]
