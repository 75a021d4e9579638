"""The canonical form of data files, so that a change shows only what was changed. `check --fix` writes it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

from .problems import Problems

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\ufeff\u00ad"))
_SPACES = {0x00A0: " ", 0x2007: " ", 0x202F: " "}


def canonical(text: str) -> str:
    """The text in Unicode's composed form, with plain spaces for tabs and unbreakable ones, without invisible
    characters or spaces at the ends of lines, and with one line end at its end."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    visible = composed.translate(_INVISIBLE | _SPACES).expandtabs(2)
    return "\n".join(line.rstrip() for line in visible.split("\n")).rstrip("\n") + "\n"


def texts(root: Path, *folders: str) -> Iterator[tuple[Path, str]]:
    """The YAML files that people edit with their text; one that is not UTF-8 is left to the rule yaml-syntax."""
    for folder in folders:
        for path in sorted(p for p in (root / folder).rglob("*") if p.suffix in (".yaml", ".yml")):
            try:
                yield path, path.read_bytes().decode()
            except UnicodeDecodeError:
                continue


def check(root: Path, problems: Problems, only: str | None = None) -> None:
    """Adds a problem for every file that is not in canonical form, at its first such line."""
    for path, text in texts(root, "data", "locales"):
        name = path.relative_to(root).as_posix()
        if only in (None, name) and text != (wanted := canonical(text)):
            pairs = zip(text.split("\n"), wanted.split("\n"), strict=False)
            line = next((n for n, (a, b) in enumerate(pairs, 1) if a != b), 1)
            hint = "amparo check --fix mends it"
            problems.add((name, line), "not-canonical", "invisible characters, tabs, or spaces at a line's end", hint)


def fix(root: Path) -> list[Path]:
    """Writes the canonical form; returns the files that were changed."""
    changed = {path: canonical(text) for path, text in texts(root, "data", "locales") if text != canonical(text)}
    for path, text in changed.items():
        path.write_bytes(text.encode())
    return list(changed)
