"""The HTTP channel: interface, widget, pages. `create_app` for tests and other servers, `run` for the verbs."""

from __future__ import annotations

from .app import create_app
from .server import run

__all__ = ["create_app", "run"]
