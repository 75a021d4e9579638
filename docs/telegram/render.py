"""Draws the bot's conversation as pictures for the documentation, from real replies, in every language.

    python docs/telegram/render.py [--out docs/telegram]

The replies come from the trained model and data of this checkout, rendered by the Telegram channel as it sends
them; the page around them only imitates a chat app. Needs headless Chromium (Debian: apt install chromium).
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.assistant import Assistant, assemble
from bot.channels.telegram import words
from bot.channels.telegram.render import keyboard, parts
from bot.core.message import Message, Reply
from bot.settings import Settings

WIDTH, HEIGHT = 430, 5000
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
CONVERSATIONS = {
    "en": (
        "/start",
        "I was robbed in Kansas City Missouri. Will police ask my status if I report it?",
        "ICE is at my door now",
    ),
    "es": (
        "/start",
        "me robaron en kcpd, si voy a la policía me van a pedir papeles?",
        "ICE está en mi puerta ahora mismo",
    ),
}
STYLE = """
* { box-sizing: border-box; margin: 0 }
body {
  width: 430px; padding: 14px 12px; background: #d7e6ee; color: #10181f;
  font: 15px/1.4 'DejaVu Sans', 'Noto Sans', sans-serif;
}
.turn { margin-bottom: 12px; display: flex; flex-direction: column; align-items: flex-start }
.said {
  background: #fff; padding: 9px 12px; border-radius: 4px 14px 14px 14px; max-width: 96%;
  white-space: pre-wrap; overflow-wrap: anywhere;
}
.mine { align-items: flex-end }
.mine .said { background: #d9fdd3; border-radius: 14px 4px 14px 14px }
blockquote { border-left: 3px solid #3390ec; background: #eef5fc; padding: 5px 9px; font-size: 13px }
a { color: #1a6fc4; text-decoration: none }
.rows { width: 96%; margin-top: 4px; display: grid; gap: 4px }
.row { display: flex; gap: 4px }
.row span {
  flex: 1; text-align: center; background: #6f94a8; color: #fff; border-radius: 8px; padding: 7px 4px;
  font-size: 14px;
}
"""


async def page(assistant: Assistant, locale: str, questions: tuple[str, ...]) -> str:
    """The conversation as one page of HTML."""
    turns = []
    for question in questions:
        turns.append(f'<div class="turn mine"><div class="said">{escape(question)}</div></div>')
        turns += _bubbles(await _reply(assistant, locale, question))
    return f"<!doctype html><meta charset=utf-8><html lang={locale}><style>{STYLE}</style><body>{''.join(turns)}</body>"


async def _reply(assistant: Assistant, locale: str, question: str) -> Reply:
    if question == "/start":
        menu = await assistant.handle(Message(choice="m:help"), locale, locale)
        return words.start(assistant.languages[locale], menu)
    return await assistant.handle(Message(text=question), locale, locale)


def _bubbles(reply: Reply) -> Iterator[str]:
    for part in parts(reply, keyboard(reply)):
        rows = part.keyboard.inline_keyboard if part.keyboard else ()
        shown = "".join(
            f'<div class="row">{"".join(f"<span>{escape(button.text)}</span>" for button in row)}</div>' for row in rows
        )
        yield f'<div class="turn"><div class="said">{part.html}</div><div class="rows">{shown}</div></div>'


def picture(html: str, target: Path) -> None:
    """Writes the page as a PNG, cut to its contents."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "page.html")
        source.write_text(html, encoding="utf-8")
        _browse(folder, _height(folder, html), f"--screenshot={target}", source.as_uri())


def _height(folder: str, html: str) -> int:
    """The height of the page's contents, as the browser lays them out."""
    measured = Path(folder, "measured.html")
    measured.write_text(f"{html}<script>document.title = document.body.offsetHeight</script>", encoding="utf-8")
    shown = _browse(folder, HEIGHT, "--dump-dom", measured.as_uri())
    return int(shown.partition("<title>")[2].partition("</title>")[0] or HEIGHT)


def _browse(folder: str, height: int, *options: str) -> str:
    """What headless Chromium prints; it keeps its profile in the folder and calls nobody."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("render: no Chromium; on Debian: apt install chromium")
    own = (f"--user-data-dir={folder}/profile", f"--window-size={WIDTH},{height}", "--hide-scrollbars")
    done = subprocess.run([browser, *QUIET, *own, *options], check=True, capture_output=True, text=True, timeout=120)
    return done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    options = parser.parse_args()
    assistant = assemble(Settings())
    for locale, questions in CONVERSATIONS.items():
        target = options.out.resolve() / f"conversation-{locale}.png"
        picture(asyncio.run(page(assistant, locale, questions)), target)
        sys.stdout.write(f"{target.name}\n")


if __name__ == "__main__":
    main()
