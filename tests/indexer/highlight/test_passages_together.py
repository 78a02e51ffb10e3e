"""The texts of a page are processed together. No text may be shown differently because of the others."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from unittest.mock import patch

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer import Hit, Index
from indexer.highlight import snippets as looked_at
from indexer.highlight.index_marker import Joined
from indexer.highlight.snippets import best_windows
from tests.indexer.regulations import ask, entry, fill

WORDS = ("dân", "chủ", "đần", "chú", "cơ", "sở", "hội", "nghị", "của", "các", "khác")
QUESTIONS = (
    "dân chủ cơ sở",
    "dan chu co so",
    '"dân chủ" hội',
    "dan chu",
    "dan hội",
    "ngh* cơ",
    "dân -khác",
    "hội nghị OR cơ sở",
    '"sở dân"~4 hội',
    "ng?ị chu~",
)
VALUES = np.array([0.0, 5.0, 3.25, 1.5, 0.125], np.float32)

_line = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(" ".join)
_filled = st.integers(0, 60).map(lambda count: "việc khác " * count)
_text = st.lists(st.one_of(_line, _filled), min_size=1, max_size=8).map("\n".join)
_kinds = st.lists(st.sampled_from([*range(len(VALUES)), *[0] * 12]), max_size=160)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(_line, _text), min_size=1, max_size=6), st.sampled_from(QUESTIONS), st.booleans())
@example([("của", "đần khác chú"), ("của", "dân chủ cơ sở")], "dan chu", False)
def test_a_provision_is_shown_alike_whatever_stands_beside_it(
    texts: list[tuple[str, str]], question: str, few_at_once: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = fill(
            Index(Path(folder) / "index").create(),
            [
                entry(number, f"Điều 1. {title}\n{text}", label="Điều 1", title=title)
                for number, (title, text) in enumerate(texts, 1)
            ],
        )
        alone: list[Hit] = []
        for place in range(len(texts)):
            alone += ask(store, question, offset=place, limit=1).hits
        with patch("indexer.highlight.passages._WORDS_AT_ONCE", 50 if few_at_once else 20_000):
            assert list(ask(store, question).hits) == alone


def by_hand(kinds: list[int], most: int) -> int:
    """The first match of the window with the highest weight, where each window is counted separately."""
    matches = [place for place, kind in enumerate(kinds) if kind][:most]
    worth: dict[int, float] = {}
    for place in matches:
        held = Counter(kinds[other] for other in matches if place <= other < place + 40)
        worth[place] = sum(float(VALUES[kind]) * (0.9 + 0.1 * count) for kind, count in held.items())
    if not worth:
        return -1
    return next(place for place, value in worth.items() if value >= max(worth.values()) * (1 - 1e-5))


@settings(deadline=None)
@given(st.lists(_kinds, min_size=1, max_size=5), st.sampled_from([7, 2_000]))
def test_the_best_window_is_that_of_each_text(texts: list[list[int]], most: int) -> None:
    parted = [[*text, 0] for text in texts]
    starts = np.cumsum([0, *map(len, parted[:-1])])
    joined = Joined(np.concatenate([np.array(text, np.int32) for text in parted]), starts)
    with patch.object(looked_at, "_MOST_MATCHES", most):
        assert best_windows(joined, VALUES) == [by_hand(text, most) for text in texts]
