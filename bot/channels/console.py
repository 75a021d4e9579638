"""Talking in the terminal."""

from __future__ import annotations

import textwrap

from ..assistant import Assistant
from ..core.message import Choice, Message, Reply
from .wire import plain_text

WIDTH = 88
_KEY = "console"


async def chat(assistant: Assistant) -> None:
    """Talks until the end of input or Ctrl-C."""
    reply = await assistant.handle(Message(choice="m:start"), _KEY)
    while True:
        print(show(reply))
        try:
            text = input("\n> ")
        except (EOFError, KeyboardInterrupt):
            print()
            return
        reply = await assistant.handle(_message(text, reply.choices), _KEY)


def _message(text: str, choices: tuple[Choice, ...]) -> Message:
    """A typed number presses the button that shows it."""
    number = text.strip()
    if number.isdecimal() and 1 <= int(number) <= len(choices):
        return Message(choice=choices[int(number) - 1].value)
    return Message(text)


def show(reply: Reply) -> str:
    """The reply wrapped for a terminal, its choices numbered."""
    paragraphs = [
        textwrap.fill(
            line,
            WIDTH,
            subsequent_indent="  " if line.startswith("- ") else "",
            break_on_hyphens=False,
            break_long_words=False,
        )
        for line in plain_text(reply).split("\n")
    ]
    choices = [f"  [{number}] {choice.label}" for number, choice in enumerate(reply.choices, start=1)]
    return "\n".join([*paragraphs, *([""] if choices else []), *choices])
