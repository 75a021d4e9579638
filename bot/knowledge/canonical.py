"""The canonical form of data files, so that a change shows only what was changed. `check --fix` writes it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

from .problems import Problems

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\ufeff\u00ad"))
_SPACES = {0x00A0: " ", 0x2007: " ", 0x202F: " "}


def canonical(text: str) -> str:
    """The text in Unicode's composed form, without invisible characters, tabs or spaces at the ends of lines, and
    with one line end at its end. Its meaning as YAML does not change."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    visible = composed.translate(_INVISIBLE | _SPACES).expandtabs(2)
    return "\n".join(line.rstrip() for line in visible.split("\n")).rstrip("\n") + "\n"


def files(root: Path) -> Iterator[Path]:
    """The files that people edit."""
    for folder in ("data", "locales"):
        yield from sorted(p for p in (root / folder).rglob("*") if p.suffix in (".yaml", ".yml"))


def check(root: Path, problems: Problems, only: str | None = None) -> None:
    """Adds a problem for every file that is not in canonical form, at its first such line."""
    for path in files(root):
        name = path.relative_to(root).as_posix()
        if only not in (None, name):
            continue
        try:
            text = path.read_bytes().decode()
        except UnicodeDecodeError:
            continue  # the rule yaml-syntax names it
        wanted = canonical(text)
        if text != wanted:
            pairs = zip(text.split("\n"), wanted.split("\n"), strict=False)
            line = next((n for n, (a, b) in enumerate(pairs, 1) if a != b), 1)
            hint = "amparo check --fix mends it"
            problems.add((name, line), "not-canonical", "invisible characters, tabs, or spaces at a line's end", hint)


def fix(root: Path) -> list[Path]:
    """Writes the canonical form; returns the files that were changed."""
    changed = []
    for path in files(root):
        try:
            text = path.read_bytes().decode()
        except UnicodeDecodeError:
            continue
        if text != canonical(text):
            path.write_bytes(canonical(text).encode())
            changed.append(path)
    return changed
