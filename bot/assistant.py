"""The composition root, and the only object channels see: a message and a key in, a reply out.

Importing this module loads neither Rasa nor TensorFlow; a test proves it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from .core.dialogue import Dialogue
from .core.message import LONGEST_MESSAGE, Asking, Conversation, Message, Meta, Pending, Reply
from .core.safety import Safety
from .core.understand import Thresholds
from .errors import DataError, UsageError
from .home import home
from .i18n import Languages, load_languages
from .knowledge import marked
from .knowledge.drafts import complete
from .knowledge.load import load
from .knowledge.model import Base, Level
from .knowledge.places import Gazetteer, fold
from .knowledge.problems import softened
from .nlu.archive import ArchiveInterpreter
from .nlu.interpreter import Interpretation, Interpreter
from .nlu.models import find_model
from .sessions.memory import MemoryStore
from .sessions.store import SessionStore
from .settings import Settings


@dataclass(frozen=True, slots=True)
class Assistant:
    """Answers messages. `today` is asked for at every message."""

    dialogue: Dialogue
    interpreter: Interpreter
    store: SessionStore
    today: Callable[[], date] = date.today

    @property
    def base(self) -> Base:
        return self.dialogue.base

    @property
    def languages(self) -> Languages:
        return self.dialogue.languages

    async def handle(self, message: Message, key: str | None, hint: str | None = None) -> Reply:
        """The reply to a message in the conversation kept under `key`; without a key it is a fresh one.

        A new conversation begins in the language `hint`, until a message shows another one. Raises UsageError
        for a language or department that does not exist, for nothing else.
        """
        kept = await self.store.get(key) if key else None
        before = self._still_known(kept) if kept else self.begin(hint)
        reply, after = self.answer(message, before)
        if key and (after == self.dialogue.begin() or reply.topic == Meta.DELETE_DATA.value):
            await self.store.drop(key)
        elif key:
            await self.store.put(key, after)
        return reply

    def begin(self, hint: str | None = None) -> Conversation:
        """A new conversation, in the language `hint` where there is such a language."""
        conversation = self.dialogue.begin()
        return replace(conversation, locale=hint) if hint and hint in self.languages else conversation

    def _still_known(self, kept: Conversation) -> Conversation:
        """What was kept, without what there no longer is since an update of the data."""
        return replace(
            kept,
            locale=kept.locale if kept.locale in self.languages else None,
            place=kept.place if kept.place is None or self.dialogue.knows_place(kept.place) else self.dialogue.home,
            topic=kept.topic if kept.topic in self.base.topics else None,
            pending=None if kept.pending and not self._offers(kept.pending) else kept.pending,
        )

    def _offers(self, pending: Pending) -> bool:
        if pending.asking is Asking.TOPIC:
            return all(option in self.base.topics for option in pending.options)
        return all(self.dialogue.knows_place(option) for option in pending.options)

    def answer(self, message: Message, conversation: Conversation) -> tuple[Reply, Conversation]:
        """The same without a store, for one turn."""
        self.check(message)
        text = clean(message.text)
        places = self.dialogue.gazetteer.find(text)
        chosen = message.locale or (conversation.locale if conversation.locale_chosen else None)
        interpretation = self._interpret(places.masked, chosen)
        tidy = Message(text, message.choice, message.locale, message.department)
        return self.dialogue.turn(tidy, places, interpretation, conversation, self.today())

    def _interpret(self, masked: str, chosen: str | None) -> Interpretation:
        """What the message says; nothing, where the model never saw the language that was chosen: then the buttons
        must do, since a guess would be answered as if it were understood."""
        if chosen and not self.interpreter.understands(chosen):
            return Interpretation((), ())
        found = self.interpreter.interpret(masked)
        # A model trained with drafts may run where they are not offered.
        return Interpretation(found.intents, tuple(r for r in found.locales if r.label in self.languages))

    def check(self, message: Message) -> None:
        """Raises UsageError where the message names a language or department that there is not."""
        if message.locale and message.locale not in self.languages:
            known = ", ".join(self.languages.codes)
            raise UsageError(f"locale: there is no `{message.locale}`; choose one of: {known}")
        if message.department:
            place = self.base.jurisdictions.get(message.department)
            if place is None or place.level is not Level.DEPARTMENT:
                known = ", ".join(d.id for d in self.base.of_level(Level.DEPARTMENT))
                raise UsageError(f"department: there is no `{message.department}`; choose one of: {known}")


def clean(text: str) -> str:
    """The text without control characters, and no longer than what is read of a message."""
    shown = "".join(char if char.isprintable() else " " for char in text[: 2 * LONGEST_MESSAGE])
    return " ".join(shown.split())[:LONGEST_MESSAGE]


def assemble(
    settings: Settings,
    interpreter: Interpreter | None = None,
    store: SessionStore | None = None,
    today: Callable[[], date] = date.today,
) -> Assistant:
    """Everything put together; raises DataError, ModelError or UsageError."""
    root = home()
    dialogue = assemble_dialogue(root, settings)
    if interpreter is None:
        interpreter = ArchiveInterpreter.read(find_model(root, settings))
    return Assistant(dialogue, interpreter, MemoryStore(settings.session_minutes) if store is None else store, today)


def assemble_dialogue(root: Path, settings: Settings) -> Dialogue:
    """The conversation's parts from data/ and locales/; raises DataError where they hold an error."""
    languages = load_languages(root, settings.drafts)
    drafts = [catalog.code for catalog in languages if not catalog.info.live]
    base, problems = load(root, languages.codes)
    errors = softened(problems, drafts).errors
    if errors:
        first, count = errors[0], len(errors)
        raise DataError(f"{first}" + (f"; and {count - 1} more: run amparo check" if count > 1 else ""))
    nlu = root / "data" / "nlu"
    dialogue = Dialogue(
        base=complete(base, languages.default.code, drafts),
        languages=languages,
        gazetteer=Gazetteer(base, root / "data" / "places"),
        safety=Safety(_mapping(nlu / "safety.yml")),
        thresholds=Thresholds(**{k: float(v) for k, v in _mapping(nlu / "thresholds.yml").items()}),
        called={fold(name): c.code for c in languages for name in c.info.called},
        home=settings.department or None,
        locale=settings.locale or None,
        minutes=settings.session_minutes,
        corrections=settings.corrections,
    )
    if settings.locale and settings.locale not in languages:
        raise UsageError(f"AMPARO_LOCALE={settings.locale}: choose one of: {', '.join(languages.codes)}")
    if settings.department and not dialogue.knows_place(settings.department):
        known = ", ".join(d.id for d in base.of_level(Level.DEPARTMENT))
        raise UsageError(f"AMPARO_DEPARTMENT={settings.department}: choose one of: {known}")
    return dialogue


def _mapping(path: Path) -> marked.Mapping:
    name = f"data/nlu/{path.name}"
    try:
        content = marked.read(path)
    except (OSError, marked.SyntaxProblem) as error:
        raise DataError(f"{name}:{marked.line_of(error)}: {error}") from error
    if not isinstance(content, marked.Mapping):
        raise DataError(f"{name}:1: expected a mapping")
    return content
