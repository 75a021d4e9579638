"""Splitting and rendering: nothing lost, nothing too long, no markup broken."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.render import LONGEST_DATA, fits, keyboard, parts
from bot.channels.telegram.split import LONGEST, Atom, Paragraph, messages, sentences, units
from bot.core.message import Block, BlockKind, Choice, Reply, ShownSource
from bot.knowledge.dates import PartialDate
from tests.doubles.bot_api_schema import read_html
from tests.doubles.telegram_bot import dialogue

texts = st.text(min_size=1, max_size=400).filter(str.strip)
kinds = st.sampled_from([kind for kind in BlockKind if kind is not BlockKind.SOURCES])
blocks = st.lists(st.builds(Block, kinds, st.lists(texts, min_size=1, max_size=30).map(tuple)), min_size=1, max_size=8)


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(st.text(max_size=200))
def test_units_are_those_of_utf_16(text: str) -> None:
    assert units(text) == utf16(text)


def words(html: str) -> list[str]:
    text, problems = read_html(html)
    assert problems == []
    return [word for word in text.split() if word != "•"]


@given(blocks)
def test_no_part_is_too_long_and_nothing_is_lost(given_blocks: list[Block]) -> None:
    reply = Reply("en", "help", tuple(given_blocks))
    shown = parts(reply)
    assert all(0 < utf16(read_html(part.html)[0]) <= LONGEST for part in shown)
    ordered = sorted(given_blocks, key=lambda block: block.kind is not BlockKind.URGENT)
    said = "".join("".join(text.split()) for block in ordered for text in block.texts)
    assert "".join(word for part in shown for word in words(part.html)).replace("•", "") == said.replace("•", "")


@given(st.text(alphabet="aé🏠 ", min_size=1, max_size=300), st.integers(4, 60))
def test_even_one_endless_word_is_cut(text: str, longest: int) -> None:
    paragraph = Paragraph((Atom(text, text),), "<b>", "</b>")
    for html in messages([paragraph], longest):
        assert utf16(html.removeprefix("<b>").removesuffix("</b>")) <= longest


def test_a_long_text_is_cut_between_sentences() -> None:
    text = " ".join(f"Sentence number {number} says something." for number in range(300))
    shown = parts(Reply("en", "help", (Block(BlockKind.TEXT, (text,)),)))
    assert len(shown) == 3
    assert all(part.html.endswith("something.") and part.html.startswith("Sentence") for part in shown)


def test_sentences_keep_abbreviated_numbers_whole() -> None:
    assert sentences("Call 911. Say 8.5 now! Yes?") == ("Call 911.", "Say 8.5 now!", "Yes?")


def test_a_source_becomes_a_link_with_its_dates_and_escaped() -> None:
    source = ShownSource("Tom & <b>Jerry</b>", "P", 'https://a.example/?a=1&b="2"', None, PartialDate(2026, 1))
    line = f"{source.title}, P (no date; checked 2026): {source.url}"
    reply = Reply("en", "t", (Block(BlockKind.SOURCES, (line,)),), sources=(source,))
    assert parts(reply)[0].html == (
        '<blockquote expandable>• <a href="https://a.example/?a=1&amp;b=&quot;2&quot;">'
        "Tom &amp; &lt;b&gt;Jerry&lt;/b&gt;</a>, P (no date; checked 2026)</blockquote>"
    )


def test_an_address_that_is_no_web_address_is_no_link() -> None:
    source = ShownSource("T", "P", "javascript:alert(1)", None, PartialDate(2026, 1))
    reply = Reply("en", "t", (Block(BlockKind.SOURCES, ("T, P: javascript:alert(1)",)),), sources=(source,))
    assert "<a" not in parts(reply)[0].html


def test_buttons_too_long_for_telegram_are_left_out_and_too_many_cut() -> None:
    choices = (Choice("long", "t:" + "ñ" * 40), *(Choice(str(n), f"t:{n}") for n in range(150)))
    shown = keyboard(Reply("en", "help", (), choices=choices))
    assert shown is not None
    data = [button.callback_data for row in shown.inline_keyboard for button in row]
    assert len(data) == 100 and data[0] == "t:0"


def test_every_choice_of_the_data_fits_a_button() -> None:
    base = dialogue().base
    values = [f"t:{t}" for t in base.topics] + [f"p:{j}" for j in base.jurisdictions] + [f"g:{g}" for g in base.groups]
    assert all(fits(value) for value in values)
    assert not fits("x" * LONGEST_DATA) and not fits("")
