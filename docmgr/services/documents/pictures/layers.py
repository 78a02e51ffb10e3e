"""The words of page pictures with their places, so that people can select and copy them.

They lie transparent over the pictures. Callers record the reading, as they do for the pictures.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import File, PageTurn, RecognisedPage, Version
from docmgr.policy import Actor
from docmgr.reading.ocr.words import Mark, OcrPage, OcrWord, from_plain, on_picture
from docmgr.reading.process import page_words
from docmgr.services.access import versions
from docmgr.services.documents import files
from docmgr.services.documents.pictures import previews
from docmgr.services.errors import NotFound

# A page with more characters is no page for people; the rest of it cannot be selected.
MOST_CHARACTERS = 20_000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LayerLine:
    """One line of text on a page picture. The others are shares of the width or height of the picture, from 0 to 1;
    `left` and `top` are measured from its upper left corner."""

    text: str
    left: float
    top: float
    width: float
    height: float


def layers(actor: Actor, file_id: int, numbers: range) -> dict[int, tuple[LayerLine, ...]]:
    """Find the lines of text on pages of the file, by page number. `numbers` are the numbers of the pages, from 1; pages
    without text are left out. Returns {} when the file has no page pictures or cannot be looked through. Raises
    NotFound when the actor may not open the file."""
    file = files.open_file(actor, file_id, action="file:preview", continuation=True)
    with db.read() as session:
        scanned, all_pages = recognised(session, file_id, numbers), is_all_recognised(session, file_id)
    found: dict[int, list[LayerLine]] = {}
    if not all_pages:
        pdf = file if file.kind == "pdf" else previews.rendering_of(file)
        found = _of_pdf(pdf, numbers) if pdf is not None else {}
    for page in scanned:
        # Lines that run up or down the picture could not be selected in a way that people expect.
        found[page.number] = [_line(page, line) for line in by_line(page.words)] if page.turn == 0 else []
    return {number: lines for number, all_of_it in found.items() if (lines := _limited(all_of_it))}


def is_all_recognised(session: Session, file_id: int) -> bool:
    """Whether the whole text of the file was recognised on pictures: no page has words of its own."""
    known = select(RecognisedPage.number).where(RecognisedPage.version_id == Version.id).exists()
    query = select(Version.picture_pages).join(File, (File.version_id == Version.id) & versions.is_first())
    found = session.execute(query.where(File.id == file_id, Version.outcome == "text", known)).one_or_none()
    return found is not None and not found[0]


def recognised(session: Session, file_id: int, numbers: range) -> list[OcrPage]:
    """Load those of the pages `numbers` (from 1) of the file whose words were recognised, ascending. Pages that people
    have turned since are left out."""
    turned = and_(PageTurn.version_id == RecognisedPage.version_id, PageTurn.number == RecognisedPage.number)
    query = (
        select(RecognisedPage.content, func.coalesce(PageTurn.angle, 0))
        .outerjoin(PageTurn, turned)
        .join(Version, Version.id == RecognisedPage.version_id)
        .join(File, (File.version_id == Version.id) & versions.is_first())
        .where(File.id == file_id, Version.outcome == "text", RecognisedPage.number.between(numbers.start, numbers.stop - 1))
        .order_by(RecognisedPage.number)
    )
    pages = ((from_plain(content), angle) for content, angle in session.execute(query))
    return [page for page, angle in pages if page.turned == angle]


def by_line(words: Iterable[OcrWord]) -> list[list[OcrWord]]:
    """Sort recognised words by the printed line on which they stand."""
    found: dict[int, list[OcrWord]] = {}
    for word in words:
        found.setdefault(word.line, []).append(word)
    return list(found.values())


def around(page: OcrPage, words: Sequence[OcrWord]) -> Mark:
    """Return the box around some words of a page, on its picture. There must be at least one word."""
    marks = [on_picture(page, word) for word in words]
    left, top = min(one.left for one in marks), min(one.top for one in marks)
    right, bottom = max(one.left + one.width for one in marks), max(one.top + one.height for one in marks)
    return Mark(left, top, right - left, bottom - top)


def _line(page: OcrPage, words: Sequence[OcrWord]) -> LayerLine:
    box = around(page, words)
    return LayerLine(" ".join(word.text for word in words), box.left, box.top, box.width, box.height)


def _of_pdf(pdf: files.OpenedFile, numbers: range) -> dict[int, list[LayerLine]]:
    db.release()
    try:
        with files.local_path(pdf) as path:
            found = page_words.lines(path, numbers)
    except (page_words.NoPlaces, NotFound) as fault:
        log.warning("text over the pictures of %s: %r", pdf.sha256, fault)
        return {}
    return {number: [LayerLine(text, *box) for text, box in lines] for number, lines in found.items()}


def _limited(lines: Sequence[LayerLine]) -> tuple[LayerLine, ...]:
    kept, left = [], MOST_CHARACTERS
    for line in lines:
        left -= len(line.text)
        if left < 0:
            break
        if line.width > 0 and line.height > 0:
            kept.append(line)
    return tuple(kept)
