"""The index knows where a clause of a text ends, also after segments were merged and documents deleted."""

import dataclasses

import numpy as np
import pytest

from indexer import Index
from indexer.index.merger import merge
from indexer.index.segment import SegmentData, load, save
from indexer.store.container import Damaged, open_container
from tests.indexer.regulations import entry, fill

# Each text with its clauses, parted by "|".
TEXTS = {
    "Ly hôn, hủy kết hôn; bổ nhiệm: \"lại\" (nếu có).": "ly hôn|hủy kết hôn|bổ nhiệm|lại|nếu có",
    "Phạt 1,5 lần lúc 8:30, tức 1.000.000 đồng": "phạt 1 5 lần lúc 8 30|tức 1 000 000 đồng",
    "Theo 30/2020/NĐ-CP về kinh tế - xã hội tại TP.HCM": "theo 30 2020 nđ cp về kinh tế xã hội tại tp hcm",
    "một dòng\nhai dòng.\n\n(…) ba": "một dòng|hai dòng|ba",
    "": "",
    "a) Điều 5, 6": "a|điều 5|6",
}  # fmt: skip


def clauses(held: SegmentData, number: int) -> str:
    """The clauses of the text of entry `number`, parted by "|"."""
    places = np.arange(int(held.runs[4 * number]), int(held.runs[4 * number + 1]))
    ended = held.ends_clause(places).tolist()
    words = [held.words[word] for word in held.tokens[places].tolist()]
    return "".join(f"{word}{'|' if end else ' '}" for word, end in zip(words, ended, strict=True))[:-1]


def segment_of(store: Index) -> SegmentData:
    (segment,) = store.snapshot().segments
    return segment.held


def test_clauses_end_at_signs_between_words_and_at_lines(store: Index) -> None:
    fill(store, [entry(1, text, anchor=str(number), title="Một, hai", order=number) for number, text in enumerate(TEXTS)])
    held = segment_of(store)
    assert [clauses(held, number) for number in range(len(TEXTS))] == [*TEXTS.values()]
    # Deleted entries leave, and the bits move with the words of those that stay.
    alive = np.array([number % 2 == 0 for number in range(len(TEXTS))])
    merged = merge([(held, ~alive), (held, alive)])
    kept = [*range(1, len(TEXTS), 2), *range(0, len(TEXTS), 2)]
    assert [clauses(merged, number) for number in range(len(TEXTS))] == [[*TEXTS.values()][number] for number in kept]


@pytest.mark.parametrize("bits", [slice(1, None), slice(0, 0)])
def test_too_few_bits_are_damage(store: Index, bits: slice) -> None:
    held = segment_of(fill(store, [entry(1, "một, hai, ba, bốn, năm, sáu, bảy, tám, chín")]))
    path = store.path / "other.arr"
    save(path, dataclasses.replace(held, clause_ends=held.clause_ends[bits]), {})
    with pytest.raises(Damaged, match="clause_ends"):
        load(open_container(path))
