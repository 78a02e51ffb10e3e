"""The passage of a provision that holds what a question asks for: an amount, a term or a definition."""

from __future__ import annotations

import pytest

from indexer import Index
from indexer.types import ProvisionHit
from tests.indexer.regulations import ask, entry, fill, marked

PENALTIES = (
    "1. Phạt cảnh cáo người đi bộ sang đường sai quy định.\n"
    "2. Phạt tiền từ 400.000 đồng đến 600.000 đồng đối với người điều khiển xe thực hiện một trong các hành vi vi phạm sau đây:\n"
    "a) Dừng xe trên cầu, dừng xe cạnh xe khác đang đỗ, dừng xe nơi có biển cấm, dừng xe ở gầm cầu vượt hoặc ở nơi đường giao nhau;\n"
    "b) Đỗ xe che khuất biển báo hiệu.\n"
    "3. Tước quyền sử dụng giấy phép lái xe đối với người đỗ xe che khuất biển báo hiệu nhiều lần."
)
NOTICE = (
    "1. Nội dung công khai do người đứng đầu quyết định theo quy định của pháp luật và quy chế của cơ quan, đơn vị.\n"
    "2. Thời hạn công khai được quy định như sau:\n"
    "a) Kế hoạch: 10 ngày;\nb) Báo cáo: 30 ngày kể từ ngày ký.\n3. Việc công khai được ghi biên bản."
)


def first(store: Index, query: str) -> ProvisionHit:
    return ask(store, query).hits[0].provisions[0]


def text(hit: ProvisionHit) -> str:
    return "".join(piece.text for piece in hit.snippet)


def test_a_penalty_stands_beside_what_it_is_for(store: Index) -> None:
    fill(store, [entry(1, PENALTIES, anchor="dieu-5")])
    hit = first(store, "đỗ xe che khuất biển báo hiệu phạt bao nhiêu tiền")
    assert text(hit).startswith("2. Phạt tiền từ 400.000 đồng đến 600.000 đồng")
    assert text(hit).endswith("sau đây: … b) Đỗ xe che khuất biển báo hiệu.")
    assert hit.within.cited == "điểm b khoản 2" and hit.answers == 1.0
    assert "Đỗ xe che khuất biển báo hiệu" in marked(hit.snippet)


def test_what_follows_a_colon_is_shown_with_it(store: Index) -> None:
    fill(store, [entry(1, NOTICE, anchor="dieu-5")])
    for query in ("công khai trong bao lâu", "thời hạn công khai"):
        hit = first(store, query)
        assert text(hit) == (
            "2. Thời hạn công khai được quy định như sau: a) Kế hoạch: 10 ngày; b) Báo cáo: 30 ngày kể từ ngày ký."
        )
    assert first(store, "nội dung công khai").within.cited == "khoản 1"


def test_days_and_years_are_no_terms(store: Index) -> None:
    fill(store, [entry(1, "1. Công khai từ ngày 01 tháng 7 năm 2024.\n2. Công khai ít nhất ba mươi ngày.")])
    assert text(first(store, "công khai bao lâu")) == "2. Công khai ít nhất ba mươi ngày."
    fill(store, [entry(1, "1. Công khai từ ngày 01 tháng 7 năm 2024.")])
    assert first(store, "công khai bao lâu").answers == 0.0


@pytest.mark.parametrize(
    "line",
    ["3. Thử việc là việc làm thử.", "b) “Thử việc” (sau đây gọi là thử) là việc làm thử.", "Thử việc được hiểu là việc làm thử.", "7. Thử việc bao gồm việc làm thử."],
)  # fmt: skip
def test_the_line_that_defines(store: Index, line: str) -> None:
    fill(store, [entry(1, f"1. Thử việc theo hợp đồng là thỏa thuận.\n2. Việc thử việc do hai bên thỏa thuận.\n{line}")])
    hit = first(store, "thử việc là gì")
    assert text(hit) == line and hit.answers == 1.0


def test_another_term_that_begins_alike_is_not_the_one(store: Index) -> None:
    fill(store, [entry(1, "1. Thư viện điện tử là thư viện trên mạng.")])
    assert first(store, "thư viện là gì").answers == 0.0


def test_a_sentence_is_not_cut_before_its_answer(store: Index) -> None:
    long = "người sử dụng lao động trong các ngành nghề nặng nhọc " * 8
    fill(store, [entry(1, f"1. Khám sức khỏe cho {long}là 06 tháng một lần. Chi phí do {long}trả. {long}.")])
    assert text(first(store, "khám sức khỏe bao lâu")).endswith("là 06 tháng một lần. …")


def test_an_answer_far_behind_in_its_line_is_found(store: Index) -> None:
    long = "Người đứng đầu chịu trách nhiệm về kết quả. " * 20
    fill(store, [entry(1, f"1. {long}Công khai trong 15 ngày làm việc.")])
    assert text(first(store, "công khai bao lâu")) == "… Công khai trong 15 ngày làm việc."


def test_other_questions_have_no_answer(store: Index) -> None:
    fill(store, [entry(1, NOTICE)])
    assert first(store, "ai quyết định nội dung công khai").answers == 0.0
    assert first(store, "công khai kế hoạch").answers == 0.0


def test_words_that_join_are_neither_marked_alone_nor_missed(store: Index) -> None:
    fill(store, [entry(1, "Quyền trẻ em. Việc của cha. Quyền của trẻ em.")])
    hit = first(store, "quyền của trẻ em với cha")
    assert marked(hit.snippet) == ["Quyền trẻ em", "cha", "Quyền của trẻ em"] and hit.lacking == ()
    assert marked(first(store, "của").snippet) == ["của", "của"]
    assert ask(store, "trẻ em và cha").missing_words == ()
