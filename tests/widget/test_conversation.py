"""Asking, choosing, going on, changing language; the network going away; forgetting."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from bot.settings import Settings
from tests.doubles import web_site

from .steps import ask, choose, inside, log, settled, start

pytestmark = pytest.mark.slow
SPEECH = """
window.said = [];
const voices = VOICES;
Object.defineProperty(window, "SpeechSynthesisUtterance", {value: class { constructor(text) { this.text = text; } }});
Object.defineProperty(window, "speechSynthesis", {value: {
  getVoices: () => voices, cancel: () => said.push("cancel"), speak: (words) => said.push([words.lang, words.text]) }});
"""


def test_a_question_is_answered_and_followed_up(embed: Any) -> None:
    page = embed()
    start(page)
    ask(page, web_site.ROBBED)
    assert "KCPD" in log(page) and "Kansas City Police Department" in inside(
        page, "root.querySelector('.where').textContent"
    )
    choose(page, "U visa for victims")
    page.locator("amparo-chat .me").nth(1).wait_for()
    settled(page)
    assert "U visa" in log(page)
    assert page.context.noted["errors"] == []


def test_a_department_is_chosen_from_the_list_and_the_question_answered_for_it(embed: Any) -> None:
    page = embed()
    start(page)
    ask(page, web_site.ROBBED)
    page.locator("amparo-chat .icon").first.click()
    page.locator("amparo-chat #place").select_option("denver_pd")
    page.locator("amparo-chat .bot .headline").nth(1).wait_for()
    assert "Denver" in inside(page, "root.querySelector('.where').textContent")
    assert not page.locator("amparo-chat .options").is_visible()


def test_the_embedding_page_sets_department_and_language_with_the_first_message_only(embed: Any) -> None:
    page = embed('data-department="kcpd" data-locale="es"')
    sent: list[dict[str, Any]] = []
    page.on("request", lambda r: r.method == "POST" and sent.append(json.loads(r.post_data)))
    start(page)
    assert "Hola" in log(page)
    ask(page, "ICE at my door")
    ask(page, "ICE at my door")
    assert (sent[0]["department"], sent[0]["locale"]) == ("kcpd", "es")
    assert "department" not in sent[1] and "locale" not in sent[1] and sent[1]["session"]
    assert inside(page, "[...root.querySelectorAll('.bot')].at(-1).lang") == "es"


def test_the_widget_speaks_the_language_the_person_writes(embed: Any) -> None:
    page = embed()
    start(page)
    assert "Hello" in log(page)
    ask(page, web_site.ROBARON)
    assert inside(page, "root.querySelector('.root').lang") == "es"
    assert page.locator("amparo-chat #language option:checked").inner_text() == "Español"


def test_the_language_is_switched_by_its_own_name_before_and_during_a_conversation(embed: Any) -> None:
    page = embed()
    start(page)
    page.locator("amparo-chat .icon").first.click()
    assert page.locator("amparo-chat #language option").all_inner_texts() == ["English", "Español"]
    page.locator("amparo-chat #language").select_option("es")
    page.locator("amparo-chat .bot").get_by_text("Hola").wait_for()
    ask(page, "ICE en mi puerta")
    page.locator("amparo-chat .icon").first.click()
    page.locator("amparo-chat #language").select_option("en")
    page.locator("amparo-chat .me").nth(1).wait_for()
    settled(page)
    ask(page, "puerta")
    assert inside(page, "[...root.querySelectorAll('.bot')].at(-1).lang") == "en"


def test_replies_are_announced_and_the_focus_stays(embed: Any) -> None:
    page = embed()
    start(page)
    assert inside(page, "root.activeElement.id") == "field"
    region = "root.querySelector('[role=log]')"
    assert inside(page, f"{region}.getAttribute('aria-live')") == "polite"
    ask(page, web_site.ROBBED)
    page.locator("amparo-chat textarea").focus()
    page.keyboard.type(web_site.ROBBED)
    page.keyboard.press("Enter")
    page.locator("amparo-chat .bot .headline").nth(1).wait_for()
    assert inside(page, "root.activeElement.id") == "field"
    assert inside(page, f"{region}.contains(root.querySelector('.headline'))")


def test_a_message_survives_the_loss_of_the_network_and_goes_out_when_it_is_back(embed: Any) -> None:
    page = embed()
    start(page)
    page.context.set_offline(True)
    page.locator("amparo-chat textarea").fill(web_site.ROBBED)
    page.keyboard.press("Enter")
    page.locator("amparo-chat .failed").wait_for()
    shown = log(page)
    assert web_site.ROBBED in shown and "no connection" in shown
    assert "911" in shown and "1-800-799-7233" in shown and "warrant" in shown
    page.locator("amparo-chat .failed button").click()
    page.locator("amparo-chat .failed").wait_for()
    page.context.set_offline(False)
    page.locator("amparo-chat .bot .headline").get_by_text("No. In 2019").wait_for()
    assert page.locator("amparo-chat .failed").count() == 0 and "1-800-799-7233" not in log(page)
    assert log(page).count(web_site.ROBBED) == 1


def test_a_flood_is_explained_and_the_message_kept(host: Any) -> None:
    with web_site.serving(web_site.app(Settings(allowed_origins=("*",)), per_minute=1)) as site:
        page = host(f'<!doctype html><title>x</title><body><script src="{site}/widget.js" async></script>')
        start(page)
        ask(page, "door")
        page.locator("amparo-chat textarea").fill("door again")
        page.keyboard.press("Enter")
        page.locator("amparo-chat .failed").wait_for()
        assert "Wait a minute" in log(page) and "door again" in log(page) and "1-800" not in log(page)


def test_a_page_that_is_not_on_the_list_gets_the_card_and_no_answer(host: Any) -> None:
    with web_site.serving(web_site.app(Settings(allowed_origins=("https://centro.example.org",)))) as site:
        page = host(f'<!doctype html><title>x</title><body><script src="{site}/widget.js" async></script>')
        start(page)
        page.locator("amparo-chat textarea").fill("door")
        page.keyboard.press("Enter")
        page.locator("amparo-chat .failed").wait_for()
        assert "911" in log(page)


def test_quick_exit_wipes_leaves_and_leaves_no_way_back(context: Any) -> None:
    answers = web_site.assistant()
    with (
        web_site.serving(web_site.app(Settings(allowed_origins=("*",)), answers=answers)) as site,
        web_site.serving(web_site.host_page("<title>Weather</title><h1>Sunny</h1>")) as neutral,
        web_site.serving(
            web_site.host_page(
                "<!doctype html><title>c</title><body>"
                f'<script src="{site}/widget.js" data-exit-url="{neutral}/" async></script>'
            )
        ) as centre,
    ):
        page = context().new_page()
        page.goto("about:blank")
        page.goto(centre)
        start(page)
        assert "history of this device" in log(page)
        ask(page, web_site.ROBBED)
        assert len(answers.store) == 1  # type: ignore[arg-type]
        page.locator("amparo-chat .leave").click()
        page.wait_for_url(f"{neutral}/")
        for _ in range(50):
            if len(answers.store) == 0:  # type: ignore[arg-type]
                break
            time.sleep(0.05)
        assert len(answers.store) == 0  # type: ignore[arg-type]
        page.go_back()
        assert page.url == "about:blank"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "/relative"])
def test_quick_exit_goes_to_web_addresses_only(embed: Any, address: str) -> None:
    page = embed(f'data-exit-url="{address}"')
    gone: list[str] = []
    page.context.route(
        "https://www.weather.gov/**", lambda route: (gone.append(route.request.url), route.fulfill(body="sun"))
    )
    start(page)
    page.locator("amparo-chat .leave").click()
    page.wait_for_url("https://www.weather.gov/")
    assert gone


def test_nothing_is_stored_and_nobody_else_is_asked(embed: Any, site: str) -> None:
    page = embed()
    start(page)
    ask(page, web_site.ROBBED)
    kept = page.evaluate(
        "async () => [localStorage.length, sessionStorage.length, document.cookie,"
        " (await indexedDB.databases()).length, (await caches.keys()).length,"
        " (await navigator.serviceWorker.getRegistrations()).length]"
    )
    assert kept == [0, 0, "", 0, 0, 0] and page.context.cookies() == []
    own = page.url.rstrip("/")
    assert page.context.noted["requests"]
    assert all(url.startswith((site, own)) for url in page.context.noted["requests"])


def test_starting_again_forgets(embed: Any) -> None:
    page = embed()
    start(page)
    ask(page, web_site.ROBBED)
    page.locator("amparo-chat .icon").first.click()
    page.locator("amparo-chat .options button").click()
    assert "robbed" not in log(page) and "Hello" in log(page)


def test_a_shared_computer_forgets_after_a_warning(embed: Any) -> None:
    page = embed('data-mode="inline" data-department="kcpd" data-desk-minutes="0.05"')
    assert not page.locator("amparo-chat #place").is_visible()
    ask(page, web_site.ROBBED)
    warning = page.locator("amparo-chat .idle")
    warning.wait_for()
    warning.get_by_role("button").click()
    assert "robbed" in log(page) and not warning.is_visible()
    page.locator("amparo-chat .me").wait_for(state="detached")
    assert "robbed" not in log(page) and "Hello" in log(page)
    assert inside(page, "root.querySelector('[role=status]').textContent") == "The conversation was cleared."


def test_answers_are_read_aloud_by_a_voice_of_the_device(embed: Any, browser: Any) -> None:
    voices = [
        {"lang": "en-US", "localService": False, "name": "far"},
        {"lang": "en_US", "localService": True, "name": "near"},
    ]
    page = embed(head=f"<script>{SPEECH.replace('VOICES', json.dumps(voices))}</script>")
    start(page)
    ask(page, web_site.ROBBED)
    button = page.locator("amparo-chat .tools button")
    button.click()
    said = page.evaluate("said.filter((one) => one !== 'cancel')")
    assert said and said[0][0] == "en_US" and "http" not in json.dumps(said)
    assert button.inner_text() == "Stop reading" and button.get_attribute("aria-pressed") == "true"
    button.click()
    assert button.inner_text() == "Read aloud"


def test_a_voice_from_elsewhere_is_not_used(embed: Any) -> None:
    voices = [{"lang": "en-US", "localService": False, "name": "far"}]
    page = embed(head=f"<script>{SPEECH.replace('VOICES', json.dumps(voices))}</script>")
    start(page)
    ask(page, web_site.ROBBED)
    assert page.locator("amparo-chat .tools button").count() == 0
