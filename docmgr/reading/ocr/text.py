"""Read the text of a scan from its recognised pages: blocks, structure, facts. Facts that were recognised with little
confidence are doubtful or left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from docmgr.reading.formats.pdf.reader import read_pdf
from docmgr.reading.notes import UNRECOGNISED_PAGES, WORDLESS_PAGES, Remark, note
from docmgr.reading.ocr.blocks import blocks_of, page_of
from docmgr.reading.ocr.words import OcrPage
from docmgr.reading.outcomes import fallen_short
from docmgr.reading.process.read import finish
from docmgr.reading.repair import texts
from docmgr.reading.structure.secrecy import find_secrecy
from docmgr.reading.types import Fact, PartContents, Reading

# A fact with a word below the first confidence is left out; below the second a person should check it.
_GUESSED, _DOUBTFUL = 50.0, 85.0
_TOKEN = re.compile(r"\w+")


def read(pages: Sequence[OcrPage], kind: str) -> Reading:
    """Read the recognised pages of a file of this `kind`. The Reading has no text, with the reason "ocr_nothing", when
    no page has a word; when every page has a fault, it has the reason of the first page. A secrecy stamp in red on a page withholds the file."""
    stamped = _red_stamp(pages)
    if stamped:
        return fallen_short("secrecy", kind, len(pages), stamped)
    faults = [page.fault for page in pages if page.fault]
    if faults and len(faults) == len(pages):
        return fallen_short(faults[0], kind, len(pages))
    blocks = blocks_of([page for page in pages if page.fault is None])
    if not blocks:
        return fallen_short("ocr_nothing", kind, len(pages))
    notes = (note(UNRECOGNISED_PAGES, count=len(faults)),) if faults else ()
    reading = finish(PartContents(kind, blocks, len(pages), notes, from_pictures=True), interpret=True)
    return _with_judged_facts(reading, _Confidence(pages))


def join(path: Path, pages: Sequence[OcrPage], convert: bool = True) -> Reading:
    """Read the PDF file at `path`, with the recognised words of `pages` in the place of those of its pages that are
    pictures. `convert` says whether text in old encodings is converted. A secrecy stamp on any of `pages` withholds
    the file: it may be the first page of another paper. Raises Unreadable when the file cannot be read."""
    stamped = _red_stamp(pages) or next(filter(None, (find_secrecy(blocks_of([page])) for page in pages)), None)
    if stamped:
        # Known before the file is read, which may fail.
        return fallen_short("secrecy", "pdf", secrecy=stamped)
    contents = read_pdf(path, recognised={page.number: page_of(page) for page in pages})
    mixed = replace(contents, notes=(*contents.notes, *_told(pages)), some_from_pictures=any(page.words for page in pages))
    numbers = {page.number for page in pages}
    # Boxes of signatures and words that were typed onto a picture are the file's own.
    own = [block for block in contents.blocks if block.page not in numbers or block.kind == "footnote"]
    known = [block.text for block in texts.repair(own, convert).blocks]
    return _with_judged_facts(finish(mixed, interpret=True, convert=convert), _Confidence(pages, known))


def _red_stamp(pages: Iterable[OcrPage]) -> str | None:
    return next((page.stamp for page in pages if page.stamp), None)


def _told(pages: Sequence[OcrPage]) -> list[Remark]:
    """Say on how many of the pages nothing was recognised, and why."""
    faults = sum(page.fault is not None for page in pages)
    wordless = sum(page.fault is None and not page.words for page in pages)
    counts = ((UNRECOGNISED_PAGES, faults), (WORDLESS_PAGES, wordless))
    return [note(sentence, count=count) for sentence, count in counts if count]


def _with_judged_facts(reading: Reading, confidence: _Confidence) -> Reading:
    found = reading.interpretation
    if found is None:
        return reading
    return replace(reading, interpretation=replace(found, facts=_judged(found.facts.values(), confidence)))


class _Confidence:
    """How surely words were recognised. A passage is looked up as it stands; when it stands nowhere so, word by word.
    The words of the lines `known` are the file's own."""

    def __init__(self, pages: Sequence[OcrPage], known: Iterable[str] = ()) -> None:
        found = [(token, 100.0) for line in known for token in _tokens(line)]
        found += [(token, word.confidence) for page in pages for word in page.words for token in _tokens(word.text)]
        self._tokens = [token for token, _ in found]
        self._values = [value for _, value in found]
        self._best: dict[str, float] = {}
        for token, value in found:
            self._best[token] = max(value, self._best.get(token, 0.0))

    def of(self, passage: str) -> float:
        """The lowest confidence of the words of the passage, from 0 to 100. Where it occurs several times, the most
        confident one counts."""
        wanted = _tokens(passage)
        if not wanted:
            return 100.0
        length = len(wanted)
        whole = [
            min(self._values[at : at + length])
            for at, token in enumerate(self._tokens)
            if token == wanted[0] and self._tokens[at : at + length] == wanted
        ]
        # A word that was put together from parts, or repaired, is not known; it is neither sure nor guessed.
        return max(whole) if whole else min(self._best.get(token, _GUESSED) for token in wanted)


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.lower())


def _judged(facts: Iterable[Fact], confidence: _Confidence) -> dict[str, Fact]:
    kept = {}
    for fact in facts:
        # The quote of a list has words that are no part of it, such as where the document is filed.
        sure = min(map(confidence.of, fact.values or (fact.quote or fact.value or "",)))
        if sure >= _GUESSED:
            kept[fact.field] = replace(fact, sure=fact.sure and sure >= _DOUBTFUL)
    return kept
