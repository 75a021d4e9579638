"""One turn of a conversation: a message and what was understood of it in, a reply and the new conversation out.

Pure: no I/O, no clock. The text of a message is never part of a reply.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from ..i18n import Catalog, Languages
from ..knowledge.model import Base, Jurisdiction, Level
from ..knowledge.places import Gazetteer, Places, words
from ..knowledge.resolve import resolve
from ..nlu.interpreter import Interpretation
from .compose import Composer
from .message import Asking, Block, BlockKind, Choice, Conversation, Message, Meta, Pending, Reply
from .safety import Safety, Signals
from .understand import Reading, Thresholds, named_language, read_intent, read_locale

FEDERAL = "us"
EMERGENCY = "emergency_call"
HOTLINE_988 = "us_988"


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Everything a turn needs besides the message. `home` is a deployment's own department or state, or None."""

    base: Base
    languages: Languages
    gazetteer: Gazetteer
    safety: Safety
    thresholds: Thresholds
    called: Mapping[str, str]
    home: str | None = None
    locale: str | None = None
    minutes: int = 30

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
        default = self.locale or self.languages.default.code
        if message.text.strip() and not message.choice:
            spoken = read_locale(interpretation, conversation, places, self.thresholds, default)
            conversation = replace(conversation, locale=spoken)
        conversation = replace(conversation, locale=conversation.locale or default)
        turn = _Turn(self, conversation, today)
        if message.choice:
            return turn.chosen(message.choice)
        if not message.text.strip():
            return turn.meta(Meta.HELP, 1.0)
        return turn.said(message.text, places, interpretation)

    def knows_place(self, reference: str) -> bool:
        """Whether a reference names a department, a state or a city of ours."""
        head, _, city = reference.partition("/")
        if not city and head in self.base.jurisdictions and head != FEDERAL:
            return True
        return head.upper() in self.gazetteer.state_names and (not city or self.gazetteer.knows(reference))


