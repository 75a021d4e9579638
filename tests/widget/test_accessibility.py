"""axe-core finds nothing, in any state of the widget nor on any page, light and dark, in every language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.doubles import web_site

from .steps import ask, start

pytestmark = pytest.mark.slow
axe_api = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="axe is not installed: uv sync --group dev"
)
LOCALES = web_site.dialogue().languages.codes
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def violations(page: Any) -> list[str]:
    """What axe objects to, light and dark, as one line each: rule, element, why."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for rule in axe_api.Axe().run(page, options=OPTIONS).response["violations"]:
            found += [f"{scheme} {rule['id']}: {n['target']} {n['failureSummary'][:300]}" for n in rule["nodes"]]
    return found


def greeting(page: Any) -> None:
    start(page)


def options(page: Any) -> None:
    start(page)
    page.locator("amparo-chat .icon").first.click()


def answer(page: Any) -> None:
    start(page)
    ask(page, web_site.ROBBED)
    page.locator("amparo-chat summary").click()


def urgent(page: Any) -> None:
    start(page)
    ask(page, "ICE is at my door right now, en mi puerta")


def waiting(page: Any) -> None:
    page.route("**/api/v1/messages", lambda route: None)
    start(page)
    page.locator("amparo-chat textarea").fill("door")
    page.keyboard.press("Enter")
    page.locator("amparo-chat .typing").wait_for()


def offline(page: Any) -> None:
    start(page)
    page.context.set_offline(True)
    page.locator("amparo-chat textarea").fill("door")
    page.keyboard.press("Enter")
    page.locator("amparo-chat .failed").wait_for()


def closed(page: Any) -> None:
    page.locator("amparo-chat .launcher").wait_for()


STATES: tuple[Callable[[Any], None], ...] = (closed, greeting, options, answer, urgent, waiting, offline)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
@pytest.mark.parametrize("locale", LOCALES)
def test_the_widget_in_every_state(embed: Any, locale: str, state: Callable[[Any], None]) -> None:
    page = embed(f'data-locale="{locale}"', **(PHONE if locale == "es" else {}))
    state(page)
    assert violations(page) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_the_warning_on_a_shared_computer(embed: Any, locale: str) -> None:
    page = embed(f'data-locale="{locale}" data-mode="inline" data-desk-minutes="0.2"')
    ask(page, web_site.ROBBED)
    page.locator("amparo-chat .idle").wait_for()
    assert violations(page) == []
    assert page.locator("amparo-chat .idle").is_visible()


@pytest.mark.parametrize("locale", LOCALES)
def test_every_kind_of_page(context: Any, site: str, locale: str) -> None:
    page = context(locale=locale).new_page()
    for path in ("", "/kcpd", "/kcpd/victim_status", "/us/ice_at_door", "/nowhere", "/kcpd/poster", "/kcpd/card"):
        page.goto(f"{site}/{locale}{path}")
        assert (path, violations(page)) == (path, [])


def test_the_answer_to_the_plain_form(context: Any, site: str) -> None:
    page = context().new_page()
    page.goto(f"{site}/es")
    page.locator("form.ask textarea").fill(web_site.ROBARON)
    page.locator("form.ask .send").click()
    page.locator("article").wait_for()
    assert violations(page) == []


def test_the_plain_form_goes_on_without_javascript(context: Any, site: str) -> None:
    page = context(java_script_enabled=False).new_page()
    page.goto(f"{site}/es")
    page.locator("form.ask textarea").fill(web_site.ROBARON)
    page.locator("form.ask .send").click()
    page.get_by_role("button", name="Visa U para víctimas").click()
    assert "visa U" in page.locator("article").inner_text()
