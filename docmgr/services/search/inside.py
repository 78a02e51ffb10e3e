"""Searching within one document: which of its provisions answer, and what marks the words in its text.

Decides what of the answer can be shown beside the text that the page shows. Leaves finding to services.search.
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
    """The best provisions of the text shown, and how many answer beside them; `answers`: whether the document answers,
    be it by its number or date (False where that cannot be told: the index has the newest version only, and where the
    words stand in its title alone); `notes`: what of the question was not understood, or is not in the document;
    `searched`: there is an index to tell of any of that."""

    provisions: tuple[ProvisionHit, ...]
    more: int
    answers: bool
    notes: tuple[Note, ...]
    mark: Marker
    searched: bool = True


def look(actor: Actor, page: DocumentFrame, query: str, anchors: Iterable[str]) -> Inside:
    """What the document has for a question; it is no search for the trail. Raises Denied.

    `anchors` are those of the text shown; the frame was loaded with its text."""
    found = find.find(actor, query, document_id=page.document.id, per_page=1, provisions=SHOWN, record=False)
    # What else mentions a number is no matter of one document.
    notes = tuple(note for note in found.notes if note.code != "only_cited")
    if not found.hits or not page.latest:
        # What the index has is not the text shown.
        mark = found.mark.over(page.text) if page.version else found.mark
        return Inside((), 0, False, notes, mark, not found.unusable)
    hit = found.hits[0]
    marked = tuple(replace(one, snippet=found.mark("".join(part.text for part in one.snippet))) for one in hit.provisions)
    # The text may have been read anew since it was put into the index.
    known = {"", *anchors}
    shown = tuple(one for one in marked if one.anchor in known and _tells(one, found.mark))
    return Inside(shown, hit.more, hit.itself or bool(shown), notes, found.mark)


def _tells(hit: ProvisionHit, mark: Marker) -> bool:
    """Whether a provision has anything of the question: a document asked for by its number answers with any."""
    parts = (*hit.snippet, *mark(f"{hit.label}. {hit.title}"))
    return hit.asked or any(part.match for part in parts)
