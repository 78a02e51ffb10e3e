"""The text of recognised pages: blocks of columns, and facts that are as sure as their words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from docmgr.reading.ocr import text
from docmgr.reading.ocr.blocks import blocks_of
from docmgr.reading.ocr.words import OcrPage, OcrWord, from_plain, on_picture, to_plain
from tests.filling import scans

HEAD = (
    ("UBND TỈNH MẪU", 60, 50), ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 300, 50),
    ("SỞ GIÁO DỤC VÀ ĐÀO TẠO", 50, 66), ("Độc lập - Tự do - Hạnh phúc", 330, 66),
    ("Số: 12/QĐ-SGDĐT", 70, 90), ("Tỉnh Mẫu, ngày 05 tháng 02 năm 2024", 310, 90),
    ("QUYẾT ĐỊNH", 250, 130), ("Về việc ban hành Quy chế dân chủ", 200, 146),
    ("Điều 1. Phạm vi điều chỉnh", 60, 190), ("Quy chế này quy định việc thực hiện dân chủ.", 60, 206),
)  # fmt: skip


def page(sure: float = 96.0, of: str = "", number: int = 1) -> OcrPage:
    """A page with the heading of a decision; the words in `of` have the confidence `sure`, all others 96."""
    words, lines = [], {}
    for passage, left, top in HEAD:
        line = lines.setdefault(top, len(lines))
        x = float(left)
        for word in passage.split():
            confidence = sure if word in of.split() else 96.0
            words.append(OcrWord(word, x, top, x + 6 * len(word), top + 11, confidence, line))
            x += 6 * len(word) + 4
    return OcrPage(number, 595, 842, words=tuple(words))


def test_both_columns_of_a_heading_are_cells() -> None:
    cells = [(block.text, block.col) for block in blocks_of([page()]) if block.kind == "cell"]
    assert ("Số: 12/QĐ-SGDĐT", 0) in cells and ("Tỉnh Mẫu, ngày 05 tháng 02 năm 2024", 1) in cells


@pytest.mark.parametrize(("sure", "expected"), [(96.0, ("12/QĐ-SGDĐT", True)), (84.0, ("12/QĐ-SGDĐT", False)), (49.0, None)])
def test_a_fact_is_as_sure_as_its_words(sure: float, expected: tuple[str, bool] | None) -> None:
    found = text.read([page(sure, "12/QĐ-SGDĐT")], "pdf").interpretation
    assert found is not None
    number = found.facts.get("number")
    assert (None if number is None else (number.value, number.sure)) == expected
    assert found.facts["issued_on"].sure


def test_doubt_about_a_date_leaves_the_number_sure() -> None:
    found = text.read([page(60, "05")], "pdf").interpretation
    assert found is not None and not found.facts["issued_on"].sure and found.facts["number"].sure


def test_recipients_are_as_sure_as_their_names_and_not_as_the_note_of_the_archive() -> None:
    end = (("Nơi nhận:", 60, 300), ("- UBND tỉnh;", 60, 316), ("- Lưu: VT.", 60, 332), ("GIÁM ĐỐC", 400, 300), ("Trần Văn Ký", 395, 380))
    words = list(page().words)
    for at, (passage, left, top) in enumerate(end):
        for place, word in enumerate(passage.split()):
            words.append(OcrWord(word, left + 34 * place, top, left + 34 * place + 30, top + 11, 38 if word == "VT." else 96, 40 + at))
    found = text.read([OcrPage(1, 595, 842, words=tuple(words))], "pdf").interpretation
    assert found is not None and found.facts["recipients"].values == ("UBND tỉnh",) and found.facts["recipients"].sure


def test_the_surest_place_of_a_passage_counts() -> None:
    found = text.read([page(), page(60, "12/QĐ-SGDĐT", number=2)], "pdf").interpretation
    assert found is not None and found.facts["number"].sure


def test_a_page_that_failed_leaves_the_others() -> None:
    reading = text.read([page(), OcrPage(2, 0, 0, fault="too_long")], "pdf")
    assert (reading.outcome, reading.pages) == ("text", 2)
    assert [note.told for note in reading.notes] == ["1 trang không nhận dạng được chữ."]
    alone = text.read([OcrPage(1, 0, 0, fault="too_long")], "pdf")
    assert (alone.outcome, alone.reason_code) == ("unreadable", "too_long")


def test_a_page_stays_the_same_as_plain_data() -> None:
    one = page(70.5, "Điều")
    assert from_plain(to_plain(one)) == one
    with pytest.raises(ValueError):
        from_plain({"number": 1})
    with pytest.raises(ValueError):
        from_plain({**to_plain(one), "words": [["chữ", 1]]})


def test_the_mean_confidence_counts_letters() -> None:
    words = (OcrWord("dài", 0, 0, 1, 1, 90, 0), OcrWord("a", 0, 0, 1, 1, 50, 0))
    assert OcrPage(1, 10, 10, words=words).confidence == 80


def test_boxes_stay_on_the_picture() -> None:
    box = on_picture(OcrPage(1, 100, 200), OcrWord("rìa", -5, 190, 105, 210, 90, 0))
    assert (box.left, box.width, round(box.top + box.height, 6)) == (0.0, 1.0, 1.0)


def letter(tmp_path: Path, *pages: Sequence[str] | Image.Image) -> Path:
    path = tmp_path / "a.pdf"
    path.write_bytes(scans.among_text(*pages))
    return path


def test_facts_of_pages_with_text_are_sure_and_those_of_pictures_as_their_words(tmp_path: Path) -> None:
    own = ("UBND TỈNH MẪU", "Số: 15/QĐ-UBND", "QUYẾT ĐỊNH", "Về việc giao chỉ tiêu", "Điều 1. Giao chỉ tiêu cho các đơn vị trực thuộc trong năm nay như sau.")
    blank = Image.new("RGB", (200, 283), "white")
    signed = OcrPage(2, 595, 842, words=tuple(
        OcrWord(word, 320 + 45 * at, top, 360 + 45 * at, top + 11, 60, line)
        for line, (top, passage) in enumerate(((100, "KT. CHỦ TỊCH"), (116, "PHÓ CHỦ TỊCH"), (200, "Trần Văn Ký")))
        for at, word in enumerate(passage.split())
    ))  # fmt: skip
    found = text.join(letter(tmp_path, own, blank), [signed]).interpretation
    assert found is not None and found.facts["number"].sure
    assert (found.facts["signer"].value, found.facts["signer"].sure) == ("Trần Văn Ký", False)


def test_recognised_words_stand_behind_the_page_before(tmp_path: Path) -> None:
    blank = Image.new("RGB", (200, 283), "white")
    first = text.join(letter(tmp_path, [f"Dòng chữ {n} của trang có chữ sẵn trong tệp" for n in range(9)], blank), [page(number=2)])
    assert first.picture_pages == (2,) and first.pages == 2
    assert "12/QĐ-SGDĐT" in first.text and first.text.index("Dòng chữ 8") < first.text.index("12/QĐ-SGDĐT")
