"""The front page: the form, the departments, what a community centre needs, and the privacy statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from . import facts
from .html import Html, join, linked, tag
from .pages import Frame, ask_form, whole

MODES = ("launcher", "inline", "page")


@dataclass(frozen=True, slots=True)
class Embedding:
    """What a centre chose for its page."""

    department: str = ""
    locale: str = ""
    mode: str = "launcher"
    minutes: str = ""


def embed_line(address: str, chosen: Embedding, file: str = "widget.js", integrity: str = "") -> str:
    """The line to paste. With `integrity` the browser refuses any other version of the file."""
    attributes = {
        "src": f"{address}/{file}",
        "data-department": chosen.department,
        "data-locale": chosen.locale,
        "data-mode": "" if chosen.mode == "launcher" else chosen.mode,
        "data-desk-minutes": chosen.minutes,
        "integrity": integrity,
        "crossorigin": "anonymous" if integrity else "",
    }
    written = " ".join(f'{name}="{value}"' for name, value in attributes.items() if value)
    return f"<script {written} async></script>"


def front_page(
    frame: Frame, chosen: Embedding, integrity: str, keeping: list[str], kept: list[tuple[str, str]], minutes: int
) -> str:
    """The whole site's start. `keeping` and `kept` are the privacy statement's sentences and table."""
    _ = frame.gettext
    title = _("What has your police department said about immigration status?")
    return whole(
        frame,
        title,
        (),
        tag("h1", title),
        tag("p", _("Answers with their source and date. Free, without names.")),
        tag("p", tag("strong", linked(_("In danger now? Call 911."))), class_="urgent"),
        ask_form(frame, ""),
        _departments(frame),
        _centres(frame, chosen, integrity),
        _privacy(frame, keeping, kept, minutes),
        tag("script", src=f"/static/{frame.files['widget']}", data_locale=frame.catalog.code, async_=True),
    )


def _departments(frame: Frame) -> Html:
    _ = frame.gettext
    rows = facts.departments(frame.assistant, frame.catalog)
    items = [tag("li", tag("a", name, href=frame.link(d.id))) for d, name, _short in rows]
    federal = tag(
        "li", tag("a", facts.name_of(frame.assistant, frame.catalog, facts.FEDERAL), href=frame.link(facts.FEDERAL))
    )
    return tag("section", tag("h2", _("Answers to read, share and print")), tag("ul", *items, federal, class_="topics"))


def _centres(frame: Frame, chosen: Embedding, integrity: str) -> Html:
    _ = frame.gettext
    line = embed_line(frame.address, chosen)
    pinned = embed_line(frame.address, chosen, f"static/{frame.files['widget']}", integrity)
    return tag(
        "section",
        tag("h2", _("For community centers: put this on your site")),
        tag(
            "p",
            _(
                "Paste one line into your page. It adds a private chat. It sets no cookie and loads nothing from "
                "other companies."
            ),
        ),
        _chooser(frame, chosen),
        tag("h3", _("Your line")),
        tag("pre", tag("code", line), tabindex=0, aria_label=_("Your line")),
        tag("p", _("This line always has the newest answers and repairs.")),
        tag("h3", _("Pinned line")),
        tag("pre", tag("code", pinned), tabindex=0, aria_label=_("Pinned line")),
        tag(
            "p",
            _(
                "With this one the browser refuses any other version of the file. Paste a new one after each "
                "update of this server."
            ),
        ),
        id="embed",
    )


def _chooser(frame: Frame, chosen: Embedding) -> Html:
    _ = frame.gettext
    rows = facts.departments(frame.assistant, frame.catalog)
    departments = {"": _("Let people choose"), **{d.id: name for d, name, _short in rows}}
    languages = {"": _("Let people choose"), **{c.code: c.info.name for c in frame.assistant.languages}}
    modes = {
        "launcher": _("A button in the corner"),
        "inline": _("In the text of the page"),
        "page": _("The whole page"),
    }
    return tag(
        "form",
        *_select("department", _("Police department"), departments, chosen.department),
        *_select("locale", _("Language"), languages, chosen.locale),
        *_select("mode", _("Where it appears"), modes, chosen.mode),
        tag(
            "label",
            _("For a shared computer: clear after how many minutes without use (empty: never)"),
            for_="embed-minutes",
        ),
        tag("input", type_="number", min=1, max=120, name="minutes", id="embed-minutes", value=chosen.minutes),
        tag("button", _("Show my line"), type_="submit"),
        method="get",
        action=f"{frame.link()}#embed",
        class_="embed",
    )


def _select(name: str, label: str, options: Mapping[str, str], chosen: str) -> list[Html]:
    written = [tag("option", text, value=value, selected=value == chosen) for value, text in options.items()]
    return [tag("label", label, for_=f"embed-{name}"), tag("select", *written, name=name, id=f"embed-{name}")]


def _privacy(frame: Frame, keeping: list[str], kept: list[tuple[str, str]], minutes: int) -> Html:
    _ = frame.gettext
    rows = [tag("tr", tag("th", tag("code", name), scope="row"), tag("td", text)) for name, text in kept]
    head = tag("tr", tag("th", _("Value"), scope="col"), tag("th", _("What it is"), scope="col"))
    caption = tag("caption", _("All that is kept of a conversation, for {minutes} minutes").format(minutes=minutes))
    return tag(
        "section",
        tag("h2", _("Privacy: what a court order would get")),
        tag("p", _("This statement is written by the program from what it really keeps.")),
        tag("table", caption, tag("thead", head), tag("tbody", *rows)),
        tag("ul", *(tag("li", join(sentence)) for sentence in keeping)),
        id="privacy",
    )
