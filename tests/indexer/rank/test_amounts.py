"""Amounts in texts, and questions that ask for one."""

import numpy as np
import pytest

from indexer import NO_THESAURUS, Index
from indexer.rank import amounts
from tests.indexer.regulations import ask, entry, fill, found


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("phạt tiền từ 2 triệu đồng đến 5 triệu đồng", ["2", "5"]),
        ("phạt từ 500.000 đồng", ["000"]),
        ("bằng 75% mức bình quân tiền lương", ["75"]),
        ("theo Điều 5 của Nghị định số 30 năm 2020", []),
        ("đồng và triệu", []),
        ("5", []),
    ],
)
def test_amounts_are_numbers_before_a_unit(store: Index, text: str, numbers: list[str]) -> None:
    segment = fill(store, [entry(1, text)]).snapshot().segments[0]
    words = segment.held.run(0, 0)
    assert [segment.held.words[word] for word in words[amounts.places(words, amounts.kinds(segment), np.zeros(1, np.int64))]] == numbers


def test_the_end_of_a_text_and_the_beginning_of_the_next_are_no_amount(store: Index) -> None:
    segment = fill(store, [entry(1, "phạt 2 triệu theo Điều 5"), entry(2, "đồng phạm phạt 3 triệu")]).snapshot().segments[0]
    texts = [segment.held.run(number, 0) for number in (0, 1)]
    words, begins = np.concatenate(texts), np.array([0, len(texts[0])])
    assert [segment.held.words[word] for word in words[amounts.places(words, amounts.kinds(segment), begins)]] == ["2", "3"]


def test_a_provision_with_an_amount_answers_a_question_for_one(store: Index) -> None:
    plain = "Người nộp báo cáo thuế chậm thì bị phạt theo quy chế và theo {}."
    fill(
        store,
        [
            entry(1, plain.format("biên bản của năm 2020"), doc_title="Thuế"),
            entry(2, plain.format("mức 2.000.000 đồng"), doc_title="Thuế"),
            entry(3, plain.format("biên bản của năm 2021"), doc_title="Thuế"),
        ],
    )
    assert found(ask(store, "nộp báo cáo thuế chậm phạt bao nhiêu tiền", thesaurus=NO_THESAURUS))[0] == 2
    assert found(ask(store, "nộp báo cáo thuế chậm phạt theo quy chế", thesaurus=NO_THESAURUS))[0] != 2
