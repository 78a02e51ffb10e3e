"""Completion of document numbers: the document itself, for everyone who may read it and for nobody else."""

from datetime import date

import pytest

from indexer import Access, Index
from indexer.suggest.complete import complete
from tests.indexer.regulations import EVERYTHING, entry, fill

HIDDEN = 9
READER = Access(frozenset({1}), public=frozenset({1}))
ROWS = [
    ("30/2020/NĐ-CP", "Nghị định", date(2020, 3, 5)),
    ("30/2014/TT-BGDĐT", "Thông tư", date(2014, 8, 28)),
    ("168/2024/NĐ-CP", "Nghị định", date(2024, 12, 26)),
    ("16/2019/QH14", "Luật", date(2019, 6, 1)),
    ("45/QĐ-SGDĐT", "Quyết định", date(2024, 2, 5)),
    ("45/2019/QH14", "Bộ luật", date(2019, 11, 20)),
    ("05A/KH-UBND", "Kế hoạch", date(2023, 1, 9)),
    ("18-NQ/TW", "Nghị quyết", None),
    ("168/TTLT-BTC", "Thông tư liên tịch", date(2009, 1, 2)),
    ("Không số", "Điều lệ", None),
]


@pytest.fixture
def office(store: Index) -> Index:
    """One document for each number, numbered from 1."""
    held = [
        entry(place, "Nội dung.", number=number, doc_type=kind, doc_title=f"Tên {place}", issued_on=day)
        for place, (number, kind, day) in enumerate(ROWS, 1)
    ]
    return fill(store, held)


def offered(store: Index, text: str, access: Access = EVERYTHING) -> list[int]:
    return [document for document, _ in complete(store, text, access).documents]


@pytest.mark.parametrize(
    ("text", "documents"),
    [
        ("30", [1, 2]),
        ("30/2020", [1]),
        ("30/20", [1, 2]),
        ("30/14", [2]),
        ("30 2014", [2]),
        ("nghị định 30", [1]),
        ("Nghị định số 30", [1]),
        ("nd 30", [1]),
        ("nđ30", [1]),
        ("số 30", [1, 2]),
        ("30/nđ", [1]),
        ("30 tt-bg", [2]),
        ("30/2014/bgd", [2]),
        ("168/2024", [3]),
        ("168/2009", [9]),
        ("thông tư 168", [9]),
        ("luật 45", [6]),
        ("bộ luật 16", []),
        ("thông tư 16", [9]),
        ("16", [4, 3, 9]),
        ("16/", [4]),
        ("45/QĐ", [5]),
        ("45/qd-sg", [5]),
        ("45/2024", [5]),
        ("bộ luật 45", [6]),
        ("5a", [7]),
        ("05A/KH", [7]),
        ("5/KH", []),
        ("18-nq", [8]),
        ("18-NQ/T", [8]),
        ("điều 30", []),
        ("30 ngày", []),
        ("999", []),
        ("00", []),
        ("không số", []),
    ],
)
def test_a_number_brings_its_document(office: Index, text: str, documents: list[int]) -> None:
    assert offered(office, text) == documents


def test_what_is_in_force_comes_first_then_higher_and_newer(store: Index) -> None:
    rows = [
        (1, "Nghị định", date(2001, 1, 1), date(2010, 1, 1)),
        (2, "Thông tư", date(2003, 1, 1), None),
        (3, "Thông tư", date(2004, 1, 1), None),
        (4, "Nghị định", date(2002, 1, 1), None),
    ]
    fill(
        store,
        [
            entry(place, "Chữ.", number=f"7/{day.year}/X", doc_type=kind, issued_on=day, effective_from=day, effective_to=end)
            for place, kind, day, end in rows
        ],
    )
    assert offered(store, "7/") == [4, 3, 2, 1]


def test_a_number_comes_before_titles_that_have_it(store: Index) -> None:
    fill(store, [entry(1, "a", doc_title="Số 30 trong tên"), entry(2, "a", number="30/2020/NĐ-CP", doc_title="Văn thư")])
    assert offered(store, "30") == [2, 1]


def test_hidden_numbers_are_not_offered(office: Index) -> None:
    texts = ("30", "30/20", "77", "77/2024", "nghị định 3")
    before = [complete(office, text, READER) for text in texts]
    fill(office, [entry(50 + place, "Mật.", number=f"{no}/2024/NĐ-CP", doc_type="Nghị định", access=HIDDEN) for place, no in enumerate((30, 77, 3))])
    assert [complete(office, text, READER) for text in texts] == before
    assert offered(office, "77", Access(frozenset({1, HIDDEN}))) == [51]
