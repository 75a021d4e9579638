"""HTML that cannot be injected into: every text is escaped unless it was built here. Knows nothing of Amparo."""

from __future__ import annotations

import re
from html import escape

_VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})
_ADDRESS = re.compile(r"(?:https?:/|tel:|#|\.{0,2}/(?!/)|\?)")
_LINK = re.compile(
    r"(?P<url>https?://[^\s<>\"]*[^\s<>\".,;:!?)\]])"
    r"|(?P<phone>(?<![\w-])(?:1-)?\d{3}-\d{3}-\d{4}(?![\w-])|(?<![\w.-])(?:911|988)(?![\w-]))"
)


class Html(str):
    """Text that is HTML already. Only this module makes it from pieces."""

    __slots__ = ()


Piece = str | None


def join(*pieces: Piece) -> Html:
    """The pieces one after the other; what is not Html is escaped."""
    return Html("".join(p if isinstance(p, Html) else escape(p) for p in pieces if p is not None))


def tag(element: str, /, *children: Piece, **attributes: str | int | bool | None) -> Html:
    """An element. A trailing `_` of an attribute's name is dropped, others become `-`; None and False leave it out."""
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if element in _VOID:
        return Html(f"<{element}{written}>")
    return Html(f"<{element}{written}>{join(*children)}</{element}>")


def _attribute(key: str, value: str | int | bool | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is None or value is False or (name in ("href", "src", "action") and not _ADDRESS.match(str(value))):
        return ""
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'


def linked(text: str) -> Html:
    """A text with its web addresses and telephone numbers as links."""
    pieces: list[Html] = []
    at = 0
    for found in _LINK.finditer(text):
        pieces.append(join(text[at : found.start()], _link(found)))
        at = found.end()
    return join(*pieces, text[at:])


def _link(found: re.Match[str]) -> Html:
    if found["url"]:
        return outside(found["url"], found["url"])
    return tag("a", found["phone"], href=f"tel:{found['phone'].replace('-', '')}")


def outside(text: str, url: str) -> Html:
    """A link that leaves: the other site does not learn where from."""
    return tag("a", text, href=url, rel="noopener noreferrer external")


def with_address(line: str) -> Html:
    """A source's line whose address, at its end, becomes the link of the words before it."""
    found = re.search(r"\s*:?\s*(https?://\S+)$", line)
    return outside(line[: found.start()], found[1]) if found and found.start() else linked(line)
