"""A title that was stuffed with words, numbers or markup takes nothing from other documents: neither the first place of
their questions, nor their completions."""

import pytest

from indexer import Index
from indexer.suggest.complete import complete
from tests.indexer.regulations import EVERYTHING, REGULATIONS, ask, entry, fill

POISONED = 9
# Questions with the document that answers, and half-typed ones with the documents that are offered first.
ANSWERS = {
    "hội nghị mỗi năm mấy lần": 1, "ai công khai dự toán": 1, "lưu trữ là gì": 2, "soạn thảo văn bản ở đâu": 2, "nghị định 30": 2,
    "30/2020/NĐ-CP": 2, "điều 5 nghị định 30": 2, "hòa giải ở cơ sở như thế nào": 4, "kế hoạch năm 2024": 3,
}  # fmt: skip
BEGUN = {"30/20": [2], "nghị định 30": [2], "25/KH": [3], "quy che thuc": [1], "hoa gia": [4], "van th": [2]}
ASKING = "là gì bao lâu ở đâu như thế nào mấy lần khi nào ai có được không bao nhiêu tại sao "
MARKUP = "<script>alert(1)</script> <mark>lần</mark> \"><img src=x onerror=y> {{ 7 * 7 }} ' OR 1=1 -- \\n \u202e "


def poisoned(store: Index, title: str) -> Index:
    """The regulations, and a list of telephone numbers with this title."""
    text = "Danh sách số điện thoại nội bộ."
    return fill(store, [*REGULATIONS, entry(POISONED, text, doc_title=title, doc_type="Thông báo", number="77/TB-VP")])


@pytest.mark.parametrize("title", [ASKING * 30, MARKUP * 10, f"{ASKING}{MARKUP}" * 10], ids=["asking", "markup", "both"])
def test_words_that_only_ask_and_markup_in_a_title_have_no_effect(store: Index, title: str) -> None:
    poisoned(store, title)
    for question, answer in ANSWERS.items():
        found = [hit.document for hit in ask(store, question).hits]
        assert found[0] == answer and POISONED not in found[:1], question
    for typed, documents in BEGUN.items():
        assert [document for document, _ in complete(store, typed, EVERYTHING).documents] == documents, typed
    for typed in ("là", "bao l", "ở đ", "hội ng"):
        offered = complete(store, typed, EVERYTHING).words
        assert not any(sign in one for one in offered for sign in "<>{}\\"), typed


@pytest.mark.parametrize("said", ["30/2020/NĐ-CP ", "Nghị định 30/2020/NĐ-CP về công tác văn thư ", "Luật Hòa giải ở cơ sở "])
def test_numbers_and_names_of_others_in_a_title_do_not_come_first(store: Index, said: str) -> None:
    poisoned(store, said * 30)
    for question in ("30/2020/NĐ-CP", "nghị định 30", "điều 5 nghị định 30", "luật hòa giải ở cơ sở"):
        answer = 4 if "luật" in question else 2
        assert ask(store, question).hits[0].document == answer, question
    for typed, documents in BEGUN.items():
        assert [document for document, _ in complete(store, typed, EVERYTHING).documents][:1] == documents, typed


def test_saying_a_word_often_in_a_title_does_not_bring_it_first_while_typing(store: Index) -> None:
    poisoned(store, "kế hoạch kiểm tra " * 60)
    fill(store, [entry(8, "Danh sách các trường.", doc_title="Kế hoạch kiểm tra", doc_type="Thông báo", number="78/TB-VP")])
    assert [document for document, _ in complete(store, "kế hoạch kiểm", EVERYTHING).documents] == [8, POISONED]
    # It is not the first result either.
    assert ask(store, "kế hoạch kiểm tra").hits[0].document == 8
    # Nor is it found where it does not have the words.
    assert [hit.document for hit in ask(store, "công khai dự toán").hits] == [1]
