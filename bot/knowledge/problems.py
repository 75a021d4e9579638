"""What `check` finds wrong: where, by which rule, what, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum


class Severity(str, Enum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake. `path` is relative to the project, `line` counts from 1."""

    path: str
    line: int
    rule: str
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        kind = "warning: " if self.severity is Severity.WARNING else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.path}:{self.line}: {self.rule}: {kind}{self.message}{hint}"


class Problems(list[Problem]):
    """All that was found so far: everything is collected, nothing stops at the first."""

    def add(self, place: tuple[str, int], rule: str, message: str, hint: str = "") -> None:
        self.append(Problem(*place, rule, message, hint))

    def warn(self, place: tuple[str, int], rule: str, message: str, hint: str = "") -> None:
        self.append(Problem(*place, rule, message, hint, Severity.WARNING))

    @property
    def errors(self) -> list[Problem]:
        return [p for p in self if p.severity is Severity.ERROR]


def softened(problems: Iterable[Problem], drafts: Iterable[str]) -> Problems:
    """The same problems; those in the folders of these draft languages only warn."""
    folders = tuple(f"{top}/{code}/" for code in drafts for top in ("data/responses", "data/nlu", "locales"))
    return Problems(replace(p, severity=Severity.WARNING) if p.path.startswith(folders) else p for p in problems)
