"""The recognised pages of scans, and of PDF files of which some pages are pictures: which are still missing, and what
their words mean. They are not recognised again, only understood again: recognising takes minutes."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from docmgr import context, db
from docmgr.models import File, PageTurn, RecognisedPage, Version
from docmgr.reading.ocr import limits, recogniser
from docmgr.reading.ocr.words import OcrPage, from_plain
from docmgr.reading.outcomes import fallen_short
from docmgr.reading.types import WITHHELD, Reading
from docmgr.storage import BytesMissing

# The reason code of a scan: no page has a word of its own.
SCAN = "no_text_layer"


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


def missing(session: Session, version: Version) -> list[int]:
    """List the numbers of the pages of a version whose words are still to be recognised, ascending: of all its pages, or
    of those that are pictures where the others have text of their own."""
    wanted = version.picture_pages or range(1, (version.pages or 0) + 1)
    done = {page.number for page in as_turned(session, version.id)}
    return [number for number in wanted[: limits.PAGES] if number not in done]


def forget_others(session: Session, version: Version) -> None:
    """Delete the recognised words of pages that have text of their own, in the open unit of work."""
    if version.picture_pages:
        own = RecognisedPage.number.not_in(version.picture_pages)
        session.execute(delete(RecognisedPage).where(RecognisedPage.version_id == version.id, own))


def with_pages(file: File, reading: Reading, convert: bool = True) -> Reading:
    """Put the recognised words of a version in their place in `reading`, which read its first file `file` again: they are
    the whole text, or that of the pages that are pictures. `convert` says whether text in old encodings is converted.
    Returns `reading` itself when no page was recognised, or when it does not ask for them: the file has a secrecy stamp,
    could not be read, or has text on all pages."""
    if not reading.picture_pages and reading.reason_code != SCAN:
        return reading
    with db.read() as session:
        pages = stored_pages(session, file.version_id)
    db.release()
    if reading.picture_pages:
        pages = [page for page in pages if page.number in reading.picture_pages]
    if not pages:
        return reading
    found = _joined(file, pages, convert) if reading.picture_pages else recogniser.read(pages, reading.kind)
    return replace(found, signatures=reading.signatures) if found.outcome != WITHHELD else found


def _joined(file: File, pages: list[OcrPage], convert: bool) -> Reading:
    try:
        with context.current().storage.local(file.sha256) as path:
            return recogniser.join(path, pages, convert)
    except BytesMissing:
        return fallen_short("missing_file", file.kind)
