"""Divide many documents into portions whose texts fit into memory and into one commit of the index."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from docmgr import db
from docmgr.models import Provision, Version
from docmgr.services.chunks import chunks

# How many characters a provision counts in addition, which keeps a commit far below the index's limit on provisions.
LEAST_CHARS = 100


def portions(document_ids: list[int], most_documents: int, most_chars: int) -> Iterator[list[int]]:
    """Yield the ids in ascending order, in lists of at most `most_documents` whose texts have at most `most_chars` characters; a document
    with a longer text is alone."""
    for some in chunks(document_ids):
        sizes = _sizes(some)
        portion, chars = list[int](), 0
        for number in some:
            if portion and (len(portion) == most_documents or chars + sizes.get(number, 0) > most_chars):
                yield portion
                portion, chars = [], 0
            portion.append(number)
            chars += sizes.get(number, 0)
        if portion:
            yield portion


def _sizes(document_ids: list[int]) -> dict[int, int]:
    """Count the characters of the provisions of all versions of each document, by id."""
    size = func.sum(Provision.end - Provision.start + LEAST_CHARS)
    query = select(Version.document_id, size).join(Provision, Provision.version_id == Version.id).where(Version.document_id.in_(document_ids))
    db.release()
    with db.read() as session:
        return {number: count for number, count in session.execute(query.group_by(Version.document_id))}
