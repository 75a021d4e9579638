"""Validation of calls against the published Bot API data: methods, fields, types, required, lengths, HTML."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

_RANGE = re.compile(r"\b(\d+)-(\d+) (characters|bytes)")
_TAGS = {"b", "i", "u", "s", "a", "code", "pre", "blockquote", "tg-spoiler"}
_PLAIN = {"String": str, "Integer": int, "Float": (int, float), "Boolean": bool, "True": bool, "False": bool}


class Schema:
    """The Bot API as data."""

    def __init__(self, path: Path) -> None:
        data = json.loads(path.read_text(encoding="utf-8"))
        self.version = data["version"]
        self.methods: dict[str, Any] = data["methods"]
        self.types: dict[str, Any] = data["types"]

    def problems(self, method: str, given: dict[str, Any]) -> list[str]:
        """Everything wrong with a call; `given` holds the parameters as they came over the wire."""
        if method not in self.methods:
            return [f"{method}: no such method"]
        fields = {field["name"]: field for field in self.methods[method].get("fields", [])}
        found = [f"{method}: no field `{name}`" for name in given if name not in fields]
        found += [f"{method}: `{n}` is missing" for n, f in fields.items() if f["required"] and n not in given]
        for name, value in given.items():
            if name in fields:
                found += self._field(f"{method}.{name}", fields[name], self._decoded(fields[name], value), given)
        return found

    def _decoded(self, field: dict[str, Any], value: Any) -> Any:
        """The value of a form field: JSON where the type is no text."""
        if not isinstance(value, str) or field["types"] == ["String"]:
            return value
        try:
            decoded = json.loads(value)
        except ValueError:
            return value
        return value if "String" in field["types"] and not isinstance(decoded, int) else decoded

    def _field(self, where: str, field: dict[str, Any], value: Any, beside: dict[str, Any]) -> list[str]:
        attempts = [self._value(where, kind, value) for kind in field["types"]]
        if all(attempts):
            return min(attempts, key=len)
        return self._length(where, field, value, beside)

    def _value(self, where: str, kind: str, value: Any) -> list[str]:
        if kind.startswith("Array of "):
            if not isinstance(value, list):
                return [f"{where}: expected a list, got {type(value).__name__}"]
            inner = kind.removeprefix("Array of ")
            return [p for n, item in enumerate(value) for p in self._value(f"{where}[{n}]", inner, item)]
        if kind in _PLAIN:
            wrong = not isinstance(value, _PLAIN[kind]) or (kind in ("Integer", "Float") and isinstance(value, bool))  # type: ignore[arg-type]
            return [f"{where}: expected {kind}, got {type(value).__name__}"] if wrong else []
        return self._object(where, kind, value)

    def _object(self, where: str, kind: str, value: Any) -> list[str]:
        if kind not in self.types:
            return [f"{where}: no such type {kind}"]
        if subtypes := self.types[kind].get("subtypes"):
            return min((self._value(where, name, value) for name in subtypes), key=len)
        if not isinstance(value, dict):
            return [f"{where}: expected {kind}, got {type(value).__name__}"]
        fields = {field["name"]: field for field in self.types[kind].get("fields", [])}
        found = [f"{where}: {kind} has no field `{name}`" for name in value if name not in fields]
        found += [f"{where}: `{n}` of {kind} is missing" for n, f in fields.items() if f["required"] and n not in value]
        for name, inner in value.items():
            if name in fields:
                found += self._field(f"{where}.{name}", fields[name], inner, value)
        return found

    def _length(self, where: str, field: dict[str, Any], value: Any, beside: dict[str, Any]) -> list[str]:
        found: list[str] = []
        shown = value
        if isinstance(value, str) and field["name"] in ("text", "message_text", "caption") and "parse_mode" in beside:
            shown, found = read_html(value, where)
        limit = _RANGE.search(field.get("description", ""))
        if limit and isinstance(shown, str):
            least, most = int(limit[1]), int(limit[2])
            size = len(shown.encode()) if limit[3] == "bytes" else len(shown.encode("utf-16-le")) // 2
            if not least <= size <= most:
                found.append(f"{where}: {size} {limit[3]}, expected {least} to {most}")
        return found


def read_html(html: str, where: str = "text") -> tuple[str, list[str]]:
    """The text without markup, and what Telegram's HTML mode would refuse."""
    reader = _Html()
    reader.feed(html)
    reader.close()
    problems = [f"{where}: can't parse entities: {problem}" for problem in reader.problems]
    if reader.open:
        problems.append(f"{where}: can't parse entities: <{reader.open[-1]}> is not closed")
    return "".join(reader.text).strip(), problems


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.open: list[str] = []
        self.problems: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            self.problems.append(f"<{tag}> is not allowed")
        if tag == "a" and not (dict(attrs).get("href") or "").startswith(("http://", "https://", "tg://")):
            self.problems.append("<a> without an address")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        self.text.append(data)
