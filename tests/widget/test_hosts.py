"""The widget on pages that are hostile, strict, small or crowded: neither breaks the other."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.doubles import web_site

from .steps import ask, choose, inside, log, start

pytestmark = pytest.mark.slow
HOSTILE = """<style>
*, *::before, *::after { all: unset !important; color: lime !important; font: 3px/1 cursive !important;
  display: inline !important; position: static !important; opacity: .1 !important; transform: rotate(30deg) !important;
  letter-spacing: 1em !important; }
amparo-chat { display: none !important; visibility: hidden !important; width: 0 !important;
  pointer-events: none !important; }
html { filter: blur(1px); direction: rtl; text-transform: uppercase; }
body { transform: scale(.5); overflow: hidden; height: 10px; }
dialog, button, textarea { display: none !important; }
#x { position: fixed; z-index: 2147483647; inset: 0; background: red; }
</style>"""
LOOK = """[...root.querySelectorAll('.panel, .launcher, header, .name, .leave, .icon, .log, .bot, '
  + '.bot p, .choices button, textarea, .send')]
  .map((element) => { const s = getComputedStyle(element); return [
   element.className || element.tagName, s.color, s.backgroundColor, s.fontSize, s.fontFamily, s.display, s.position,
   s.opacity, s.transform, s.letterSpacing,
   s.textTransform, s.direction, s.visibility,
   s.pointerEvents, s.padding, s.margin, s.borderRadius, s.minHeight, s.filter]; })"""
HOST_LOOK = """[...document.querySelectorAll('body, main, h1, p, button, textarea, dialog')].map((e) => {
  const s = getComputedStyle(e); return [
  e.tagName, s.color, s.fontSize, s.fontFamily, s.margin, s.padding, s.display,
  s.backgroundColor]; })"""
STRICT = (
    "default-src 'none'; script-src SITE; connect-src SITE; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'"
)
ATTACK = (
    '"><img src=x onerror="window.hit=1"><script>window.hit=1</script>'
    '<svg onload="window.hit=1">javascript:window.hit=1'
)


def test_hostile_css_of_the_page_changes_nothing(embed: Any) -> None:
    plain, hostile = embed(), embed(head=HOSTILE)
    looks = []
    for page in (plain, hostile):
        page.locator("amparo-chat .launcher").dispatch_event("click")
        page.locator("amparo-chat .panel").wait_for()
        looks.append(inside(page, LOOK))
    assert len(looks[0]) > 10 and looks[0] == looks[1]
    shape = "root.querySelector('.panel').getBoundingClientRect().toJSON()"
    assert inside(plain, shape) == inside(hostile, shape)
    ask(hostile, web_site.ROBBED)
    assert "KCPD" in log(hostile)


def test_nothing_on_the_page_can_cover_the_open_panel(embed: Any) -> None:
    page = embed(body='<div style="position:fixed;inset:0;z-index:2147483647;background:#fff" id="cover"></div>')
    page.locator("amparo-chat .launcher").dispatch_event("click")
    page.locator("amparo-chat textarea").click()
    assert inside(page, "root.activeElement.id") == "field"


def test_the_page_keeps_its_own_look(embed: Any, host: Any) -> None:
    extra = "<button>Host</button><textarea></textarea><dialog open>Dialog</dialog>"
    page = embed(body=extra)
    start(page)
    alone = host(
        '<!doctype html><html lang="en"><head><title>x</title></head><body>'
        f"<main><h1>Centro comunitario</h1><p>Welcome.</p>{extra}</main>"
    )
    assert page.evaluate(HOST_LOOK) == alone.evaluate(HOST_LOOK)


def test_it_works_under_the_strictest_policy_of_a_page(embed: Any) -> None:
    page = embed(csp=STRICT)
    page.evaluate(
        "window.broken = []; addEventListener('securitypolicyviolation', (e) => broken.push(e.violatedDirective))"
    )
    start(page)
    ask(page, web_site.ROBBED)
    assert inside(page, "getComputedStyle(root.querySelector('.me')).textAlign") == "start"
    assert inside(page, "getComputedStyle(root.querySelector('.panel')).borderRadius") == "14px"
    page.locator("amparo-chat .icon").last.click()
    assert page.evaluate("broken") == []
    assert [error for error in page.context.noted["errors"] if "'data:,'" not in error] == []


def test_several_widgets_on_a_page_are_separate(host: Any, site: str) -> None:
    page = host(
        "<!doctype html><title>x</title><body>"
        f'<script src="{site}/widget.js" data-mode="inline" data-department="kcpd" async></script>'
        f'<amparo-chat mode="inline" department="denver_pd" locale="es" id="two"></amparo-chat>'
        f'<script src="{site}/widget.js" data-mode="launcher" async></script>'
    )
    page.locator("amparo-chat .log").nth(2).wait_for(state="attached")
    assert page.locator("amparo-chat").count() == 3
    one, two = "amparo-chat[department=kcpd]", "#two"
    ask(page, "door", one)
    ask(page, "puerta", two)
    assert (
        "Kansas City" in page.locator(f"{one} .where").inner_text()
        and "Denver" in page.locator(f"{two} .where").inner_text()
    )
    assert "puerta" not in log(page, one) and "At my" not in log(page, two)
    assert page.locator(f"{one} .me").count() == page.locator(f"{two} .me").count() == 1


def test_it_waits_for_the_body_when_it_stands_in_the_head(host: Any, site: str) -> None:
    page = host(
        f'<!doctype html><head><title>x</title><script src="{site}/widget.js"></script></head><body><p>late</p>'
    )
    page.locator("amparo-chat .launcher").wait_for()


def test_the_pinned_line_runs_and_a_changed_file_does_not(host: Any, site: str, browser: Any) -> None:
    import httpx

    from tests.channels.test_web_pages import Tree

    text = Tree(httpx.get(f"{site}/en").text).text
    line = re.search(r"<script [^>]*integrity[^>]*></script>", text)
    assert line
    page = host(f"<!doctype html><title>x</title><body>{line[0]}")
    page.locator("amparo-chat .launcher").wait_for()
    wrong = host(f"<!doctype html><title>x</title><body>{line[0].replace('sha384-', 'sha384-AAAA')}")
    wrong.wait_for_timeout(300)
    assert wrong.locator("amparo-chat").count() == 0


def test_taken_off_the_page_it_forgets_and_put_back_it_starts_again(embed: Any) -> None:
    page = embed()
    start(page)
    ask(page, web_site.ROBBED)
    page.evaluate("window.taken = document.querySelector('amparo-chat'); taken.remove()")
    assert page.evaluate("taken.shadowRoot.childElementCount") == 0
    page.evaluate("document.body.append(taken)")
    start(page)
    assert "robbed" not in log(page)


@pytest.mark.parametrize("field", ["text", "label", "source", "locale", "department", "strings"])
def test_what_a_server_sends_is_shown_as_text(embed: Any, site: str, field: str) -> None:
    page = embed()
    reply = {
        "locale": ATTACK if field == "locale" else "en", "topic": ATTACK, "coverage": "own", "session": ATTACK,
        "department": ATTACK if field == "department" else None, "jurisdiction": ATTACK, "sources": [],
        "blocks": [
            {"kind": kind, "texts": [ATTACK if field == "text" else "x", "javascript:window.hit=1"]}
            for kind in ("headline", "text", "steps", "urgent", ATTACK)
        ] + [{"kind": "sources", "texts": [f"{ATTACK}: https://a.example/{ATTACK}" if field == "source" else "x"]}],
        "choices": [{"label": ATTACK if field == "label" else "x", "value": ATTACK}],
    }  # fmt: skip
    page.route(
        "**/api/v1/messages", lambda route: route.fulfill(json=reply, headers={"access-control-allow-origin": "*"})
    )
    start(page)
    page.locator("amparo-chat textarea").fill(ATTACK)
    page.keyboard.press("Enter")
    page.locator("amparo-chat .bot .headline").wait_for()
    page.wait_for_timeout(100)
    assert page.evaluate("window.hit") is None
    bad = "root.querySelectorAll('img, script, iframe, [onerror], [onload], a[href^=\"javascript:\"]').length"
    assert inside(page, bad) == 0 and ATTACK in log(page)


@pytest.mark.parametrize("name", ["department", "locale", "mode", "heading", "exit-url", "desk-minutes", "theme"])
def test_what_a_page_writes_into_an_attribute_stays_text(host: Any, site: str, name: str) -> None:
    value = ATTACK.replace('"', "&quot;")
    page = host(
        f'<!doctype html><title>x</title><body><script src="{site}/widget.js" data-{name}="{value}" async></script>'
    )
    start(page)
    assert page.evaluate("window.hit") is None
    assert inside(page, "root.querySelectorAll('img, script, iframe, [onerror], [onload]').length") == 0


def test_an_unknown_department_of_the_page_still_gets_a_card_with_the_numbers(embed: Any) -> None:
    page = embed('data-department="nowhere_pd"')
    start(page)
    page.locator("amparo-chat textarea").fill("door")
    page.keyboard.press("Enter")
    page.locator("amparo-chat .failed").wait_for()
    assert "did not work" in log(page)


# --- phones, keyboards, settings of a person --------------------------------------------------------------

PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}


def test_on_a_phone_it_takes_the_whole_screen_and_follows_the_keyboard(embed: Any) -> None:
    page = embed(**PHONE)
    start(page)
    box = page.locator("amparo-chat .panel").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 360, 740)
    assert inside(page, "root.querySelector('.panel').matches(':modal')")
    page.set_viewport_size({"width": 360, "height": 430})
    page.wait_for_function(
        "document.querySelector('amparo-chat').shadowRoot.querySelector('.panel').offsetHeight === 430"
    )
    field = page.locator("amparo-chat textarea").bounding_box()
    assert field["y"] + field["height"] <= 430
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("options", [PHONE, {}], ids=["phone", "desktop"])
@pytest.mark.parametrize("locale", ["en", "es"])
def test_targets_are_44_pixels_and_fields_16(embed: Any, options: dict[str, Any], locale: str) -> None:
    page = embed(f'data-locale="{locale}"', **options)
    start(page)
    ask(page, web_site.ROBBED)
    page.locator("amparo-chat .icon").first.click()
    sizes = inside(
        page,
        "[...root.querySelectorAll('button, select, textarea, summary, .tools a')].filter((e) => e.checkVisibility())"
        ".map((e) => [e.className || e.tagName, e.getBoundingClientRect().width, e.getBoundingClientRect().height,"
        " parseFloat(getComputedStyle(e).fontSize)])",
    )
    assert len(sizes) > 8
    for name, width, height, font in sizes:
        assert width >= 44 and height >= 44, name
        assert font >= 16, name
    assert inside(page, "root.querySelector('.log').scrollWidth <= root.querySelector('.log').clientWidth")


def test_everything_is_reached_and_done_by_keyboard(embed: Any) -> None:
    page = embed()
    page.keyboard.press("Tab")
    assert inside(page, "root.activeElement.className") == "launcher"
    page.keyboard.press("Enter")
    page.keyboard.type(web_site.ROBBED)
    page.keyboard.press("Enter")
    page.locator("amparo-chat .bot .headline").wait_for()
    reached = []
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        name = page.evaluate("document.activeElement?.shadowRoot?.activeElement?.className ?? null")
        if name is None:
            break
        assert (
            page.evaluate("getComputedStyle(document.activeElement.shadowRoot.activeElement).outlineStyle") == "solid"
        )
        reached.append(name or page.evaluate("document.activeElement.shadowRoot.activeElement.textContent"))
    assert {"leave", "icon", "log", "U visa for victims"} <= set(reached), reached
    page.locator("amparo-chat .choices button").last.focus()
    page.keyboard.press("Space")
    page.locator("amparo-chat .me").nth(1).wait_for()
    page.keyboard.press("Escape")
    assert not page.locator("amparo-chat .panel").is_visible()
    assert inside(page, "root.activeElement.className") == "launcher"


def test_on_a_phone_escape_closes_and_focus_cannot_leave(embed: Any) -> None:
    page = embed(body='<a href="#x" id="host">host</a>', **PHONE)
    start(page)
    for _ in range(30):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") != "host"
    page.keyboard.press("Escape")
    assert not page.locator("amparo-chat .panel").is_visible()
    start(page)
    assert page.locator("amparo-chat .panel").is_visible()


def test_no_movement_where_a_person_wants_none(embed: Any) -> None:
    for wish, moves in (("reduce", False), ("no-preference", True)):
        page = embed(reduced_motion=wish)
        page.route("**/api/v1/messages", lambda route: None)
        start(page)
        page.locator("amparo-chat textarea").fill("door")
        page.keyboard.press("Enter")
        page.locator("amparo-chat .typing").wait_for()
        assert inside(page, "root.querySelector('.typing i').getAnimations().length > 0") is moves


def test_with_forced_colours_edges_are_drawn(embed: Any) -> None:
    page = embed(forced_colors="active")
    start(page)
    ask(page, web_site.ROBBED)
    edges = inside(
        page, "[...root.querySelectorAll('.me, .bot, .send, .leave')].map((e) => getComputedStyle(e).borderTopWidth)"
    )
    assert all(float(edge.removesuffix("px")) >= 1 for edge in edges)


def test_a_page_can_give_its_colours_and_choose_light_or_dark(embed: Any) -> None:
    page = embed(
        'data-theme="dark"',
        head="<style>amparo-chat { --amparo-accent: rgb(120, 20, 90); --amparo-on-accent: white }</style>",
    )
    start(page)
    assert inside(page, "getComputedStyle(root.querySelector('.send')).backgroundColor") == "rgb(120, 20, 90)"
    assert inside(page, "getComputedStyle(root.querySelector('.panel')).backgroundColor") == "rgb(23, 29, 31)"


def test_it_turns_round_for_a_language_written_from_the_right(embed: Any, host: Any, site: str) -> None:
    page = host("<!doctype html><title>x</title><body>")

    def mirrored(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(json={**answer.json(), "direction": "rtl"}, headers=answer.headers)

    page.route("**/static/strings.*", mirrored)
    page.evaluate(
        "(src) => { const s = document.createElement('script'); s.src = src; document.body.append(s); }",
        f"{site}/widget.js",
    )
    start(page)
    assert inside(page, "root.querySelector('.root').dir") == "rtl"
    name, close = (page.locator(f"amparo-chat {s}").bounding_box() for s in (".name", ".icon >> nth=1"))
    assert close["x"] < name["x"]
    assert page.locator("amparo-chat .panel").bounding_box()["x"] < 100


@pytest.mark.parametrize("mode", ["inline", "page"])
def test_in_the_text_and_as_a_whole_page(embed: Any, mode: str) -> None:
    page = embed(f'data-mode="{mode}"')
    ask(page, web_site.ROBBED)
    assert page.locator("amparo-chat .launcher").count() == 0
    assert inside(page, "root.host.parentElement.tagName") == "MAIN"
    choose(page, "U visa for victims")
