"""The coverage table: which department answers what, and how new its newest source is."""

from __future__ import annotations

from datetime import date

from ..errors import DataError
from ..home import home
from ..i18n import load_languages
from .dates import PartialDate
from .load import load
from .model import Base, Jurisdiction, Level
from .resolve import claims_of, resolve

BEGIN, END = "<!-- coverage: written by `amparo coverage --write` -->", "<!-- end of coverage -->"
_SIGNS = {"own": "●", "state": "○", "federal": "·", "gap": "–"}


def coverage(write: bool) -> int:
    """Prints the table, or writes it between its marks in README.md; raises DataError where they are missing."""
    root = home()
    base, _ = load(root, load_languages(root).codes)
    text = table(base)
    if not write:
        print(text)
        return 0
    path = root / "README.md"
    readme = path.read_text(encoding="utf-8")
    if BEGIN not in readme or END not in readme:
        raise DataError(f"README.md: the marks `{BEGIN}` and `{END}` are missing; put them where the table belongs")
    before, after = readme[: readme.index(BEGIN)], readme[readme.index(END) :]
    path.write_text(f"{before}{BEGIN}\n\n{text}\n\n{after}", encoding="utf-8")
    return 0


def table(base: Base) -> str:
    """A Markdown table: a row a department, a column a topic that any department answers."""
    departments = base.of_level(Level.DEPARTMENT)
    topics = [t for t in base.topics if any(t in d.answers or t in d.gaps for d in departments)]
    head = ["department", "newest source", *(f"`{topic}`" for topic in topics)]
    rows = [[f"`{d.id}`", _newest(base, d), *(_sign(base, d, topic) for topic in topics)] for d in departments]
    lines = ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]
    legend = (
        "● own answer, ○ state law, · federal rule, – we looked and found none (the state's or federal answer follows)"
    )
    return "\n".join([legend, "", *lines])


def _sign(base: Base, department: Jurisdiction, topic: str) -> str:
    if topic in department.gaps:
        return _SIGNS["gap"]
    resolved = resolve(base, topic, department.id, date.today())
    if resolved is None:
        return ""
    level = resolved.main.jurisdiction.level
    return _SIGNS[{Level.DEPARTMENT: "own", Level.STATE: "state", Level.FEDERAL: "federal"}[level]]


def _newest(base: Base, department: Jurisdiction) -> str:
    """The newest publication date among the department's sources."""
    dates: list[PartialDate] = [
        published
        for answer in department.answers.values()
        for claim in claims_of(base, answer)
        for name in claim.cites
        if name in base.sources and (published := base.sources[name].published) and name.startswith(department.id)
    ]
    return str(max(dates)) if dates else "no date shown"
