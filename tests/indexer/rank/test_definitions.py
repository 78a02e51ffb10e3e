"""A question for a definition finds the provision that defines."""

import math
from datetime import date

import numpy as np
import pytest

from indexer import Access, Entry, Index
from indexer.match.bound_query import understand
from indexer.query.parser import parse
from indexer.rank import definitions
from tests.indexer.regulations import EVERYTHING, ask, entry, fill, found

_OFTEN = "Người thử việc báo cáo kết quả thử việc; thử việc đạt thì ký hợp đồng thử việc tiếp. "


def glossary(document: int, text: str, title: str = "Giải thích từ ngữ") -> Entry:
    """A provision that explains words."""
    return entry(document, text, title=title, doc_title=f"Văn bản {document}", anchor="dieu-3", label="Điều 3")


def fillers(count: int = 130) -> list[Entry]:
    """Provisions that mention "thử việc" more often than any definition."""
    return [entry(100 + number, _OFTEN * 2, title="Thử việc", doc_title=f"Quy chế {number}") for number in range(count)]


@pytest.mark.parametrize(
    "line",
    [
        "2. Thử việc là thời gian làm thử.",
        "Thử việc là thời gian làm thử.",
        "b) Thử việc theo Luật này là thời gian làm thử.",
        "2. Thử việc bao gồm việc làm thử và học việc.",
        "2. Thời gian làm thử trước khi ký hợp đồng (sau đây gọi là thử việc) do hai bên thỏa thuận.",
    ],
)
def test_the_provision_that_defines_is_first(store: Index, line: str) -> None:
    text = f"Các từ ngữ dưới đây được hiểu như sau:\n1. Việc làm là hoạt động lao động.\n{line}\n3. Lương là tiền công. "
    fill(store, [*fillers(), glossary(1, text + "Từ khác được giải thích ở nơi khác. " * 60)])
    for typed in ("thử việc là gì", "thu viec la gi", "thế nào là thử việc", "khái niệm thử việc"):
        assert found(ask(store, typed))[0] == 1, typed
    assert found(ask(store, "thử việc"))[0] != 1


def test_a_line_that_defines_other_words_does_not_count(store: Index) -> None:
    fill(
        store,
        [
            glossary(1, "1. Hợp đồng thử việc là văn bản về làm thử."),
            glossary(2, "1. Thử việc là làm thử."),
        ],
    )
    assert found(ask(store, "thử việc là gì"))[0] == 2 and found(ask(store, "hợp đồng thử việc là gì"))[0] == 1


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("a) Con nuôi của người có công.\nb) Thân nhân là người cùng huyết thống.", 0.0),
        ("a) Con nuôi của người có công là người được nhận nuôi.\nb) Thân nhân khác.", 0.8),
        ("a) Con nuôi gồm:\nb) Thân nhân khác.", 0.8),
    ],
)
def test_the_line_of_the_words_defines_them_and_not_the_next_one(store: Index, text: str, level: float) -> None:
    snapshot = fill(store, [glossary(1, text)]).snapshot()
    asked = understand(snapshot, EVERYTHING, parse("con nuôi là gì"), date(2024, 1, 1), math.inf)
    known = definitions.defined(snapshot, asked, np.zeros(1, np.int64))
    assert known is not None and known.levels.tolist() == [level]


def test_an_abbreviation_is_defined_by_its_full_name(store: Index) -> None:
    fill(
        store,
        [
            *(entry(50 + number, "BHXH chi trả BHXH. Cơ quan BHXH.", title="BHXH", doc_title=f"{number}") for number in range(5)),
            glossary(1, "1. Bảo hiểm xã hội là sự bảo đảm thay thế thu nhập."),
        ],
    )
    assert found(ask(store, "BHXH là gì"))[0] == 1


def test_what_is_hidden_defines_nothing(store: Index) -> None:
    fill(store, [entry(1, _OFTEN, doc_title="Quy chế"), glossary(2, "1. Thử việc là làm thử.")])
    assert found(ask(store, "thử việc là gì", Access(None, frozenset({2})))) == [1]
