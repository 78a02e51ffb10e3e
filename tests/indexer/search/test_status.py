"""The status of a document on a day is the same in the index and on its page. An end without a beginning does not
prove that a document was ever in force.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from indexer import Access, Entry, Index, Request, search
from legaltext import validity
from legaltext.validity import STATUS_LABELS

BEGIN, END = date(2020, 1, 1), date(2024, 1, 1)
ALL = Access(None)


@pytest.mark.parametrize(
    ("begin", "end", "at", "code"),
    [
        (None, END, date(2023, 1, 1), "khong_ro"),
        (None, END, END, "het_hieu_luc"),
        (BEGIN, END, date(2023, 12, 31), "con_hieu_luc"),
        (BEGIN, None, date(2019, 1, 1), "chua_hieu_luc"),
        (None, None, END, "khong_ro"),
    ],
)
def test_the_index_says_what_the_rule_says(tmp_path: Path, begin: date | None, end: date | None, at: date, code: str) -> None:
    store = Index(tmp_path / "index").create()
    entry = Entry(1, 1, 1, "", "", "", "kế hoạch", "Kế hoạch", effective_from=begin, effective_to=end)
    with store.write_batch() as batch:
        batch.replace(1, [entry])
    page = search(store, Request("kế hoạch", at=at), ALL)
    assert [(value.value, value.count) for value in page.facets["status"]] == [(code, 1)]


DAYS = [None, date(2019, 1, 1), BEGIN, date(2023, 12, 31), END, date(2030, 6, 1)]
PAIRS = [(begin, end) for begin in DAYS for end in DAYS]


@pytest.fixture(scope="module")
def every_pair(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """An index with one document for each pair of first day and end. All have the same number and words."""
    store = Index(tmp_path_factory.mktemp("pairs") / "index").create()
    with store.write_batch() as batch:
        for document, (begin, end) in enumerate(PAIRS, 1):
            words = Entry(document, 1, 1, "", "", "", "lễ hội", "Kế hoạch", number="25/KH-UBND")
            batch.replace(document, [replace(words, effective_from=begin, effective_to=end)])
    return store


@pytest.mark.parametrize("at", [day for day in DAYS if day])
@pytest.mark.parametrize("code", list(STATUS_LABELS))
def test_the_filter_finds_what_the_page_of_each_document_says(every_pair: Index, at: date, code: str) -> None:
    wanted = {number for number, pair in enumerate(PAIRS, 1) if validity.code_between(*pair, at) == code}
    page = search(every_pair, Request("lễ hội", at=at, filters={"status": (code,)}, limit=100), ALL)
    assert {hit.document for hit in page.hits} == wanted
    assert {value.value: value.count for value in page.facets["status"]}.get(code, 0) == len(wanted)


@pytest.mark.parametrize("question", ["lễ hội", "25/KH-UBND"])
@pytest.mark.parametrize("at", [day for day in DAYS if day])
def test_what_the_page_says_is_over_comes_last(every_pair: Index, at: date, question: str) -> None:
    """In queries by words and by number. An end in the future does not move a document, whether its first day is
    known or not."""
    page = search(every_pair, Request(question, at=at, limit=100), ALL)
    over = [validity.code_between(*PAIRS[hit.document - 1], at) == validity.OVER for hit in page.hits]
    assert len(over) == len(PAIRS) and over == sorted(over)
