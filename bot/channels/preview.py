"""One answer as a reviewer wants to see it: claims with sources, then every language as both channels show it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from difflib import SequenceMatcher

from ..assistant import Assistant, assemble
from ..core.message import Conversation, Message, Reply
from ..errors import UsageError
from ..home import home
from ..i18n import Catalog
from ..knowledge.history import last_reviewed
from ..knowledge.model import Base
from ..knowledge.resolve import claims_of, resolve
from ..nlu.scripted import ScriptedInterpreter
from ..settings import Settings
from .html import Html, join, tag
from .wire import plain_text

_RULE = "-" * 88
_STYLE = (
    "body{font:16px/1.5 system-ui;margin:1rem}main{display:flex;flex-wrap:wrap;gap:1rem}"
    "section{flex:1 1 22rem;border:1px solid #888;padding:0 1rem}pre{white-space:pre-wrap;overflow-wrap:anywhere}"
    "ins{background:#cfc}del{background:#fcc}"
)


def preview(jurisdiction: str, topic: str, settings: Settings) -> str:
    """The preview as text; raises UsageError for an unknown jurisdiction or topic."""
    assistant = _assistant(jurisdiction, topic, settings)
    parts = [_title(assistant, jurisdiction, topic), *_claims(assistant.base, jurisdiction, topic)]
    for language, reply in _replies(assistant, jurisdiction, topic):
        parts += [_RULE, f"{language.info.name}, plain (terminal, batch)", "", plain_text(reply)]
        parts += [_RULE, f"{language.info.name}, Telegram", "", _telegram(reply)]
    return "\n".join(parts)


def preview_page(jurisdiction: str, topic: str, settings: Settings) -> str:
    """The same as a page, languages side by side, with the words that changed since each text was last reviewed."""
    assistant = _assistant(jurisdiction, topic, settings)
    columns = [
        tag(
            "section",
            tag("h2", language.info.name),
            _changed(assistant, language.code, jurisdiction, topic),
            tag("h3", "Terminal and web"),
            tag("pre", plain_text(reply)),
            tag("h3", "Telegram"),
            tag("pre", _telegram(reply)),
            lang=language.code,
        )
        for language, reply in _replies(assistant, jurisdiction, topic)
    ]
    head = tag(
        "head", tag("meta", charset="utf-8"), tag("title", f"{jurisdiction} {topic}"), tag("style", Html(_STYLE))
    )
    claims = tag("pre", "\n".join(_claims(assistant.base, jurisdiction, topic)))
    title = tag("h1", _title(assistant, jurisdiction, topic))
    return "<!doctype html>\n" + tag("html", head, tag("body", title, claims, tag("main", *columns)), lang="en")


def _assistant(jurisdiction: str, topic: str, settings: Settings) -> Assistant:
    assistant = assemble(replace(settings, drafts=True), ScriptedInterpreter({}))
    base = assistant.base
    if jurisdiction not in base.jurisdictions:
        raise UsageError(f"preview: there is no `{jurisdiction}`; choose one of: {', '.join(base.jurisdictions)}")
    if topic not in base.topics:
        raise UsageError(f"preview: there is no topic `{topic}`; choose one of: {', '.join(base.topics)}")
    return assistant


def _title(assistant: Assistant, jurisdiction: str, topic: str) -> str:
    return f"{jurisdiction} / {topic}: {assistant.base.topics[topic].question}"


def _replies(assistant: Assistant, jurisdiction: str, topic: str) -> Iterator[tuple[Catalog, Reply]]:
    for language in assistant.languages:
        place = None if jurisdiction == "us" else jurisdiction
        yield (
            language,
            assistant.answer(Message(choice=f"t:{topic}", locale=language.code), Conversation(place=place))[0],
        )


def _changed(assistant: Assistant, code: str, jurisdiction: str, topic: str) -> Html:
    """The text's own words, those that are new since its last review marked and those that went struck out."""
    texts = assistant.base.texts_of(code, jurisdiction).texts.get(topic)
    if texts is None or texts.borrowed:
        return tag("p", "No text of its own in this language.")
    before = last_reviewed(home(), texts.place.path, topic)
    if before is None:
        return tag("p", f"Reviewed {texts.reviewed}; no earlier version.")
    old = " ".join([before.get("headline", ""), before.get("body", ""), *(before.get("steps") or ())])
    new = " ".join([texts.headline, texts.body, *texts.steps])
    heading = tag("h3", f"Changed since the review of {before.get('reviewed')}")
    return join(heading, tag("p", *word_differences(old, new)))


def word_differences(old: str, new: str) -> list[Html]:
    """The new text by words: `ins` for what is new, `del` for what went."""
    a, b = old.split(), new.split()
    pieces = []
    for kind, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if kind != "equal" and i < j:
            pieces.append(join(tag("del", " ".join(a[i:j])), " "))
        if k < m:
            words = " ".join(b[k:m])
            pieces.append(join(words if kind == "equal" else tag("ins", words), " "))
    return pieces


def _claims(base: Base, jurisdiction: str, topic: str) -> list[str]:
    resolved = resolve(base, topic, jurisdiction, date.today())
    if resolved is None:
        return ["no answer in force"]
    lines = []
    for held in (resolved.main, *resolved.binding):
        binding = ", binding" if held.answer.binding else ""
        lines.append(f"{held.jurisdiction.id}: verdict {held.answer.verdict.value}{binding}")
        for claim in claims_of(base, held.answer):
            due = base.review_due(claim)
            lines.append(f"  {claim.id} (as of {claim.as_of}, {claim.sure.value}, review by {due}): {claim.says}")
            lines += [f"    {base.sources[s].title}: {base.sources[s].url}" for s in claim.cites if s in base.sources]
    return lines


def _telegram(reply: Reply) -> str:
    from .telegram.render import parts

    return "\n\n".join(part.html for part in parts(reply))
