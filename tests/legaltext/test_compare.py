"""The words and the provisions of two texts: nothing is lost, exchanging the sides exchanges the answers, and no length
runs away."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from legaltext.compare import words as word_module
from legaltext.compare.provisions import Match, Side, TextUnit, match
from legaltext.compare.shortest import StepBudget, in_order, shortest
from legaltext.compare.words import differences, keys

TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(["hòa", "hoà", " ", "\n", "a", "b.", "c;", ","]), max_size=60).map("".join))


def sides(left: str, right: str, budget: StepBudget | None = None) -> list[tuple[bool, str, str]]:
    """The runs, after the check that each side is its text and that what is called the same is the same."""
    runs = differences(left, right, budget)
    assert ("".join(run.left for run in runs), "".join(run.right for run in runs)) == (left, right)
    assert all(keys(run.left) == keys(run.right) for run in runs if run.same)
    return [(run.same, run.left, run.right) for run in runs]


@given(TEXTS, TEXTS)
@settings(max_examples=150, deadline=None)
def test_each_side_is_its_text(left: str, right: str) -> None:
    small = word_module._SMALL
    try:
        for word_module._SMALL in (small, 8):
            sides(left, right)
            sides(left, right, StepBudget(3))
    finally:
        word_module._SMALL = small
    assert all(same for same, _left, _right in sides(left, left))


@given(st.lists(st.sampled_from("abcd"), max_size=20), st.lists(st.sampled_from("abcd"), max_size=20))
@settings(max_examples=100, deadline=None)
def test_as_few_words_as_possible_are_marked(left: list[str], right: list[str]) -> None:
    row = [0] * (len(right) + 1)
    for x in left:
        new = [0]
        for n, y in enumerate(right):
            new.append(row[n] + 1 if x == y else max(row[n + 1], new[n]))
        row = new
    spans = shortest(left, right, StepBudget())
    assert len(left) - sum(end - start for start, end, _begin, _stop in spans) == row[-1]


def test_spelling_of_tones_and_blanks_are_no_difference_but_capitals_are() -> None:
    text = "Cơ quan hoà giải\nlao động."
    assert all(same for same, _left, _right in sides(text, unicodedata.normalize("NFD", "Cơ quan hòa giải lao  động.")))
    assert sides("Điều này", "điều này") == [(False, "Điều ", "điều "), (True, "này", "này")]
    # One or two words in common do not break a change into pieces.
    assert sides("x giáo viên mới của trường cũ y", "x học sinh giỏi của lớp y") == [
        (True, "x ", "x "), (False, "giáo viên mới của trường cũ ", "học sinh giỏi của lớp "), (True, "y", "y"),
    ]  # fmt: skip


def test_what_is_too_long_is_one_change_and_says_so() -> None:
    many = [f"t{n % 97}" for n in range(60_000)]
    budget = StepBudget()
    runs = sides(" ".join(many), " ".join(many[::-1]), budget)
    assert budget.spent and len(runs) < 1_000
    # Between sentences that agree every word is still compared.
    budget = StepBudget()
    left = " ".join(f"câu thứ {n} của văn bản này." for n in range(8_000))
    runs = sides(left, left.replace("thứ 4000 của", "thứ 4000 và"), budget)
    assert not budget.spent and [(a, b) for same, a, b in runs if not same] == [("của ", "và ")]


def unit(anchor: str, text: str, kind: str | None = None) -> TextUnit:
    """A provision by its anchor."""
    parent, _dot, own = anchor.rpartition(".")
    name, _dash, number = own.partition("-")
    labels = {"dieu": "Điều ", "khoan": "Khoản ", "diem": "Điểm ", "chuong": "Chương ", "doan": "Đoạn "}
    return TextUnit(anchor, parent or None, kind or name, labels[name] + number, text)


@st.composite
def _laws(draw: st.DrawFn) -> list[TextUnit]:
    sentences = [f"lời số {n} về việc {n} của cơ quan {n} tại nơi {n}" for n in range(6)] + ["Bãi bỏ.", "", "1"]
    made = []
    for number in range(1, draw(st.integers(0, 5)) + 1):
        made.append(unit(f"dieu-{number}", f"Điều {number}. {draw(st.sampled_from(sentences))}"))
        made += [
            unit(f"dieu-{number}.{kind}-{n}", f"{n}. {draw(st.sampled_from(sentences))}")
            for kind in (draw(st.sampled_from(["khoan", "doan"])),)
            for n in range(1, draw(st.integers(0, 3)) + 1)
        ]
    return made


def pairs(left: Sequence[TextUnit], right: Sequence[TextUnit]) -> tuple[Match, ...]:
    """The pairs, after the check that every provision is in exactly one."""
    found = match(Side(left), Side(right))
    assert sorted(one.left for one in found if one.left is not None) == list(range(len(left)))
    assert [one.right for one in found if one.right is not None] == list(range(len(right)))
    return found


@given(_laws(), _laws())
@settings(max_examples=200, deadline=None)
def test_every_provision_is_in_one_pair_and_exchanging_the_texts_exchanges_the_sides(left: list[TextUnit], right: list[TextUnit]) -> None:
    there, back = pairs(left, right), pairs(right, left)
    assert {(one.left, one.right, one.changed) for one in there} == {(one.right, one.left, one.changed) for one in back}
    assert sum(one.moved for one in there) == sum(one.moved for one in back)
    assert all((one.left, one.changed, one.moved) == (one.right, False, False) for one in pairs(left, left))


LAW = [
    unit("dieu-1", "Điều 1. Phạm vi điều chỉnh của quy chế"),
    unit("dieu-2", "Điều 2. Trách nhiệm của người đứng đầu"),
    unit("dieu-2.khoan-1", "1. Công khai kế hoạch công tác trước ngày 31 tháng 01 hằng năm."),
    unit("dieu-2.khoan-2", "2. Tổ chức hội nghị cán bộ, công chức mỗi năm một lần tại cơ quan."),
    unit("dieu-3", "Điều 3. Hiệu lực thi hành từ ngày ký ban hành"),
]


def told(right: list[TextUnit]) -> list[tuple[str | None, str | None, str]]:
    """The pairs that differ, by anchor."""
    named = [(LAW[one.left].anchor if one.left is not None else None, right[one.right].anchor if one.right is not None else None, one) for one in pairs(LAW, right)]
    return [
        (a, b, "moved changed" if one.moved and one.changed else "moved" if one.moved else "changed" if one.changed else "alone")
        for a, b, one in named
        if one.moved or one.changed or a is None or b is None
    ]


def test_a_provision_with_another_number_has_moved_and_one_between_others_is_added() -> None:
    shifted = [LAW[0], unit("dieu-2", "Điều 2. Một điều hoàn toàn mới về kinh phí"), *(
        TextUnit(one.anchor.replace("dieu-2", "dieu-3"), (one.parent or "").replace("dieu-2", "dieu-3") or None, one.kind, one.label.replace("Điều 2", "Điều 3"), one.text.replace("Điều 2.", "Điều 3."))
        for one in LAW[1:4]
    ), unit("dieu-4", "Điều 4. Hiệu lực thi hành từ ngày ký ban hành")]  # fmt: skip
    assert told(shifted) == [(None, "dieu-2", "alone"), ("dieu-2", "dieu-3", "moved"), ("dieu-3", "dieu-4", "moved")]


def test_a_clause_that_went_to_another_article_and_changed_is_found_there() -> None:
    moved = [*LAW[:3], LAW[4], unit("dieu-3.khoan-1", "1. Tổ chức hội nghị cán bộ, công chức mỗi năm hai lần tại cơ quan.")]
    assert told(moved) == [("dieu-2.khoan-2", "dieu-3.khoan-1", "moved changed")]
    rewritten = [*LAW[:4], unit("dieu-3", "Điều 3. Khác hẳn")]
    assert told(rewritten) == [("dieu-3", "dieu-3", "changed")]


def test_what_changed_its_place_without_a_number_has_moved() -> None:
    one, two = (unit(f"doan-{n}", words) for n, words in ((1, "Căn cứ luật tổ chức chính quyền"), (2, "Theo đề nghị của chánh văn phòng")))
    found = pairs([one, two], [unit("doan-1", two.text), unit("doan-2", one.text)])
    assert sum(pair.moved for pair in found) == 1 and not any(pair.changed for pair in found)
    inserted = pairs([one], [unit("doan-1", two.text), unit("doan-2", one.text)])
    assert [(pair.left, pair.right, pair.moved) for pair in inserted] == [(None, 0, False), (0, 1, False)]


def test_the_longest_rising_part() -> None:
    assert in_order([3, 1, 2, 5, 4]) == [1, 2, 4] and in_order([]) == []
