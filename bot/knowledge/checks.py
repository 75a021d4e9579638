"""What must hold in the knowledge base: one small function a rule, in a register.

Every function yields problems; `RULES` says what each rule is for. tests/bad/ has one wrong file per rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from ..i18n import LanguageInfo
from . import placeholders
from .model import Answer, AnswerText, Base, Certainty, Jurisdiction, Level, Place, TopicText, Verdict
from .places import Gazetteer
from .problems import Problem, Severity
from .resolve import claims_of, overdue

LONGEST = {"headline": 200, "body": 700, "step": 160, "urgent": 320}
LONGEST_LABEL = 28
LONGEST_SHORT = 24
LONGEST_CALLBACK = 64
TIP_LINE = re.compile(r"866\D{0,3}347\D?2423|866\D?DHS\D?2\D?ICE", re.IGNORECASE)
_RAW_FACT = re.compile(r"https?://|www\.|\b(?:19|20)\d{2}\b|\b\d{3}[-. ]\d{3}[-. ]\d{4}\b|\b1-8\d\d-")


@dataclass(frozen=True, slots=True)
class Context:
    """What the rules look at."""

    base: Base
    languages: tuple[LanguageInfo, ...]
    gazetteer: Callable[[], Gazetteer]
    today: date
    only: str | None = None
    """The one file whose problems are wanted: what costs time is not done for the others."""

    def wants(self, place: Place) -> bool:
        return self.only in (None, place.path)


Found = Iterator[Problem]
Rule = Callable[[Context], Found]
RULES: dict[str, Rule] = {}


def rule(name: str) -> Callable[[Rule], Rule]:
    """Enters a function into the register under its rule's name."""

    def enter(function: Rule) -> Rule:
        RULES[name] = function
        return function

    return enter


def _problem(place: Place, name: str, message: str, hint: str = "", severity: Severity = Severity.ERROR) -> Problem:
    return Problem(place.path, place.line, name, message, hint, severity)


def _near(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word, list(known), 1)
    return f"did you mean `{near[0]}`?" if near else ""


def _answers(context: Context) -> Iterator[tuple[Jurisdiction, Answer]]:
    for jurisdiction in context.base.jurisdictions.values():
        for answer in jurisdiction.answers.values():
            yield jurisdiction, answer


def _texts(context: Context) -> Iterator[tuple[LanguageInfo, Jurisdiction, AnswerText]]:
    for language in context.languages:
        for identity, texts in context.base.texts[language.code].jurisdictions.items():
            for text in filter(lambda t: context.wants(t.place), texts.texts.values()):
                yield language, context.base.jurisdictions[identity], text


def pieces(text: AnswerText) -> Iterator[tuple[str, str]]:
    """Every sentence-bearing piece of a text with its name."""
    yield "headline", text.headline
    yield "body", text.body
    yield from (("step", step) for step in text.steps)
    if text.urgent:
        yield "urgent", text.urgent


@rule("unknown-topic")
def unknown_topic(context: Context) -> Found:
    """Answers, gaps and texts are about topics of topics.yaml; related topics exist."""
    topics = context.base.topics
    for jurisdiction in context.base.jurisdictions.values():
        said = [(a.topic, a.place) for a in jurisdiction.answers.values()]
        said += [(g.topic, g.place) for g in jurisdiction.gaps.values()]
        for name, place in said:
            if name not in topics:
                yield _problem(place, "unknown-topic", f"`{name}`", _near(name, topics))
    for topic in topics.values():
        for name in topic.related:
            if name not in topics:
                yield _problem(topic.place, "unknown-topic", f"related topic `{name}`", _near(name, topics))


@rule("unknown-group")
def unknown_group(context: Context) -> Found:
    """A topic's group is one of topics.yaml."""
    for topic in context.base.topics.values():
        if topic.group not in context.base.groups:
            yield _problem(topic.place, "unknown-group", f"`{topic.group}`", _near(topic.group, context.base.groups))


@rule("unknown-parent")
def unknown_parent(context: Context) -> Found:
    """A department is below a state, a state below the United States."""
    for jurisdiction in context.base.jurisdictions.values():
        if jurisdiction.level is Level.FEDERAL:
            continue
        wanted = Level.STATE if jurisdiction.level is Level.DEPARTMENT else Level.FEDERAL
        parent = context.base.jurisdictions.get(jurisdiction.parent or "")
        if parent is None or parent.level is not wanted:
            message = f"`parent: {jurisdiction.parent}` is no {wanted.value} of the knowledge base"
            yield _problem(jurisdiction.place, "unknown-parent", message, "add its file or mend the id")


