"""Posters and cards: everything fits on its paper, and the codes lead where they say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.errors import ChannelError, UsageError
from bot.knowledge.model import Level
from tests.doubles import web_site

poster = pytest.importorskip("bot.channels.poster", reason="segno is not installed")
pytestmark = pytest.mark.slow
DIALOGUE = web_site.dialogue()
DEPARTMENTS = [d.id for d in DIALOGUE.base.of_level(Level.DEPARTMENT)]
ADDRESS = "https://amparo.example.org"


@pytest.mark.parametrize("locale", DIALOGUE.languages.codes)
def test_every_departments_poster_and_card_fit(context: Any, site: str, locale: str) -> None:
    page = context(viewport={"width": 816, "height": 1056}).new_page()
    for department in DEPARTMENTS:
        page.goto(f"{site}/{locale}/{department}/poster?telegram=amparo_bot")
        heights = page.evaluate(
            f"""{list(poster.FITS)}.map((fit) => {{ const p = document.querySelector('.poster');
            p.className = `poster fit-${{fit}}`; return p.offsetHeight; }})"""
        )
        assert min(heights) <= 1056, (department, heights)
        page.goto(f"{site}/{locale}/{department}/card")
        too_long = page.evaluate(
            "[...document.querySelectorAll('.card section')].filter((s) => s.scrollHeight > s.clientHeight + 1).length"
        )
        assert too_long == 0, department


def test_the_pdfs_have_one_page_each(browser: Any, tmp_path: Path) -> None:
    work = poster.make_print(web_site.assistant(), "kcpd", "es", ADDRESS, "@amparo_bot")
    written = poster.write(work, tmp_path / "out")
    assert [path.name for path in written] == ["kcpd-es-poster.pdf", "kcpd-es-card.pdf"]
    assert [poster.pages_of(path) for path in written] == [1, 1]


def test_the_codes_lead_to_the_page_and_the_bot() -> None:
    work = poster.make_print(web_site.assistant(), "kcpd", "es", f"{ADDRESS}/", "@amparo_bot")
    assert work.page == f"{ADDRESS}/es/kcpd"
    assert work.deep_link == "https://t.me/amparo_bot?start=es_kcpd"
    html = poster.poster_html(work, poster.tag("style"))
    assert html.count("<svg") == 2 and "t.me/amparo_bot" in html
    deeplinks = pytest.importorskip("bot.channels.telegram.deeplinks")
    assert deeplinks.choices_of("es_kcpd", DIALOGUE.base, DIALOGUE.languages) == ("l:es", "p:kcpd")


def test_the_poster_says_when_its_sources_were_checked_and_what_it_is_not() -> None:
    html = poster.poster_html(poster.make_print(web_site.assistant(), "kcpd", "en", ADDRESS), poster.tag("style"))
    assert "Sources last checked: " in html and "not legal advice" in html and "911" in html
    assert html.count("<svg") == 1


@pytest.mark.parametrize(
    ("department", "locale", "address", "bot"),
    [
        ("nowhere", "es", ADDRESS, ""),
        ("mo", "es", ADDRESS, ""),
        ("kcpd", "xx", ADDRESS, ""),
        ("kcpd", "es", "", ""),
        ("kcpd", "es", "amparo.example.org", ""),
        ("kcpd", "es", ADDRESS, "<b>"),
    ],
)
def test_what_cannot_be_printed_is_named(department: str, locale: str, address: str, bot: str) -> None:
    with pytest.raises(UsageError, match="poster: "):
        poster.make_print(web_site.assistant(), department, locale, address, bot)


def test_without_a_browser_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    work = poster.make_print(web_site.assistant(), "kcpd", "es", ADDRESS)
    with pytest.raises(ChannelError, match="apt install chromium"):
        poster.write(work, tmp_path)


@pytest.mark.parametrize("program", ["/bin/false", "/bin/true"])
def test_a_browser_that_fails_is_named(tmp_path: Path, program: str) -> None:
    work = poster.make_print(web_site.assistant(), "kcpd", "es", ADDRESS)
    with pytest.raises(ChannelError, match="could not write"):
        poster.write(work, tmp_path, browser=program)
