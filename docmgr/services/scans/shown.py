"""Show what was recognised on a scan: how surely, which documents have such text, and where words stand on the pictures.

Callers record the reading: pictures and text are shown on pages that do so already.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Select, bindparam, select

from docmgr import db
from docmgr.models import Document, RecognisedPage, Version
from docmgr.policy import Actor, require
from docmgr.reading.ocr.words import Mark, OcrPage, OcrWord, on_picture
from docmgr.services.access import rule
from docmgr.services.documents.page import DocumentFrame
from docmgr.services.documents.rereading.recognised import as_turned
from indexer import Marker

# Pages below this mean confidence, out of 100, should be compared with the picture.
DOUBTFUL = 80


@dataclass(frozen=True)
class Recognition:
    """How surely the text of a version was recognised. `confidence` is the mean of its pages, from 0 to 100. `doubtful`
    are the numbers of pages on which little was sure. `pages` names the pages that were recognised, such as "2–4, 9",
    where the others have text of their own; it is None where all were."""

    confidence: int
    doubtful: tuple[int, ...]
    pages: str | None = None


def recognition(actor: Actor, page: DocumentFrame) -> Recognition | None:
    """Tell how surely the text of the version in the frame `page` was recognised. None when its text was not recognised
    on pictures. Raises Denied when the actor's roles may not read documents."""
    require(actor, "document:read")
    if page.version is None or page.version.outcome != "text":
        return None
    # The words themselves would be megabytes for a thick scan.
    query = select(RecognisedPage.number, RecognisedPage.confidence).where(
        RecognisedPage.version_id == page.version_id, RecognisedPage.confidence.is_not(None)
    )
    with db.read() as session:
        rows = session.execute(query.order_by(RecognisedPage.number)).all()
    sure = {number: confidence for number, confidence in rows if confidence is not None}
    if not sure:
        return None
    doubtful = tuple(number for number, confidence in sure.items() if confidence < DOUBTFUL)
    pages = spans(list(sure)) if page.version.picture_pages else None
    return Recognition(round(sum(sure.values()) / len(sure)), doubtful, pages)


def spans(numbers: Sequence[int]) -> str:
    """Write ascending page numbers with an en dash for those that follow each other: "2–4, 9"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def recognised_among(actor: Actor, document_ids: Iterable[int]) -> set[int]:
    """Find which of these documents have a newest version with recognised text. Documents that the actor may not read
    are left out."""
    with db.read() as session:
        return set(session.scalars(_recognised(actor), {"ids": sorted(set(document_ids))}))


@lru_cache(maxsize=256)
def _recognised(actor: Actor) -> Select[int]:
    return (
        select(Document.id)
        .join(Version, (Version.document_id == Document.id) & (Version.no == Document.current_no))
        .where(Document.id.in_(bindparam("ids", expanding=True)), rule.visible(actor), Version.outcome == "text")
        .where(select(RecognisedPage.number).where(RecognisedPage.version_id == Version.id).exists())
    )


def marks(actor: Actor, page: DocumentFrame, mark: Marker) -> dict[int, tuple[Mark, ...]]:
    """Find where the words that `mark` highlights stand on the pictures of the version in the frame `page`. Returns their
    boxes by page number; pages without any are left out. Raises Denied when the actor's roles may not read documents."""
    require(actor, "document:read")
    with db.read() as session:
        pages = as_turned(session, page.version_id)
    found = {one.number: _boxes(one, _matching(one.words, mark)) for one in pages}
    return {number: boxes for number, boxes in found.items() if boxes}


def _matching(words: Sequence[OcrWord], mark: Marker) -> list[OcrWord]:
    """Choose the words that `mark` highlights at least in part."""
    hits: set[int] = set()
    at = 0
    for fragment in mark(" ".join(word.text for word in words)):
        if fragment.match:
            hits.update(range(at, at + len(fragment.text)))
        at += len(fragment.text)
    chosen, at = [], 0
    for word in words:
        if not hits.isdisjoint(range(at, at + len(word.text))):
            chosen.append(word)
        at += len(word.text) + 1
    return chosen


def _boxes(page: OcrPage, words: Iterable[OcrWord]) -> tuple[Mark, ...]:
    return tuple(on_picture(page, word) for word in words)

