"""Which characters a text may hold: one table for stored texts, the index, names and what is typed."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from docmgr.reading.interpret import interpret
from docmgr.reading.types import Block
from indexer.analysis.analyzer import Vocabulary, unpack_row
from indexer.types import Entry
from legaltext.text import clean, clean_line, clean_lines, fold, name_key, tokens

EVERY = [chr(code) for code in range(sys.maxunicode + 1)]
# Signs before Arabic numbers and joiners of hieroglyphs are of the category of formats, and are seen.
SEEN = {0x70F, *range(0x600, 0x606), 0x6DD, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x13430, 0x13440)}
# Characters in which the two former tables differed, and those that normalisation joins, parts or moves.
ODD = "İIi\u0307\u0323\u0316\u0301\u0345\u200d\u00ad\u034f\u061c\u202e\u2066\u2028\x85\x1c\x00\t\n\r\x0b \u00a0\u2007\u202f\u2001\u3000\ud800\ufffcÐðĐOoaă\u0306"
texts = st.text(st.one_of(st.sampled_from(ODD), st.characters()), max_size=40)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("99/2001/QÐ-BTC và ð", "99/2001/QĐ-BTC và đ"),
        ("QUYẾT ĐİNH", "QUYẾT ĐINH"),
        ("I\u0307n \u0130\u0301", "In Í"),
        ("İstanbul, Łódź, Żywiec", "Istanbul, Łódź, Żywiec"),
        ("a\u00a0b\u2007c\u202fd\u3000e", "a b c d e"),
        ("thue\u200d\u0302\u0301", "thuế"),
        ("bảng\u202ecod.exe\u2066", "bảngcod.exe"),
        ("một\u2028hai\x85ba", "một hai ba"),
        ("a\x00\x1b\x9fb", "ab"),
        ("Tổ\u3164 chức\ufe0f", "Tổ chức"),
        ("a\u2800b", "a b"),
        ("\ud800", "\ufffd"),
        ("một\r\n\thai\x0b\x0c", "một\r\n\thai\x0b\x0c"),
    ],
)
def test_one_form(raw: str, expected: str) -> None:
    assert clean(raw) == expected


def test_no_character_that_is_not_seen_or_turns_the_text_is_left() -> None:
    left = [char for char in EVERY if char == clean(char) and unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"}]
    assert {char for char in left if ord(char) not in SEEN} == set(" \t\n\r\x0b\x0c")
    turning = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    assert {unicodedata.bidirectional(part) for char in EVERY for part in clean(char)} & turning == set()


def test_no_character_that_nothing_is_shown_for_is_left() -> None:
    """The expected characters are copied from DerivedCoreProperties.txt, apart from the table of the product."""
    ignorable = [
        "\u00ad", "\u034f", "\u061c", "\u115f", "\u1160", "\u17b4", "\u17b5", *map(chr, range(0x180B, 0x1810)),
        *map(chr, range(0x200B, 0x2010)), *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2060, 0x2070)), "\u3164",
        *map(chr, range(0xFE00, 0xFE10)), "\ufeff", "\uffa0", *map(chr, range(0xFFF0, 0xFFF9)),
        *map(chr, range(0x1BCA0, 0x1BCA4)), *map(chr, range(0x1D173, 0x1D17B)), *map(chr, range(0xE0000, 0xE1000)),
    ]  # fmt: skip
    assert len(ignorable) == 4174
    assert [char for char in ignorable if clean(char)] == []
    assert [char for char in ignorable if name_key(f"Tổ{char}") != name_key("Tổ") or clean_line(f"Tổ{char}") != "Tổ"] == []


def test_every_character_alone_is_clean_at_once() -> None:
    assert [char for char in EVERY if clean(clean(char)) != clean(char)] == []


@given(texts)
@example("I\u0316\u0307\u0307")
@example("İ\u0307\u0301")
@example("a\u00ad\u0306")
def test_clean_text_stays_as_it_is(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned) and "İ" not in cleaned
    cleaned.encode()
    assert clean_line(clean_line(text)) == clean_line(text) == clean(clean_line(text))
    assert clean_line(text) == " ".join(clean_line(text).split())
    assert clean_lines("\n".join(clean_lines(text))) == clean_lines(text)


@given(texts)
def test_a_clean_text_in_small_letters_has_the_same_words(text: str) -> None:
    assert len(tokens(clean(text).lower())) == len(tokens(clean(text)))
    assert fold(text) == fold(clean(text))


@given(st.lists(texts, max_size=4))
def test_the_index_holds_a_stored_text_character_by_character(lines: list[str]) -> None:
    """Places of provisions, quotes and highlights are counted in the stored text and looked up in that of the index."""
    stored = interpret([Block(line) for line in map(clean_line, lines) if line], "txt").text
    entry = Entry(1, 1, 1, "", "", stored[:20].rstrip("\n"), stored, "")
    row = unpack_row(Vocabulary().analyse(entry).row)
    assert (row.text, row.title) == (entry.text, entry.title)


def test_lines_end_at_any_sign_of_an_end() -> None:
    assert clean_lines("một\r\n\r\n hai \x0bba\u2028bốn\x85\x00\nnăm") == ["một", "hai", "ba", "bốn", "năm"]
