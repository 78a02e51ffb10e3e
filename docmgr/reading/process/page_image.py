"""Draw one page of a PDF or picture as a PNG, in a child process with limits, because any uploaded file may be hostile.

This module decides the size of the image and the limits; services decide who may see it. The child process
is `python -m docmgr.reading.process.page_image`.
"""

from __future__ import annotations

import io
import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from docmgr.reading import watch
from docmgr.reading.environment import child_environment
from docmgr.reading.formats.kinds import PICTURES, sniff
from docmgr.reading.limits import DEFAULT_LIMITS
from docmgr.reading.outcomes import Unreadable

if TYPE_CHECKING:
    from PIL import Image

WIDTH_PX = 1100
# A page that is longer than this many times its width is not a page of paper.
MAX_HEIGHT_RATIO = 4.0
# A person waits for the page, but processor time is what counts on a busy machine.
BOUNDS = watch.Bounds(cpu_s=10.0, idle_s=8.0, wall_s=120.0, memory_bytes=DEFAULT_LIMITS.all_memory_bytes)
MAX_PNG_BYTES = 24 * 1024 * 1024


class NoPicture(Exception):
    """The page does not exist or could not be drawn within the limits."""


def draw(path: Path, number: int, *, angle: int = 0, width: int = WIDTH_PX) -> bytes:
    """Draw page `number` (from 1) of the PDF or picture at `path`, and return it as a PNG that is `width` pixels wide. It
    is turned clockwise by `angle` degrees: 0, 90, 180 or 270. Raises NoPicture when the page does not exist or cannot
    be drawn within the limits."""
    command = [sys.executable, "-m", "docmgr.reading.process.page_image", str(path), str(number), str(angle), str(width)]
    done = watch.run(command, BOUNDS, child_environment())
    if done.status != 0 or len(done.out) > MAX_PNG_BYTES:
        raise NoPicture(done.stopped or str(done.status))
    return done.out


def _render(path: str, number: int, angle: int, px: int) -> bytes:
    # The parent, a web process, does without PDFium and Pillow.
    import pypdfium2.raw

    if sniff(path) in PICTURES:
        return _of_picture(Path(path), number, angle, px)
    document = pypdfium2.PdfDocument(path)
    if not 1 <= number <= len(document):
        raise NoPicture("page")
    if document.get_formtype() != pypdfium2.raw.FORMTYPE_NONE:
        document.init_forms()  # Without this, the boxes of signatures and form fields are not drawn.
    page = document[number - 1]
    width, height = page.get_size() if angle % 180 == 0 else page.get_size()[::-1]
    if width <= 0 or height <= 0 or height / width > MAX_HEIGHT_RATIO:
        raise NoPicture("size")
    drawn = page.render(scale=px / width, rotation=angle, rev_byteorder=True, prefer_bgrx=False)
    return _png(drawn.to_pil().convert("RGB"))


def _of_picture(path: Path, number: int, angle: int, px: int) -> bytes:
    from docmgr.reading.formats import pictures

    image = pictures.picture(path, sniff(path), number, angle).image
    if image.height / image.width > MAX_HEIGHT_RATIO:
        raise NoPicture("size")
    return _png(image.resize((px, max(1, round(image.height * px / image.width)))))


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def main(arguments: list[str]) -> int:
    """Run the child process: draw one page to standard output. `arguments` are the path, the page number,
    the angle and the width. Returns exit code 1 when that fails."""
    import pypdfium2

    seconds = int(BOUNDS.cpu_s)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (2 * DEFAULT_LIMITS.memory_bytes,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    path, *numbers = arguments
    try:
        sys.stdout.buffer.write(_render(path, *map(int, numbers)))
    except (NoPicture, Unreadable, pypdfium2.PdfiumError, MemoryError):
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
