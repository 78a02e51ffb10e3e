"""Words near each other: the arrays find what trying all choices of places finds."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import windows

WORDS = "abc"


@given(st.lists(st.sampled_from("abcx"), max_size=12), st.integers(1, 3), st.integers(1, 6), st.booleans())
def test_places_in_a_stretch(text: list[str], count: int, distance: int, ordered: bool) -> None:
    asked = WORDS[:count]
    choices = [
        chosen
        for chosen in product(*([place for place, word in enumerate(text) if word == one] for one in asked))
        if max(chosen) - min(chosen) <= distance and (not ordered or list(chosen) == sorted(set(chosen)))
    ]
    words = [(word, word) for word in text]
    kept = np.flatnonzero(windows.near_words(words, [(one, False) for one in asked], distance, ordered)).tolist()
    chosen_places = {place for chosen in choices for place in chosen}
    if ordered:
        # Of stretches that begin at the same place the shortest is enough.
        assert bool(kept) == bool(choices) and {min(chosen) for chosen in choices} <= set(kept) <= chosen_places
    else:
        assert set(kept) == chosen_places


@pytest.mark.parametrize("ordered", [False, True])
def test_nothing_is_near_where_there_is_nothing(ordered: bool) -> None:
    none = np.empty(0, np.int64)
    assert windows.near(none, np.zeros((2, 0), bool), 3, ordered=ordered).tolist() == []
    assert windows.near(none, np.empty((0, 0), bool), 3, ordered=ordered).tolist() == []
    assert not windows.near(np.arange(2), np.zeros((0, 2), bool), 3, ordered=ordered).any()
    # A word that is never there.
    assert not windows.near(np.arange(2), np.array([[True, True], [False, False]]), 9, ordered=ordered).any()
