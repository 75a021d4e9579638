"""ICE's tip line is not a number for help: no reply, data file or language holds it, however it is spelt.

Also what no reply says in any language, and that odd messages get a polite answer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.wire import plain_text
from bot.core.message import LONGEST_MESSAGE, BlockKind, Message, Meta, Reply
from bot.home import home
from bot.nlu.scripted import ScriptedInterpreter

from .test_scenarios import pressing

TIP_LINE = "866347" + "2423"
_KEYPAD = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
_WORDS = {
    word: str(digit)
    for words in (
        "zero one two three four five six seven eight nine",
        "cero uno dos tres cuatro cinco seis siete ocho nueve",
    )
    for digit, word in enumerate(words.split())
}
_SPOKEN = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b")
_LETTERS = re.compile(r"dhs\W{0,3}2\W{0,3}ice")
_AREA = re.compile(TIP_LINE[:3])
ENDINGS = (".yaml", ".yml", ".po", ".pot", ".md", ".tsv", ".js", ".css", ".html", ".json", ".txt")


def has_tip_line(text: str) -> bool:
    """Whether the number stands in the text: in any digits, with letters for digits, or in words."""
    plain = unicodedata.normalize("NFKC", text).lower()
    plain = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in plain)
    spoken = _SPOKEN.sub(lambda word: _WORDS[word[0]], plain)
    closed = re.sub(r"[^\w]+|_", "", spoken)
    return TIP_LINE in closed or bool(_LETTERS.search(plain)) or any(map(_is_its_rest, _AREA.split(plain)[1:]))


def _is_its_rest(tail: str) -> bool:
    """Whether what follows the area code is the rest of the number, letters standing for digits as on a telephone."""
    return re.sub(r"[^a-z0-9]", "", tail[:24]).translate(_KEYPAD).startswith(TIP_LINE[3:])


@pytest.mark.parametrize(
    "spelling",
    [
        "1-866-347-2423",
        "(866) 347 2423",
        "+1.866.347.2423",
        "8663472423",
        "866 34 72 423",
        "866-DHS-2-ICE",
        "1 (866) DHS2ICE",
        "866-DHS-2423",
        "eight six six three four seven two four two three",
        "ocho seis seis, tres cuatro siete, dos cuatro dos tres",
        "８６６－３４７－２４２３",
        "866\u2011347\u20112423",
    ],
)
def test_every_spelling_is_seen(spelling: str) -> None:
    assert has_tip_line(f"Call {spelling} today")


@pytest.mark.parametrize(
    "other", ["1-800-799-7233", "866-347-9999", "DHS and ICE", "816-474-8477", "the 2 ICE offices"]
)
def test_another_number_is_not_mistaken_for_it(other: str) -> None:
    assert not has_tip_line(other)


def shipped() -> list[Path]:
    """Every file of text in data/, locales/ and the pages that are sent to a browser."""
    root = home()
    folders = [root / "data", root / "locales", root / "bot" / "channels"]
    return [p for f in folders if f.is_dir() for p in sorted(f.rglob("*")) if p.is_file() and p.suffix in ENDINGS]


def test_no_data_file_language_or_page_holds_the_tip_line() -> None:
    found = [str(p.relative_to(home())) for p in shipped() if has_tip_line(p.read_text("utf-8"))]
    assert len(shipped()) > 100
    assert not found, f"ICE's tip line stands in {', '.join(found)}"


def replies() -> Iterator[tuple[str, Reply]]:
    """Every answer at every department, state and without a place, and everything the bot says around them."""
    assistant = pressing()
    base, languages = assistant.base, assistant.languages
    buttons = [f"t:{topic}" for topic in base.topics] + [f"g:{group}" for group in base.groups]
    buttons += ["m:help", "m:departments", "m:sources", "m:privacy", "m:start", "m:languages"]
    for locale in languages.codes:
        for place in (None, *(p for p in base.jurisdictions if p != "us")):
            start = assistant.begin(locale)
            if place:
                reply, start = assistant.answer(Message(choice=f"p:{place}", locale=locale), start)
                yield f"{place} [{locale}]", reply
            for button in buttons:
                reply, _ = assistant.answer(Message(choice=button, locale=locale), start)
                yield f"{button} at {place} [{locale}]", reply


def test_no_reply_holds_the_tip_line_or_a_placeholder_or_a_promise() -> None:
    """Promises are looked for in our own words: a source's title is shown as its publisher wrote it."""
    never = {c.code: re.compile("|".join(map(re.escape, c.info.never_say)), re.I) for c in pressing().languages}
    told = list(replies())
    texts = {(r.locale, block.kind, block.text): where for where, r in told for block in r.blocks}
    found = [f"{where}: ICE's tip line" for (_, _, text), where in texts.items() if has_tip_line(text)]
    found += [f"{where}: a placeholder" for (_, _, text), where in texts.items() if re.search(r"\{\w+[.}]", text)]
    for (locale, kind, text), where in texts.items():
        if kind is not BlockKind.SOURCES and (said := never[locale].search(text)):
            found.append(f"{where}: says `{said[0]}`")
    assert len(told) > 2000
    assert not found, "\n".join(found)


