"""One answer as a reviewer wants to see it: claims with sources, then every language as both channels show it."""

from __future__ import annotations

from datetime import date

from ..assistant import assemble
from ..core.message import Conversation, Message, Reply
from ..errors import UsageError
from ..knowledge.model import Base
from ..knowledge.resolve import claims_of, resolve
from ..nlu.scripted import ScriptedInterpreter
from ..settings import Settings
from .wire import plain_text

_RULE = "-" * 88


def preview(jurisdiction: str, topic: str, settings: Settings) -> str:
    """The preview as text; raises UsageError for an unknown jurisdiction or topic."""
    assistant = assemble(settings, ScriptedInterpreter({}))
    base = assistant.base
    if jurisdiction not in base.jurisdictions:
        raise UsageError(f"preview: there is no `{jurisdiction}`; choose one of: {', '.join(base.jurisdictions)}")
    if topic not in base.topics:
        raise UsageError(f"preview: there is no topic `{topic}`; choose one of: {', '.join(base.topics)}")
    parts = [f"{jurisdiction} / {topic}: {base.topics[topic].question}", *_claims(base, jurisdiction, topic)]
    for language in assistant.languages:
        place = None if jurisdiction == "us" else jurisdiction
        reply, _ = assistant.answer(Message(choice=f"t:{topic}", locale=language.code), Conversation(place=place))
        parts += [_RULE, f"{language.info.name}, plain (terminal, batch)", "", plain_text(reply)]
        parts += [_RULE, f"{language.info.name}, Telegram", "", _telegram(reply)]
    return "\n".join(parts)


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
