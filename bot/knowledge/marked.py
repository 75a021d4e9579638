"""YAML in which every value knows its line.

Every scalar is text, as written: `no`, `2019-09` and `1.10` stay what the author typed. Knows YAML and
nothing about Amparo.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml


class Text(str):
    """A scalar with the line it stands on (1 is the first)."""

    line: int


class Sequence(list[Any]):
    """A list with its line."""

    line: int


class Mapping(dict[str, Any]):
    """A mapping with its line; `duplicates` are the keys written more than once, with their lines."""

    line: int
    duplicates: list[Text]

    @classmethod
    def empty(cls, line: int = 1) -> Mapping:
        mapping = cls()
        mapping.line, mapping.duplicates = line, []
        return mapping


class SyntaxProblem(Exception):
    """The file is not YAML; `line` is where the parser stopped."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def line_of(value: object) -> int:
    """The line of a value made by `read`, or 1 for anything else."""
    return int(getattr(value, "line", 1))


def read(path: Path) -> Text | Sequence | Mapping:
    """The file's content; raises SyntaxProblem where it is not UTF-8 or not YAML, OSError where it is away."""
    try:
        source = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SyntaxProblem("the file is not UTF-8 text", 1) from error
    return parse(source)


def parse(source: str) -> Text | Sequence | Mapping:
    """The same for a string. An empty document is an empty mapping."""
    # The base loader keeps every scalar as it was typed.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        node = yaml.compose(source, Loader=loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise SyntaxProblem(problem, mark.line + 1 if mark else 1) from error
    if node is None:
        return Mapping.empty()
    return _convert(node, ())


def _convert(node: yaml.Node, ancestors: tuple[int, ...]) -> Text | Sequence | Mapping:
    line = node.start_mark.line + 1
    if id(node) in ancestors or len(ancestors) > 20:
        raise SyntaxProblem("the value contains itself or is nested too deeply", line)
    below = (*ancestors, id(node))
    if isinstance(node, yaml.ScalarNode):
        return _text(node.value, line)
    if isinstance(node, yaml.SequenceNode):
        items = Sequence(_convert(item, below) for item in node.value)
        items.line = line
        return items
    mapping = Mapping.empty(line)
    for key, value in _pairs(node):
        if key in mapping:
            mapping.duplicates.append(key)
        mapping[key] = _convert(value, below)
    return mapping


def _pairs(node: yaml.Node) -> Iterator[tuple[Text, yaml.Node]]:
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise SyntaxProblem("a key must be a word", key.start_mark.line + 1)
        yield _text(key.value, key.start_mark.line + 1), value


def _text(value: str, line: int) -> Text:
    text = Text(value)
    text.line = line
    return text
