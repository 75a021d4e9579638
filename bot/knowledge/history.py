"""The data's history, read from git: what changed in the content, and a text as it was when last reviewed."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from ..errors import DataError
from ..home import home
from . import marked

_KINDS = ("claims", "answers", "gaps", "contacts", "sources")


def git(root: Path, *arguments: str) -> str:
    """What git prints; raises DataError where there is no git or no history."""
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, encoding="utf-8", check=False)
    except FileNotFoundError:
        raise DataError("git is not installed; the content's history is in git") from None
    if done.returncode:
        raise DataError(f"{root.name}: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'git failed'}")
    return done.stdout


def changes(since: date) -> str:
    """A changelog of the content in Markdown, the newest commit first; raises DataError."""
    root = home()
    log = git(root, "log", f"--since={since.isoformat()}", "--format=%H %as %s", "--", "data/responses")
    lines = [f"# Content changes since {since.isoformat()}"]
    for entry in log.splitlines():
        commit, day, subject = entry.split(" ", 2)
        said = list(_commit(root, commit))
        if said:
            lines += ["", f"## {day}: {subject}", *said]
    return "\n".join(lines)


def _commit(root: Path, commit: str) -> Iterator[str]:
    names = git(root, "show", "--relative", "--name-only", "--format=", commit, "--", "data/responses").split()
    for name in sorted(n for n in names if n.endswith(".yaml")):
        before, after = at(root, f"{commit}~1", name), at(root, commit, name)
        for kind, added, removed, changed in _differences(before, after):
            parts = [("new", added), ("changed", changed), ("gone", removed)]
            said = "; ".join(f"{word}: {', '.join(ids)}" for word, ids in parts if ids)
            yield f"- {name.removeprefix('data/responses/')}, {kind}: {said}"


def at(root: Path, commit: str, name: str) -> marked.Mapping:
    """A file as it was at a commit; empty where it was not there or not YAML."""
    try:
        found = marked.parse(git(root, "show", f"{commit}:./{name}"))
    except (DataError, marked.SyntaxProblem):
        return marked.Mapping.empty()
    return found if isinstance(found, marked.Mapping) else marked.Mapping.empty()


def _differences(
    before: marked.Mapping, after: marked.Mapping
) -> Iterator[tuple[str, list[str], list[str], list[str]]]:
    for kind in (*_KINDS, "texts"):
        old, new = _by_id(before.get(kind)), _by_id(after.get(kind))
        added, removed = [i for i in new if i not in old], [i for i in old if i not in new]
        changed = [i for i in new if i in old and new[i] != old[i]]
        if added or removed or changed:
            yield kind, added, removed, changed


def _by_id(records: object) -> dict[str, object]:
    if isinstance(records, marked.Mapping):
        return {str(k): v for k, v in records.items()}
    if isinstance(records, marked.Sequence):
        return {str(r.get("id") or r.get("topic")): r for r in records if isinstance(r, marked.Mapping)}
    return {}


def last_reviewed(root: Path, name: str, topic: str) -> marked.Mapping | None:
    """A text as it stood at its last review: the newest committed version with another `reviewed` date, else the
    committed one where the file was edited since; None where there is neither."""
    present = _text(marked.read(root / name), topic)
    try:
        commits = git(root, "log", "--format=%H", "--", name).split()
    except DataError:
        return None
    kept = [text for commit in commits if (text := _text(at(root, commit, name), topic))]
    reviewed = present.get("reviewed") if present else None
    earlier = [text for text in kept if text.get("reviewed") != reviewed]
    return next(iter([*earlier, *(text for text in kept[:1] if text != present)]), None)


def _text(content: object, topic: str) -> marked.Mapping | None:
    texts = content.get("texts") if isinstance(content, marked.Mapping) else None
    found = texts.get(topic) if isinstance(texts, marked.Mapping) else None
    return found if isinstance(found, marked.Mapping) else None
