"""The `check` verb: everything that can be wrong in data/ and locales/, and figures of what there is."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path

from ..errors import UsageError
from ..home import home
from ..i18n import LanguageInfo, read_infos
from . import checks, corpus
from .catalogs import check_catalogs
from .load import load
from .model import Base, Level
from .places import Gazetteer
from .problems import Problem, Problems, Severity
from .resolve import overdue


def problems_of(root: Path, today: date) -> tuple[Base, list[Problem]]:
    """The base and every problem, by file and line. Draft languages are checked as well, and only warn."""
    infos = tuple(read_infos(root))
    base, problems = load(root, [info.code for info in infos])
    context = checks.Context(base, infos, Gazetteer(base, root / "data" / "places"), today)
    problems.extend(checks.run(context))
    corpus.check(root, base, infos, problems)
    check_catalogs(root, infos, problems)
    return base, sorted(set(_softened(problems, infos)))


def _softened(problems: Problems, infos: tuple[LanguageInfo, ...]) -> list[Problem]:
    """Problems in a draft language's own folders only warn."""
    folders = tuple(
        f"{folder}/{info.code}/"
        for info in infos
        if not info.live
        for folder in ("data/responses", "data/nlu", "locales")
    )
    return [
        Problem(p.path, p.line, p.rule, p.message, p.hint, Severity.WARNING)
        if folders and p.path.startswith(folders)
        else p
        for p in problems
    ]


def check(only: Path | None, today: date, as_json: bool) -> int:
    """Prints the problems and the figures; 0 where there are no errors."""
    root = home()
    base, problems = problems_of(root, today)
    if only:
        name = _relative(only, root)
        problems = [p for p in problems if p.path == name]
    errors = sum(p.severity is Severity.ERROR for p in problems)
    if as_json:
        print(json.dumps({"problems": [asdict(p) for p in problems], "figures": figures(base, today)}, default=str))
        return 1 if errors else 0
    for problem in problems:
        print(problem, file=sys.stderr)
    print(", ".join(f"{count} {what}" for what, count in figures(base, today).items()))
    warnings = len(problems) - errors
    print(f"{errors} errors, {warnings} warnings" if problems else "no problems found")
    return 1 if errors else 0


def _relative(path: Path, root: Path) -> str:
    found = path if path.is_absolute() else Path.cwd() / path
    try:
        return found.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        raise UsageError(f"check --only {path}: expected a file below {root.name}/data or locales") from None


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
