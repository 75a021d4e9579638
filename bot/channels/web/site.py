"""All that the endpoints share: the assistant, the files, the counts and the limit."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from starlette.requests import Request

from ...assistant import Assistant
from ...i18n import Catalog
from ...settings import Settings
from .assets import Asset, Shelf
from .counts import Counts
from .limits import Limiter
from .problems import HttpProblem
from .reading import languages_wanted
from .strings import widget_strings

WIDGET = Path(__file__).resolve().parent.parent / "widget"
OWN_FILES = (("pages", "css", "text/css"), ("poster", "css", "text/css"), ("icon", "svg", "image/svg+xml"))
_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d+)?|\[[0-9a-fA-F:]+\](:\d+)?")


@dataclass(frozen=True, slots=True)
class Site:
    """One running web channel. `files` are the names of the pages' own static files, by what they are."""

    assistant: Assistant
    settings: Settings
    counts: Counts
    limiter: Limiter
    shelf: Shelf
    widget: Asset
    files: dict[str, str]
    fixed: dict[str, Asset]

    def catalog(self, request: Request, wanted: str = "") -> Catalog:
        """The language to show: the wanted one, else the browser's, else the deployment's."""
        languages = self.assistant.languages
        if wanted in languages:
            return languages[wanted]
        found = languages.negotiate(languages_wanted(request.headers.get("accept-language", "")))
        return found or (languages[self.settings.locale] if self.settings.locale else languages.default)

    def hint(self, request: Request) -> str | None:
        """The language the browser asks for, in which a new conversation begins."""
        found = self.assistant.languages.negotiate(languages_wanted(request.headers.get("accept-language", "")))
        return found.code if found else None

    def address(self, request: Request) -> str:
        """This site's address as visitors see it, without a slash at the end."""
        if self.settings.public_url:
            return self.settings.public_url
        host = request.headers.get("host", "")
        return f"{request.url.scheme}://{host}" if _HOST.fullmatch(host) else ""

    def admit(self, request: Request) -> None:
        """Counts a message of this address; raises HttpProblem 429 where there are too many."""
        seconds = self.limiter.wait(request.client.host if request.client else "local")
        if seconds:
            headers = {"retry-after": str(int(seconds) + 1)}
            raise HttpProblem(429, "too many messages from this address; wait a little", headers)


def site_of(request: Request) -> Site:
    return cast(Site, request.app.state.site)


def shelve(assistant: Assistant) -> tuple[Shelf, Asset, dict[str, str]]:
    """The static files: the shelf, the widget, and their hashed names."""
    shelf = Shelf({})
    languages: dict[str, dict[str, str]] = {}
    for catalog in assistant.languages:
        asset = Asset.make(compact(widget_strings(assistant, catalog)), "application/json")
        name = shelf.put(f"strings.{catalog.code}", "json", asset)
        languages[catalog.code] = {"name": catalog.info.name, "dir": catalog.direction, "file": name}
    script = (WIDGET / "widget.js").read_text(encoding="utf-8")
    css = squeeze((WIDGET / "widget.css").read_text(encoding="utf-8"))
    script = script.replace('"@CSS@"', json.dumps(css)).replace('"@LANGUAGES@"', compact(languages))
    widget = Asset.make(script, "text/javascript")
    files = {"widget": shelf.put("widget", "js", widget)}
    for stem, suffix, media in OWN_FILES:
        content = (WIDGET / f"{stem}.{suffix}").read_text(encoding="utf-8")
        files[stem] = shelf.put(stem, suffix, Asset.make(content, media))
    return shelf, widget, files


def compact(value: Any) -> str:
    """JSON without spaces that may stand inside a script."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def squeeze(css: str) -> str:
    """A style sheet without comments and line breaks."""
    return re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)).strip()