@rule("unknown-source")
def unknown_source(context: Context) -> Found:
    """Claims and contacts cite sources that exist."""
    sources = context.base.sources
    citing = [(c.id, c.cites, c.place) for c in context.base.claims.values()]
    citing += [(c.id, c.cites, c.place) for c in context.base.contacts.values()]
    for identity, cites, place in citing:
        for name in cites:
            if name not in sources:
                yield _problem(place, "unknown-source", f"`{name}` in `{identity}`", _near(name, sources))


@rule("unknown-claim")
def unknown_claim(context: Context) -> Found:
    """Answers cite claims that exist."""
    for _, answer in _answers(context):
        for name in answer.cites:
            if name not in context.base.claims:
                near = _near(name, context.base.claims)
                yield _problem(answer.place, "unknown-claim", f"`{name}` in `{answer.topic}`", near)


@rule("low-certainty")
def low_certainty(context: Context) -> Found:
    """A claim we are not sure of is recorded, never cited by an answer."""
    for _, answer in _answers(context):
        for claim in claims_of(context.base, answer):
            if claim.sure is Certainty.LOW:
                message = f"`{answer.topic}` cites `{claim.id}`, which is of low certainty"
                yield _problem(answer.place, "low-certainty", message, "find a better source or declare a gap")


@rule("copy-only")
def copy_only(context: Context) -> Found:
    """A copy is never the only source of an answer shown as certain (a plain yes or no on a `high` claim)."""
    for _, answer in _answers(context):
        if answer.verdict not in (Verdict.YES, Verdict.NO):
            continue
        cited = [
            context.base.sources[s]
            for c in claims_of(context.base, answer)
            for s in c.cites
            if s in context.base.sources
        ]
        sure = any(claim.sure is Certainty.HIGH for claim in claims_of(context.base, answer))
        if cited and sure and all(source.copy for source in cited):
            message = f"`{answer.topic}` is shown as certain and rests on copies alone"
            yield _problem(answer.place, "copy-only", message, "cite the publisher, or lower `sure` to medium")


@rule("date-order")
def date_order(context: Context) -> Found:
    """Dates are in order and not in the future: as_of, then checked; a rule ends after it starts."""
    for claim in context.base.claims.values():
        if claim.as_of.first > claim.checked.last:
            yield _problem(
                claim.place,
                "date-order",
                f"`{claim.id}`: as_of {claim.as_of} is after checked {claim.checked}",
            )
        if claim.checked.first > context.today or claim.changed.first > context.today:
            yield _problem(claim.place, "date-order", f"`{claim.id}`: checked or changed lies in the future")
        if claim.effective_from and claim.effective_to and claim.effective_from.first > claim.effective_to.last:
            yield _problem(claim.place, "date-order", f"`{claim.id}`: it ends before it starts")


@rule("unanswered-topic")
def unanswered_topic(context: Context) -> Found:
    """Every topic required at a level has an answer or a declared gap in every jurisdiction of that level."""
    for jurisdiction in context.base.jurisdictions.values():
        for topic in context.base.topics.values():
            if jurisdiction.level not in topic.required_at:
                continue
            if topic.id not in jurisdiction.answers and topic.id not in jurisdiction.gaps:
                message = f"`{jurisdiction.id}` says nothing about `{topic.id}`"
                yield _problem(
                    jurisdiction.place,
                    "unanswered-topic",
                    message,
                    "add an answer, or a gap with the date you searched",
                )


@rule("missing-text")
def missing_text(context: Context) -> Found:
    """Every answer has a text in every language (live languages must, drafts should: one line a jurisdiction)."""
    for language in context.languages:
        for jurisdiction in context.base.jurisdictions.values():
            texts = context.base.texts[language.code].jurisdictions.get(jurisdiction.id)
            missing = [a for a in jurisdiction.answers.values() if texts is None or a.topic not in texts.texts]
            hint = f"write in data/responses/{language.code}"
            for answer in missing if language.live else ():
                message = f"no {language.name} text for `{answer.topic}` of `{jurisdiction.id}`"
                yield _problem(answer.place, "missing-text", message, hint)
            if missing and not language.live:
                topics = ", ".join(answer.topic for answer in missing[:3]) + (" ..." if len(missing) > 3 else "")
                message = f"{len(missing)} {language.name} texts of `{jurisdiction.id}` are not written: {topics}"
                place = texts.place if texts else missing[0].place
                yield _problem(place, "missing-text", message, hint, Severity.WARNING)


