"""Scans on the pages: how far the recognising is, what was recognised, where matches stand, and the searchable copy."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from docmgr import db, worker
from docmgr.reading.ocr import recogniser
from docmgr.reading.ocr.words import OcrPage, OcrWord
from docmgr.services.documents import ingest
from docmgr.services.scans import recognise
from tests.filling import papers, scans
from tests.filling.desk import hand_in, stored, work

RECT = re.compile(r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)">')


@pytest.fixture(autouse=True)
def _recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Tesseract would recognise is given; its words are tested elsewhere."""

    def page(_path: Path, _kind: str, number: int, _turned: int) -> OcrPage:
        words = ("Điều", "1.", "Phạm", "vi", f"trang{number}", "công", "khai")
        placed = tuple(OcrWord(word, 60 + 50 * at, 84.2, 105 + 50 * at, 95, 90, 0) for at, word in enumerate(words))
        return OcrPage(number, 595, 842, words=placed)

    monkeypatch.setattr(recogniser, "page", page)
    monkeypatch.setattr(recognise.tesseract, "available", lambda: True)


def test_progress_is_shown_and_asked_for(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    (row,) = hand_in(clerk, {"quet.pdf": papers.scan(12)}, publish="1")
    with worker.Reader() as reader, app.extensions["docmgr"].bound():
        ingest.read_some(reader)
        seen = []
        recognise.recognise_some(lambda: len(seen) == 3 or seen.append(1) is not None)
        db.release()
    page = clerk.get(f"/documents/{row['document']}").text
    assert "đang nhận dạng chữ: trang 4/12…" in page and "data-busy" in page
    (state,) = clerk.get(f"/documents/states?ids={row['document']}", headers={"Accept": "application/json"}).json
    assert (state["state"], state["done"]) == ("recognising", False)


def test_the_text_is_said_to_be_recognised(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, papers.scan(2), "quet.pdf", publish="1")
    page = clerk.get(f"/documents/{number}").text
    assert "Chữ do máy nhận dạng từ ảnh trang, có thể sai; độ tin cậy trung bình 90%." in page
    assert "Chữ nhận dạng từ bản quét" in auth("staff").get("/search?q=phạm vi").text
    other = stored(app, clerk, papers.decision(), "b.docx", publish="1")
    assert "máy nhận dạng" not in clerk.get(f"/documents/{other}").text


def test_matches_are_marked_on_the_pictures(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, papers.scan(12), "quet.pdf", publish="1")
    page = clerk.get(f"/documents/{number}?tab=files&q=trang2").text
    (box,) = RECT.findall(page)
    assert [float(side) for side in box] == pytest.approx([260 / 595, 0.1, 45 / 595, 10.8 / 842], abs=0.0002)
    assert page.index('id="trang-2"') < page.index("<rect") < page.index('id="trang-3"')
    last = clerk.get(f"/documents/{number}?tab=files&q=trang12").text
    assert re.findall(r'href="([^"]+)#trang-(\d+)"', last) == [
        (f"/documents/{number}?tab=files&amp;q=trang12&amp;page=2", "12")
    ]
    assert "<rect" not in clerk.get(f"/documents/{number}?tab=files").text


def test_the_copy_is_a_download(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, papers.scan(1), "quet.pdf", publish="1")
    (address,) = re.findall(r'href="(/files/\d+/searchable.pdf)"', clerk.get(f"/documents/{number}?tab=files").text)
    answer = auth("staff").get(address)
    assert answer.mimetype == "application/pdf" and answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert auth("staff").get("/files/999/searchable.pdf").status_code == 404


def test_a_picture_is_shown_as_its_page(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, scans.as_picture(scans.page((), head=False), "JPEG"), "anh.jpg", publish="1")
    page = clerk.get(f"/documents/{number}?tab=files").text
    (address,) = re.findall(r'src="(/files/\d+/pages/1.png)"', page)
    assert clerk.get(address).data.startswith(b"\x89PNG")
    assert clerk.get(address.replace("/1.png", "/2.png")).status_code == 404
    work(app)


def test_the_pages_that_were_recognised_are_named_where_others_have_text(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    blank = Image.new("RGB", (200, 283), "white")
    letter = scans.among_text(["Thông báo về việc nghỉ lễ của toàn thể công chức, viên chức trong cơ quan."] * 3, blank, blank)
    number = stored(app, clerk, letter, "thu.pdf", publish="1")
    assert "Chữ trang 2–3 do máy nhận dạng từ ảnh trang" in clerk.get(f"/documents/{number}").text
    files = clerk.get(f"/documents/{number}?tab=files&q=trang3").text
    assert re.findall(r"/files/\d+/pages/(\d+)/turn", files) == ["2", "3"]
    assert len(RECT.findall(files)) == 1 and files.index('id="trang-3"') < files.index("<rect")


def test_each_file_of_a_version_shows_its_own_pages(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, papers.scan(1), "quet.pdf", publish="1")
    clerk.submit(f"/documents/{number}/files", {"file": (io.BytesIO(papers.pdf(12)), "ky-so.pdf")})
    work(app)
    first = clerk.get(f"/documents/{number}?tab=files&q=trang1").text
    (address,) = re.findall(rf'href="(/documents/{number}\?tab=files&amp;q=trang1&amp;file=\d+)#pages"', first)
    assert "<rect" in first and "ky-so.pdf · Trang" not in first
    other = clerk.get(address.replace("&amp;", "&")).text
    assert 'class="file-name">ky-so.pdf</span> · ' in other and "Trang 1 đến 10 trong 12 trang." in other
    assert "<rect" not in other and "/turn" not in other and "Thong bao thu nghiem trang 2" in other
    assert f"{address}&amp;page=2" in other
    form = clerk.get(f"/documents/{number}/facts").text
    (choice,) = re.findall(rf'href="(/documents/{number}/facts\?file=\d+)">ky-so.pdf', form)
    assert 'data-pages="12"' in clerk.get(choice).text and 'data-pages="1"' in form
