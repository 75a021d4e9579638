"""Pages that need no JavaScript: an answer, a department, the whole site. Only HTML; knows nothing of HTTP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..assistant import Assistant
from ..core.message import Block, BlockKind, Reply
from ..i18n import Catalog
from ..knowledge.model import ContactKind, Level
from . import facts
from .html import Html, join, linked, outside, tag, with_address


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page needs around its content. `address` is the site's, `path` the page's without its language."""

    assistant: Assistant
    catalog: Catalog
    address: str
    files: Mapping[str, str]

    def gettext(self, message: str) -> str:
        return self.catalog.gettext(message)

    def url(self, *parts: str, locale: str = "") -> str:
        """The absolute address of a page below a language."""
        return "/".join([self.address, locale or self.catalog.code, *parts])

    def link(self, *parts: str) -> str:
        return "/" + "/".join([self.catalog.code, *parts])


def whole(frame: Frame, title: str, parts: tuple[str, ...] | None, *content: Html, index: bool = True) -> str:
    """A document. `parts` are the path below the language; None where the page has no address of its own."""
    return "<!doctype html>\n" + tag(
        "html",
        _head(frame, title, parts, index),
        tag("body", _top(frame, parts), tag("main", *content, id="main"), _bottom(frame)),
        lang=frame.catalog.code,
        dir=frame.catalog.direction,
    )


def _head(frame: Frame, title: str, parts: tuple[str, ...] | None, index: bool) -> Html:
    links = []
    if parts is not None:
        links = [tag("link", rel="canonical", href=frame.url(*parts))]
        codes = frame.assistant.languages.codes
        links += [tag("link", rel="alternate", hreflang=c, href=frame.url(*parts, locale=c)) for c in codes]
        if not parts:
            links.append(tag("link", rel="alternate", hreflang="x-default", href=f"{frame.address}/"))
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        None if index else tag("meta", name="robots", content="noindex"),
        tag("title", f"{title} · Amparo"),
        *links,
        tag("link", rel="icon", href=f"/static/{frame.files['icon']}", type_="image/svg+xml"),
        tag("link", rel="stylesheet", href=f"/static/{frame.files['pages']}"),
    )


def _top(frame: Frame, parts: tuple[str, ...] | None) -> Html:
    languages = [
        tag(
            "a",
            c.info.name,
            href="/" + "/".join([c.code, *(parts or ())]),
            hreflang=c.code,
            lang=c.code,
            aria_current="true" if c.code == frame.catalog.code else None,
        )
        for c in frame.assistant.languages
    ]
    return tag(
        "header",
        tag("a", frame.gettext("Skip to the content"), href="#main", class_="skip"),
        tag("a", "Amparo", href=frame.link(), class_="brand"),
        tag("nav", *languages, aria_label=frame.gettext("Language")),
    )


def _bottom(frame: Frame) -> Html:
    _ = frame.gettext
    return tag(
        "footer",
        tag("p", _("This is general information, not legal advice. I am not a lawyer, the police or ICE.")),
        tag(
            "p", linked(facts.composer(frame.assistant, frame.catalog).correction(frame.assistant.dialogue.corrections))
        ),
        tag("p", tag("a", _("Privacy: what is kept"), href=f"{frame.link()}#privacy")),
    )


# --- an answer --------------------------------------------------------------------------------------------


def reply_html(frame: Frame, reply: Reply, heading: str = "h2", all_sources: bool = False) -> Html:
    """The blocks of a reply. With `all_sources` every source is shown, not only the first."""
    parts = [_block(frame, block, reply, heading, all_sources) for block in reply.blocks]
    return tag("article", *parts, class_="answer", lang=reply.locale)


def _block(frame: Frame, block: Block, reply: Reply, heading: str, all_sources: bool) -> Html:
    lines = [linked(text) for text in block.texts]
    kind = block.kind
    if kind is BlockKind.HEADLINE:
        return tag(heading, *lines, class_="headline")
    if kind is BlockKind.STEPS:
        return tag("ul", *(tag("li", line) for line in lines), class_="steps")
    if kind is BlockKind.SOURCES:
        return _sources(frame, block, reply, all_sources)
    return tag("div", *(tag("p", line) for line in lines), class_=kind.value)


def _sources(frame: Frame, block: Block, reply: Reply, all_sources: bool) -> Html:
    lines = block.texts
    if all_sources:
        lines = facts.composer(frame.assistant, frame.catalog).source_block(reply.sources, limit=None).texts
    title = frame.gettext("Sources ({count})").format(count=len(reply.sources) or len(lines))
    items = tag("ul", *(tag("li", with_address(line)) for line in lines))
    return tag("details", tag("summary", title), items, class_="sources", open=all_sources)


def answer_page(frame: Frame, jurisdiction: str, topic: str, reply: Reply) -> str:
    """The page of one topic at one jurisdiction."""
    _ = frame.gettext
    question = frame.assistant.base.texts[frame.catalog.code].topics[topic].question
    name = facts.name_of(frame.assistant, frame.catalog, jurisdiction)
    checked = facts.last_checked([reply])
    related = [r for r in frame.assistant.base.topics[topic].related if r in frame.assistant.base.topics]
    return whole(
        frame,
        f"{question} {name}",
        (jurisdiction, topic),
        tag("p", tag("a", name, href=frame.link(jurisdiction)), class_="where"),
        tag("h1", question),
        reply_html(frame, reply, all_sources=True),
        tag("p", _("Sources last checked: {date}.").format(date=frame.catalog.date(checked)), class_="checked")
        if checked
        else join(),
        tag("nav", tag("h2", _("Related questions")), _topic_list(frame, jurisdiction, related), class_="related"),
    )


