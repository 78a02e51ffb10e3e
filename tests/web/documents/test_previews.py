"""Page pictures on the tab of files: words that can be selected, thumbnails, office files, and buttons that turn scans."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from docmgr.reading.process import page_words, rendering
from docmgr.reading.process.rendering import Rendered
from docmgr.services.documents.pictures import previews, renderings
from docmgr.services.trail import readings
from tests.filling import papers, scans
from tests.filling.desk import actions, stored

WORDS = re.compile(r'<text x="([\d.]+)" y="([\d.]+)" font-size="([\d.]+)" textLength="([\d.]+)" [^>]*>([^<]*)</text>')


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> None:
    """What LibreOffice makes of office files is given; real ones are rendered elsewhere."""

    @contextlib.contextmanager
    def rendered(_path: Path, _kind: str) -> Iterator[Rendered]:
        yield Rendered(io.BytesIO(papers.pdf(12, "Quyet dinh & <b>so</b>")), 12)

    monkeypatch.setattr(rendering, "rendered", rendered)
    monkeypatch.setattr(rendering, "is_possible", lambda _kind: True)


def test_words_lie_over_the_picture(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, papers.pdf(2, "Thong bao &lt;"), "a.pdf")
    page = clerk.get(f"/documents/{number}?tab=files").text
    found = WORDS.findall(page)
    assert [words for *_box, words in found] == ["Thong bao &amp;lt; trang 1", "Thong bao &amp;lt; trang 2"]
    x, y, size, length = map(float, found[0][:4])
    # The words begin at 72 points from the left and 700 from below, in 14 points.
    assert x == pytest.approx(1000 * 72 / 595, abs=3) and y == pytest.approx(1000 * (1 - 700 / 842), abs=6)
    assert 10 < size < 22 and 150 < length < 400


def test_without_words_the_pictures_still_show(app: Flask, auth: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, papers.pdf(2), "a.pdf")
    monkeypatch.setattr(page_words, "WALL_S", 0.001)
    page = clerk.get(f"/documents/{number}?tab=files").text
    assert page.count('class="page-image"') == 2 and "page-words" not in page


def test_pages_of_a_word_file(app: Flask, auth: Any, office: None) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, papers.decision(), "a.docx")
    page = clerk.get(f"/documents/{number}?tab=files").text
    assert "Đang dựng ảnh trang" in page and "page-image" not in page
    with app.extensions["docmgr"].bound():
        assert renderings.render_some() == 1
    page = clerk.get(f"/documents/{number}?tab=files&page=2").text
    assert page.count('class="page-image"') == 2 and "Trang 11 đến 12 trong 12 trang" in page
    assert "Quyet dinh &amp; &lt;b&gt;so&lt;/b&gt; trang 12" in page and "Xoay" not in page
    assert clerk.get("/files/1/pages/12.png").data[:8] == b"\x89PNG\r\n\x1a\n"
    assert clerk.get("/files/1/pages/13.png").status_code == 404
    assert actions(number).count("file:preview") == 1
    # The facts can be compared with the pages, too.
    assert "page-image" in clerk.get(f"/documents/{number}/facts?view=pages").text
    staff = auth("staff")
    hidden = [staff.get(address) for address in ("/files/1/pages/1.png", "/files/1/thumbnail.png", "/files/99/pages/1.png", "/files/99/thumbnail.png")]
    assert [answer.status_code for answer in hidden] == [404] * 4
    assert len({re.sub(r'(?:nonce|value|content)="[^"]*"', "", answer.text).replace("/files/99/", "/files/1/") for answer in hidden[::2]}) == 1


def test_a_thumbnail_is_drawn_once_and_always_recorded(app: Flask, auth: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, papers.pdf(2, "Tep cua rieng bai thu nay"), "a.pdf")
    first = clerk.get("/files/1/thumbnail.png")
    assert Image.open(io.BytesIO(first.data)).size[0] == 160 and first.mimetype == "image/png"
    assert first.headers["Cache-Control"] == "no-store" and actions(number).count("file:preview") == 1
    monkeypatch.setattr(previews, "draw", pytest.fail)
    monkeypatch.setattr(readings, "VISIT", dt.timedelta(0))
    assert clerk.get("/files/1/thumbnail.png").data == first.data
    assert clerk.head("/files/1/thumbnail.png").status_code == 200
    assert actions(number).count("file:preview") == 2
    # Nobody else gets the picture that is kept.
    assert auth("staff").get("/files/1/thumbnail.png").status_code == 404


def test_a_scan_is_turned(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, scans.as_picture(Image.new("L", (827, 1169), 255)), "a.png")
    page = clerk.get(f"/documents/{number}?tab=files").text
    assert page.count('action="/files/1/pages/1/turn"') == 1
    assert Image.open(io.BytesIO(clerk.get("/files/1/thumbnail.png").data)).size[1] > 200
    assert clerk.post("/files/1/pages/1/turn", data={"by": "right"}).status_code == 400  # The token is missing.
    answer = clerk.submit("/files/1/pages/1/turn", {"by": "right"})
    assert answer.headers["Location"].endswith(f"/documents/{number}?tab=files#trang-1")
    assert "Đã xoay trang 1." in clerk.get(f"/documents/{number}?tab=files").text
    turned = clerk.get("/files/1/thumbnail.png")
    assert Image.open(io.BytesIO(turned.data)).size[1] < 160
    assert actions(number).count("file:turn") == 1
    assert clerk.submit("/files/1/pages/1/turn", {"by": "up"}).status_code == 404
    assert auth("staff").submit("/files/1/pages/1/turn", {"by": "left"}).status_code in (403, 404)
