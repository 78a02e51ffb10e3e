"""Find where the words from which facts were taken stand on the page pictures of a file.

The places show no text, so finding them is no reading. Callers show the pictures, and record that. The limited process
of `reading.process.page_words` opens PDF files; the words of scans are in the database.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from docmgr import db
from docmgr.models import File, Version
from docmgr.policy import Actor
from docmgr.reading.letters import quotes as quoted
from docmgr.reading.ocr.words import OcrPage, OcrWord
from docmgr.reading.process import page_words
from docmgr.services.documents import files
from docmgr.services.documents.pictures import layers, previews
from docmgr.services.errors import NotFound

MOST_PAGES = 200
# Longer quotes are whole paragraphs; their beginning is enough to show where they stand.
MOST_CHARACTERS = 1_000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """A box around words of one line. `page` counts from 1. The others are shares of the width or height of the page
    picture, from 0 to 1; `left` and `top` are measured from its upper left corner."""

    page: int
    left: float
    top: float
    width: float
    height: float


def places(actor: Actor, file_id: int, quotes: Mapping[str, str]) -> dict[str, tuple[Place, ...]]:
    """Find the first place of each quote on the page pictures of the file, among its first MOST_PAGES pages.

    `quotes` has the words to find, by any key, such as the name of a fact. Returns for each key one box a line. A key is
    missing when its words are not found. Returns {} when the file has no page pictures or cannot be looked through.
    Raises NotFound when the actor may not open the file.
    """
    file = files.open_file(actor, file_id, action="file:open", continuation=True)
    wanted = {key: quote[:MOST_CHARACTERS] for key, quote in quotes.items() if quote.strip()}
    if not wanted:
        return {}
    with db.read() as session:
        pages, scan = layers.recognised(session, file_id, range(1, MOST_PAGES + 1)), layers.is_all_recognised(session, file_id)
    db.release()
    found = {} if scan else _in_pdf(file, file_id, wanted)
    # What stands in the file itself is surer than what was recognised.
    return dict(_on_scan(pages, {key: quote for key, quote in wanted.items() if key not in found})) | found


def _in_pdf(file: files.OpenedFile, file_id: int, wanted: Mapping[str, str]) -> dict[str, tuple[Place, ...]]:
    """Find the quotes among the words of the PDF, or of the one that was rendered from the file."""
    pdf = file if file.kind == "pdf" else previews.rendering_of(file)
    if pdf is None:
        return {}
    db.release()
    try:
        with files.local_path(pdf) as path:
            found = page_words.find(path, wanted, _encodings(file_id))
    except (page_words.NoPlaces, NotFound) as fault:
        log.warning("places of quotes in file %s: %r", file_id, fault)
        return {}
    return {key: tuple(Place(number, *box) for box in boxes) for key, (number, boxes) in found.items()}


def _encodings(file_id: int) -> list[str]:
    """List the old encodings in which the text of the file was found."""
    query = select(Version.encodings).join(File, File.version_id == Version.id).where(File.id == file_id)
    with db.read() as session:
        found = session.scalar(query)
    db.release()
    return (found or "").split()


def _on_scan(pages: Iterable[OcrPage], wanted: Mapping[str, str]) -> Iterator[tuple[str, tuple[Place, ...]]]:
    """Find the quotes among the words that were recognised on the pages."""
    texts = [(page, quoted.compared(" ".join(word.text for word in page.words))) for page in pages]
    signed = next((page.number for page, text in texts if quoted.find(text, wanted.get("signer", ""))), 1)
    for key, quote in wanted.items():
        first = signed if key in quoted.BESIDE_SIGNER else 1
        for page, text in sorted(texts, key=lambda one: (one[0].number < first, one[0].number)):
            span = quoted.find(text, quote)
            spans = [span] if span is not None else quoted.find_pieces(text, quote)
            if spans:
                yield key, tuple(_lines(page, [word for one in spans for word in _words(page.words, *one)]))
                break


def _words(words: Sequence[OcrWord], start: int, end: int) -> Iterator[OcrWord]:
    """Yield the words in a range of their text, in which one space is between two words."""
    at = 0
    for word in words:
        if at < end and at + len(word.text) > start:
            yield word
        at += len(word.text) + 1


def _lines(page: OcrPage, words: Iterable[OcrWord]) -> Iterator[Place]:
    """Yield one box for each line of the words."""
    for line in layers.by_line(words):
        box = layers.around(page, line)
        yield Place(page.number, box.left, box.top, box.width, box.height)
