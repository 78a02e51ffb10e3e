"""The status of the index on a day: an end without a beginning does not tell that a document was ever in force."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from indexer import Access, Entry, Index, Request, search

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
