"""Words near each other: the arrays find what trying all choices of places finds."""

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import windows

WORDS = "abc"


@given(st.lists(st.sampled_from("abcx"), max_size=9), st.integers(2, 3), st.integers(1, 6), st.booleans())
def test_places_in_a_stretch(text: list[str], count: int, distance: int, ordered: bool) -> None:
    asked = WORDS[:count]
    choices = [
        chosen
        for chosen in product(*([place for place, word in enumerate(text) if word == one] for one in asked))
        if max(chosen) - min(chosen) <= distance and (not ordered or list(chosen) == sorted(set(chosen)))
    ]
    words = [(word, word) for word in text]
    kept = np.flatnonzero(windows.near_words(words, [(one, False) for one in asked], distance, ordered)).tolist()
    assert bool(kept) == bool(choices)
    assert set(kept) <= {place for chosen in choices for place in range(min(chosen), max(chosen) + 1)}
    if ordered:
        # Of stretches that begin at the same place the shortest is enough.
        assert {min(chosen) for chosen in choices} <= set(kept)
    else:
        assert {place for chosen in choices for place in chosen} <= set(kept)


def test_no_words() -> None:
    assert windows.near(np.empty(0, np.int64), np.empty((0, 0), bool), 3, ordered=True).tolist() == []
