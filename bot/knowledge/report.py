"""The `check` verb: everything that can be wrong in data/ and locales/, and figures of what there is."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import date
from functools import cache
from pathlib import Path

from ..errors import DataError, UsageError
from ..home import home
from ..i18n import read_infos
from ..nlu.features import read_lexicon
from . import canonical, checks, corpus, schema
from .catalogs import check_catalogs
from .load import load
from .model import Base, Level
from .places import Gazetteer
from .problems import Problem, Problems, Severity, softened
from .resolve import overdue

FIRST = ("yaml-syntax", "missing-file", "duplicate-key", "tip-line", "never-say", "stale-text", "low-certainty")
"""Rules whose problems come first: what hides other problems, then what can harm somebody."""


def problems_of(root: Path, today: date, only: str | None = None) -> tuple[Base, list[Problem]]:
    """The base and every problem, of one file or of all, the most important first. Draft languages are checked as
    well, and only warn."""
    infos = tuple(read_infos(root))
    base, problems = load(root, [info.code for info in infos])
    gazetteer = cache(lambda: Gazetteer(base, root / "data" / "places"))
    problems.extend(checks.run(checks.Context(base, infos, gazetteer, today, only)))
    if only is None or only.startswith("data/nlu"):
        corpus.check(root, base, infos, problems)
        _lexicon(root, problems)
    if only is None or only.startswith("locales"):
        check_catalogs(root, infos, problems)
    canonical.check(root, problems, only)
    found = softened(problems, (info.code for info in infos if not info.live))
    return base, sorted({p for p in found if only in (None, p.path)}, key=_importance)


def _lexicon(root: Path, problems: Problems) -> None:
    """Training would stop at it, minutes later."""
    try:
        read_lexicon(root / "data" / "nlu" / "lexicon.yml")
    except DataError as error:
        path, line, message = str(error).split(":", 2)
        problems.add((path, int(line)), "lexicon", message.strip())


def _importance(problem: Problem) -> tuple[bool, int, Problem]:
    first = FIRST.index(problem.rule) if problem.rule in FIRST else len(FIRST)
    return problem.severity is not Severity.ERROR, first, problem


def check(only: Path | None, today: date, as_json: bool, fix: bool) -> int:
    """Prints the problems and the figures, after mending what can be mended where `fix` is set; 0 where there are no
    errors."""
    root = home()
    for path in _mend(root) if fix else ():
        print(f"mended {path.relative_to(root)}", file=sys.stderr)
    base, problems = problems_of(root, today, _relative(only, root) if only else None)
    errors = sum(p.severity is Severity.ERROR for p in problems)
    if as_json:
        print(json.dumps({"problems": [asdict(p) for p in problems], "figures": figures(base, today)}, default=str))
        return 1 if errors else 0
    for problem in problems:
        print(problem, file=sys.stderr)
    if only is None:
        print(", ".join(f"{count} {what}" for what, count in figures(base, today).items()))
    warnings = len(problems) - errors
    print(f"{errors} errors, {warnings} warnings" if problems else "no problems found")
    return 1 if errors else 0


def _mend(root: Path) -> list[Path]:
    """Canonical form, and the schemas that editors use."""
    return [*canonical.fix(root), *schema.write(root, load(root, []).base)]


def _relative(path: Path, root: Path) -> str:
    found = (path if path.is_absolute() else Path.cwd() / path).resolve()
    name = found.relative_to(root.resolve()).as_posix() if found.is_relative_to(root.resolve()) else ""
    if not name.startswith(("data/", "locales/")):
        raise UsageError(f"check --only {path}: expected a file below {root.name}/data or locales")
    if not found.is_file():
        raise UsageError(f"check --only {path}: there is no such file")
    return name


def figures(base: Base, today: date) -> dict[str, int]:
    """What the base holds."""
    answers = [a for j in base.jurisdictions.values() for a in j.answers.values()]
    found = {
        "departments": len(base.of_level(Level.DEPARTMENT)),
        "states": len(base.of_level(Level.STATE)),
        "topics": len(base.topics),
        "sources": len(base.sources),
        "claims": len(base.claims),
        "answers": len(answers),
        "gaps": sum(len(j.gaps) for j in base.jurisdictions.values()),
        "answers past review": sum(bool(overdue(base, answer, today)) for answer in answers),
    }
    for code, texts in base.texts.items():
        found[f"texts ({code})"] = sum(len(j.texts) for j in texts.jurisdictions.values())
    return found