class _Turn:
    def __init__(self, dialogue: Dialogue, conversation: Conversation, today: date) -> None:
        self.dialogue, self.conversation, self.today = dialogue, conversation, today
        self.base = dialogue.base
        self.signals = Signals(False, False, False)

    @property
    def catalog(self) -> Catalog:
        return self.dialogue.languages[self.conversation.locale or self.dialogue.languages.default.code]

    @property
    def composer(self) -> Composer:
        return Composer(self.base, self.catalog)

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
        """A pressed button. An unknown value (an old button) shows the start again."""
        kind, _, target = value.partition(":")
        if kind == "t" and target in self.base.topics:
            return self.topic(target, 1.0)
        if kind == "p" and self.dialogue.knows_place(target):
            return self.moved(target)
        if kind == "l" and target in self.dialogue.languages:
            self.conversation = replace(self.conversation, locale=target, locale_chosen=True)
            return self.meta(Meta.CHANGE_LANGUAGE, 1.0)
        if kind == "g" and target in self.base.groups:
            return self.group(target)
        metas = {"departments": Meta.LIST_DEPARTMENTS, "sources": Meta.SOURCES, "privacy": Meta.PRIVACY}
        if value == "m:languages":
            return self.languages()
        return self.meta(metas.get(target, Meta.HELP) if kind == "m" else Meta.HELP, 1.0)

    def said(self, text: str, places: Places, interpretation: Interpretation) -> tuple[Reply, Conversation]:
        self.signals = self.dialogue.safety.read(text)
        picked = self._picked(text)
        if picked:
            return self.chosen(picked)
        reading = read_intent(interpretation, self.base.topics, self.dialogue.thresholds)
        if self.signals.violence and reading.intent not in self.base.topics and reading.intent != Meta.CRISIS:
            reading = Reading(EMERGENCY, reading.probability)
        references = self._narrowed(places.references)
        if places.bare and reading.intent not in (Meta.SOURCES,):
            reading = Reading(Meta.SET_DEPARTMENT, 1.0)
        if len(references) > 1:
            return self.which(references, reading)
        if references:
            self.conversation = replace(self.conversation, place=references[0])
        return self._follow(text, reading, references)

    def _follow(self, text: str, reading: Reading, references: tuple[str, ...]) -> tuple[Reply, Conversation]:
        pending = self.conversation.pending
        if reading.intent in self.base.topics:
            if reading.offered and len(reading.offered) > 1:
                return self.unsure(reading)
            return self.topic(reading.intent, reading.probability, unsure=bool(reading.offered))
        if reading.intent == Meta.SET_DEPARTMENT and references:
            return self.moved(references[0])
        if reading.intent == Meta.AFFIRM and pending and pending.asking is Asking.TOPIC:
            return self.topic(pending.options[0], reading.probability)
        if reading.intent == Meta.CHANGE_LANGUAGE:
            return self.speak(named_language(words(text), self.dialogue.called))
        if references and reading.intent == Meta.OUT_OF_SCOPE and reading.probability < self.dialogue.thresholds.answer:
            return self.moved(references[0])
        known = reading.intent in {meta.value for meta in Meta}
        return self.meta(Meta(reading.intent) if known else Meta.OUT_OF_SCOPE, reading.probability)

    def _picked(self, text: str) -> str | None:
        """The offered option a person typed: its number, or its label."""
        pending = self.conversation.pending
        if pending is None:
            return None
        plain = " ".join(words(text))
        for number, option in enumerate(pending.options, start=1):
            choice = self._option(pending.asking, option)
            if plain in (str(number), " ".join(words(choice.label))):
                return choice.value
        return None

    def _narrowed(self, references: tuple[str, ...]) -> tuple[str, ...]:
        """Of several places of one name, the one the conversation already is at, or is in the state of."""
        place = self.conversation.place
        if len(references) < 2 or place is None:
            return references
        if place in references:
            return (place,)
        state = self._state(place)
        inside = tuple(r for r in references if self._state(r) == state)
        offered = self.conversation.pending and self.conversation.pending.asking is Asking.DEPARTMENT
        return inside if len(inside) == 1 and (offered or place == state) else references

    def _state(self, reference: str) -> str:
        head = reference.partition("/")[0]
        jurisdiction = self.base.jurisdictions.get(head)
        return jurisdiction.parent or head if jurisdiction and jurisdiction.level is Level.DEPARTMENT else head

    # --- what goes out ------------------------------------------------------------------------------------

    def topic(self, topic: str, probability: float, unsure: bool = False) -> tuple[Reply, Conversation]:
        """The answer to a topic where the conversation is."""
        resolved = resolve(self.base, topic, self.jurisdiction, self.today)
        composer = self.composer
        blocks: list[Block] = self._urgent(topic)
        urgent = bool(blocks)
        if resolved is None or composer.text(resolved.main) is None:
            return self.meta(Meta.OUT_OF_SCOPE, probability)
        place = self.conversation.place
        known = place if place in self.base.jurisdictions else None
        blocks += composer.answer(resolved, known, self._elsewhere(place), self.today)
        sources = composer.sources([resolved.main.answer, *(h.answer for h in resolved.binding)])
        blocks.append(composer.source_block(sources))
        blocks.append(self._footer(topic))
        self.conversation = replace(self.conversation, topic=topic, pending=None)
        return self._done(
            Reply(
                locale=self.catalog.code,
                topic=topic,
                blocks=tuple(blocks),
                jurisdiction=resolved.main.jurisdiction.id,
                coverage=resolved.coverage.value,
                verdict=resolved.main.answer.verdict.value,
                confidence=probability,
                urgent=urgent,
                choices=self._after(topic),
                sources=sources,
            )
        )

    def _elsewhere(self, place: str | None) -> str | None:
        """The place as a person would call it, where it is no department of ours; None where it is one."""
        if place is None or place in self.base.jurisdictions:
            return None
        code, _, city = place.partition("/")
        state = self._state_name(code)
        return f"{city}, {state}" if city else state

    def _state_name(self, code: str) -> str:
        texts = self.base.texts[self.catalog.code].jurisdictions.get(code)
        return texts.place_name if texts else self.dialogue.gazetteer.state_names[code.upper()]

    def _urgent(self, topic: str) -> list[Block]:
        chain = self.base.chain(self.jurisdiction)
        if self.base.topics[topic].urgent and (self.signals.now or self.signals.violence):
            return self.composer.urgent(topic, chain)
        if self.signals.violence:
            return self.composer.urgent(EMERGENCY, chain)
        return []

    def _footer(self, topic: str) -> Block:
        _ = self.catalog.gettext
        lines = []
        if self.signals.personal:
            lines.append(
                _("You do not need to send me your status, numbers, names or address. I did not keep what you wrote.")
            )
        if self.department is None and Level.DEPARTMENT in self.base.topics[topic].required_at:
            lines.append(_("Tell me your city, and I will look for what your own police department says."))
        lines.append(_("This is general information, not legal advice. I am not a lawyer, the police or ICE."))
        return Block(BlockKind.FOOTER, tuple(lines))

    def _after(self, topic: str) -> tuple[Choice, ...]:
        related = [self._option(Asking.TOPIC, name) for name in self.base.topics[topic].related]
        return (*related, self._departments_choice())

    def _departments_choice(self) -> Choice:
        label = self.catalog.gettext("Another city") if self.department else self.catalog.gettext("Choose my city")
        return Choice(label, "m:departments")

    def moved(self, reference: str) -> tuple[Reply, Conversation]:
        """The conversation is about another place now: the last question is answered for it."""
        self.conversation = replace(self.conversation, place=reference)
        if self.conversation.topic:
            return self.topic(self.conversation.topic, 1.0)
        self.conversation = replace(self.conversation, pending=None)
        _ = self.catalog.gettext
        city = self._elsewhere(reference)
        if city:
            line = _(
                "I have nothing yet about the police of this place: {city}. "
                "I will answer with what holds in the state and in the whole country."
            ).format(city=city)
        else:
            line = _("I will answer for this place: {name}.").format(name=self.composer.name(reference))
        return self._done(
            Reply(
                locale=self.catalog.code,
                topic=Meta.SET_DEPARTMENT.value,
                blocks=self._lines(line, _("What would you like to know?")),
                choices=self._menu(),
            )
        )

    def which(self, references: tuple[str, ...], reading: Reading) -> tuple[Reply, Conversation]:
        """Asks which of several places is meant, and keeps the question for the answer."""
        topic = reading.intent if reading.intent in self.base.topics else self.conversation.topic
        self.conversation = replace(
            self.conversation, topic=topic, place=None, pending=Pending(Asking.DEPARTMENT, references)
        )
        _ = self.catalog.gettext
        blocks = self._urgent(topic) if topic else []
        blocks += self._lines(_("There is more than one place of that name. Which one do you mean?"))
        return self._done(
            Reply(
                locale=self.catalog.code,
                topic=reading.intent,
                blocks=tuple(blocks),
                confidence=reading.probability,
                urgent=blocks[0].kind is BlockKind.URGENT,
                pending=Asking.DEPARTMENT.value,
                choices=tuple(self._option(Asking.DEPARTMENT, r) for r in references),
            )
        )

    def unsure(self, reading: Reading) -> tuple[Reply, Conversation]:
        """Offers the closest topics instead of guessing."""
        self.conversation = replace(self.conversation, pending=Pending(Asking.TOPIC, reading.offered))
        blocks = self._urgent(reading.intent)
        urgent = bool(blocks)
        blocks += self._lines(self.catalog.gettext("I want to be sure that I understand. Which one is your question?"))
        questions = self.base.texts[self.catalog.code].topics
        blocks.append(Block(BlockKind.STEPS, tuple(questions[topic].question for topic in reading.offered)))
        none = Choice(self.catalog.gettext("None of these"), "m:help")
        return self._done(
            Reply(
                locale=self.catalog.code,
                topic=reading.intent,
                blocks=tuple(blocks),
                confidence=reading.probability,
                urgent=urgent,
                pending=Asking.TOPIC.value,
                choices=(*(self._option(Asking.TOPIC, topic) for topic in reading.offered), none),
                suggestions=reading.offered,
            )
        )

    def group(self, group: str) -> tuple[Reply, Conversation]:
        """The topics of one group as buttons."""
        topics = [topic.id for topic in self.base.topics.values() if topic.group == group]
        label = self.base.texts[self.catalog.code].groups[group]
        return self._done(
            Reply(
                locale=self.catalog.code,
                topic=Meta.HELP.value,
                blocks=self._lines(label),
                choices=tuple(self._option(Asking.TOPIC, topic) for topic in topics),
            )
        )

    def speak(self, code: str | None) -> tuple[Reply, Conversation]:
        if code is None:
            return self.languages()
        self.conversation = replace(self.conversation, locale=code, locale_chosen=True)
        return self.meta(Meta.CHANGE_LANGUAGE, 1.0)

    def languages(self) -> tuple[Reply, Conversation]:
        """Every language by its own name."""
        choices = tuple(Choice(c.info.name, f"l:{c.code}") for c in self.dialogue.languages)
        line = self.catalog.gettext("Choose your language.")
        return self._done(
            Reply(
                locale=self.catalog.code,
                topic=Meta.CHANGE_LANGUAGE.value,
                blocks=self._lines(line),
                choices=choices,
            )
        )

    def meta(self, intent: Meta, probability: float) -> tuple[Reply, Conversation]:
        """A reply to anything that is not a topic."""
        handler: Mapping[Meta, Callable[[], tuple[tuple[Block, ...], tuple[Choice, ...]]]] = {
            Meta.GREET: self._greeting,
            Meta.HELP: self._help,
            Meta.LIST_DEPARTMENTS: self._departments,
            Meta.SET_DEPARTMENT: self._unknown_place,
            Meta.CHANGE_LANGUAGE: self._language_changed,
            Meta.SOURCES: self._sources,
            Meta.CRISIS: self._crisis,
        }
        make = handler.get(intent)
        blocks, choices = make() if make else (self._lines(*self._plain(intent)), self._menu())
        if intent is Meta.DELETE_DATA:
            self.conversation = replace(self.dialogue.begin(), locale=self.conversation.locale)
        if intent is not Meta.SOURCES:
            self.conversation = replace(self.conversation, pending=None)
        sources = ()
        if intent is Meta.SOURCES and self.conversation.topic:
            sources = self._topic_sources(self.conversation.topic)
        topic = Meta.OUT_OF_SCOPE if intent is Meta.CRISIS else intent
        return self._done(
            Reply(
                locale=self.catalog.code,
                topic=topic.value,
                blocks=blocks,
                confidence=probability,
                urgent=intent is Meta.CRISIS,
                choices=choices,
                sources=sources,
            )
        )

    def _plain(self, intent: Meta) -> tuple[str, ...]:
        _ = self.catalog.gettext
        texts: dict[Meta, tuple[str, ...]] = {
            Meta.GOODBYE: (_("Take care. In an emergency call 911."),),
            Meta.THANKS: (_("You are welcome. Ask me anything else."),),
            Meta.PRIVACY: (
                _("I do not keep what you write: no message, no name, no phone number."),
                _(
                    "While we talk I remember your language, your city and your last question. "
                    "That disappears after {minutes} minutes, or at once if you ask me to forget."
                ).format(minutes=self.dialogue.minutes),
                _("The app you use to write to me may keep your messages. Do not send names, numbers or addresses."),
            ),
            Meta.DELETE_DATA: (_("Done. I have forgotten this conversation. Delete it in your app too."),),
            Meta.BOT_CHALLENGE: (
                _("I am a computer program. I am not a person, a lawyer, the police, ICE or the government."),
                _("I give answers that people wrote and checked, with their sources and dates."),
            ),
            Meta.AFFIRM: (_("Good. What would you like to know?"),),
            Meta.DENY: (_("All right. Write your question in other words, or choose a subject."),),
        }
        return texts.get(
            intent,
            (
                _("I am not sure that I understood, and I do not want to guess."),
                _(
                    "I can answer about the police, immigration status and your rights. "
                    "For other legal questions, look for free legal help. In an emergency call 911."
                ),
            ),
        )

    def _greeting(self) -> tuple[tuple[Block, ...], tuple[Choice, ...]]:
        _ = self.catalog.gettext
        return (
            self._lines(
                _("Hello. I tell you what police departments have said about immigration status, with source and date."),
                _("I am not a lawyer, the police or the government. In an emergency call 911."),
                _("Tell me your city and write your question, or choose a subject."),
            ),
            self._menu(),
        )

    def _help(self) -> tuple[tuple[Block, ...], tuple[Choice, ...]]:
        _ = self.catalog.gettext
        examples = self.base.texts[self.catalog.code].topics
        asked = [examples[t].question for t in ("victim_status", "stop_status", "ice_at_door") if t in examples]
        lines = self._lines(
            _("In danger now? Call 911."),
            _("Write your question as you would say it, with your city. For example:"),
        )
        return (*lines, Block(BlockKind.STEPS, tuple(asked))), self._menu()

    def _departments(self) -> tuple[tuple[Block, ...], tuple[Choice, ...]]:
        _ = self.catalog.gettext
        departments = self.base.of_level(Level.DEPARTMENT)
        names = sorted(self.composer.name(d.id) for d in departments)
        lines = self._lines(
            _("I have answers of these departments. For other places I answer with the law of the state or the country."),
        )
        choices = tuple(self._option(Asking.DEPARTMENT, d.id) for d in departments)
        return (*lines, Block(BlockKind.STEPS, tuple(names))), tuple(sorted(choices, key=lambda c: c.label))

    def _unknown_place(self) -> tuple[tuple[Block, ...], tuple[Choice, ...]]:
        line = self.catalog.gettext("Which city or police department? Write its name and state, or choose it here.")
        return self._lines(line), self._departments()[1]

    def _language_changed(self) -> tuple[tuple[Block, ...], tuple[Choice, ...]]:
        line = self.catalog.gettext("I will answer in English. What would you like to know?")
        return self._lines(line), self._menu()

    def _sources(self) -> tuple[tuple[Block, ...], tuple[Choice, ...]]:
        _ = self.catalog.gettext
        topic = self.conversation.topic
        if topic is None:
            line = _("Every answer shows its sources: who said it, when, and when we last checked. Ask me a question first.")
            return self._lines(line), self._menu()
        sources = self._topic_sources(topic)
        heading = _("The last answer rests on these sources. Old ones may no longer hold.")
        return (*self._lines(heading), self.composer.source_block(sources, limit=None)), self._after(topic)

    def _topic_sources(self, topic: str) -> tuple:  # type: ignore[type-arg]
        resolved = resolve(self.base, topic, self.jurisdiction, self.today)
        if resolved is None:
            return ()
        return self.composer.sources([resolved.main.answer, *(h.answer for h in resolved.binding)])

    def _crisis(self) -> tuple[tuple[Block, ...], tuple[Choice, ...]]:
        _ = self.catalog.gettext
        number = self.base.contacts[HOTLINE_988].value if HOTLINE_988 in self.base.contacts else "988"
        first = _(
            "You matter. Call or text {number} now: free, day and night, also in Spanish (press 2). "
            "If life is in danger, call 911."
        ).format(number=number)
        second = _("I am only a program, but the people at that number will listen. You can also tell somebody you trust.")
        return (Block(BlockKind.URGENT, (first,)), *self._lines(second)), ()

    # --- pieces -------------------------------------------------------------------------------------------

    def _lines(self, *lines: str) -> tuple[Block, ...]:
        return tuple(Block(BlockKind.TEXT, (line,)) for line in lines)

    def _menu(self) -> tuple[Choice, ...]:
        labels = self.base.texts[self.catalog.code].groups
        return (*(Choice(labels[group], f"g:{group}") for group in self.base.groups), self._departments_choice())

    def _option(self, asking: Asking, option: str) -> Choice:
        if asking is Asking.TOPIC:
            return Choice(self.base.texts[self.catalog.code].topics[option].label, f"t:{option}")
        jurisdiction = self.base.jurisdictions.get(option)
        if jurisdiction and jurisdiction.level is Level.DEPARTMENT:
            texts = self.base.texts_of(self.catalog.code, option)
            return Choice(texts.place_name if self._shared_place(jurisdiction) else texts.short, f"p:{option}")
        return Choice(self._elsewhere(option) or self.composer.name(option), f"p:{option}")

    def _shared_place(self, jurisdiction: Jurisdiction) -> bool:
        """Whether the choice between namesakes is easier by the place's name than by the department's."""
        pending = self.conversation.pending
        return bool(pending and pending.asking is Asking.DEPARTMENT and jurisdiction.id in pending.options)

    def _done(self, reply: Reply) -> tuple[Reply, Conversation]:
        return replace(reply, department=self.department), self.conversation
