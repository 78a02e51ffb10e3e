"""Where the words of facts stand on page pictures: in PDF files, in stamps, and on scans."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.models import File, Version
from docmgr.reading.ocr import recogniser, tesseract
from docmgr.reading.ocr.words import OcrPage, OcrWord
from docmgr.reading.process import page_words
from docmgr.services.documents.places import Place, places
from docmgr.services.errors import NotFound
from tests.filling import papers
from tests.reading.signatures.papers import DAY_BOX, MONTH_BOX, NUMBER_BOX, clerk, fill, paper, sign
from tests.support.acting import actor_of, upload, work

WIDTH, HEIGHT = 595.0, 842.0
BLANKS = ((NUMBER_BOX, "12"), (DAY_BOX, "05"), (MONTH_BOX, "02"))


@pytest.fixture
def actor(people) -> Any:
    return actor_of(people["clerk"])


def file_of(document_id: int) -> int:
    db.release()
    with db.read() as session:
        query = select(File.id).join(Version, Version.id == File.version_id)
        return session.scalars(query.where(Version.document_id == document_id)).one()


def holds(place: Place, box: tuple[float, float, float, float], page: int = 1) -> bool:
    """Whether the place contains the middle of a box (left, bottom, right, top), in points."""
    x, y = (box[0] + box[2]) / 2 / WIDTH, 1 - (box[1] + box[3]) / 2 / HEIGHT
    across = place.left <= x <= place.left + place.width
    return place.page == page and across and place.top <= y <= place.top + place.height


def test_words_of_a_pdf(site, actor) -> None:
    file_id = file_of(upload(actor, paper(), "a.pdf"))
    found = places(actor, file_id, {"number": "12/qđ - sgdđt", "blank": " ", "other": "không có ở đây"})
    assert list(found) == ["number"]
    (place,) = found["number"]
    assert holds(place, NUMBER_BOX) and place.height < 0.03


@pytest.mark.parametrize("look", ["stamp", "field"])
def test_words_in_stamps_and_form_fields(site, actor, look: str) -> None:
    data = paper("", "", "")
    if look == "field":
        data = fill(data, *BLANKS)
    else:
        for number, (box, words) in enumerate(BLANKS):
            data = sign(data, clerk(), field=f"Blank{number}", box=box, lines=(words,))
    found = places(actor, file_of(upload(actor, data, "a.pdf")), {"number": "12/QĐ-SGDĐT", "issued_on": "ngày 05 tháng 02 năm 2024"})
    assert holds(found["number"][0], NUMBER_BOX)
    assert holds(found["issued_on"][0], DAY_BOX) and holds(found["issued_on"][0], MONTH_BOX)


def test_who_signs_as_what_stands_beside_the_name(site, actor) -> None:
    # The words of the position stand on every page.
    file_id = file_of(upload(actor, papers.pdf(3, "Giam doc: ky"), "a.pdf"))
    found = places(actor, file_id, {"position": "Giam doc", "signer": "trang 3", "recipients": "trang 1", "type": "ky"})
    assert {key: boxes[0].page for key, boxes in found.items()} == {"signer": 3, "position": 3, "recipients": 1, "type": 1}


def test_words_of_a_scan(site, actor, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("Số:", "12/QĐ-SGDĐT", "ngày", "05", "tháng", "02", "năm", "2024")
    boxes = [OcrWord(word, 60 + 50 * n, 50 + 20 * (n // 2), 105 + 50 * n, 61 + 20 * (n // 2), 96, n // 2) for n, word in enumerate(words)]
    monkeypatch.setattr(recogniser, "page", lambda _path, _kind, number, _turned: OcrPage(number, 595, 842, words=tuple(boxes)))
    monkeypatch.setattr(tesseract, "available", lambda: True)
    document_id = upload(actor, papers.scan(2), "quet.pdf")
    work(site)
    found = places(actor, file_of(document_id), {"number": "12/qđ-sgdđt", "issued_on": "ngày 05 tháng 02", "other": "03"})
    assert sorted(found) == ["issued_on", "number"]
    (number,) = found["number"]
    assert number.page == 1 and number.left == pytest.approx(110 / 595) and number.top == pytest.approx(50 / 842)
    assert number.width == pytest.approx(45 / 595) and number.height == pytest.approx(11 / 842)
    # The words stand on two lines.
    assert [round(one.top * 842) for one in found["issued_on"]] == [70, 90]


def test_only_who_may_read(site, actor, people) -> None:
    file_id = file_of(upload(actor, paper(), "a.pdf"))
    quotes = {"number": "12/QĐ-SGDĐT"}
    # Nobody else sees a file before the worker has read it.
    with pytest.raises(NotFound):
        places(actor_of(people["staff"]), file_id, quotes)
    with pytest.raises(NotFound):
        places(actor, file_id + 1_000, quotes)
    work(site)
    with pytest.raises(NotFound):
        places(actor_of(people["staff"]), file_id, quotes)


def test_a_damaged_file_has_none(site, actor, caplog: pytest.LogCaptureFixture) -> None:
    file_id = file_of(upload(actor, paper()[:900], "a.pdf"))
    with caplog.at_level(logging.WARNING):
        assert places(actor, file_id, {"number": "12/QĐ-SGDĐT"}) == {}
    assert f"file {file_id}" in caplog.text


def test_it_ends_at_its_limits(site, actor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    file_id = file_of(upload(actor, paper(), "a.pdf"))
    monkeypatch.setattr(page_words, "WALL_S", 0.01)
    assert places(actor, file_id, {"number": "12/QĐ-SGDĐT"}) == {}
    assert "timeout" in caplog.text


def test_other_kinds_have_none(site, actor) -> None:
    assert places(actor, file_of(upload(actor, "Số: 12/QĐ-SGDĐT".encode(), "a.txt")), {"number": "12/QĐ-SGDĐT"}) == {}
