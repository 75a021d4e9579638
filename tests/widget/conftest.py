"""A real Chromium, the web channel, and other sites' pages that embed the widget."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.settings import Settings
from tests.doubles import web_site

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: uv sync --group dev")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
Opener = Callable[..., Any]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: apt install chromium")
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with playwright_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The web channel's address; it lets any page embed the widget."""
    with web_site.serving(web_site.app(Settings(allowed_origins=("*",)))) as address:
        yield address


@pytest.fixture
def context(browser: Any) -> Iterator[Opener]:
    """Opens browser contexts, and closes them at the end. Each notes its requests and its pages' errors."""
    opened = []

    def make(**options: Any) -> Any:
        made = browser.new_context(**{"locale": "en-US", "viewport": {"width": 1280, "height": 800}, **options})
        made.set_default_timeout(8000)
        made.noted = {"requests": [], "errors": []}
        made.on("request", lambda request: made.noted["requests"].append(request.url))
        made.on("weberror", lambda error: made.noted["errors"].append(str(error.error)))
        made.on("console", lambda line: line.type == "error" and made.noted["errors"].append(line.text))
        opened.append(made)
        return made

    yield make
    for made in opened:
        made.close()


@pytest.fixture
def host(context: Opener) -> Iterator[Opener]:
    """Serves another site's page, at an origin of its own, and opens it."""
    servers = []

    def opener(html: str, csp: str = "", **options: Any) -> Any:
        server = web_site.serving(web_site.host_page(html, csp))
        address = server.__enter__()
        servers.append(server)
        page = context(**options).new_page()
        page.goto(address)
        return page

    yield opener
    for server in servers:
        server.__exit__(None, None, None)


@pytest.fixture
def embed(host: Opener, site: str) -> Opener:
    """Opens a page that embeds the widget with some data-attributes."""

    def opener(attributes: str = "", head: str = "", csp: str = "", body: str = "", **options: Any) -> Any:
        html = (
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Centro</title>'
            '<link rel="icon" href="data:,">'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">{head}</head><body>'
            f"<main><h1>Centro comunitario</h1><p>Welcome.</p>{body}"
            f'<script src="{site}/widget.js" {attributes} async></script></main></body></html>'
        )
        page = host(html, csp.replace("SITE", site), **options)
        page.locator("amparo-chat .panel").first.wait_for(state="attached")
        return page

    return opener