@rule("missing-names")
def missing_names(context: Context) -> Found:
    """Every jurisdiction has its name, short name and place in every live language, and labels for its contacts."""
    for language in context.languages:
        for jurisdiction in context.base.jurisdictions.values():
            texts = context.base.texts[language.code].jurisdictions.get(jurisdiction.id)
            if texts is None:
                if language.live:
                    message = f"`{jurisdiction.id}` has no {language.name} file"
                    yield _problem(jurisdiction.place, "missing-names", message, f"see data/responses/{language.code}")
                continue
            names = {"name": texts.name, "short": texts.short, "place": texts.place_name}
            missing = [key for key, value in names.items() if not value]
            labels = [contact for contact in jurisdiction.contacts if contact not in texts.contacts]
            missing += [f"labels of contacts {', '.join(labels)}"] if labels else []
            if missing:
                yield _problem(texts.place, "missing-names", f"`{jurisdiction.id}` needs {', '.join(missing)}")
            if len(texts.short) > LONGEST_SHORT:
                message = f"`short: {texts.short}` has {len(texts.short)} characters, at most {LONGEST_SHORT}"
                yield _problem(texts.place, "missing-names", message, "it is a button")


@rule("orphan-text")
def orphan_text(context: Context) -> Found:
    """A text belongs to an answer."""
    for _, jurisdiction, text in _texts(context):
        if text.topic not in jurisdiction.answers:
            message = f"`{text.topic}`: `{jurisdiction.id}` has no such answer"
            yield _problem(text.place, "orphan-text", message, _near(text.topic, jurisdiction.answers))


@rule("stale-text")
def stale_text(context: Context) -> Found:
    """No text is older than a claim it rests on; one older than the default language's text is to be read again."""
    default = context.base.texts[context.languages[0].code].jurisdictions
    for language, jurisdiction, text in _texts(context):
        answer = jurisdiction.answers.get(text.topic)
        newer = [(f"`{c.id}` changed", c.changed) for c in (claims_of(context.base, answer) if answer else ())]
        severity = Severity.ERROR if language.live else Severity.WARNING
        told = [(what, when, severity) for what, when in newer]
        source = default[jurisdiction.id].texts.get(text.topic) if jurisdiction.id in default else None
        if source:
            told.append((f"the {context.languages[0].name} text was reviewed", source.reviewed, Severity.WARNING))
        for what, when, weight in told:
            if text.reviewed.last < when.first:
                message = f"`{text.topic}` was reviewed {text.reviewed}, {what} {when}"
                yield _problem(text.place, "stale-text", message, "read it again, mend it, set `reviewed`", weight)


@rule("placeholder")
def placeholder(context: Context) -> Found:
    """Placeholders name claims the answer cites (with the date asked for) and contacts in reach."""
    for _, jurisdiction, text in _texts(context):
        answer = jurisdiction.answers.get(text.topic)
        for name, piece in pieces(text):
            for message in _bad_placeholders(context.base, jurisdiction, answer, piece):
                yield _problem(text.place, "placeholder", f"`{text.topic}` {name}: {message}")


def _bad_placeholders(base: Base, jurisdiction: Jurisdiction, answer: Answer | None, piece: str) -> Iterator[str]:
    try:
        found = list(placeholders.find(piece))
    except placeholders.BadPlaceholder as error:
        yield str(error)
        return
    reach = {contact for place in base.chain(jurisdiction.id) for contact in place.contacts}
    for kind, target in found:
        if kind is placeholders.Kind.CONTACT:
            if target not in reach:
                yield f"there is no contact `{target}` here or above"
            continue
        claim = base.claims.get(target)
        if claim is None or (answer and target not in answer.cites):
            yield f"`{target}` is not a claim the answer cites"
        elif (kind is placeholders.Kind.SINCE and not claim.effective_from) or (
            kind is placeholders.Kind.UNTIL and not claim.effective_to
        ):
            yield f"claim `{target}` has no date for `{kind.value}`"


@rule("raw-fact")
def raw_fact(context: Context) -> Found:
    """Years, telephone numbers and links come from data, through placeholders."""
    for _, _, text in _texts(context):
        for name, piece in pieces(text):
            found = _RAW_FACT.search(piece)
            if found:
                hint = "use {year.CLAIM}, {date.CLAIM} or {contact.ID}"
                yield _problem(text.place, "raw-fact", f"`{text.topic}` {name} contains `{found[0]}`", hint)


@rule("too-long")
def too_long(context: Context) -> Found:
    """Texts stay short, measured as a person sees them."""
    for _, _, text in _texts(context):
        for name, piece in pieces(text):
            shown = (
                len(re.sub(r"\{[^}]*\}", "x" * 12, piece))
                if name == "urgent"
                else len(re.sub(r"\{[^}]*\}", "2026", piece))
            )
            if shown > LONGEST[name]:
                message = f"`{text.topic}` {name} has {shown} characters, at most {LONGEST[name]}"
                yield _problem(text.place, "too-long", message)


@rule("missing-urgent")
def missing_urgent(context: Context) -> Found:
    """An urgent topic's federal text has a form for danger now."""
    for _, jurisdiction, text in _texts(context):
        topic = context.base.topics.get(text.topic)
        if topic and topic.urgent and jurisdiction.level is Level.FEDERAL and not text.urgent:
            yield _problem(
                text.place,
                "missing-urgent",
                f"`{text.topic}` has no `urgent` form",
                "at most 320 characters, 911 first",
            )


