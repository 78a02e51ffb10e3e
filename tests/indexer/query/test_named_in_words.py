"""Words that a query has in addition to a number, a name or an abbreviation."""

from datetime import date

import pytest

from indexer import Access, Index, Request, search
from indexer.query.parser import parse
from indexer.types import Note
from tests.indexer.regulations import ask, entry, fill, found


@pytest.fixture
def same_number(store: Index) -> Index:
    """Several decrees with the same number. The newest of them is about another subject."""
    subjects = {
        2008: "Giấy chứng minh Công an nhân dân", 2014: "Quản lý cửa khẩu biên giới đất liền",
        2019: "Xử lý kỷ luật cán bộ, công chức, viên chức", 2023: "Biểu thuế nhập khẩu ưu đãi đặc biệt",
    }  # fmt: skip
    return fill(
        store,
        [
            entry(year, f"{subject}. Quy định chi tiết thi hành luật.", doc_title=subject, doc_type="Nghị định",
                  number=f"112/{year}/NĐ-CP", anchor="dieu-1", label="Điều 1")
            for year, subject in subjects.items()
        ],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("query", "first"),
    [
        # A document without a date is as old as the year in its number.
        ("nghị định 112", 2023),
        ("nghị định 112 kỷ luật viên chức", 2019),
        ("nd 112 ky luat vien chuc", 2019),
        ("kỷ luật viên chức theo nghị định 112 điều 1", 2019),
        ("nghị định 112 cửa khẩu biên giới", 2014),
        ("nghị định 112 quy định gì", 2023),
        ("nghị định 112/2008 kỷ luật viên chức", 2008),
    ],
)
def test_words_tell_which_of_several_documents_of_a_number(same_number: Index, query: str, first: int) -> None:
    assert found(ask(same_number, query))[0] == first


def test_an_abbreviation_that_stands_nowhere_is_not_missing_where_its_name_does(store: Index) -> None:
    fill(store, [entry(1, "Hội nghị cán bộ, công chức, viên chức."), entry(2, "Kế hoạch.")])
    assert ask(store, "CBCCVC").missing_words == ()
    assert ask(store, "CBCCVC xyzt").missing_words == ("xyzt",)
    assert ask(store, "HĐND").missing_words == ("hđnd",)


def test_the_year_of_a_law_named_need_not_stand_in_it(store: Index) -> None:
    fill(store, [entry(1, "Quan hệ dân sự.", doc_title="Bộ luật Dân sự", doc_type="Bộ luật", number="91/2015/QH13")])
    hit = ask(store, "bộ luật dân sự 2015").hits[0]
    assert hit.document == 1 and not hit.provisions[0].lacking


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ('112/2019/NĐ-CP "kỷ luật"', [2019]),
        ('nghị định 112/2014 "cửa khẩu"', [2014]),
        ("112/2023/NĐ-CP -giấy", [2023]),
    ],
)
def test_what_must_hold_beside_a_number_narrows_its_document(same_number: Index, query: str, shown: list[int]) -> None:
    answer = ask(same_number, query)
    assert found(answer)[: len(shown)] == shown
    assert answer.hits[0].named and not answer.unknown_number


def test_a_law_is_named_beside_what_must_hold(store: Index) -> None:
    laws = [
        entry(1, text, doc_title="Luật Viên chức", doc_type="Luật", number="58/2010/QH12", anchor=f"dieu-{number}",
              label=f"Điều {number}", order=number)
        for number, text in enumerate(["Nghỉ phép hằng năm.", "Hợp đồng làm việc."], 1)
    ]  # fmt: skip
    fill(store, [*laws, entry(2, "Viên chức nghỉ phép theo luật. " * 5)])
    for query in ('luật viên chức "nghỉ phép"', 'luật viên chức -"hợp đồng"', "luât viên chưc"):
        first = ask(store, query).hits[0]
        assert first.document == 1 and first.named
    assert [one.anchor for one in ask(store, 'luật viên chức "nghỉ phép"').hits[0].provisions] == ["dieu-1"]


@pytest.mark.parametrize(
    "query",
    [
        "112/2008/NĐ-CP OR 112/2014/NĐ-CP", '112/2008/NĐ-CP "kỷ luật" OR họp', "hội nghị (112/2008/NĐ-CP OR họp)",
        "hội nghị (họp OR (112/2008/NĐ-CP cửa khẩu))",
    ],
)  # fmt: skip
def test_a_number_beside_or_is_words_and_says_so(query: str) -> None:
    asked = parse(query)
    assert asked.number is None and asked.notes == (Note("number_in_or", "112/2008/NĐ-CP"),)


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("kỷ luật (112/2008/NĐ-CP)", "112"), ("(112/2008/NĐ-CP)", "112"), ("112/2008/NĐ-CP (họp OR gặp)", "112"),
        ("((112/2008/NĐ-CP) -(họp))", "112"), ("hội nghị OR cuộc họp", None), ("hội nghị -112/2008/NĐ-CP", None),
        ("hội nghị -(theo (112/2008/NĐ-CP))", None),
    ],
)  # fmt: skip
def test_a_number_counts_wherever_it_stands_by_itself(query: str, number: str | None) -> None:
    asked = parse(query)
    assert (asked.number.no if asked.number else None) == number and not asked.notes


