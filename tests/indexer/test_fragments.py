"""Where one highlight ends and the next begins: the same in a passage and in a text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import marker
from indexer.fragments import fragments, joined
from indexer.highlight.snippets import snippet
from indexer.query.parser import parse
from indexer.types import Fragment
from legaltext.text import SYLLABLE, tokens


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("công khai", ["công khai"]),
        ("công  \t khai", ["công  \t khai"]),
        ("công\nkhai", ["công\nkhai"]),
        ("công, khai", ["công", "khai"]),
        ("công - khai", ["công", "khai"]),
        ("công_khai", ["công", "khai"]),
        ("công.\nkhai", ["công", "khai"]),
        ("công việc khai", ["công", "khai"]),
    ],
)
def test_blanks_alone_join_matched_words(text: str, found: list[str]) -> None:
    """A passage and a title agree, but that a passage writes blanks as one space."""
    assert [piece.text for piece in marker(parse("khai công"), {})(text) if piece.match] == found
    kinds = np.array([int(word in {"công", "khai"}) for word in tokens(text)], np.int32)
    lines = np.array([len(tokens(text[: text.index("\n")]))] if "\n" in text else [], np.int64)
    passage = snippet(text, kinds, 0, lines, 0)
    assert [piece.text for piece in passage if piece.match] == [" ".join(one.split()) for one in found]


def test_stretches_that_overlap_are_one_highlight() -> None:
    assert joined("một hai ba bốn", [(0, 7), (4, 10), (4, 7)]) == [(0, 10)]
    assert joined("một hai, ba", [(0, 7), (9, 11)]) == [(0, 7), (9, 11)]


def test_fragments_of_a_part_of_a_text() -> None:
    text = "theo Điều 5, khoản 2 này"
    expected = [Fragment("Điều 5", True), Fragment(", ", False), Fragment("khoản 2", True), Fragment(" này", False)]
    assert fragments(text, [(5, 9), (10, 11), (13, 18), (19, 20)], 5) == expected
    assert fragments(text, [(5, 11)], 0, 11) == [Fragment("theo ", False), Fragment("Điều 5", True)]
    assert fragments("", []) == []


@given(st.text("ab ,\n_", max_size=30), st.sets(st.integers(0, 12)))
def test_fragments_give_the_text_back_and_highlight_every_match(text: str, chosen: set[int]) -> None:
    words = [found.span() for found in SYLLABLE.finditer(text)]
    matched = [span for place, span in enumerate(words) if place in chosen]
    pieces = fragments(text, matched)
    assert "".join(piece.text for piece in pieces) == text and all(piece.text for piece in pieces)
    position, covered = 0, set[int]()
    for piece in pieces:
        if piece.match:
            covered |= {place for place in range(position, position + len(piece.text)) if not text[place].isspace()}
        position += len(piece.text)
    assert covered == {place for start, end in matched for place in range(start, end)}
    # Two highlights side by side have more than blanks between them.
    for before, between, after in zip(pieces, pieces[1:], pieces[2:], strict=False):
        assert not (before.match and after.match and between.text.isspace())
    assert not any(one.match and other.match for one, other in zip(pieces, pieces[1:], strict=False))
