"""Find the references of a document's text to itself, so that a page can show them as links.

They are not stored. A text changes only when its file is read again, so finding them each time gives the same
references, and a better rule counts for documents that were read long ago. services.texts.view puts the links into the lines of a page.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from docmgr.reading.citations.own import find_own_references
from docmgr.services.documents.page import DocumentFrame, ProvisionExtent


@dataclass(frozen=True, slots=True)
class OwnLink:
    """Words of a text that refer to a provision of the same text: `start` and `end` are their offsets in the text, in
    characters, and `anchor` is that of the provision."""

    start: int
    end: int
    anchor: str


def own_links(
    page: DocumentFrame, units: Sequence[ProvisionExtent], within: range | None
) -> tuple[OwnLink, ...]:
    """Find the references to provisions of the same text in the version that `page` shows, in the order of the text. The
    frame must have the text, and `units` are its provisions. With `within`, only those in this range of the text, in
    characters. A reference to the whole document is no link."""
    document = page.document
    found = find_own_references(page.text, units, document.type, document.number, within)
    return tuple(OwnLink(*link) for reference in found for link in reference.links)


class LinkedText:
    """A text with its links, to look up which of them stand in a range of it. `links` are in order and do not overlap."""

    def __init__(self, text: str, links: Sequence[OwnLink]) -> None:
        self.text = text
        self._links = links
        self._starts = [link.start for link in links]

    def between(self, start: int, stop: int) -> list[OwnLink]:
        """The links that lie wholly between the offsets `start` and `stop` of the text."""
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, stop)
        return [link for link in self._links[first:last] if link.end <= stop]
