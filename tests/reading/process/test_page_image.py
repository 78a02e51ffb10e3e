"""Pages of a PDF as images: a real PNG, and no page of a hostile file costs more than the limits."""

from __future__ import annotations

import io
import struct
import time
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from docmgr.reading.process import page_image
from docmgr.reading.process.page_image import NoPicture, draw
from tests.filling.papers import pdf


def test_a_page_is_drawn_at_the_promised_width(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(2))
    picture = draw(path, 2)
    assert struct.unpack(">II", picture[16:24]) == (page_image.WIDTH_PX, 1557)
    with Image.open(io.BytesIO(picture)) as image:
        assert (image.format, image.mode) == ("PNG", "RGB") and len(set(image.tobytes())) > 2


@pytest.mark.parametrize("number", [0, 3, -1])
def test_a_page_that_is_not_there(tmp_path: Path, number: int) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(2))
    with pytest.raises(NoPicture):
        draw(path, number)


@pytest.mark.parametrize("box", [b"[0 0 1 14400]", b"[0 0 0 0]", b"[0 0 5 5"])
def test_an_impossible_page_is_refused(tmp_path: Path, box: bytes) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(1).replace(b"[0 0 595 842]", box.ljust(13)))
    try:
        picture = draw(path, 1)
    except NoPicture:
        return
    # A PDF reader may replace it by a page of ordinary size.
    assert struct.unpack(">I", picture[20:24])[0] <= page_image.WIDTH_PX * page_image.MAX_HEIGHT_RATIO


def test_a_file_that_is_no_pdf(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"<html><script>alert(1)</script></html>")
    with pytest.raises(NoPicture):
        draw(path, 1)


def test_the_time_limit_ends_the_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(1))
    monkeypatch.setattr(page_image, "BOUNDS", replace(page_image.BOUNDS, wall_s=0.001, idle_s=0.001))
    before = time.monotonic()
    with pytest.raises(NoPicture):
        draw(path, 1)
    assert time.monotonic() - before < 10
