"""A poster and wallet cards of one department, from the same facts as the answers, with a QR code to ask more.

The pages are HTML with print CSS, so that any browser prints them and any script is set right; `write` has
Chromium make the PDF.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import segno

from ..assistant import Assistant
from ..core.message import BlockKind, Reply
from ..errors import ChannelError, UsageError
from ..i18n import Catalog
from ..knowledge.dates import PartialDate
from ..knowledge.model import Level
from . import facts
from .html import Html, join, tag

POSTER_TOPICS = ("victim_status", "stop_status", "ice_at_door", "remain_silent")
CARD_TOPICS = ("remain_silent", "ice_at_door")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
CSS = Path(__file__).resolve().parent / "widget" / "poster.css"
CARDS_ON_A_SHEET = 4
FITS = (100, 92, 84, 76, 68)
"""Sizes of the poster's type in percent: the largest that stays on one page is taken."""


@dataclass(frozen=True, slots=True)
class Print:
    """What is printed, for whom, and where its codes lead. `bot` is a Telegram bot's name, or empty."""

    assistant: Assistant
    catalog: Catalog
    department: str
    address: str
    bot: str = ""

    def gettext(self, message: str) -> str:
        return self.catalog.gettext(message)

    @property
    def page(self) -> str:
        return f"{self.address}/{self.catalog.code}/{self.department}"

    @property
    def deep_link(self) -> str:
        return f"https://t.me/{self.bot}?start={self.catalog.code}_{self.department}" if self.bot else ""

    def inside(self, catalog: Catalog) -> Print:
        """The same in another language."""
        return Print(self.assistant, catalog, self.department, self.address, self.bot)


def poster_html(work: Print, style: Html, fit: int = FITS[2]) -> str:
    """The poster, made for one page. `style` is the element that brings the style sheet, `fit` one of FITS."""
    replies = [facts.answer(work.assistant, work.catalog.code, work.department, t) for t in POSTER_TOPICS]
    name = facts.name_of(work.assistant, work.catalog, work.department)
    _ = work.gettext
    content = tag(
        "main",
        tag("h1", _("Police and immigration: know your rights")),
        tag("p", name, class_="place"),
        tag("section", tag("h2", _("In danger now?")), *(tag("p", line) for line in _urgent(work)), class_="urgent"),
        tag("section", *(_question(work, reply) for reply in replies), class_="questions"),
        tag("p", _caution(work), class_="caution"),
        tag("section", tag("div", _codes(work), class_="codes"), _numbers(work), class_="more"),
        tag("p", _small(work, replies), class_="small"),
        class_=f"poster fit-{fit}",
    )
    return _document(work, style, content, name)


def _urgent(work: Print) -> list[str]:
    return facts.urgent_steps(work.assistant, work.catalog, work.department)[:2]


def _question(work: Print, reply: Reply) -> Html:
    question = work.assistant.base.texts[work.catalog.code].topics[reply.topic].question
    said = [block for block in reply.blocks if block.kind is BlockKind.HEADLINE]
    notices = [block for block in reply.blocks if block.kind is BlockKind.NOTICE]
    return tag(
        "article",
        tag("h2", question),
        *(tag("p", " ".join(block.texts), class_="notice") for block in notices),
        *(tag("p", block.text) for block in said),
    )


def _caution(work: Print) -> str:
    """A headline alone could be taken for more than it says."""
    return work.gettext(
        "Reporting a crime, a stop, an arrest, the jail and ICE are different things. What is said here about one "
        "does not hold for the others. Rules change: ask before you rely on them."
    )


def _codes(work: Print) -> Html:
    _ = work.gettext
    codes = [_code(work.page, _("Ask in the browser. No name, no account."), work.page.partition("://")[2])]
    if work.bot:
        codes.append(_code(work.deep_link, _("Ask on Telegram."), f"t.me/{work.bot}"))
    return join(*codes)


def _code(address: str, words: str, shown: str) -> Html:
    return tag("figure", qr(address, words), tag("figcaption", tag("b", words), tag("br"), shown))


def qr(address: str, words: str) -> Html:
    """A QR code as SVG, readable in print even where a fold or a stain covers a part of it."""
    code = segno.make(address, error="m", micro=False)
    svg = code.svg_inline(scale=4, border=4, omitsize=True, dark="#000", light="#fff")
    return Html(svg.replace("<svg ", f'<svg role="img" aria-label="{tag("i", words)[3:-4]}" ', 1))


def _numbers(work: Print) -> Html:
    own = facts.contacts(work.assistant, work.catalog, work.department)
    numbers = [n for n in [*own, *facts.hotlines(work.assistant, work.catalog)] if not n.value.startswith("http")]
    return tag("ul", *(tag("li", tag("b", n.value), " ", n.name) for n in numbers), class_="numbers")