def _topic_list(frame: Frame, jurisdiction: str, topics: Iterable[str]) -> Html:
    texts = frame.assistant.base.texts[frame.catalog.code].topics
    items = (tag("li", tag("a", texts[t].question, href=frame.link(jurisdiction, t))) for t in topics)
    return tag("ul", *items, class_="topics")


# --- a department -----------------------------------------------------------------------------------------


def jurisdiction_page(frame: Frame, jurisdiction: str) -> str:
    """Everything that can be asked about one department, state or the country."""
    _ = frame.gettext
    base = frame.assistant.base
    name = facts.name_of(frame.assistant, frame.catalog, jurisdiction)
    department = base.jurisdictions[jurisdiction].level is Level.DEPARTMENT
    groups = []
    for group in base.groups:
        topics = [topic.id for topic in base.topics.values() if topic.group == group]
        label = base.texts[frame.catalog.code].groups[group]
        groups.append(tag("section", tag("h3", label), _topic_list(frame, jurisdiction, topics)))
    return whole(
        frame,
        name,
        (jurisdiction,),
        tag("h1", name),
        tag("noscript", ask_form(frame, jurisdiction if department else "")),
        inline_widget(frame, jurisdiction if department else ""),
        tag("section", tag("h2", _("Questions and answers")), *groups),
        _contacts(frame, jurisdiction),
        _to_print(frame, jurisdiction) if department else join(),
    )


def _to_print(frame: Frame, department: str) -> Html:
    _ = frame.gettext
    poster = tag("a", _("Poster to print"), href=frame.link(department, "poster"))
    card = tag("a", _("Wallet cards to print"), href=frame.link(department, "card"))
    return tag("ul", tag("li", poster), tag("li", card), class_="topics")


def inline_widget(frame: Frame, department: str) -> Html:
    return tag(
        "script",
        src=f"/static/{frame.files['widget']}",
        data_mode="inline",
        data_department=department or None,
        data_locale=frame.catalog.code,
        async_=True,
    )


def _contacts(frame: Frame, jurisdiction: str) -> Html:
    numbers = facts.contacts(frame.assistant, frame.catalog, jurisdiction)
    if not numbers:
        return join()
    items = (tag("li", number_html(n)) for n in numbers)
    return tag("section", tag("h2", frame.gettext("Telephone numbers and addresses")), tag("ul", *items))


def number_html(number: facts.Number) -> Html:
    """A contact: its name, and its number or address as a link."""
    if number.value.startswith("http"):
        return outside(number.name, number.value)
    digits = "".join(char for char in number.value if char.isdigit())
    if number.kind is ContactKind.DIRECTORY or not digits:
        return join(number.name, ": ", linked(number.value))
    return join(number.name, ": ", tag("a", number.value, href=f"tel:{digits}"))


# --- the form -----------------------------------------------------------------------------------------------


def ask_form(frame: Frame, department: str, session: str = "", reply: Reply | None = None) -> Html:
    """The plain form: a question, a department, and the choices of the last reply as buttons."""
    _ = frame.gettext
    names = facts.departments(frame.assistant, frame.catalog)
    options = [tag("option", _("Not chosen"), value="")]
    options += [tag("option", name, value=d.id, selected=d.id == department) for d, name, _short in names]
    buttons = (
        [tag("button", c.label, type_="submit", name="choice", value=c.value) for c in reply.choices] if reply else []
    )
    return tag(
        "form",
        tag("input", type_="hidden", name="locale", value=frame.catalog.code),
        tag("input", type_="hidden", name="session", value=session) if session else None,
        # The first submit button is the one that Enter presses.
        tag("label", _("Your question"), for_="text"),
        tag("textarea", name="text", id="text", rows=3, maxlength=2000),
        tag("label", _("Police department"), for_="department"),
        tag("select", *options, name="department", id="department"),
        tag("button", _("Send"), type_="submit", class_="send"),
        tag("fieldset", tag("legend", _("You can choose")), *buttons) if buttons else None,
        method="post",
        action="/",
        class_="ask",
        autocomplete="off",
    )


def reply_page(frame: Frame, reply: Reply, asked: str, session: str) -> str:
    """The answer to the form, with the form to go on."""
    _ = frame.gettext
    return whole(
        frame,
        _("Answer"),
        None,
        tag("h1", _("Answer")),
        tag("p", tag("strong", _("You:")), " ", asked, class_="asked") if asked else join(),
        reply_html(frame, reply),
        tag("h2", _("Ask something else")),
        ask_form(frame, reply.department or "", session, reply),
        index=False,
    )


def problem_page(frame: Frame, title: str, message: str) -> str:
    """An error, for a person."""
    _ = frame.gettext
    back = tag("a", _("Back to the start"), href=frame.link())
    return whole(frame, title, None, tag("h1", title), tag("p", message), tag("p", back), index=False)
