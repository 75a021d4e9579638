"""Updates of every kind the Bot API's data knows, made up at random."""

from __future__ import annotations

import random
from typing import Any

from .bot_api_schema import Schema

_TEXTS = (
    "",
    "hola",
    "me robaron en kcpd",
    "/start kcpd",
    "/help@amparo_test_bot",
    "@amparo_test_bot hi",
    "🏠\u202e<b>&",
)
_CHOICES = ("t:victim_status", "p:kcpd", "+t:ice_at_door", "m:departments", "l:es", "x", "")


class Fabricator:
    """Values of the data's types. Optional fields grow rare with depth."""

    def __init__(self, schema: Schema, source: random.Random) -> None:
        self.schema, self.source = schema, source

    def update(self, number: int) -> dict[str, Any]:
        """An update with one of its kinds of content."""
        kinds = [field for field in self.schema.types["Update"]["fields"] if field["name"] != "update_id"]
        common = [field for field in kinds if field["name"] in ("message", "callback_query", "inline_query")]
        kind = self.source.choice(common if self.source.random() < 0.5 else kinds)
        return {"update_id": number, kind["name"]: self.value(kind["types"][0], kind["name"], 0)}

    def value(self, kind: str, name: str, depth: int) -> Any:
        if kind.startswith("Array of "):
            inner = kind.removeprefix("Array of ")
            return [
                self.value(inner, name, depth + 1) for _ in range(self.source.choice((0, 1, 2)) if depth < 4 else 0)
            ]
        plain = {"String": self._text, "Integer": self._integer, "Float": self._float}
        if kind in plain:
            return plain[kind](name)
        if kind in ("Boolean", "True", "False"):
            return self.source.random() < 0.5
        return self._object(kind, depth)

    def _one_of(self, kinds: list[str], depth: int) -> str:
        """Any of the kinds; far down a plain one, where there is one, so that texts in texts end."""
        plain = [kind for kind in kinds if kind in ("String", "Integer") or kind.startswith("Array of ")]
        return self.source.choice(plain if plain and depth > 4 else kinds)

    def _object(self, kind: str, depth: int) -> Any:
        described = self.schema.types[kind]
        if described.get("subtypes"):
            return self.value(self._one_of(described["subtypes"], depth), "", depth)
        made = {}
        for field in described.get("fields", []):
            if field["required"] or (depth < 4 and self.source.random() < 0.35 / (depth + 1)):
                made[field["name"]] = self.value(self._one_of(field["types"], depth), field["name"], depth + 1)
                self._constant(field, made)
        if kind == "Chat":
            made["type"] = self.source.choice(("private", "private", "group", "supergroup", "channel"))
            made["id"] = abs(made["id"]) + 1 if made["type"] == "private" else -abs(made["id"]) - 1
        if kind == "Message" and self.source.random() < 0.5:
            made["text"] = self._text("text")
        return made

    def _constant(self, field: dict[str, Any], made: dict[str, Any]) -> None:
        """Types and statuses that the description fixes: `always "x"` or `must be x`."""
        words = field["description"].replace("“", '"').replace("”", '"')
        for mark in ("always ", "must be "):
            _, found, rest = words.partition(mark)
            if found and field["types"] == ["String"] and rest:
                made[field["name"]] = rest.split()[0].strip('".,')

    def _text(self, name: str) -> str:
        if name == "data":
            return self.source.choice(_CHOICES)
        if name == "language_code":
            return self.source.choice(("es", "en-US", "xx", "zh-hans", "?"))
        return self.source.choice(_TEXTS)

    def _integer(self, name: str) -> int:
        return self.source.choice((0, 1, 5, 39, 1_700_000_000)) if "date" in name else self.source.randrange(1, 10**6)

    def _float(self, name: str) -> float:
        return self.source.choice((0.0, 39.1, -94.58, 90.0))
