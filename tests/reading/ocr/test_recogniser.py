"""Recognising pages of scans: whatever way they lie, with seals, in any kind of file, and within limits."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from docmgr.reading.formats import pictures
from docmgr.reading.ocr import limits, recogniser, tesseract
from docmgr.reading.ocr.words import OcrPage, OcrWord, on_picture
from docmgr.reading.outcomes import Unreadable
from tests.filling import scans
from tests.support import needs


@pytest.fixture(autouse=True)
def _installed() -> None:
    needs.tesseract()


def put(tmp_path: Path, data: bytes, name: str) -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def text_of(page: OcrPage) -> str:
    return " ".join(word.text for word in page.words)


def test_a_scan_gives_its_facts_and_provisions(tmp_path: Path) -> None:
    file = scans.as_pdf(scans.crooked(scans.page(), 1.0), scans.page(scans.SECOND, head=False))
    path = put(tmp_path, file, "a.pdf")
    pages = [recogniser.page(path, "pdf", number) for number in (1, 2)]
    reading = recogniser.read(pages, "pdf")
    assert (reading.outcome, reading.pages) == ("text", 2) and reading.interpretation is not None
    found = reading.interpretation.facts
    assert found["number"].value == "12/QĐ-SGDĐT" and found["issued_on"].value == "2024-02-05"
    assert found["type"].value == "Quyết định" and found["issued_on"].sure
    anchors = [one.anchor for one in reading.interpretation.provisions]
    assert [one for one in anchors if one.startswith("dieu-") and "." not in one] == ["dieu-1", "dieu-2", "dieu-3"]
    assert all(block.page for block in reading.blocks)


@pytest.mark.parametrize("degrees", [0, 90, 180, 270, 3, 87])
def test_a_page_may_lie_any_way(tmp_path: Path, degrees: float) -> None:
    paper = scans.page().rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor="white")
    found = recogniser.page(put(tmp_path, scans.as_picture(paper), "a.png"), "png", 1)
    assert "Số: 12/QĐ-SGDĐT" in text_of(found) and "hoạt động của cơ quan." in text_of(found)
    word = next(word for word in found.words if word.text == "12/QĐ-SGDĐT")
    box = on_picture(found, word)
    # The box has the ink of the word, and the paper beside it has none.
    grey = np.asarray(paper.convert("L"))
    y0, x0 = int(box.top * paper.height), int(box.left * paper.width)
    y1, x1 = int((box.top + box.height) * paper.height), int((box.left + box.width) * paper.width)
    assert (grey[y0:y1, x0:x1] < 128).mean() > 0.08
    assert max(x1 - x0, y1 - y0) < 0.2 * max(paper.size)
    expected = {0: (0, 0), 90: (270, 0), 180: (180, 0), 270: (90, 0), 3: (0, -3), 87: (270, 3)}[degrees]
    assert found.turn == expected[0] and abs(found.skew - expected[1]) < 0.3


def test_print_under_a_red_seal_is_read(tmp_path: Path) -> None:
    paper = scans.stamped(scans.page(), 500, 750)
    found = recogniser.page(put(tmp_path, scans.as_picture(paper, "JPEG"), "a.jpg"), "jpg", 1)
    for line in scans.BODY[3:6]:
        assert line in text_of(found)


def test_a_page_printed_in_red_is_read(tmp_path: Path) -> None:
    grey = np.asarray(scans.page().convert("L"))
    red = Image.fromarray(np.dstack([np.full_like(grey, 225), grey, grey]))
    found = recogniser.page(put(tmp_path, scans.as_picture(red), "a.png"), "png", 1)
    assert "Phạm vi điều chỉnh" in text_of(found)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_each_kind_of_picture_is_read(tmp_path: Path, kind: str) -> None:
    path = put(tmp_path, scans.as_picture(scans.page(scans.SECOND, head=False), kind), "a")
    name = {"PNG": "png", "JPEG": "jpg", "TIFF": "tiff"}[kind]
    assert "Hiệu lực thi hành" in text_of(recogniser.page(path, name, 1))


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "I;16"])
def test_pictures_of_every_depth_are_drawn_black_on_white(tmp_path: Path, mode: str) -> None:
    plain = scans.page(scans.SECOND, head=False).convert("L")
    if mode == "I;16":
        deep = Image.fromarray(np.asarray(plain).astype(np.uint16) * 200)
    else:
        deep = plain.convert(mode)
    path = tmp_path / "a.png"
    deep.save(path)
    drawn = np.asarray(pictures.picture(path, "png", 1).image.convert("L"))
    assert drawn.mean() > 220 and drawn.min() < 40


def test_a_transparent_picture_lies_on_white_paper(tmp_path: Path) -> None:
    ink = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    path = tmp_path / "a.png"
    ink.save(path)
    assert np.asarray(pictures.picture(path, "png", 1).image).min() == 255


def test_an_empty_page_has_no_words_and_no_confidence(tmp_path: Path) -> None:
    path = put(tmp_path, scans.as_picture(scans.page((), head=False)), "a.png")
    found = recogniser.page(path, "png", 1)
    assert (found.words, found.fault, found.confidence) == ((), None, None)
    assert recogniser.read([found], "png").reason_code == "ocr_nothing"


def test_a_missing_page_and_a_broken_file_are_told(tmp_path: Path) -> None:
    path = put(tmp_path, scans.as_pdf(scans.page()), "a.pdf")
    assert recogniser.page(path, "pdf", 2).fault == "broken"
    assert recogniser.page(put(tmp_path, b"\x89PNG\r\n\x1a\nabc", "b.png"), "png", 1).fault == "broken"
    assert recogniser.read([recogniser.page(path, "pdf", 9)], "pdf").reason_code == "broken"


def test_a_huge_picture_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("1", (30_000, 30_000), 1).save(path)
    assert recogniser.page(path, "png", 1).fault == "picture_too_large"
    Image.new("1", (9_000, 9_000), 1).save(path)
    with pytest.raises(Unreadable) as told:
        pictures.read_picture(path)
    assert told.value.code == "picture_too_large"
    Image.new("1", (8_000, 8_000), 1).save(path)
    with pytest.raises(Unreadable) as told:
        pictures.read_picture(path)
    assert (told.value.code, told.value.pages) == ("no_text_layer", 1)


def test_a_page_that_takes_too_long_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "bin" / "tesseract"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nexec sleep 611\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{slow.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(limits, "WALL_S", 8.0)
    path = put(tmp_path, scans.as_picture(scans.page()), "a.png")
    assert recogniser.page(path, "png", 1).fault == "too_long"
    # Nothing that the child started goes on.
    assert [entry for entry in Path("/proc").iterdir() if _argument(entry) == b"sleep\x00611\x00"] == []


def _argument(entry: Path) -> bytes:
    try:
        return (entry / "cmdline").read_bytes()
    except OSError:
        return b""


def test_without_its_model_tesseract_is_not_available(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert tesseract.available()
    bare = tmp_path / "tesseract"
    bare.write_text("#!/bin/sh\necho eng\necho osd\n")
    bare.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not tesseract.available()
    bare.unlink()
    assert not tesseract.available()


def test_the_copy_has_the_words_where_they_stand_and_the_pages_as_they_were(tmp_path: Path) -> None:
    paper = scans.crooked(scans.page(), 2.0)
    path = put(tmp_path, scans.as_pdf(paper), "a.pdf")
    pages = [recogniser.page(path, "pdf", 1)]
    copy = pypdfium2.PdfDocument(recogniser.copy(path, "pdf", pages))
    text = copy[0].get_textpage()
    assert "Số: 12/QĐ-SGDĐT" in " ".join(text.get_text_bounded().split())
    word = next(word for word in pages[0].words if word.text == "Phạm")
    box = on_picture(pages[0], word)
    width, height = copy[0].get_size()
    there = text.get_text_bounded(
        box.left * width - 3, height * (1 - box.top - box.height) - 3, (box.left + box.width) * width + 3,
        height * (1 - box.top) + 3,
    )  # fmt: skip
    assert there.split() == ["Phạm"]
    before = pypdfium2.PdfDocument(path)[0].render().to_numpy()
    # The words are invisible.
    assert np.abs(before.astype(int) - copy[0].render().to_numpy().astype(int)).max() <= 2


def test_the_copy_of_a_picture_is_a_pdf_of_it(tmp_path: Path) -> None:
    path = put(tmp_path, scans.as_picture(scans.page().rotate(90, expand=True)), "a.png")
    copy = pypdfium2.PdfDocument(recogniser.copy(path, "png", [recogniser.page(path, "png", 1)]))
    assert "Phạm vi điều chỉnh" in " ".join(copy[0].get_textpage().get_text_bounded().split())
    width, height = copy[0].get_size()
    assert round(width / height, 2) == round(1754 / 1240, 2)


def test_no_copy_of_what_is_no_scan(tmp_path: Path) -> None:
    page = OcrPage(1, 595, 842, words=(OcrWord("chữ", 10, 10, 40, 20, 90, 0),))
    with pytest.raises(recogniser.NoCopy):
        recogniser.copy(put(tmp_path, b"khong phai PDF", "a.pdf"), "pdf", [page])


def test_several_frames_of_a_tiff_are_pages(tmp_path: Path) -> None:
    out = io.BytesIO()
    first, second = scans.page(), scans.page(scans.SECOND, head=False)
    first.save(out, "TIFF", save_all=True, append_images=[second], dpi=(150, 150))
    path = put(tmp_path, out.getvalue(), "a.tiff")
    assert "Hiệu lực thi hành" in text_of(recogniser.page(path, "tiff", 2))


@pytest.mark.parametrize(
    ("words", "level", "ink"),
    [
        ("MẬT", "Mật", "#c81e2d"),
        ("TỐI MẬT", "Tối mật", "#c81e2d"),
        ("TUYỆT MẬT", "Tuyệt mật", "#c81e2d"),
        ("TUYỆT MẬT", "Tuyệt mật", "#e8707a"),
    ],
)
def test_a_red_secrecy_stamp_withholds_the_scan(tmp_path: Path, words: str, level: str, ink: str) -> None:
    paper = scans.crooked(scans.red_words(scans.page(), words, 330, 300, ink), 1.5)
    page = recogniser.page(put(tmp_path, scans.as_pdf(paper), "a.pdf"), "pdf", 1)
    reading = recogniser.read([page], "pdf")
    assert (reading.outcome, reading.secrecy, reading.interpretation) == ("withheld", level, None)


def test_a_red_stamp_is_found_on_a_page_upside_down(tmp_path: Path) -> None:
    paper = scans.red_words(scans.page(), "MẬT", 330, 300).rotate(180)
    assert recogniser.page(put(tmp_path, scans.as_pdf(paper), "a.pdf"), "pdf", 1).stamp == "Mật"


@pytest.mark.parametrize(("words", "y"), [("HỎA TỐC", 300), ("MẬT", 1500)])
def test_other_red_stamps_and_other_places_are_no_secrecy(tmp_path: Path, words: str, y: int) -> None:
    paper = scans.stamped(scans.red_words(scans.page(), words, 330, y), 900, 1300)
    page = recogniser.page(put(tmp_path, scans.as_pdf(paper), "a.pdf"), "pdf", 1)
    assert page.stamp is None and recogniser.read([page], "pdf").outcome == "text"
