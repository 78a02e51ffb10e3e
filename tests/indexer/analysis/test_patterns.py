"""Patterns and edits: against their definitions, word by word and all at once, and no pattern that hangs."""

import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.analysis.patterns import Begins, Fits, Resembles
from legaltext.text import forms
from tests.indexer.whoosh.whoosh_questions import edits

LETTERS = st.text(alphabet="aạbđ", max_size=6)
PATTERNS = st.text(alphabet="aạb*?", min_size=1, max_size=7)


@given(PATTERNS, st.lists(LETTERS, max_size=8))
def test_a_pattern_means_what_it_says(pattern: str, words: list[str]) -> None:
    expected = [bool(re.fullmatch(pattern.replace("*", ".*").replace("?", "."), word)) for word in words]
    test = Fits(pattern, True)
    assert [test.fits(word) for word in words] == expected == test.among(words).tolist()
    assert all(word.startswith(test.stem) for word, fits in zip(words, expected, strict=True) if fits)


@settings(deadline=None)
@example("ab", ["a", "b", "", "abab"], 1)
@given(LETTERS, st.lists(LETTERS, max_size=8), st.integers(0, 2))
def test_an_edit_is_one_letter_added_left_out_or_replaced(text: str, words: list[str], most: int) -> None:
    expected = [edits(word, text) <= most for word in words]
    test = Resembles(text, True, most)
    assert [test.fits(word) for word in words] == expected == test.among(words).tolist()


def test_the_spelling_that_is_compared() -> None:
    word = forms("Kiểm")
    assert Fits("ki?m", False).accepts(word) and not Fits("kiem", True).accepts(word)
    assert Resembles("kiễm", True, 1).accepts(word) and not Resembles("kiem", True, 0).accepts(word)
    assert Resembles("kiem", False, 0).accepts(word) and Begins("kiể", True).accepts(word)


@pytest.mark.parametrize("pattern", ["a" + "*a" * 100 + "b", "*a" * 200 + "*b*", "a" + "?*" * 100 + "b"])
def test_no_pattern_takes_long_for_a_long_word(pattern: str) -> None:
    started = time.process_time()
    assert not Fits(pattern, True).among(["a" * 2_000] * 5).any()
    assert time.process_time() - started < 1
