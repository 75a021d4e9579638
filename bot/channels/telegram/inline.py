"""Inline mode: `@bot robo` in any chat offers answers as cards to share."""

from __future__ import annotations

from collections.abc import Iterable

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Update,
)
from telegram.constants import ParseMode
from telegram.error import TelegramError
from telegram.ext import ExtBot

from ...assistant import Assistant, clean
from ...core.message import BlockKind, Conversation, Message, Reply
from ...knowledge.places import fold
from . import deeplinks
from .handlers import Context
from .render import NO_PREVIEW, parts

CARDS = 5
CACHE_SECONDS = 300
FIRST = ("victim_status", "stop_status", "ice_at_door", "remain_silent", "legal_help")
"""Cards for an empty query."""


class Inline:
    """Answers inline queries. Nothing of a query is kept."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant

    async def asked(self, update: Update, context: Context) -> None:
        query = update.inline_query
        if query is None:
            return
        cards = self.cards(query.query, query.from_user.language_code, context.bot)
        try:
            await query.answer(cards, cache_time=CACHE_SECONDS, is_personal=True)
        except (TelegramError, KeyError, TypeError, ValueError):
            # An answer that comes too late is of no use: the next letter asks again.
            return

    def cards(self, text: str, language: str | None, bot: ExtBot[None]) -> list[InlineQueryResultArticle]:
        """The closest topics as cards, for the place the query names."""
        hint = self.assistant.languages.negotiate([language]) if language else None
        reply, after = self.assistant.answer(Message(text=text), self.assistant.begin(hint.code if hint else None))
        conversation = Conversation(locale=reply.locale, locale_chosen=True, place=after.place)
        topics = self._topics(clean(text), reply)
        return [card for topic in topics if (card := self._card(topic, conversation, bot))]

    def _topics(self, text: str, reply: Reply) -> tuple[str, ...]:
        """The topics understood, then those whose label or question has every word typed so far."""
        known = self.assistant.base.topics
        if not text:
            return tuple(topic for topic in FIRST if topic in known)
        typed = fold(text).split()
        texts = self.assistant.base.texts[reply.locale].topics
        named = [topic for topic in known if _has(f"{texts[topic].label} {texts[topic].question}", typed)]
        understood = [topic for topic in (reply.topic, *reply.suggestions) if topic in known]
        return tuple(dict.fromkeys([*understood, *named]))[:CARDS]

    def _card(self, topic: str, conversation: Conversation, bot: ExtBot[None]) -> InlineQueryResultArticle | None:
        reply, _ = self.assistant.answer(Message(choice=f"t:{topic}"), conversation)
        texts = parts(reply)
        if reply.topic != topic or not texts:
            return None
        catalog = self.assistant.languages[reply.locale]
        address = f"https://t.me/{bot.username}?start={deeplinks.payload_of(reply.locale, reply.department, topic)}"
        button = InlineKeyboardButton(catalog.gettext("Ask in private"), url=address)
        return InlineQueryResultArticle(
            id=f"{topic}.{reply.locale}.{reply.jurisdiction}"[:64],
            title=self.assistant.base.texts[reply.locale].topics[topic].question,
            description=_headline(reply),
            input_message_content=InputTextMessageContent(
                texts[0].html, parse_mode=ParseMode.HTML, link_preview_options=NO_PREVIEW
            ),
            reply_markup=InlineKeyboardMarkup([[button]]),
        )


def _has(text: str, typed: Iterable[str]) -> bool:
    """Whether each typed piece begins a word of the text."""
    folded = f" {fold(text)}"
    return all(f" {piece}" in folded for piece in typed)


def _headline(reply: Reply) -> str:
    return next((block.text for block in reply.blocks if block.kind is BlockKind.HEADLINE), "")
