"""What is said beside a number, a name or an abbreviation."""

import pytest

from indexer import Store
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
