"""Terms are found where an article that explains words defines them, and drawn by a fixed seed."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import pytest

from tests.bench.questions.definitions import defined, drawn, term_of


def article(key: str, *lines: str, title: str = "Giải thích từ ngữ") -> dict[str, str]:
    return {"id": key, "title": title, "text": "\n\n".join(lines)}


@pytest.mark.parametrize(
    ("line", "term"),
    [
        ("1. Phạm nhân là người đang chấp hành án.", "phạm nhân"),
        (" 2. *Đề mục *là một phần của chủ đề.", "đề mục"),
        ("3 . “**Tống đạt giấy tờ**” là việc gửi giấy tờ.", "tống đạt giấy tờ"),
        ("b) Vùng đệm (sau đây gọi là vùng) là nơi ở cạnh.", "vùng đệm"),
        ("- Xử lý dữ liệu được hiểu là việc ghi dữ liệu.", "xử lý dữ liệu"),
        ("Hoà giải là việc giúp hai bên tự thỏa thuận.", "hòa giải"),
        ("4. Vườn: là đất trồng cây.", "vườn"),
        ("6.Quỹ mở;là quỹ bán chứng chỉ.", "quỹ mở"),
    ],
)
def test_a_paragraph_that_begins_with_its_term(line: str, term: str) -> None:
    assert term_of(line) == term


@pytest.mark.parametrize(
    "line",
    [
        "Trong Luật này, phạm nhân là người đang chấp hành án.",
        "5. Người sau đây là người có quyền.",
        "6. Các bên là người ký.",
        "7. Phạm nhân không phải là bị can.",
        "8. B á n nợ là việc chuyển khoản nợ.",
        "9. Phạm nhân gồm những người đang chấp hành án.",
        "Mẫu 01 là mẫu đơn.",
    ],
)
def test_a_paragraph_that_defines_nothing(line: str) -> None:
    assert term_of(line) is None


def test_all_articles_that_define_a_term_are_right() -> None:
    found = defined([
        article("a%2", "1. Vùng đệm là nơi ở cạnh.", "2. Chủ rừng là người giữ rừng."),
        article("b%3", "Vùng đệm là dải đất.", "1. Vùng đệm là dải đất.", title="Giải thích thuật ngữ"),
        article("c%9", "1. Vùng đệm là dải đất.", title="Quản lý vùng đệm"),
    ])  # fmt: skip
    assert found == {"vùng đệm": ("a%2", "b%3"), "chủ rừng": ("a%2",)}


@pytest.mark.parametrize(
    "title", ["Giải thích từ, ngữ", "Giải thích một số từ ngữ", "Các khái niệm:", "Thuật ngữ và định nghĩa"]
)
def test_titles_of_the_same_kind(title: str) -> None:
    assert defined([article("a%2", "1. Vùng đệm là nơi ở cạnh.", title=title)])


def test_the_draw_is_the_same_every_time_and_of_both_lengths() -> None:
    short = [f"{one} {two}" for one, two in product(("rừng", "vùng", "nhà", "cây"), ("đệm", "lõi", "giữa"))]
    lines = [
        f"{term} là nơi." for term in (*short, *(f"quản lý {term}" for term in short), "vườn", "bãi bồi ven")
    ]
    asked = drawn([article("a%2", *lines)], of_each=4)
    assert asked == drawn([article("a%2", *reversed(lines))], of_each=4)
    assert [len(one.term.split()) for one in asked] == [2] * 4 + [4] * 4
    assert {one.text for one in asked} == {f"{one.term} là gì" for one in asked}
    with pytest.raises(ValueError):
        drawn([article("a%2", *lines)], of_each=13)


def test_the_draw_from_the_corpus(articles: list[Mapping[str, str]]) -> None:
    asked = drawn(articles)
    known = {article["id"]: article for article in articles}
    assert len({one.term for one in asked}) == 240
    assert 20 <= sum(len(one.right) > 1 for one in asked) <= 60
    for one in asked:
        for key in one.right:
            assert one.term in {term_of(line) for line in known[key]["text"].splitlines()}
