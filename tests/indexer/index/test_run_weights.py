"""The weight of a run is stored in a few bits of a sorting key. A weight that does not fit is refused and never cut.
"""

from __future__ import annotations

import pytest

from indexer import Index
from indexer.index import schema
from tests.indexer.regulations import ask, entry, fill, found


@pytest.mark.parametrize("weight", [8, 12, 0, -1, 2.5])
@pytest.mark.parametrize("run", range(len(schema.RUN_WEIGHTS)))
def test_a_weight_that_does_not_fit_is_refused(
    store: Index, monkeypatch: pytest.MonkeyPatch, run: int, weight: float
) -> None:
    weights = [*schema.RUN_WEIGHTS]
    weights[run] = weight  # type: ignore[call-overload]
    monkeypatch.setattr(schema, "RUN_WEIGHTS", tuple(weights))
    with pytest.raises(ValueError, match=f"weight {weight} .*1 to 7"):
        fill(store, [entry(1, "lễ hội"), entry(2, "lễ", title="Hội")])
    assert found(ask(store, "lễ hội")) == []


def test_the_greatest_weight_is_kept_whole(store: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "RUN_WEIGHTS", (1, 7, 7, 7))
    fill(store, [entry(1, "lễ"), entry(2, "xuân", title="Lễ"), entry(3, "hè")])
    (segment,) = store.snapshot().segments
    held = segment.held
    code = held.words.index("lễ")
    start, end = held.starts[code], held.starts[code + 1]
    assert held.entries[start:end].tolist() == [0, 1]
    assert held.weights[start:end].tolist() == [1, 7]
