"""What the bot says about itself and around its answers: one function per meta intent. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .menus import Menus
from .message import Block, BlockKind, Choice, Meta

EXAMPLES = ("victim_status", "stop_status", "ice_at_door")
LEGAL_HELP = "legal_help"
HOTLINE_988 = "us_988"

Said = tuple[tuple[Block, ...], tuple[Choice, ...]]


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """Blocks and buttons for a meta intent. `minutes` is how long a conversation is kept."""

    menus: Menus
    minutes: int
    chosen: bool
    """Whether the conversation has a department."""

    def say(self, intent: Meta) -> Said:
        """What to say; anything without words of its own is answered as not understood."""
        return _REGISTER.get(intent, SmallTalk.not_understood)(self)

    def _lines(self, *lines: str) -> tuple[Block, ...]:
        return tuple(Block(BlockKind.TEXT, (line,)) for line in lines)

    def _start(self) -> tuple[Choice, ...]:
        return self.menus.start(self.chosen)

    def greet(self) -> Said:
        _ = self.menus.catalog.gettext
        lines = self._lines(
            _("Hello. I tell you what police departments have said about immigration status, with source and date."),
            _("I am not a lawyer, the police or the government. In an emergency call 911."),
            _("Tell me your city and write your question, or choose a subject."),
        )
        return lines, self._start()

    def help(self) -> Said:
        _ = self.menus.catalog.gettext
        lines = self._lines(
            _("In danger now? Call 911."),
            _("Write your question as you would say it, with your city. For example:"),
        )
        known = [topic for topic in EXAMPLES if topic in self.menus.base.topics]
        return (*lines, Block(BlockKind.STEPS, tuple(map(self.menus.question, known)))), self._start()

    def goodbye(self) -> Said:
        return self._lines(self.menus.catalog.gettext("Take care. In an emergency call 911.")), self._start()

    def thanks(self) -> Said:
        return self._lines(self.menus.catalog.gettext("You are welcome. Ask me anything else.")), self._start()

    def affirm(self) -> Said:
        return self._lines(self.menus.catalog.gettext("Good. What would you like to know?")), self._start()

    def deny(self) -> Said:
        line = self.menus.catalog.gettext("All right. Write your question in other words, or choose a subject.")
        return self._lines(line), self._start()

    def departments(self) -> Said:
        _ = self.menus.catalog.gettext
        lines = self._lines(
            _(
                "I have answers of these departments. "
                "For other places I answer with the law of the state or the country."
            )
        )
        return (*lines, Block(BlockKind.STEPS, self.menus.department_names())), self.menus.departments()

    def unknown_place(self) -> Said:
        line = self.menus.catalog.gettext(
            "Which city or police department? Write its name and state, or choose it here."
        )
        return self._lines(line), self.menus.departments()

    def language_changed(self) -> Said:
        # Translators: name your own language here.
        line = self.menus.catalog.gettext("I will answer in English. What would you like to know?")
        return self._lines(line), self._start()

    def privacy(self) -> Said:
        _ = self.menus.catalog.gettext
        remembered = _(
            "While we talk I remember your language, your city and your last question. "
            "That disappears after {minutes} minutes, or at once if you ask me to forget."
        ).format(minutes=self.minutes)
        lines = self._lines(
            _("I do not keep what you write: no message, no name, no phone number."),
            remembered,
            _("The app you use to write to me may keep your messages. Do not send names, numbers or addresses."),
        )
        return lines, self._start()

    def forgotten(self) -> Said:
        line = self.menus.catalog.gettext("Done. I have forgotten this conversation. Delete it in your app too.")
        return self._lines(line), self._start()

    def who_am_i(self) -> Said:
        _ = self.menus.catalog.gettext
        lines = self._lines(
            _("I am a computer program. I am not a person, a lawyer, the police, ICE or the government."),
            _("I give answers that people wrote and checked, with their sources and dates."),
        )
        return lines, self._start()

    def no_sources_yet(self) -> Said:
        line = self.menus.catalog.gettext(
            "Every answer shows its sources: who said it, when, and when we last checked. Ask me a question first."
        )
        return self._lines(line), self._start()

    def crisis(self) -> Said:
        """The suicide and crisis line comes first, in words from a reviewed catalog."""
        _ = self.menus.catalog.gettext
        number = self.menus.base.contacts[HOTLINE_988].value if HOTLINE_988 in self.menus.base.contacts else "911"
        first = _(
            "You matter. Call or text {number} now: free, day and night, also in Spanish (press 2). "
            "If life is in danger, call 911."
        ).format(number=number)
        second = _(
            "I am only a program, but the people at that number will listen. You can also tell somebody you trust."
        )
        return (Block(BlockKind.URGENT, (first,)), *self._lines(second)), ()

    def not_understood(self) -> Said:
        _ = self.menus.catalog.gettext
        lines = self._lines(
            _("I am not sure that I understood, and I do not want to guess."),
            _(
                "I can answer about the police, immigration status and your rights. "
                "For other legal questions, look for free legal help. In an emergency call 911."
            ),
        )
        return lines, (*self.menus.topics([LEGAL_HELP]), *self._start())


_REGISTER: dict[Meta, Callable[[SmallTalk], Said]] = {
    Meta.GREET: SmallTalk.greet,
    Meta.GOODBYE: SmallTalk.goodbye,
    Meta.THANKS: SmallTalk.thanks,
    Meta.HELP: SmallTalk.help,
    Meta.LIST_DEPARTMENTS: SmallTalk.departments,
    Meta.SET_DEPARTMENT: SmallTalk.unknown_place,
    Meta.CHANGE_LANGUAGE: SmallTalk.language_changed,
    Meta.PRIVACY: SmallTalk.privacy,
    Meta.DELETE_DATA: SmallTalk.forgotten,
    Meta.SOURCES: SmallTalk.no_sources_yet,
    Meta.BOT_CHALLENGE: SmallTalk.who_am_i,
    Meta.AFFIRM: SmallTalk.affirm,
    Meta.DENY: SmallTalk.deny,
    Meta.CRISIS: SmallTalk.crisis,
    Meta.OUT_OF_SCOPE: SmallTalk.not_understood,
}
