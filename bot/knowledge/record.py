"""Reading one YAML mapping field by field, collecting problems instead of stopping.

Knows dates, choices and lists; does not know what a claim is.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from enum import Enum
from typing import TypeVar

from . import marked
from .dates import PartialDate
from .model import Place
from .problems import Problems

_E = TypeVar("_E", bound=Enum)
_ID = re.compile(r"[a-z][a-z0-9_]*")


class Record:
    """One mapping of a file. Every reader returns None (or an empty value) after noting a problem."""

    def __init__(self, value: object, path: str, problems: Problems, what: str) -> None:
        self.path, self.problems, self.what = path, problems, what
        self.line = marked.line_of(value)
        self.sound = isinstance(value, marked.Mapping)
        self.values: marked.Mapping = value if isinstance(value, marked.Mapping) else marked.Mapping.empty()
        if not self.sound:
            self.problem("bad-value", f"{what} must be a mapping of keys to values")
        for key in self.values.duplicates:
            self.problem("duplicate-key", f"`{key}` is written twice in {what}", "keep one", key.line)

    @property
    def place(self) -> Place:
        return Place(self.path, self.line)

    def problem(self, rule: str, message: str, hint: str = "", line: int | None = None) -> None:
        self.problems.add((self.path, line or self.line), rule, message, hint)
        self.sound = False

    def allow(self, *keys: str) -> None:
        """Notes every key that is not among these."""
        for key in self.values:
            if key not in keys:
                near = difflib.get_close_matches(key, keys, 1)
                hint = f"did you mean `{near[0]}`?" if near else f"allowed: {', '.join(keys)}"
                self.problem("unknown-key", f"`{key}` is not a key of {self.what}", hint, marked.line_of(key))

    def raw(self, key: str, required: bool) -> object | None:
        value: object | None = self.values.get(key)
        if value is None or value == "":
            if required:
                self.problem("missing-key", f"{self.what} has no `{key}`", f"add `{key}: ...`")
            return None
        return value

    def text(self, key: str, required: bool = True) -> str:
        value = self.raw(key, required)
        if value is None:
            return ""
        if not isinstance(value, marked.Text):
            self.problem("bad-value", f"`{key}` must be text", line=marked.line_of(value))
            return ""
        return " ".join(value.split())

    def id(self, key: str) -> str:
        value = self.text(key)
        if value and not _ID.fullmatch(value):
            line = marked.line_of(self.values[key])
            self.problem("bad-id", f"`{key}: {value}`", "use lower case letters, digits and _, a letter first", line)
        return value

    def texts(self, key: str, required: bool = False) -> tuple[str, ...]:
        value = self.raw(key, required)
        if value is None:
            return ()
        if not isinstance(value, marked.Sequence) or not all(isinstance(v, marked.Text) for v in value):
            self.problem("bad-value", f"`{key}` must be a list of texts", line=marked.line_of(value))
            return ()
        return tuple(" ".join(item.split()) for item in value if item.strip())

    def date(self, key: str, required: bool = True) -> PartialDate | None:
        value = self.text(key, required)
        if not value:
            return None
        try:
            return PartialDate.parse(value)
        except ValueError:
            hint = "write YYYY, YYYY-MM or YYYY-MM-DD"
            self.problem("bad-date", f"`{key}: {value}` is not a date", hint, marked.line_of(self.values[key]))
            return None

    def choice(self, key: str, options: type[_E]) -> _E | None:
        value = self.text(key)
        if not value:
            return None
        try:
            return options(value)
        except ValueError:
            allowed = ", ".join(str(option.value) for option in options)
            self.problem(
                "bad-choice",
                f"`{key}: {value}`",
                f"choose one of: {allowed}",
                marked.line_of(self.values[key]),
            )
            return None

    def choices(self, key: str, options: type[_E]) -> tuple[_E, ...]:
        found = []
        for value in self.texts(key):
            try:
                found.append(options(value))
            except ValueError:
                allowed = ", ".join(str(option.value) for option in options)
                self.problem("bad-choice", f"`{key}`: {value}", f"choose among: {allowed}")
        return tuple(found)

    def flag(self, key: str) -> bool:
        value = self.text(key, required=False) or "false"
        if value not in ("true", "false"):
            self.problem("bad-value", f"`{key}: {value}`", "write true or false", marked.line_of(self.values[key]))
        return value == "true"

    def number(self, key: str) -> float:
        value = self.text(key)
        try:
            return float(value or 0)
        except ValueError:
            self.problem("bad-value", f"`{key}: {value}` is not a number", line=marked.line_of(self.values[key]))
            return 0.0

    def whole(self, key: str) -> int | None:
        value = self.text(key, required=False)
        if value and not value.isdigit():
            self.problem("bad-value", f"`{key}: {value}` is not a whole number", line=marked.line_of(self.values[key]))
            return None
        return int(value) if value else None

    def record(self, key: str, what: str) -> Record | None:
        value = self.raw(key, required=False)
        return None if value is None else Record(value, self.path, self.problems, what)

    def records(self, key: str, what: str) -> Iterator[Record]:
        """The mappings of a list."""
        value = self.raw(key, required=False)
        if value is None:
            return
        if not isinstance(value, marked.Sequence):
            self.problem("bad-value", f"`{key}` must be a list", line=marked.line_of(value))
            return
        for item in value:
            yield Record(item, self.path, self.problems, what)

    def entries(self, key: str, what: str) -> Iterator[tuple[str, Record]]:
        """The mappings below the keys of a mapping."""
        below = self.record(key, f"`{key}`")
        if below is None:
            return
        for name, value in below.values.items():
            entry = Record(value, self.path, self.problems, f"{what} `{name}`")
            entry.line = marked.line_of(name)
            yield name, entry

    def words(self, key: str) -> dict[str, str]:
        """A mapping of names to texts; the empty ones are left out."""
        below = self.record(key, f"`{key}`")
        if below is None:
            return {}
        return {name: text for name in below.values if (text := below.text(name, required=False))}
