"""The stored pages of scans. Their words are not recognised again, only understood again: recognising takes minutes."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import PageTurn, RecognisedPage
from docmgr.reading.ocr import recogniser
from docmgr.reading.ocr.words import OcrPage, from_plain
from docmgr.reading.types import WITHHELD, Reading


def stored_pages(session: Session, version_id: int | None) -> list[OcrPage]:
    """Load the recognised pages of the version `version_id`, by number. Empty when none was recognised."""
    query = (
        select(RecognisedPage.content).where(RecognisedPage.version_id == version_id).order_by(RecognisedPage.number)
    )
    return [from_plain(content) for content in session.scalars(query)]


def as_turned(session: Session, version_id: int | None) -> list[OcrPage]:
    """Load the recognised pages of the version `version_id`, by number, without those that people have turned since."""
    query = select(PageTurn.number, PageTurn.angle).where(PageTurn.version_id == version_id)
    angles = {number: angle for number, angle in session.execute(query)}
    return [page for page in stored_pages(session, version_id) if page.turned == angles.get(page.number, 0)]


def with_pages(version_id: int, reading: Reading) -> Reading:
    """Put the text of the recognised pages of a version in place of the text in `reading`, which read its file again.
    Returns `reading` itself when no page was recognised, or when the file has a secrecy stamp."""
    if reading.outcome == WITHHELD:
        return reading
    with db.read() as session:
        pages = stored_pages(session, version_id)
    db.release()
    if not pages:
        return reading
    found = recogniser.read(pages, reading.kind)
    return replace(found, signatures=reading.signatures) if found.outcome != WITHHELD else found
