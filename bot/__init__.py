"""Amparo: what your own police department has said about immigration status, with source and date."""

from __future__ import annotations

__version__ = "0.1.0"
