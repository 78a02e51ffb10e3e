"""Vectors of entries and queries, made with the base model."""

from itertools import pairwise

import numpy as np
import pytest

from indexer.analysis import language_model
from indexer.analysis.analyzer import Vocabulary
from indexer.index import vectors
from indexer.index.builder import build
from indexer.index.segment import SegmentData
from tests.indexer.regulations import REGULATIONS, entry


def segment(entries: list) -> SegmentData:
    """The entries as one segment."""
    vocabulary = Vocabulary()
    return build([vocabulary.analyse(one) for one in entries], vocabulary)


def slow_vector(held: SegmentData, number: int) -> np.ndarray:
    """The vector of an entry, computed by looking up every word and every pair separately."""
    base = language_model.base()
    total = np.zeros(base.dims)
    names = [(word,) for word in held.words]
    firsts = np.repeat(np.arange(len(held.words)), np.diff(held.second_starts.astype(np.int64)))
    names += [(held.words[a], held.words[b]) for a, b in zip(firsts, held.seconds, strict=True)]
    for term, name in enumerate(names):
        entries, weights = held.postings(term)
        if number not in entries or any(word not in base.numbers for word in name):
            continue
        place = base.numbers[name[0]]
        if len(name) == 2:
            own = base.pair_place(place, base.numbers[name[1]])
            if own < 0:
                continue
            place = len(base.words) + own
        row = base.rows[place]
        if row >= 0:
            weight = float(weights[list(entries).index(number)])
            total += np.log1p(weight) * base.vectors[row].astype(float) * float(base.scales[row])
    return total


def test_vectors_point_where_the_sum_of_words_and_pairs_points() -> None:
    held = segment(REGULATIONS)
    made = vectors.vectors(held)
    assert made.dtype == np.int8 and made.shape == (len(REGULATIONS), language_model.base().dims)
    for number in range(held.size):
        slow, fast = slow_vector(held, number), made[number].astype(float)
        assert slow @ fast / (np.linalg.norm(slow) * np.linalg.norm(fast)) > 0.999
        assert np.abs(fast).max() == 127


def test_a_text_of_unknown_words_has_no_direction() -> None:
    held = segment([entry(1, "xqzw vvkkq"), entry(2, "văn bản")])
    made = vectors.vectors(held)
    assert not made[0].any() and made[1].any()
    assert not vectors.question([("xqzw", "vvkkq")]).any()
    assert vectors.cosines(made, vectors.question([("xqzw",)])).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("question", "near"),
    [
        ("lập kế hoạch dân chủ trong trường học", 4),
        ("công khai tài sản công", 1),
        ("lưu trữ văn bản đi", 2),
    ],
)
def test_a_question_lies_nearest_to_the_text_that_speaks_of_it(question: str, near: int) -> None:
    made = vectors.vectors(segment(REGULATIONS))
    cosines = vectors.cosines(made, vectors.question([question.split()]))
    assert int(cosines.argmax()) == near
    assert np.abs(cosines).max() <= 1


def test_other_words_for_the_same_thing_lie_near() -> None:
    texts = [
        "Người sử dụng lao động trả lương đúng hạn.",
        "Lưu trữ hồ sơ tài liệu.",
        "Xử phạt vi phạm giao thông.",
    ]
    made = vectors.vectors(segment([entry(number, text) for number, text in enumerate(texts, 1)]))
    cosines = vectors.cosines(made, vectors.question(["công ty chậm thanh toán tiền công".split()]))
    assert int(cosines.argmax()) == 0


def test_words_have_the_row_and_length_of_the_model() -> None:
    base, held = language_model.base(), segment(REGULATIONS)
    rows, sizes = vectors.word_table(held, base)
    for word, row, size in zip(held.words, rows.tolist(), sizes.tolist(), strict=True):
        expected = base.rows[base.numbers[word]] if word in base.numbers else -1
        assert row == expected
        if row >= 0:
            vector = base.vectors[row].astype(float) * float(base.scales[row])
            assert np.isclose(size, np.linalg.norm(vector), rtol=1e-3)
        else:
            assert size == 0


def test_pairs_have_the_row_of_the_model() -> None:
    base, held = language_model.base(), segment(REGULATIONS)
    rows = vectors.rows_of(held, base)
    for a, b in pairwise("thực hiện dân chủ ở cơ sở".split()):
        term = held.pair(held.numbers[a], held.numbers[b])
        own = base.pair_place(base.numbers[a], base.numbers[b])
        assert term >= 0 and own >= 0
        assert rows[term] == base.rows[len(base.words) + own]
