"""Search within one document: find which of its provisions match and where the matches are in its text.

This module decides which results the page can show next to the text; services.search.find searches.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from docmgr.policy import Actor
from docmgr.services.documents.page import DocumentFrame
from docmgr.services.search import find
from indexer import Marker, Note, ProvisionHit

SHOWN = 10


@dataclass(frozen=True)
class Inside:
    """The result of a search within one document.

    `provisions` are the best matching ones of the text shown, and `more` is the number of others. `answers` is true
    when a provision shown matches, or the document matches by its number, its name or a condition. It is false when
    the page shows an older version than the index has. `notes` say what in the query was not understood. `mark`
    highlights matches in a text. `searched` is false while there is no index.
    """

    provisions: tuple[ProvisionHit, ...]
    more: int
    answers: bool
    notes: tuple[Note, ...]
    mark: Marker
    searched: bool = True


def look(actor: Actor, page: DocumentFrame, query: str, anchors: Iterable[str]) -> Inside:
    """Search with `query` within the document that the page shows.

    No event is recorded. `page` must have been loaded with the text of the document, and `anchors` are the anchors of
    the provisions shown. Raises Denied when the actor's roles may not search.
    """
    found = find.find(actor, query, document_id=page.document.id, per_page=1, provisions=SHOWN, record=False, deep=True)
    # A note on other documents that mention a number does not concern one document.
    notes = tuple(note for note in found.notes if note.code != "only_cited")
    if not found.hits or not page.latest:
        # The index has another version than the text shown.
        mark = found.mark.over(page.text) if page.version else found.mark
        return Inside((), 0, False, notes, mark, not found.unusable)
    hit = found.hits[0]
    marked = tuple(replace(one, snippet=found.mark("".join(part.text for part in one.snippet))) for one in hit.provisions)
    # The text may have been read again after it was indexed.
    known = {"", *anchors}
    shown = tuple(one for one in marked if one.anchor in known and _tells(one, found.mark))
    return Inside(shown, hit.more, hit.itself or bool(shown), notes, found.mark)


def _tells(hit: ProvisionHit, mark: Marker) -> bool:
    """Whether the page shows a match in this provision (in snippet, label or title), or the query names the
    provision."""
    parts = (*hit.snippet, *mark(f"{hit.label}. {hit.title}"))
    return hit.asked or any(part.match for part in parts)
