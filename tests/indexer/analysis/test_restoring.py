"""Diacritics are restored where they were left out, and nowhere else."""

import math
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.analysis import language_model
from indexer.analysis.diacritics import restore
from legaltext.text import fold

_SENTENCES = (
    "quy chế thực hiện dân chủ ở cơ sở",
    "hội nghị cán bộ công chức viên chức được tổ chức mỗi năm một lần",
    "trách nhiệm của người đứng đầu cơ quan hành chính nhà nước",
    "thời hạn giải quyết khiếu nại lần đầu không quá ba mươi ngày",
    "ủy ban nhân dân cấp tỉnh ban hành kế hoạch",
)


@pytest.mark.parametrize("sentence", _SENTENCES)
def test_common_office_language_is_restored(sentence: str) -> None:
    typed = fold(sentence).split()
    assert restore(typed, [True] * len(typed)).words == tuple(sentence.split())


def test_words_with_marks_are_not_touched_and_help_their_neighbours() -> None:
    made = restore(["quy", "chế", "dan", "chu"], [False, False, True, True])
    assert made.words == ("quy", "chế", "dân", "chủ")
    assert restore(["dan", "chu"], [False, False]).words == ("dan", "chu")


def test_an_unknown_word_stays_and_is_never_sure() -> None:
    made = restore(["van", "ban", "xqzw"], [True] * 3)
    assert made.words[2] == "xqzw" and made.sure[2] is False
    assert restore([], []).words == ()


def test_a_word_with_several_likely_spellings_is_not_sure() -> None:
    assert restore(["dan"], [True]).sure == (False,)
    assert all(restore(fold("ủy ban nhân dân tỉnh").split(), [True] * 5).sure)


def likelihood(numbers: tuple[int, ...]) -> float:
    """The ln of the likelihood of a sequence of words, computed directly from the definition."""
    base = language_model.base()
    shares = [(int(base.word_counts[number]) + 0.5) / (base.documents + 1) for number in numbers]
    total = math.log(shares[0])
    for (first, second), share in zip(pairwise(numbers), shares[1:], strict=True):
        joint = base.pair_count(base.words[first], base.words[second]) + 0.4 * share
        total += math.log(joint / (int(base.word_counts[first]) + 1))
    return total


def _frequency(spelling: str) -> int:
    return sum(int(language_model.base().word_counts[number]) for number in language_model.base().spellings[spelling])


# Frequent spellings, so that they occur as neighbours, each with few words, so that all combinations can be tried.
_FEW = [spelling for spelling, own in language_model.base().spellings.items() if 2 <= len(own) <= 9]
_FEW = sorted(sorted(_FEW, key=_frequency)[-60:])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(_FEW), min_size=2, max_size=3))
def test_no_other_spelling_is_likelier(words: list[str]) -> None:
    base = language_model.base()
    made = restore(words, [True] * len(words))
    ways = sorted(product(*(base.spellings[word] for word in words)), key=likelihood)
    chosen = tuple(base.numbers[word] for word in made.words)
    assert math.isclose(likelihood(chosen), likelihood(ways[-1]), abs_tol=1e-9)
    for place, sure in enumerate(made.sure):
        others = [likelihood(way) for way in ways if way[place] != chosen[place]]
        assert sure == (likelihood(ways[-1]) - max(others) > 2.0)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(sorted(language_model.base().spellings)[::7]), min_size=1, max_size=12), st.data())
def test_only_marks_change(words: list[str], data: st.DataObject) -> None:
    free = data.draw(st.lists(st.booleans(), min_size=len(words), max_size=len(words)))
    made = restore(words, free)
    assert [fold(word) for word in made.words] == [fold(word) for word in words]
    assert all(word == kept for word, kept, loose in zip(words, made.words, free, strict=True) if not loose)
