"""Pages without JavaScript: linkable, printable, in every language, and never carrying what somebody injects."""

from __future__ import annotations

import html.parser
import re
from collections.abc import Iterator
from dataclasses import fields

import pytest
from starlette.testclient import TestClient

from bot.channels import facts
from bot.channels.front import Embedding, embed_line
from bot.channels.html import Html, join, linked, tag, with_address
from bot.channels.web import privacy
from bot.core.message import Conversation
from bot.knowledge.model import Level
from bot.settings import Settings
from tests.doubles import web_site

HOST = "https://amparo.example.org"
LANGUAGES = web_site.dialogue().languages
DEPARTMENTS = [d.id for d in web_site.dialogue().base.of_level(Level.DEPARTMENT)]
ATTACKS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "javascript:alert(1)",
    "</textarea><svg onload=alert(1)>",
    'https://x.example/"onmouseover=alert(1)',
    "{{7*7}}${7*7}",
]


class Tree(html.parser.HTMLParser):
    """Collects what matters for injection: elements, attributes, scripts' text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, name: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((name, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for element, attributes in self.elements if element == name]


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(web_site.app(Settings(public_url=HOST)), headers={"accept": "text/html"}) as opened:
        yield opened


def assert_harmless(page: str) -> Tree:
    tree = Tree(page)
    for script in tree.all("script"):
        assert (script["src"] or "").startswith("/static/widget.")
    for name, attributes in tree.elements:
        assert name not in ("img", "iframe", "object", "style", "base"), name
        for key, value in attributes.items():
            assert not key.startswith("on") and key != "style", (name, key)
            if key in ("href", "src", "action"):
                assert re.match(r"https?://|tel:|/(?!/)|#|\?", value or ""), value
    return tree


@pytest.mark.parametrize("catalog", list(LANGUAGES), ids=lambda c: c.code)
@pytest.mark.parametrize("department", [*DEPARTMENTS, "us", "mo"])
def test_every_department_has_a_page_for_every_topic(client: TestClient, catalog: object, department: str) -> None:
    locale = catalog.code  # type: ignore[attr-defined]
    tree = assert_harmless(client.get(f"/{locale}/{department}").text)
    linked_to = {a["href"] for a in tree.all("a")}
    assert {f"/{locale}/{department}/{topic}" for topic in web_site.dialogue().base.topics} <= linked_to


@pytest.mark.parametrize("topic", list(web_site.dialogue().base.topics))
@pytest.mark.parametrize("locale", LANGUAGES.codes)
def test_every_topic_page_says_what_the_answer_says(client: TestClient, locale: str, topic: str) -> None:
    answer = client.get(f"/{locale}/kcpd/{topic}")
    tree = assert_harmless(answer.text)
    reply = facts.answer(web_site.assistant(), locale, "kcpd", topic)
    shown = " ".join(tree.text.split())
    for block in reply.blocks:
        if block.kind.value != "sources":
            for text in block.texts:
                assert " ".join(text.split()) in shown
    for source in reply.sources:
        assert source.title in shown and source.url in {a["href"] for a in tree.all("a")}
    assert tree.all("html")[0]["lang"] == locale


def test_an_answer_is_known_by_one_address_in_each_language(client: TestClient) -> None:
    tree = Tree(client.get("/es/kcpd/victim_status").text)
    links = {(link.get("rel"), link.get("hreflang")): link["href"] for link in tree.all("link")}
    assert links["canonical", None] == f"{HOST}/es/kcpd/victim_status"
    for code in LANGUAGES.codes:
        assert links["alternate", code] == f"{HOST}/{code}/kcpd/victim_status"


@pytest.mark.parametrize("host", ['evil.example"><script>', "a b", "x" * 300 + "<"])
def test_a_forged_host_name_is_not_written_into_the_page(host: str) -> None:
    with TestClient(web_site.app()) as client:
        page = client.get("/es/kcpd/u_visa", headers={"host": host}).text
    assert_harmless(page)
    assert "evil" not in page


@pytest.mark.parametrize("locale", LANGUAGES.codes)
def test_the_browsers_language_is_met(client: TestClient, locale: str) -> None:
    answer = client.get("/", headers={"accept-language": f"{locale}-US,{locale};q=0.8,xx;q=0.1"})
    assert Tree(answer.text).all("html")[0]["lang"] == locale and "Accept-Language" in answer.headers["vary"]


def test_the_form_asks_and_goes_on_without_javascript(client: TestClient) -> None:
    first = client.post("/", data={"text": web_site.ROBARON, "locale": "en"})
    tree = assert_harmless(first.text)
    assert tree.all("html")[0]["lang"] == "es" and "KCPD" in tree.text
    session = next(i["value"] for i in tree.all("input") if i.get("name") == "session")
    choice = next(b["value"] for b in tree.all("button") if (b.get("value") or "").startswith("t:"))
    second = client.post("/", data={"choice": choice, "session": session, "locale": "es"})
    assert session in second.text and Tree(second.text).all("html")[0]["lang"] == "es"


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_written_into_the_form_comes_back_as_text(client: TestClient, attack: str) -> None:
    data = {"text": attack, "session": attack, "locale": attack, "department": ""}
    tree = assert_harmless(client.post("/", data=data).text)
    assert attack in tree.text
    assert_harmless(client.post("/", data={"choice": attack}).text)
    assert client.post("/", data={"text": "x", "department": attack}).status_code == 400


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_written_into_an_address_does_not_come_back(client: TestClient, attack: str) -> None:
    for path in (f"/{attack}", f"/es/{attack}", f"/es/kcpd/{attack}"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert_harmless(answer.text)
    page = client.get("/en", params=dict.fromkeys(("department", "locale", "mode", "minutes"), attack)).text
    assert_harmless(page)
    assert attack not in page
    assert client.get("/es/kcpd/poster", params={"telegram": attack}).status_code == 400


def test_the_embed_line_is_for_what_the_centre_chose(client: TestClient) -> None:
    chosen = {"department": "kcpd", "locale": "es", "mode": "inline", "minutes": "10"}
    text = Tree(client.get("/en", params=chosen).text).text
    data = 'data-department="kcpd" data-locale="es" data-mode="inline" data-desk-minutes="10"'
    line = f'<script src="{HOST}/widget.js" {data} async></script>'
    assert line in text


def test_the_pinned_line_carries_the_hash_of_the_very_file(client: TestClient) -> None:
    import base64
    import hashlib

    text = Tree(client.get("/en").text).text
    address, integrity = re.search(r'src="([^"]+/static/widget[^"]+)" integrity="(sha384-[^"]+)"', text).groups()  # type: ignore[union-attr]
    body = client.get(address.removeprefix(HOST)).content
    assert integrity == "sha384-" + base64.b64encode(hashlib.sha384(body).digest()).decode()


def test_the_plain_embed_line_is_the_designs() -> None:
    line = embed_line("https://HOST", Embedding("kcpd", "es"))
    assert line == '<script src="https://HOST/widget.js" data-department="kcpd" data-locale="es" async></script>'


@pytest.mark.parametrize("catalog", list(LANGUAGES), ids=lambda c: c.code)
def test_the_privacy_statement_has_a_row_for_every_value_kept_and_no_other(client: TestClient, catalog: object) -> None:
    names = [field.name for field in fields(Conversation)]
    assert list(privacy.meanings(catalog)) == names  # type: ignore[arg-type]
    tree = Tree(client.get(f"/{catalog.code}").text)  # type: ignore[attr-defined]
    assert all(name in tree.text for name in names) and "30" in tree.text


def test_pages_are_kept_by_their_etag(client: TestClient) -> None:
    tagged = client.get("/es/kcpd/u_visa").headers["etag"]
    assert client.get("/es/kcpd/u_visa", headers={"if-none-match": tagged}).status_code == 304


def test_a_person_gets_a_page_for_an_error_and_a_program_json(client: TestClient) -> None:
    assert "<h1>" in client.get("/es/nowhere").text
    assert client.get("/es/nowhere", headers={"accept": "application/json"}).json()["error"]["code"] == "not_found"


@pytest.mark.parametrize("page", ["poster", "card"])
@pytest.mark.parametrize("locale", LANGUAGES.codes)
def test_posters_are_harmless_pages_too(client: TestClient, locale: str, page: str) -> None:
    pytest.importorskip("segno")
    tree = assert_harmless(client.get(f"/{locale}/kcpd/{page}", params={"telegram": "amparo_bot"}).text)
    assert "amparo.example.org" in tree.text and tree.all("svg")


# --- building HTML ----------------------------------------------------------------------------------------


def test_only_html_made_here_is_not_escaped() -> None:
    assert tag("p", "<b>", tag("i", "&")) == "<p>&lt;b&gt;<i>&amp;</i></p>"
    assert isinstance(join("<"), Html) and join("<") == "&lt;"


def test_addresses_that_could_run_are_left_out() -> None:
    for bad in ("javascript:alert(1)", "data:text/html,x", "//evil.example", " javascript:x"):
        assert tag("a", "x", href=bad) == "<a>x</a>"


def test_numbers_and_addresses_in_a_text_become_links() -> None:
    found = linked("Call 911 or 1-800-799-7233. See https://a.example/x?y=<z>. Not 2019-11-12 or 9112.")
    assert 'href="tel:911"' in found and 'href="tel:18007997233"' in found and 'href="https://a.example/x?y="' in found
    assert found.count("<a ") == 3


def test_a_sources_line_becomes_a_link_of_its_words() -> None:
    assert with_address("Title (2019): https://a.example/") == (
        '<a href="https://a.example/" rel="noopener noreferrer external">Title (2019)</a>'
    )
    assert with_address("... and 3 more.") == "... and 3 more."
