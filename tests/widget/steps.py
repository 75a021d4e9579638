"""What a person does with the widget."""

from __future__ import annotations

from typing import Any

CHAT = "amparo-chat"


def start(page: Any) -> None:
    page.locator(f"{CHAT} .launcher").click()
    page.locator(f"{CHAT} .bot").first.wait_for()


def ask(page: Any, text: str, chat: str = CHAT) -> None:
    """Types a question, and waits for its answer."""
    before = page.locator(f"{chat} .bot .headline").count()
    page.locator(f"{chat} textarea").fill(text)
    page.locator(f"{chat} textarea").press("Enter")
    page.locator(f"{chat} .bot .headline").nth(before).wait_for()


def choose(page: Any, label: str) -> None:
    page.locator(f"{CHAT} .choices").last.get_by_role("button", name=label, exact=True).click()


def settled(page: Any) -> None:
    """Waits until no answer is under way."""
    page.locator(f"{CHAT} .typing").wait_for(state="detached")


def log(page: Any, chat: str = CHAT) -> str:
    text: str = page.locator(f"{chat} .log").inner_text()
    return text


def inside(page: Any, script: str) -> Any:
    """Evaluates JavaScript with `root` as the first widget's shadow root."""
    return page.evaluate(f"() => {{ const root = document.querySelector('{CHAT}').shadowRoot; return {script}; }}")
