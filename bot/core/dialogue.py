"""One turn of a conversation: a message and what was understood of it in, a reply and the new conversation out.

Pure: no I/O, no clock. The text of a message is never part of a reply.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from ..i18n import Catalog, Languages
from ..knowledge.model import Base, Level
from ..knowledge.places import Gazetteer, Places, words
from ..knowledge.resolve import Resolved, resolve
from ..nlu.interpreter import Interpretation
from .compose import Composer
from .menus import Menus
from .message import (
    Asking,
    Block,
    BlockKind,
    Choice,
    Conversation,
    Message,
    Meta,
    Pending,
    Reply,
    ShownSource,
)
from .safety import Safety, Signals
from .smalltalk import SmallTalk
from .understand import Reading, Thresholds, named_language, offer, read_intent, read_locale

FEDERAL = "us"
EMERGENCY = "emergency_call"
_BUTTONS = {
    "departments": Meta.LIST_DEPARTMENTS,
    "sources": Meta.SOURCES,
    "privacy": Meta.PRIVACY,
    "start": Meta.GREET,
}
_METAS = {meta.value: meta for meta in Meta}


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Everything a turn needs besides the message. `home` is a deployment's own department or state, or None;
    `called` has the words by which people ask for a language; `corrections` is where a wrong answer is reported."""

    base: Base
    languages: Languages
    gazetteer: Gazetteer
    safety: Safety
    thresholds: Thresholds
    called: Mapping[str, str]
    home: str | None = None
    locale: str | None = None
    minutes: int = 30
    corrections: str = ""

    def begin(self) -> Conversation:
        """A conversation of which nothing is known."""
        return Conversation(place=self.home)

    def turn(
        self,
        message: Message,
        places: Places,
        interpretation: Interpretation,
        conversation: Conversation,
        today: date,
    ) -> tuple[Reply, Conversation]:
        """The reply and what is kept of the conversation. Never raises for anything a person can send."""
        if message.locale:
            conversation = replace(conversation, locale=message.locale, locale_chosen=True)
        if message.department:
            conversation = replace(conversation, place=message.department)
        default = conversation.locale or self.locale or self.languages.default.code
        written = bool(message.text) and not message.choice
        spoken = read_locale(interpretation, conversation, self.thresholds, default) if written else default
        turn = _Turn(self, replace(conversation, locale=spoken), today)
        if message.choice:
            reply, after = turn.chosen(message.choice)
        elif message.text:
            reply, after = turn.said(message.text, places, interpretation)
        else:
            reply, after = turn.meta(Meta.HELP, 1.0)
        return self._marked(reply), after

    def _marked(self, reply: Reply) -> Reply:
        """A reply in a draft language says that it is one."""
        catalog = self.languages[reply.locale]
        if catalog.info.live:
            return reply
        line = catalog.gettext(
            "Draft: a machine helped to write this language, and no native reader has checked it yet. "
            "If something is not clear, choose another language."
        )
        return replace(reply, blocks=(*reply.blocks, Block(BlockKind.FOOTER, (line,))))

    def knows_place(self, reference: str) -> bool:
        """Whether a reference names a department, a state or a city of ours."""
        head, _, city = reference.partition("/")
        if city:
            return self.gazetteer.knows(reference)
        return (head in self.base.jurisdictions and head != FEDERAL) or head.upper() in self.gazetteer.state_names

    def menus(self, catalog: Catalog) -> Menus:
        return Menus(self.base, catalog, self.gazetteer.state_names)