@rule("never-say")
def never_say(context: Context) -> Found:
    """No text promises what nobody can promise (the list stands in locales.yaml); none shouts."""
    for language, _, text in _texts(context):
        for name, piece in pieces(text):
            low = piece.lower().replace("’", "'")
            for phrase in language.never_say:
                if re.search(rf"\b{re.escape(phrase.lower())}\b", low):
                    yield _problem(
                        text.place,
                        "never-say",
                        f"`{text.topic}` {name} says `{phrase}`",
                        "say what is known, no more",
                    )
            if "!" in piece or "¡" in piece:
                yield _problem(text.place, "never-say", f"`{text.topic}` {name} has an exclamation mark")


@rule("labels")
def labels(context: Context) -> Found:
    """Every topic and group has a button label and a question in every live language; buttons fit."""
    for language in context.languages:
        texts = context.base.texts[language.code]
        place = Place(f"data/responses/{language.code}/topics.yaml", 1)
        missing = [t for t in context.base.topics if not _worded(texts.topics.get(t))]
        missing += [group for group in context.base.groups if not texts.groups.get(group)]
        severity = Severity.ERROR if language.live else Severity.WARNING
        if missing:
            yield _problem(place, "labels", f"no label or question for {', '.join(missing)}", "", severity)
        for topic, words in texts.topics.items():
            if topic not in context.base.topics:
                yield _problem(place, "labels", f"`{topic}` is no topic", _near(topic, context.base.topics))
            if len(words.label) > LONGEST_LABEL:
                yield _problem(
                    place,
                    "labels",
                    f"label of `{topic}` has {len(words.label)} characters, at most {LONGEST_LABEL}",
                )


def _worded(text: TopicText | None) -> bool:
    return text is not None and bool(text.label and text.question)


@rule("callback-size")
def callback_size(context: Context) -> Found:
    """What a button sends back fits into Telegram's 64 bytes, also inside a deep link."""
    for identity in (*context.base.topics, *context.base.jurisdictions):
        if len(f"t:{identity}".encode()) > LONGEST_CALLBACK // 2:
            place = (context.base.topics.get(identity) or context.base.jurisdictions[identity]).place
            yield _problem(
                place, "callback-size", f"the id `{identity}` is too long for a button", "at most 30 letters"
            )


@rule("example-not-found")
def example_not_found(context: Context) -> Found:
    """Every example sentence of a department finds that department."""
    for jurisdiction in context.base.jurisdictions.values():
        for example in jurisdiction.examples if context.wants(jurisdiction.place) else ():
            found = context.gazetteer().find(example).references
            if jurisdiction.id not in found:
                said = ", ".join(found) or "no place"
                message = f"`{example}` finds {said}, not `{jurisdiction.id}`"
                yield _problem(
                    jurisdiction.place,
                    "example-not-found",
                    message,
                    "add the name to aliases or weak_aliases",
                )


@rule("tip-line")
def tip_line(context: Context) -> Found:
    """ICE's tip line is never shown as help, nor kept as a contact."""
    for contact in context.base.contacts.values():
        if TIP_LINE.search(contact.value):
            yield _problem(contact.place, "tip-line", f"`{contact.id}` is ICE's tip line", "remove it")
    for _, _, text in _texts(context):
        if any(TIP_LINE.search(piece) for _, piece in pieces(text)):
            yield _problem(text.place, "tip-line", f"`{text.topic}` shows ICE's tip line", "remove it")


@rule("review-due")
def review_due(context: Context) -> Found:
    """Claims are looked at again in time; until then the reply itself says so."""
    for jurisdiction, answer in _answers(context):
        for claim in overdue(context.base, answer, context.today):
            message = f"`{jurisdiction.id}` `{answer.topic}`: `{claim.id}` not confirmed since {claim.checked}"
            yield _problem(claim.place, "review-due", message, "check the source, set `checked`", Severity.WARNING)


@rule("reading-level")
def reading_level(context: Context) -> Found:
    """Texts are easy to read, by the language's own index (textstat; skipped where it is not installed)."""
    from .reading import score

    for language, _, text in _texts(context):
        found = score(language, text)
        if found is not None and not found.easy:
            message = (
                f"`{text.topic}` scores {found.value:.1f} on {language.reading_index}, limit {language.reading_limit:g}"
            )
            severity = Severity.ERROR if language.live else Severity.WARNING
            yield _problem(text.place, "reading-level", message, "shorter sentences, plainer words", severity)


def run(context: Context) -> Iterator[Problem]:
    """All rules, in the order of the register."""
    for function in RULES.values():
        yield from function(context)
