"""How well printed pages of a given circular are recognised: lightly and badly degraded."""

from __future__ import annotations

import difflib
import io
import subprocess
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from docmgr.reading.formats.pdf.lines import Page, page_lines
from docmgr.reading.ocr import recogniser
from docmgr.reading.ocr.blocks import page_of
from tests.filling import scans
from tests.support import needs

# Of the half of the given files that rules are written against.
GIVEN = Path(__file__).resolve().parents[3] / "../shared/data/docx/Thông tư 83-2024-TT-BCA.docx"


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> pypdfium2.PdfDocument:
    if not GIVEN.exists():
        pytest.skip("không có tài liệu dùng chung ../shared/data")
    needs.tesseract()
    folder = tmp_path_factory.mktemp("printed")
    command = [needs.office("writer"), f"-env:UserInstallation=file://{folder}/profile", "--headless"]
    command += ["--convert-to", "pdf", "--outdir", str(folder), str(GIVEN)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return pypdfium2.PdfDocument(folder / f"{GIVEN.stem}.pdf")


def drawn(printed: pypdfium2.PdfDocument, dots: int) -> Image.Image:
    return printed[0].render(scale=dots / 72).to_pil().convert("RGB")


def folded(paper: Image.Image) -> Image.Image:
    """The page with the shadow of a fold across it."""
    rows = np.arange(paper.height) - 0.45 * paper.height
    shade = 1 - 0.35 * np.exp(-((rows / 6) ** 2)) - 0.1 * np.exp(-((rows / 60) ** 2))
    return Image.fromarray((np.asarray(paper) * shade[:, None, None]).clip(0, 255).astype(np.uint8))


def syllables(page: Page) -> list[str]:
    words = " ".join(line.text for row in page.rows for line in row).split()
    return [word for word in words if any(char.isalnum() for char in word)]


def share(printed: pypdfium2.PdfDocument, tmp_path: Path, paper: bytes, kind: str) -> float:
    """The share of the syllables on the first page that are recognised without a fault, in their order."""
    path = tmp_path / "a"
    path.write_bytes(paper)
    expected = syllables(page_lines(printed[0], 1))
    found = syllables(page_of(recogniser.page(path, kind, 1)))
    assert len(expected) > 300
    matcher = difflib.SequenceMatcher(None, expected, found, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks()) / len(expected)


def test_a_lightly_degraded_page(printed: pypdfium2.PdfDocument, tmp_path: Path) -> None:
    out = io.BytesIO()
    scans.crooked(drawn(printed, 200), 1.0, noise=12).save(out, "PNG", dpi=(200, 200))
    assert share(printed, tmp_path, out.getvalue(), "png") >= 0.985


def test_a_badly_degraded_page(printed: pypdfium2.PdfDocument, tmp_path: Path) -> None:
    paper = drawn(printed, 150)
    stamped = scans.stamped(paper, int(0.66 * paper.width), int(0.78 * paper.height))
    out = io.BytesIO()
    scans.crooked(folded(stamped), 3.0, noise=6).save(out, "JPEG", quality=40, dpi=(150, 150))
    assert share(printed, tmp_path, out.getvalue(), "jpg") >= 0.96