class _Turn:
    """The work of one message; `conversation` is replaced as it goes on."""

    def __init__(self, dialogue: Dialogue, conversation: Conversation, today: date) -> None:
        self.dialogue, self.conversation, self.today = dialogue, conversation, today
        self.base = dialogue.base
        self.signals = Signals(False, False, False)

    @property
    def catalog(self) -> Catalog:
        return self.dialogue.languages[self.conversation.locale or self.dialogue.languages.default.code]

    @property
    def composer(self) -> Composer:
        return Composer(self.base, self.catalog, self.menus)

    @property
    def menus(self) -> Menus:
        return self.dialogue.menus(self.catalog)

    @property
    def jurisdiction(self) -> str:
        """The id whose chain answers: the conversation's department or state, else the United States."""
        head = (self.conversation.place or FEDERAL).partition("/")[0]
        return head if head in self.base.jurisdictions else FEDERAL

    @property
    def department(self) -> str | None:
        place = self.base.jurisdictions.get(self.conversation.place or "")
        return place.id if place and place.level is Level.DEPARTMENT else None

    # --- what came in -------------------------------------------------------------------------------------

    def chosen(self, value: str) -> tuple[Reply, Conversation]:
        """A pressed button. An unknown value (an old button) shows the help."""
        kind, _, target = value.partition(":")
        if kind == "t" and target in self.base.topics:
            return self.topic(target, 1.0)
        if kind == "p" and self.dialogue.knows_place(target):
            return self.moved(target)
        if kind == "l" and target in self.dialogue.languages:
            return self.speak(target)
        if kind == "g" and target in self.base.groups:
            label = self.base.texts[self.catalog.code].groups[target]
            return self._reply(Meta.HELP, (Block(BlockKind.TEXT, (label,)),), self.menus.group_topics(target))
        if value == "m:languages":
            return self.speak(None)
        return self.meta(_BUTTONS.get(target, Meta.HELP) if kind == "m" else Meta.HELP, 1.0)

    def said(self, text: str, places: Places, interpretation: Interpretation) -> tuple[Reply, Conversation]:
        """A written message."""
        self.signals = self.dialogue.safety.read(text)
        picked = self._picked(text)
        if picked:
            return self.chosen(picked)
        reading = read_intent(interpretation, self.base.topics, self.dialogue.thresholds)
        if self.signals.crisis:
            return self.meta(Meta.CRISIS, 1.0)
        if reading.intent not in self.base.topics and (
            self.signals.by_another or (self.signals.violence and reading.intent != Meta.CRISIS)
        ):
            reading = Reading(EMERGENCY, reading.probability)
        elif places.bare and reading.intent != Meta.SOURCES:
            reading = Reading(Meta.SET_DEPARTMENT, 1.0)
        elif places.references and reading.intent == Meta.SET_DEPARTMENT:
            # "I live in Reno, they robbed me": the question must not get lost.
            reading = offer(interpretation, self.base.topics, self.dialogue.thresholds) or reading
        references = self._narrowed(places.references)
        if len(references) > 1:
            return self.which(references, reading)
        if references:
            self.conversation = replace(self.conversation, place=references[0])
        return self._follow(text, reading, references)

    def _follow(self, text: str, reading: Reading, references: tuple[str, ...]) -> tuple[Reply, Conversation]:
        pending = self.conversation.pending
        if reading.intent in self.base.topics:
            return self.unsure(reading) if reading.offered else self.topic(reading.intent, reading.probability)
        if references and (
            reading.intent == Meta.SET_DEPARTMENT or reading.probability < self.dialogue.thresholds.answer
        ):
            return self.moved(references[0])
        if reading.intent == Meta.AFFIRM and pending and pending.asking is Asking.TOPIC:
            return self.topic(pending.options[0], reading.probability)
        if reading.intent == Meta.CHANGE_LANGUAGE:
            return self.speak(named_language(words(text), self.dialogue.called))
        return self.meta(_METAS.get(reading.intent, Meta.OUT_OF_SCOPE), reading.probability)

    def _picked(self, text: str) -> str | None:
        """The offered option a person typed: its number, or its label."""
        pending = self.conversation.pending
        if pending is None:
            return None
        plain = words(text)
        for number, choice in enumerate(self._options(pending), start=1):
            if plain in ((str(number),), words(choice.label)):
                return choice.value
        return None

    def _options(self, pending: Pending) -> tuple[Choice, ...]:
        if pending.asking is Asking.TOPIC:
            return self.menus.topics(pending.options)
        return tuple(self.menus.namesake(option) for option in pending.options)

    def _narrowed(self, references: tuple[str, ...]) -> tuple[str, ...]:
        """Fewer meanings of a place: a state named as the answer to our question picks the namesake in it; of
        namesakes the one the conversation is already at, or is in the state of, is meant."""
        pending, place = self.conversation.pending, self.conversation.place
        if len(references) == 1 and pending and pending.asking is Asking.DEPARTMENT:
            inside = tuple(option for option in pending.options if self._state(option) == references[0])
            return inside if len(inside) == 1 else references
        if len(references) < 2 or place is None:
            return references
        if place in references:
            return (place,)
        inside = tuple(r for r in references if self._state(r) == place)
        return inside if len(inside) == 1 else references

    def _state(self, reference: str) -> str:
        head = reference.partition("/")[0]
        jurisdiction = self.base.jurisdictions.get(head)
        return jurisdiction.parent or head if jurisdiction and jurisdiction.level is Level.DEPARTMENT else head

    # --- what goes out ------------------------------------------------------------------------------------

    def topic(self, topic: str, probability: float) -> tuple[Reply, Conversation]:
        """The answer to a topic where the conversation is."""
        resolved = resolve(self.base, topic, self.jurisdiction, self.today)
        if resolved is None:
            return self.meta(Meta.OUT_OF_SCOPE, probability)
        urgent = self._urgent(topic)
        sources = self._sources(resolved)
        answer = self.composer.answer(resolved, self.conversation.place, self.today)
        blocks = [*urgent, *answer, self.composer.source_block(sources), self._footer(topic)]
        self.conversation = replace(self.conversation, topic=topic, pending=None)
        reply = Reply(
            locale=self.catalog.code,
            topic=topic,
            blocks=tuple(blocks),
            department=self.department,
            jurisdiction=resolved.main.jurisdiction.id,
            coverage=resolved.coverage.value,
            verdict=resolved.main.answer.verdict.value,
            confidence=probability,
            urgent=bool(urgent),
            choices=self._after(topic),
            sources=sources,
        )
        return reply, self.conversation

    def _sources(self, resolved: Resolved) -> tuple[ShownSource, ...]:
        return self.composer.sources([resolved.main.answer, *(held.answer for held in resolved.binding)])

    def _urgent(self, topic: str) -> list[Block]:
        """The form for danger now: the topic's own, or how to call for help where somebody is being hurt."""
        chain = self.base.chain(self.jurisdiction)
        if self.base.topics[topic].urgent and (self.signals.now or self.signals.violence):
            return self.composer.urgent(topic, chain)
        return self.composer.urgent(EMERGENCY, chain) if self.signals.violence else []

    def _footer(self, topic: str) -> Block:
        _ = self.catalog.gettext
        lines = []
        if self.signals.personal:
            lines.append(
                _("You do not need to send me your status, numbers, names or address. I did not keep what you wrote.")
            )
        city_known = "/" in (self.conversation.place or "") or self.department is not None
        if not city_known and self._differs_by_place(topic):
            lines.append(_("Tell me your city, and I will look for what your own police department says."))
        lines.append(_("This is general information, not legal advice. I am not a lawyer, the police or ICE."))
        lines.append(self.composer.correction(self.dialogue.corrections))
        return Block(BlockKind.FOOTER, tuple(lines))

    def _differs_by_place(self, topic: str) -> bool:
        """Whether any department or state has an answer of its own."""
        local = (*self.base.of_level(Level.DEPARTMENT), *self.base.of_level(Level.STATE))
        return any(topic in jurisdiction.answers for jurisdiction in local)

    def _after(self, topic: str) -> tuple[Choice, ...]:
        related = self.menus.topics(self.base.topics[topic].related)
        return (*related, self.menus.choose_place(self.department is not None))

    def moved(self, reference: str) -> tuple[Reply, Conversation]:
        """The conversation is about another place now: the last question is answered for it."""
        self.conversation = replace(self.conversation, place=reference, pending=None)
        if self.conversation.topic:
            return self.topic(self.conversation.topic, 1.0)
        _ = self.catalog.gettext
        name = self.menus.place_name(reference)
        if self.department:
            line = _("I will answer for this place: {name}.").format(name=name)
        else:
            line = _(
                "I have nothing yet about the police of this place: {city}. "
                "I will answer with what holds in the state and in the whole country."
            ).format(city=name)
        lines = (line, _("What would you like to know?"))
        blocks = tuple(Block(BlockKind.TEXT, (text,)) for text in lines)
        return self._reply(Meta.SET_DEPARTMENT, blocks, self.menus.start(self.department is not None))

    def which(self, references: tuple[str, ...], reading: Reading) -> tuple[Reply, Conversation]:
        """Asks which of several places is meant, and keeps the question for the answer."""
        topic = reading.intent if reading.intent in self.base.topics else self.conversation.topic
        pending = Pending(Asking.DEPARTMENT, references)
        self.conversation = replace(self.conversation, topic=topic, place=None, pending=pending)
        line = self.catalog.gettext("There is more than one place of that name. Which one do you mean?")
        urgent = self._urgent(topic) if topic else []
        reply = Reply(
            locale=self.catalog.code,
            topic=reading.intent,
            blocks=(*urgent, Block(BlockKind.TEXT, (line,))),
            confidence=reading.probability,
            urgent=bool(urgent),
            pending=Asking.DEPARTMENT.value,
            choices=self._options(pending),
        )
        return reply, self.conversation

    def unsure(self, reading: Reading) -> tuple[Reply, Conversation]:
        """Offers the closest topics instead of guessing."""
        pending = Pending(Asking.TOPIC, reading.offered)
        self.conversation = replace(self.conversation, pending=pending)
        _ = self.catalog.gettext
        urgent = self._urgent(reading.intent)
        line = _("I want to be sure that I understand. Which one is your question?")
        questions = Block(BlockKind.STEPS, tuple(map(self.menus.question, reading.offered)))
        reply = Reply(
            locale=self.catalog.code,
            topic=reading.intent,
            blocks=(*urgent, Block(BlockKind.TEXT, (line,)), questions),
            department=self.department,
            confidence=reading.probability,
            urgent=bool(urgent),
            pending=Asking.TOPIC.value,
            choices=(*self._options(pending), Choice(_("None of these"), "m:help")),
            suggestions=reading.offered,
        )
        return reply, self.conversation

    def speak(self, code: str | None) -> tuple[Reply, Conversation]:
        """Another language from now on; which one is asked where the message does not tell."""
        if code is None:
            line = Block(BlockKind.TEXT, (self.catalog.gettext("Choose your language."),))
            return self._reply(Meta.CHANGE_LANGUAGE, (line,), self.menus.languages(self.dialogue.languages))
        self.conversation = replace(self.conversation, locale=code, locale_chosen=True)
        return self.meta(Meta.CHANGE_LANGUAGE, 1.0)

    def meta(self, intent: Meta, probability: float) -> tuple[Reply, Conversation]:
        """A reply to anything that is not a topic."""
        if intent is Meta.SOURCES and self.conversation.topic:
            return self.cite(self.conversation.topic, probability)
        if intent is Meta.DELETE_DATA:
            self.conversation = replace(self.dialogue.begin(), locale=self.conversation.locale)
        return self._small_talk(intent, probability)

    def _small_talk(self, intent: Meta, probability: float) -> tuple[Reply, Conversation]:
        blocks, choices = SmallTalk(self.menus, self.dialogue.minutes, self.department is not None).say(intent)
        return self._reply(intent, blocks, choices, probability)

    def cite(self, topic: str, probability: float) -> tuple[Reply, Conversation]:
        """The sources of the last answer, all of them."""
        resolved = resolve(self.base, topic, self.jurisdiction, self.today)
        sources = self._sources(resolved) if resolved else ()
        heading = self.catalog.gettext("The last answer rests on these sources. Old ones may no longer hold.")
        blocks = (Block(BlockKind.TEXT, (heading,)), self.composer.source_block(sources, limit=None))
        reply, conversation = self._reply(Meta.SOURCES, blocks, self._after(topic), probability)
        return replace(reply, sources=sources), conversation

    def _reply(
        self, intent: Meta, blocks: tuple[Block, ...], choices: tuple[Choice, ...], probability: float = 1.0
    ) -> tuple[Reply, Conversation]:
        self.conversation = replace(self.conversation, pending=None)
        reply = Reply(
            locale=self.catalog.code,
            topic=(Meta.OUT_OF_SCOPE if intent is Meta.CRISIS else intent).value,
            blocks=blocks,
            department=self.department,
            confidence=probability,
            urgent=intent is Meta.CRISIS,
            choices=choices,
        )
        return reply, self.conversation
