"""A reply as Telegram shows it: HTML of one message or more, and buttons. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions

from ...core.message import Block, BlockKind, Choice, Reply, ShownSource
from .split import Atom, Paragraph, messages, sentences

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
LONGEST_DATA = 64
"""Bytes of a button's callback data (Bot API, InlineKeyboardButton)."""
MOST_BUTTONS = 100
SHORT_LABEL = 18
"""Characters of a label that leave room for a second button beside it on a narrow phone."""

AFTER = "+"
"""Begins the data of buttons under an answer: pressing one leaves the answer and sends a new message."""

Markup = tuple[str, str, str]
_MARKUP: dict[BlockKind, Markup] = {
    BlockKind.URGENT: ("<b>", "</b>", " "),
    BlockKind.NOTICE: ("<i>", "</i>", " "),
    BlockKind.HEADLINE: ("<b>", "</b>", " "),
    BlockKind.TEXT: ("", "", " "),
    BlockKind.STEPS: ("", "", "\n"),
    BlockKind.WIDER: ("", "", " "),
    BlockKind.SOURCES: ("<blockquote expandable>", "</blockquote>", "\n"),
    BlockKind.FOOTER: ("<i>", "</i>", " "),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One message to send: HTML, and buttons under it."""

    html: str
    keyboard: InlineKeyboardMarkup | None = None


def parts(reply: Reply, keyboard: InlineKeyboardMarkup | None = None) -> tuple[Part, ...]:
    """The messages of a reply, the form for danger now first and alone; buttons under the last one."""
    urgent = [_paragraph(block, reply.sources) for block in reply.blocks if block.kind is BlockKind.URGENT]
    rest = [_paragraph(block, reply.sources) for block in reply.blocks if block.kind is not BlockKind.URGENT]
    texts = [*messages(p for p in urgent if p.atoms), *messages(p for p in rest if p.atoms)]
    return tuple(Part(text, keyboard if place == len(texts) else None) for place, text in enumerate(texts, start=1))


def _paragraph(block: Block, sources: Sequence[ShownSource]) -> Paragraph:
    before, after, between = _MARKUP[block.kind]
    if block.kind is BlockKind.SOURCES:
        atoms = [_linked(line, sources) for line in block.texts]
    elif block.kind is BlockKind.STEPS:
        atoms = [_atom(f"• {line}") for line in block.texts]
    else:
        atoms = [_atom(sentence) for text in block.texts for sentence in sentences(text)]
    return Paragraph(tuple(atom for atom in atoms if atom.plain), before, after, between)


def _atom(text: str) -> Atom:
    return Atom(text, escape(text, quote=False))


def _linked(line: str, sources: Iterable[ShownSource]) -> Atom:
    """A source's line with its title as the link, in place of the address at its end."""
    for source in sources:
        if line.endswith(source.url) and source.title in line and source.url.startswith(("https://", "http://")):
            shown = line.removesuffix(source.url).rstrip(" :")
            before, _, after = shown.partition(source.title)
            link = f'<a href="{escape(source.url)}">{escape(source.title, quote=False)}</a>'
            html = f"{escape(before, quote=False)}{link}{escape(after, quote=False)}"
            return Atom(f"• {shown}", f"• {html}")
    return _atom(f"• {line}")


def fits(value: str) -> bool:
    """Whether a choice's value can be a button under an answer (for `check`)."""
    return bool(value) and len(f"{AFTER}{value}".encode()) <= LONGEST_DATA


def is_answer(reply: Reply) -> bool:
    """Whether the reply is worth keeping in the chat, other than a menu."""
    return any(block.kind in (BlockKind.HEADLINE, BlockKind.URGENT) for block in reply.blocks)


def keyboard(reply: Reply) -> InlineKeyboardMarkup | None:
    """The reply's choices as buttons, two a row where both are short."""
    prefix = AFTER if is_answer(reply) else ""
    return _rows(
        [choice for choice in reply.choices if fits(choice.value)],
        lambda choice: InlineKeyboardButton(choice.label, callback_data=f"{prefix}{choice.value}"),
    )


def links(choices: Iterable[Choice], address: Callable[[Choice], str | None]) -> InlineKeyboardMarkup | None:
    """The choices as links into the private chat, where `address` has one for a choice."""
    linked = {choice: url for choice in choices if (url := address(choice))}
    return _rows(list(linked), lambda choice: InlineKeyboardButton(choice.label, url=linked[choice]))


def _rows(choices: list[Choice], button: Callable[[Choice], InlineKeyboardButton]) -> InlineKeyboardMarkup | None:
    rows: list[list[InlineKeyboardButton]] = []
    room = False
    for choice in [choice for choice in choices if choice.label][:MOST_BUTTONS]:
        short = len(choice.label) <= SHORT_LABEL
        if room and short:
            rows[-1].append(button(choice))
            room = False
        else:
            rows.append([button(choice)])
            room = short
    return InlineKeyboardMarkup(rows) if rows else None
