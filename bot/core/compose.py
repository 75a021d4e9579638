"""From an answer to the blocks a person reads. Pure; every sentence comes from a catalog or a reviewed text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ..i18n import Catalog
from ..knowledge import placeholders
from ..knowledge.dates import PartialDate
from ..knowledge.model import Answer, AnswerText, Base, Jurisdiction, Level
from ..knowledge.placeholders import Kind, Placeholder
from ..knowledge.resolve import Held, Resolved, claims_of, overdue
from .menus import Menus
from .message import Block, BlockKind, ShownSource

SOURCES_IN_TEXT = 4


@dataclass(frozen=True, slots=True)
class Composer:
    """Writes answers in one language."""

    base: Base
    catalog: Catalog
    menus: Menus

    def text(self, held: Held) -> AnswerText | None:
        texts = self.base.texts[self.catalog.code].jurisdictions.get(held.jurisdiction.id)
        return texts.texts.get(held.answer.topic) if texts else None

    def fill(self, text: str) -> str:
        """The text with dates, telephone numbers and links in place of placeholders."""
        return placeholders.fill(text, self._value)

    def _value(self, placeholder: Placeholder) -> str:
        kind, target = placeholder
        if kind is Kind.CONTACT:
            return self.base.contacts[target].value
        claim = self.base.claims[target]
        dates = {
            Kind.YEAR: PartialDate(claim.as_of.year),
            Kind.DATE: claim.as_of,
            Kind.SINCE: claim.effective_from,
            Kind.UNTIL: claim.effective_to,
        }
        when = dates[kind]
        if when is None:
            raise placeholders.BadPlaceholder(f"claim `{target}` has no date for `{kind.value}`")
        return self.catalog.date(when)

    def answer(self, resolved: Resolved, place: str | None, today: date) -> list[Block]:
        """The blocks of a topic's answer, asked at `place`."""
        text = self.text(resolved.main)
        if text is None:
            return []
        blocks = self._provenance(resolved, place) if place else []
        blocks += self._borrowed(text)
        blocks.append(Block(BlockKind.HEADLINE, (self.fill(text.headline),)))
        blocks.append(Block(BlockKind.TEXT, (self.fill(text.body),)))
        blocks += [block for held in resolved.binding for block in self._wider(held)]
        blocks.append(Block(BlockKind.STEPS, tuple(self.fill(step) for step in text.steps)))
        blocks += self._stale([resolved.main, *resolved.binding], today)
        return [block for block in blocks if block.text]

    def _provenance(self, resolved: Resolved, place: str) -> list[Block]:
        """Whose answer this is, where it is not that of the place asked about."""
        _ = self.catalog.gettext
        name = self.menus.place_name(place)
        if resolved.main.jurisdiction.id == place:
            return []
        if place not in self.base.jurisdictions:
            line = _("I have nothing yet about the police of this place: {city}.").format(city=name)
        elif resolved.gap:
            searched = self.catalog.date(resolved.gap.searched)
            line = _("{name}: we looked for a published rule on this and found none (last looked: {date}).").format(
                name=name, date=searched
            )
        else:
            line = _("{name}: we have nothing of its own on this.").format(name=name)
        return [Block(BlockKind.NOTICE, (line, self._whose(resolved.main.jurisdiction)))]

    def _borrowed(self, text: AnswerText) -> list[Block]:
        if not text.borrowed:
            return []
        line = self.catalog.gettext("This answer is not written in {language} yet. Here it is in {other}.")
        name, other = self.catalog.info.name, self.catalog.language_name(text.borrowed)
        return [Block(BlockKind.NOTICE, (line.format(language=name, other=other),))]

    def _whose(self, jurisdiction: Jurisdiction) -> str:
        _ = self.catalog.gettext
        if jurisdiction.level is Level.FEDERAL:
            return _("What follows is the general rule for the whole country.")
        return _("What follows holds for the whole state ({state}).").format(
            state=self.menus.place_name(jurisdiction.id)
        )

    def _wider(self, held: Held) -> list[Block]:
        text = self.text(held)
        if text is None:
            return []
        name = self.base.texts_of(self.catalog.code, held.jurisdiction.id).place_name
        line = self.catalog.gettext("This holds there too ({place}): {headline}")
        return [Block(BlockKind.WIDER, (line.format(place=name, headline=self.fill(text.headline)),))]

    def _stale(self, held: Iterable[Held], today: date) -> list[Block]:
        late = [claim for h in held for claim in overdue(self.base, h.answer, today)]
        if not late:
            return []
        oldest = min(claim.checked for claim in late)
        month = self.catalog.date(PartialDate(oldest.year, oldest.month))
        line = self.catalog.gettext(
            "Not confirmed since {month}. It may have changed: ask a lawyer or the department before you rely on it."
        )
        return [Block(BlockKind.NOTICE, (line.format(month=month),))]

    def urgent(self, topic: str, chain: Iterable[Jurisdiction]) -> list[Block]:
        """The form for danger now, of the narrowest jurisdiction that has one."""
        for jurisdiction in chain:
            answer = jurisdiction.answers.get(topic)
            text = self.text(Held(jurisdiction, answer)) if answer else None
            if text and text.urgent:
                return [Block(BlockKind.URGENT, (self.fill(text.urgent),))]
        return []

    def correction(self, address: str) -> str:
        """How to report a wrong answer: at the deployment's address, else to the people who run it."""
        if address:
            return self.catalog.gettext("Is something wrong or out of date? Tell us: {address}").format(address=address)
        return self.catalog.gettext("Is something wrong or out of date? Tell the people who gave you this service.")

    def sources(self, answers: Iterable[Answer]) -> tuple[ShownSource, ...]:
        """The sources behind these answers, in the order cited, each once with its latest check."""
        checked: dict[str, PartialDate] = {}
        for answer in answers:
            for claim in claims_of(self.base, answer):
                for name in claim.cites:
                    checked[name] = max(checked.get(name, claim.checked), claim.checked)
        shown = [
            ShownSource(s.title, s.publisher, s.url, s.published, checked[name])
            for name in checked
            if (s := self.base.sources.get(name))
        ]
        # Two records of one page are one source to a reader.
        return tuple({source.url: source for source in reversed(shown)}.values())[::-1]

    def source_block(self, sources: tuple[ShownSource, ...], limit: int | None = SOURCES_IN_TEXT) -> Block:
        """Sources as lines: title, publisher, date, when we last checked, address."""
        _ = self.catalog.gettext
        lines = [self.source_line(source) for source in sources[:limit]]
        if limit and len(sources) > limit:
            lines.append(
                _("... and {count} more. Ask me: where does that come from?").format(count=len(sources) - limit)
            )
        return Block(BlockKind.SOURCES, tuple(lines))

    def source_line(self, source: ShownSource) -> str:
        _ = self.catalog.gettext
        published = self.catalog.date(source.published) if source.published else _("date not shown")
        return _("{title}, {publisher} ({published}; checked {checked}): {url}").format(
            title=source.title,
            publisher=source.publisher,
            published=published,
            checked=self.catalog.date(PartialDate(source.checked.year, source.checked.month)),
            url=source.url,
        )
