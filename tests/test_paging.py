"""How many pages a list has, and which one is shown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from docmgr import paging


@given(st.integers(-5, 200), st.integers(0, 500), st.integers(1, 60))
def test_the_pages_hold_all_rows_and_the_last_one_is_not_empty(page: int, total: int, per_page: int) -> None:
    shown, pages = paging.nearest(page, total, per_page)
    assert pages == paging.count(total, per_page) >= 1 and 1 <= shown <= pages
    assert shown == page or page < 1 or page > pages
    assert (pages - 1) * per_page < max(total, 1) <= pages * per_page


def test_an_empty_list_is_one_page() -> None:
    assert paging.nearest(7, 0, 50) == (1, 1)
