"""Telegram. For the other channels: `run`, `running` and `webhook_route`; all else is this package's own."""

from .application import build_application
from .run import run, running
from .webhook import webhook_route

__all__ = ["build_application", "run", "running", "webhook_route"]