def _small(work: Print, replies: list[Reply]) -> str:
    _ = work.gettext
    line = _("This is general information, not legal advice. I am not a lawyer, the police or ICE.")
    checked = facts.last_checked(replies)
    if checked is None:
        return line
    return line + " " + _("Sources last checked: {date}.").format(date=work.catalog.date(checked))


def card_html(work: Print, style: Html) -> str:
    """A sheet of wallet cards to cut and fold: one language outside, another inside."""
    other = next((c for c in work.assistant.languages if c.code != work.catalog.code), work.catalog)
    halves = [_half(work), _half(work.inside(other))]
    cards = [tag("div", *halves, class_="card") for _ in range(CARDS_ON_A_SHEET)]
    name = facts.name_of(work.assistant, work.catalog, work.department)
    heading = tag("h1", name, class_="screen")
    return _document(work, style, tag("main", heading, tag("div", *cards, class_="cards")), name)


def _half(work: Print) -> Html:
    replies = [facts.answer(work.assistant, work.catalog.code, work.department, topic) for topic in CARD_TOPICS]
    steps = [text for reply in replies for b in reply.blocks if b.kind is BlockKind.STEPS for text in b.texts[:2]]
    _ = work.gettext
    name = facts.name_of(work.assistant, work.catalog, work.department)
    checked = facts.last_checked(replies) or PartialDate(date.today().year)
    return tag(
        "section",
        tag("h2", _("Know your rights")),
        tag("ul", *(tag("li", step) for step in steps)),
        tag("div", qr(work.page, _("Ask in the browser. No name, no account.")), class_="corner"),
        tag("p", tag("b", "911"), " · ", name, tag("br"), work.page.partition("://")[2], class_="line"),
        tag("p", _("General information, not legal advice."), " ", work.catalog.date(checked), class_="small"),
        lang=work.catalog.code,
        dir=work.catalog.direction,
    )


def _document(work: Print, style: Html, content: Html, title: str) -> str:
    head = tag("head", tag("meta", charset="utf-8"), tag("title", title), style)
    return "<!doctype html>\n" + tag(
        "html", head, tag("body", content), lang=work.catalog.code, dir=work.catalog.direction
    )


# --- files ------------------------------------------------------------------------------------------------


def make_print(assistant: Assistant, department: str, locale: str, address: str, bot: str = "") -> Print:
    """What is to be printed; raises UsageError naming the argument that cannot be."""
    place = assistant.base.jurisdictions.get(department)
    if place is None or place.level is not Level.DEPARTMENT:
        known = ", ".join(d.id for d in assistant.base.of_level(Level.DEPARTMENT))
        raise UsageError(f"poster: there is no department `{department}`; choose one of: {known}")
    if locale not in assistant.languages:
        raise UsageError(
            f"poster: there is no language `{locale}`; choose one of: {', '.join(assistant.languages.codes)}"
        )
    if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", address):
        raise UsageError("poster: the code needs the site's address: set AMPARO_PUBLIC_URL=https://...")
    name = bot.removeprefix("@")
    if name and not re.fullmatch(r"[A-Za-z0-9_]{5,32}", name):
        raise UsageError(f"poster: `{bot}` is no Telegram bot's name; expected one such as amparo_bot")
    return Print(assistant, assistant.languages[locale], department, address.rstrip("/"), name)


def write(work: Print, folder: Path, browser: str = "") -> list[Path]:
    """Writes the poster and the sheet of cards as PDF; raises ChannelError where there is no browser to do it."""
    program = browser or next((found for name in BROWSERS if (found := shutil.which(name))), "")
    if not program:
        raise ChannelError(
            "poster: no Chromium found to make the PDF; on Debian: apt install chromium. "
            f"Or print {work.page}/poster from any browser"
        )
    style = tag("style", Html(CSS.read_text(encoding="utf-8")))
    folder.mkdir(parents=True, exist_ok=True)
    poster, card = (folder / f"{work.department}-{work.catalog.code}-{kind}.pdf" for kind in ("poster", "card"))
    for fit in FITS:
        _to_pdf(program, poster_html(work, style, fit), poster)
        if pages_of(poster) == 1:
            break
    _to_pdf(program, card_html(work, style), card)
    return [poster, card]


def pages_of(pdf: Path) -> int:
    """How many pages a PDF of Chromium's has."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes()))


def _to_pdf(program: str, html: str, target: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="amparo-") as folder:
        page = Path(folder) / "page.html"
        page.write_text(html, encoding="utf-8")
        options = ["--headless", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={folder}/profile"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            options.append("--no-sandbox")  # Chromium does not start as root otherwise; the page is our own
        command = [program, *options, f"--print-to-pdf={target.resolve()}", page.as_uri()]
        done = subprocess.run(command, capture_output=True, timeout=120, check=False)
    if done.returncode or not target.is_file():
        raise ChannelError(f"poster: {Path(program).name} could not write {target}; try printing from a browser")
