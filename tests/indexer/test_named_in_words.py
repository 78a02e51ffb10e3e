"""What is said beside a number, a name or an abbreviation."""

from datetime import date

import pytest

from indexer import Store
from indexer.query import Note, parse
from tests.indexer.regulations import ask, entry, fill, found


@pytest.fixture
def same_number(store: Store) -> Store:
    """Decrees that bear one number, the newest of them about something else."""
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
        # Without a date a document is as old as its number says.
        ("nghị định 112", 2023),
        ("nghị định 112 kỷ luật viên chức", 2019),
        ("nd 112 ky luat vien chuc", 2019),
        ("kỷ luật viên chức theo nghị định 112 điều 1", 2019),
        ("nghị định 112 cửa khẩu biên giới", 2014),
        ("nghị định 112 quy định gì", 2023),
        ("nghị định 112/2008 kỷ luật viên chức", 2008),
    ],
)
def test_words_tell_which_of_several_documents_of_a_number(same_number: Store, query: str, first: int) -> None:
    assert found(ask(same_number, query))[0] == first


def test_an_abbreviation_that_stands_nowhere_is_not_missing_where_its_name_does(store: Store) -> None:
    fill(store, [entry(1, "Hội nghị cán bộ, công chức, viên chức."), entry(2, "Kế hoạch.")])
    assert ask(store, "CBCCVC").missing_words == ()
    assert ask(store, "CBCCVC xyzt").missing_words == ("xyzt",)
    assert ask(store, "HĐND").missing_words == ("hđnd",)


def test_the_year_of_a_law_named_need_not_stand_in_it(store: Store) -> None:
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
def test_what_must_hold_beside_a_number_narrows_its_document(same_number: Store, query: str, shown: list[int]) -> None:
    answer = ask(same_number, query)
    assert found(answer)[: len(shown)] == shown
    assert answer.hits[0].named and not answer.unknown_number


def test_a_law_is_named_beside_what_must_hold(store: Store) -> None:
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


def test_documents_of_a_number_alone_go_by_how_likely_they_are_meant(store: Store) -> None:
    held = [("Nghị định", "30/2020/NĐ-CP", date(2020, 3, 5)), ("Thông tư", "30/2020/TT-BYT", date(2020, 12, 31))]
    papers = enumerate(held, 1)
    fill(store, [entry(n, "Số.", doc_type=kind, number=no, issued_on=day) for n, (kind, no, day) in papers])
    assert found(ask(store, "số:30/2020")) == found(ask(store, "30/2020")) == [1, 2]
    assert found(ask(store, "số:30/2020", sort="date")) == [2, 1]
