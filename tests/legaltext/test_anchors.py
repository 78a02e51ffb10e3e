"""An anchor has the same spelling wherever it comes from: the reading of a text, a citation, or a provision named in
a query.
"""

from __future__ import annotations

import pytest

from docmgr.reading.citations.pointing import foreign_anchors, pointings
from docmgr.services.search.locate import _has_point
from legaltext import anchors
from legaltext.locators import Locator
from tests.reading.facts.facts_texts import read

BODY = ("Điều 5a. Hồ sơ", "1. Gồm có:", "a) Đơn;", "đ) Giấy tờ khác.", "2. Nộp tại chỗ.", "Điều 6. Thời hạn", "b) Ba ngày.")


@pytest.mark.parametrize(
    ("place", "anchor"),
    [
        (("5a", "", ""), "dieu-5a"),
        (("5a", "1", ""), "dieu-5a.khoan-1"),
        (("5a", "1", "đ"), "dieu-5a.khoan-1.diem-dd"),
        (("6", "", "b"), "dieu-6.diem-b"),
    ],
)
def test_a_place_asked_for_cited_and_read_has_one_anchor(place: tuple[str, str, str], anchor: str) -> None:
    article, clause, point = place
    assert Locator(article, clause, point).anchor == anchor
    (cited,) = pointings(Locator(article, clause, point).cited)
    assert foreign_anchors(cited) == (anchor,)
    assert anchor in {provision.anchor for provision in read(*BODY).provisions}


@pytest.mark.parametrize(
    ("anchor", "step", "ends"),
    [
        ("dieu-2", "dieu-2", True),
        ("dieu-2~2", "dieu-2", True),
        ("phu-luc-1.dieu-2~3", "dieu-2", True),
        ("dieu-22", "dieu-2", False),
        ("dieu-2.khoan-1", "dieu-2", False),
        ("dieu-2.khoan-1", "khoan-1", True),
    ],
)
def test_a_repeat_ends_in_the_same_step(anchor: str, step: str, ends: bool) -> None:
    assert anchors.ends_in(anchor, step) is ends


def test_within_is_below_and_not_beside() -> None:
    assert anchors.is_inside("dieu-2.khoan-1", "dieu-2")
    assert not anchors.is_inside("dieu-22.khoan-1", "dieu-2") and not anchors.is_inside("dieu-2", "dieu-2")


def test_a_repeated_point_is_there_as_a_repeated_article_is() -> None:
    """Formerly repeats were known for a Điều but not for a điểm."""
    assert _has_point(["dieu-5.khoan-2.diem-b~2"], "dieu-5", Locator("5", "2", "b"))
    assert not _has_point(["dieu-5.khoan-2.diem-bb"], "dieu-5", Locator("5", "2", "b"))
