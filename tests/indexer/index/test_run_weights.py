"""The weight of a posting: the sum of the weights of its runs, each of which must fit the byte of a posting. A word counts in
the text as often as it stands there, and once in each other run."""

from __future__ import annotations

import pytest

from indexer import Index
from indexer.index import schema
from tests.indexer.regulations import ask, entry, fill, found


@pytest.mark.parametrize("weight", [256, 0, -1, 2.5])
@pytest.mark.parametrize("run", range(len(schema.RUN_WEIGHTS)))
def test_a_weight_that_does_not_fit_is_refused(
    store: Index, monkeypatch: pytest.MonkeyPatch, run: int, weight: float
) -> None:
    weights = [*schema.RUN_WEIGHTS]
    weights[run] = weight  # type: ignore[call-overload]
    monkeypatch.setattr(schema, "RUN_WEIGHTS", tuple(weights))
    with pytest.raises(ValueError, match=f"weight {weight} .*1 to 255"):
        fill(store, [entry(1, "lễ hội"), entry(2, "lễ", title="Hội")])
    assert found(ask(store, "lễ hội")) == []


def test_the_greatest_weight_is_kept_whole(store: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "RUN_WEIGHTS", (1, 255, 7, 7))
    fill(store, [entry(1, "lễ"), entry(2, "xuân", title="Lễ"), entry(3, "hè")])
    (segment,) = store.snapshot().segments
    held = segment.held
    code = held.words.index("lễ")
    start, end = held.starts[code], held.starts[code + 1]
    assert held.entries[start:end].tolist() == [0, 1]
    assert held.weights[start:end].tolist() == [1, 255]


def test_a_heading_or_title_has_a_word_or_pair_once(store: Index) -> None:
    said = "Lễ hội, lễ hội, lễ hội"
    fill(store, [entry(1, said, label="Lễ hội lễ hội", title=said, doc_title=said, doc_type="Lễ hội"), entry(2, "lễ hội", title=said)])
    (segment,) = store.snapshot().segments
    held = segment.held
    first, second = (held.words.index(word) for word in ("lễ", "hội"))
    text, title, document, label = schema.RUN_WEIGHTS
    for term in (first, second, held.pair(first, second)):
        weights = held.postings(term)[1].tolist()
        assert weights == [3 * text + title + document + label, text + title]
    # The length is that of all words, so what repeats them counts less and not more.
    assert segment.held.integers["length"].tolist() == [6 * text + 6 * title + 8 * document + 4 * label, 2 * text + 6 * title]