def test_an_or_without_its_other_side_hides_no_number() -> None:
    asked = parse("112/2008/NĐ-CP OR")
    assert asked.number is not None and asked.notes == (Note("stray_or"),)


def test_documents_of_a_number_alone_go_by_how_likely_they_are_meant(store: Index) -> None:
    held = [("Nghị định", "30/2020/NĐ-CP", date(2020, 3, 5)), ("Thông tư", "30/2020/TT-BYT", date(2020, 12, 31))]
    papers = enumerate(held, 1)
    fill(store, [entry(n, "Số.", doc_type=kind, number=no, issued_on=day) for n, (kind, no, day) in papers])
    assert found(ask(store, "số:30/2020")) == found(ask(store, "30/2020")) == [1, 2]
    assert found(ask(store, "số:30/2020", sort="date")) == [2, 1]


@pytest.fixture
def office(store: Index) -> Index:
    """Documents of an office and of the National Assembly, several with the same number, and a plan that has the
    words most often."""
    papers = [
        ("Thông báo", "5/TB-SGDĐT", "Kết luận giao ban tháng 1", "Các phòng nộp báo cáo."),
        ("Thông báo", "5/TB-UBND", "Nghỉ tết", "Treo cờ."),
        ("Thông báo", "6/TB-SGDĐT", "Kết luận giao ban tháng 2", "Các phòng họp giao ban."),
        ("Kế hoạch", "16/KH-SGDĐT", "Tuyên truyền bầu cử", "Treo áp phích."),
        ("Kế hoạch", "5/KH-SGDĐT", "Phát triển trường", "Kế hoạch 5 năm, mỗi năm một lần."),
        ("Luật", "43/2019/QH14", "Giáo dục", "Học sinh đi học."),
        ("Luật", "43/2013/QH13", "Đấu thầu", "Mời thầu."),
        ("Bộ luật", "45/2019/QH14", "Lao động", "Hợp đồng."),
        ("Quy chế", "1/QC-SGDĐT", "Giao ban, bầu cử", "Giao ban 5 lần. Bầu cử 16 lần. Luật giáo dục 43. Lao động 45. " * 3),
    ]
    listed = enumerate(papers, 1)
    return fill(store, [entry(n, text, doc_type=kind, number=no, doc_title=title) for n, (kind, no, title, text) in listed])


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("tb 5 giao ban", 1), ("tb5 giao ban", 1), ("thông báo 5 giao ban", 1), ("thong bao 5 giao ban", 1),
        ("giao ban tb 5", 1), ("nghỉ tết tb 5", 2), ("thông báo kết luận 5 giao ban", 1), ("kh 16 bầu cử", 4),
        ("luật 43 giáo dục", 6), ("luat 43 giao duc", 6), ("luật 43 đấu thầu", 7), ("bộ luật 45 lao động", 8),
        ("luật 45 lao động", 8),
    ],
)  # fmt: skip
def test_type_number_and_topic_name_the_document_that_says_both(office: Index, query: str, first: int) -> None:
    answer = ask(office, query)
    assert [hit.document for hit in answer.hits if hit.named] == [first] and found(answer)[0] == first
    assert not answer.missing_words


@pytest.mark.parametrize(
    "query",
    [
        "tb 7 giao ban", "thông báo 5 bầu cử", "kế hoạch 5 năm", "kế hoạch 5 năm 2021-2025", "ke hoach 5 nam", "luật 2 cấp",
        "thông báo 3 ngày", "thông báo 5 lần giao ban", "kỷ luật 43 giáo dục", "tb 5/6 giao ban", "kế hoạch 16% bầu cử",
        "tb 5 giao ban OR bầu cử", "luật 44 giáo dục",
    ],
)  # fmt: skip
def test_figures_that_may_be_no_number_stay_words(office: Index, query: str) -> None:
    answer = ask(office, query)
    assert not any(hit.named for hit in answer.hits) and not answer.unknown_number
    assert not parse(query).notes


def test_what_may_be_a_number_is_not_told_by_a_hidden_document(store: Index) -> None:
    seen, query = Access(frozenset({1})), "tb 5 giao ban"
    shown = [entry(1, "Giao ban 5 lần, theo tb.", access=1), entry(2, "Treo cờ.", access=1, number="5/TB-X", doc_type="Thông báo")]
    fill(store, shown)
    before = search(store, Request(query), seen)
    fill(store, [*shown, entry(3, "Giao ban.", access=2, number="5/TB-Y", doc_type="Thông báo")])
    after = search(store, Request(query), seen)
    assert before.hits == after.hits and before.missing_words == after.missing_words
    assert not any(hit.named for hit in after.hits)
    assert [hit.document for hit in ask(store, query).hits if hit.named] == [3]
