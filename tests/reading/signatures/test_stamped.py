"""Number, date and signer of PDF files issued electronically, wherever the office's program has put them."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from docmgr.reading.limits import DEFAULT_LIMITS
from docmgr.reading.process.page_image import draw
from docmgr.reading.process.read import read_here
from docmgr.reading.types import Fact, Reading
from tests.reading.signatures.papers import (
    DAY_BOX,
    MONTH_BOX,
    NUMBER_BOX,
    SIGNATURE_BOX,
    Box,
    clerk,
    fill,
    paper,
    sign,
)

BLANKS = ((NUMBER_BOX, "12"), (DAY_BOX, "05"), (MONTH_BOX, "02"))
BESIDE: Box = (330, 560, 560, 615)
BLANK = paper("", "", "", signer="")


def read(folder: Path, data: bytes) -> Reading:
    path = folder / "paper.pdf"
    path.write_bytes(data)
    return read_here(path, path.name, DEFAULT_LIMITS, interpret=True, tell=pytest.fail)


def facts(folder: Path, data: bytes) -> dict[str, Fact]:
    found = read(folder, data).interpretation
    assert found is not None
    return found.facts


def told(folder: Path, data: bytes) -> tuple[str | None, ...]:
    """Number, date and signer."""
    found = facts(folder, data)
    return tuple(found[name].value if name in found else None for name in ("number", "issued_on", "signer"))


def stamped(data: bytes, boxes: tuple[tuple[Box, str], ...] = BLANKS, *, page: int = 0) -> bytes:
    for n, (box, words) in enumerate(boxes):
        data = sign(data, clerk(), field=f"Blank{n}", box=box, lines=(words,), page=page)
    return data


ALL = ("12/QĐ-SGDĐT", "2024-02-05", "Trần Văn Ký")


def test_a_blank_stays_blank(tmp_path: Path) -> None:
    assert told(tmp_path, BLANK) == (None, None, None)


LOOKS: dict[str, Callable[[], bytes]] = {
    "text": lambda: sign(paper(), clerk(), box=SIGNATURE_BOX, lines=("Ký bởi: Trần Văn Ký",)),
    "stamp": lambda: sign(stamped(paper("", "", "")), clerk()),
    "field": lambda: fill(paper("", "", ""), *BLANKS),
    "two pages": lambda: sign(
        stamped(paper("", "", "", pages=2)), clerk(), page=1, box=SIGNATURE_BOX, lines=("Ký bởi: Trần Văn Ký",)
    ),
    "invisible": lambda: sign(paper(), clerk()),
}


@pytest.mark.parametrize("look", LOOKS)
def test_the_five_looks(tmp_path: Path, look: str) -> None:
    data = LOOKS[look]()
    found = facts(tmp_path, data)
    assert told(tmp_path, data) == ALL
    assert all(found[name].sure for name in ("number", "issued_on", "signer"))


def test_the_text_has_the_number_in_its_place(tmp_path: Path) -> None:
    lines = read(tmp_path, stamped(paper("", "", ""))).text.splitlines()
    assert "Số: 12/QĐ-SGDĐT" in lines and "Tỉnh Mẫu, ngày 05 tháng 02 năm 2024" in lines


def test_a_stamp_that_is_set_too_high(tmp_path: Path) -> None:
    high = tuple(((x0, y0 + 5, x1, y1 + 5), words) for (x0, y0, x1, y1), words in BLANKS)
    assert told(tmp_path, stamped(paper("", "", ""), high)) == ALL


def test_a_stamp_with_the_whole_number_and_date(tmp_path: Path) -> None:
    lines = ("Số: 12/QĐ-SGDĐT", "Tỉnh Mẫu, ngày 05 tháng 02 năm 2024")
    data = sign(paper("", "", ""), clerk(), box=(60, 706, 330, 732), lines=lines)
    assert told(tmp_path, data) == ALL
    assert read(tmp_path, data).text.count("QĐ-SGDĐT") == 1


def test_what_only_the_box_of_a_signature_says_should_be_checked(tmp_path: Path) -> None:
    lines = ("Người ký: TRẦN VĂN KÝ", "Thời gian ký: 05/02/2024 10:11:12 +07:00")
    found = facts(tmp_path, sign(BLANK, clerk(), box=BESIDE, lines=lines))
    assert [(found[name].value, found[name].sure) for name in ("signer", "issued_on", "effective_from")] == [
        ("Trần Văn Ký", False),
        ("2024-02-05", False),
        ("2024-02-05", False),
    ]
    assert "number" not in found and found["position"].value == "Giám đốc"


def test_what_the_page_prints_counts_more_than_the_box(tmp_path: Path) -> None:
    lines = ("Ký bởi: Lê Thị Khác", "Ngày ký: 09/09/2024")
    assert told(tmp_path, sign(paper(), clerk(), box=BESIDE, lines=lines)) == ALL


def test_the_words_of_a_box_follow_the_text(tmp_path: Path) -> None:
    lines = ("Digitally signed by Trần Văn Ký", "Date: 2024.02.05 10:11:12 +07'00'")
    reading = read(tmp_path, sign(paper(), clerk(), box=(60, 610, 300, 640), lines=lines))
    *text, box = reading.text.splitlines()
    assert box == "Digitally signed by Trần Văn Ký Date: 2024.02.05 10:11:12 +07'00'"
    assert not any("signed" in line for line in text) and "Trần Văn Ký" in text


@pytest.mark.parametrize("office", ["SỞ GIÁO DỤC VÀ ĐÀO TẠO", "VĂN PHÒNG HUYỆN MẪU"])
def test_an_office_is_no_person(tmp_path: Path, office: str) -> None:
    lines = (f"Người ký: {office}", "Email: so@mau.gov.vn", "Thời gian ký: 05.02.2024")
    assert told(tmp_path, sign(BLANK, clerk(), box=BESIDE, lines=lines)) == (None, "2024-02-05", None)


@pytest.mark.parametrize("second", ["Ngày: 09/02/2024", "Thời gian ký: 09/02/2024"])
def test_the_stamp_of_an_office_that_received_it(tmp_path: Path, second: str) -> None:
    data = sign(BLANK, clerk(), box=(60, 706, 330, 732), lines=("ĐẾN Số: 777/CV-VP", second))
    assert told(tmp_path, data) == (None, None, None)


@pytest.mark.parametrize("box", [(60, 755, 120, 771), (60, 806, 120, 822)], ids=["below the office", "on top"])
def test_a_stamp_of_secrecy_withholds_the_document(tmp_path: Path, box: Box) -> None:
    reading = read(tmp_path, sign(paper(), clerk(), box=box, lines=("MẬT",)))
    assert (reading.outcome, reading.secrecy, reading.text, reading.signatures) == ("withheld", "Mật", "", ())


def test_a_field_that_is_hidden_says_nothing(tmp_path: Path) -> None:
    hidden = fill(paper("", "", ""), *BLANKS).replace(b"/F 4", b"/F 2")
    assert told(tmp_path, hidden) == (None, None, "Trần Văn Ký")


@pytest.mark.parametrize("fields", [False, True], ids=["stamps", "fields"])
def test_the_picture_shows_them_too(tmp_path: Path, fields: bool) -> None:
    data = fill(BLANK, *BLANKS) if fields else stamped(BLANK)
    pictures = []
    for name, content in (("blank", BLANK), ("filled", data)):
        (tmp_path / name).write_bytes(content)
        pictures.append(Image.open(io.BytesIO(draw(tmp_path / name, 1))).convert("L"))
    scale = pictures[0].width / 595
    found = ImageChops.difference(*pictures).getbbox()
    assert found is not None
    assert NUMBER_BOX[0] - 2 < found[0] / scale < found[2] / scale < MONTH_BOX[2] + 2
    assert NUMBER_BOX[1] - 2 < 842 - found[3] / scale < 842 - found[1] / scale < NUMBER_BOX[3] + 2