@pytest.mark.parametrize("topic", [t.id for t in pressing().base.topics.values() if t.urgent])
@pytest.mark.parametrize("locale", ["en", "es"])
def test_an_urgent_form_names_911_and_fits(topic: str, locale: str) -> None:
    text = pressing().base.texts[locale].jurisdictions["us"].texts[topic].urgent
    assert "911" in text
    assert len(text) <= 320


@pytest.mark.parametrize("locale", ["en", "es"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\t\r",
        "\x00\x01\x02\x07",
        "\u200b\u202e\ufeff",
        "?",
        "...",
        "😱😱😱",
        "a" * 100_000,
        "\ud800",
        "{0}",
        "%s",
    ],
    ids=lambda text: f"{len(text)}-{text[:6]!a}",
)
def test_odd_messages_get_a_polite_answer(text: str, locale: str) -> None:
    assistant = pressing()
    reply, _ = assistant.answer(Message(text=text, locale=locale), assistant.begin(locale))
    assert reply.locale == locale
    assert reply.topic in (Meta.HELP.value, Meta.OUT_OF_SCOPE.value)
    assert "911" in plain_text(reply)
    assert reply.choices
    assert len(plain_text(reply)) < LONGEST_MESSAGE


@pytest.mark.parametrize(
    "text",
    [
        "my A number is A123 456 789, will police ask",
        "mi número A es A 123-456-789, me van a preguntar",
        "my ssn is 123-45-6789, will police ask",
        "i live at 1234 Main Street, will police ask",
        "vivo en la calle Main 1234, me van a preguntar",
        "call me at 816-555-0100, will police ask",
        "mi correo es maria@example.org, me van a preguntar",
        "no tengo papeles, me van a preguntar",
        "I am undocumented, will police ask",
    ],
)
@pytest.mark.parametrize("locale", ["en", "es"])
def test_what_nobody_should_send_is_not_said_back_and_the_writer_is_told(text: str, locale: str) -> None:
    assistant = pressing()
    masked = assistant.dialogue.gazetteer.find(text).masked
    assistant = replace(assistant, interpreter=ScriptedInterpreter({masked: "victim_status"}, locale))
    told, _ = assistant.answer(Message(text=text, locale=locale), assistant.begin(locale))
    plain, _ = assistant.answer(Message(choice="t:victim_status", locale=locale), assistant.begin(locale))
    assert told.topic == "victim_status"
    assert told.blocks[:-1] == plain.blocks[:-1], "the answer depends on what should not have been sent"
    extra = [line for line in told.blocks[-1].texts if line not in plain.blocks[-1].texts]
    assert len(extra) == 1
    assert not re.search(r"\d|@|Main|maria", extra[0], re.IGNORECASE)
