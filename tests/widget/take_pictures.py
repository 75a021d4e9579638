"""Takes the pictures of docs/widget/. Run: python -m tests.widget.take_pictures docs/widget"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from bot.settings import Settings
from tests.doubles import web_site

from .steps import ask, start

SHAPES: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True},
    "desktop": {"viewport": {"width": 1280, "height": 800}},
}
QUESTIONS = {"en": web_site.ROBBED, "es": web_site.ROBARON}
CENTRE = """<!doctype html><html lang="{locale}"><head><meta charset="utf-8"><title>Centro</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<style>body {{ font: 1.1rem/1.6 Georgia, serif; max-width: 46rem; margin: 3rem 2rem; }}</style></head><body>
<h1>Centro Comunitario del Norte</h1><p>816-555-0100 · 2400 Independence Ave.</p>
<script src="{site}/widget.js" data-locale="{locale}" async></script></body></html>"""


def main(folder: Path) -> None:
    """Every shape, language and scheme with an answer; on the phone also greeting, options and the offline card."""
    folder.mkdir(parents=True, exist_ok=True)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright, web_site.serving(web_site.app(Settings(allowed_origins=("*",)))) as site:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        for shape, options in SHAPES.items():
            for locale in web_site.dialogue().languages.codes:
                for scheme in ("light", "dark"):
                    name = f"{shape}-{locale}-{scheme}"
                    with web_site.serving(web_site.host_page(CENTRE.format(site=site, locale=locale))) as centre:
                        context = browser.new_context(**options, color_scheme=scheme, locale=locale)
                        _take(context, centre, folder, name, locale)
                        context.close()
        browser.close()


def _take(context: Any, centre: str, folder: Path, name: str, locale: str) -> None:
    page = context.new_page()
    page.goto(centre)
    start(page)
    if name.startswith("desktop"):
        ask(page, QUESTIONS[locale])
        page.screenshot(path=folder / f"{name}.png")
        return
    page.screenshot(path=folder / f"{name}-greeting.png")
    page.locator("amparo-chat .icon").first.click()
    page.screenshot(path=folder / f"{name}-options.png")
    page.locator("amparo-chat .icon").first.click()
    ask(page, QUESTIONS[locale])
    page.screenshot(path=folder / f"{name}.png")
    context.set_offline(True)
    page.locator("amparo-chat textarea").fill(QUESTIONS[locale])
    page.keyboard.press("Enter")
    page.locator("amparo-chat .failed").wait_for()
    page.screenshot(path=folder / f"{name}-offline.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
