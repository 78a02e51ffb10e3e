"""Store on each document the day since when another document has ended its validity, and the id of that document.

These are the columns `ended_on` and `ended_by`, for lists and the index. Only the process that writes the index
writes these columns, before it writes the index. Every change that may affect them adds an index job.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import Select, and_, exists, or_, select, update
from sqlalchemy.orm import Session, aliased, object_session

from docmgr import db
from docmgr.models import Citation, Document, Job, Relation, Version
from docmgr.services import jobs
from docmgr.services.chunks import chunks
from docmgr.services.relations import endings, statements
from docmgr.services.relations.relations import CHANGING, ENDING

# The day and the id of the cause.
End = tuple[dt.date | None, int | None]


def follow(document_ids: Collection[int]) -> int:
    """Compute again what the documents `document_ids` end and what ends them, after they changed. Every document
    whose `ended_on` or `ended_by` changes gets a new revision and an index job. Returns the number of these
    documents."""
    changed = 0
    for ids in chunks(document_ids):
        db.release()
        with db.read() as session:
            found = _differences(session, _touched(session, ids))
        changed += _keep(found)
    return changed


def leaves_behind(document: Document) -> None:
    """Add index jobs for the other documents with the number or name of `document`. Call it before this number or
    name changes. Afterwards, a text that cites it may mean one of the other documents and end that document."""
    session = object_session(document)
    if session is None or not (document.number_key or document.name_key):
        return
    for query in _namesakes([document.id]):
        for document_id in session.scalars(query):
            jobs.enqueue(session, "index", document_id)


def follow_all() -> int:
    """Compute `ended_on` and `ended_by` again for all documents. Every document for which they change gets a new
    revision and an index job. Returns the number of these documents."""
    db.release()
    with db.read() as session:
        ids = _concerned(session)
    changed = 0
    for chunk in chunks(ids):
        db.release()
        with db.read() as session:
            found = _differences(session, chunk)
        changed += _keep(found)
    return changed


def differing(session: Session) -> list[int]:
    """Find the documents whose stored `ended_on` or `ended_by` is wrong; return their ids. Documents that a waiting
    index job may still correct are left out."""
    busy = _touched(session, list(session.scalars(select(Job.document_id).where(Job.kind.in_(jobs.CHANGING)).distinct())))
    wrong: list[int] = []
    for chunk in chunks(_concerned(session) - busy):
        wrong += _differences(session, chunk)
    return wrong


def _keep(found: dict[int, End]) -> int:
    if not found:
        return 0
    with db.write() as session:
        for document_id, (day, cause) in found.items():
            values = {"ended_on": day, "ended_by": cause, "revision": Document.revision + 1}
            session.execute(update(Document).where(Document.id == document_id).values(values))
            jobs.enqueue(session, "index", document_id)
    return len(found)


def _differences(session: Session, ids: Collection[int]) -> dict[int, End]:
    """Find which of the documents `ids` have a wrong `ended_on` or `ended_by`; return the right pair by document id.
    The pair is (None, None) when nothing ends the document."""
    found = {number: endings.first(causes) for number, causes in endings.of(session, ids).items()}
    changed: dict[int, End] = {}
    query = select(Document.id, Document.ended_on, Document.ended_by).where(Document.id.in_(ids))
    for row in session.execute(query):
        ending = found.get(row.id)
        wanted = (ending.day, ending.cause_id) if ending else (None, None)
        if wanted != (row.ended_on, row.ended_by):
            changed[row.id] = wanted
    return changed


def _touched(session: Session, ids: Collection[int]) -> set[int]:
    """Collect the ids of all documents whose ending may change when the documents `ids` change, including `ids`."""
    touched = set(ids)
    for chunk in chunks(ids):
        for query in (
            select(Relation.target_id).where(Relation.source_id.in_(chunk), Relation.type.in_(ENDING | CHANGING)),
            select(Document.id).where(Document.ended_by.in_(chunk)),
            *(query.where(Version.document_id.in_(chunk)) for query in _stated()),
            *_namesakes(chunk),
        ):
            touched |= set(session.scalars(query))
    return touched


def _concerned(session: Session) -> set[int]:
    """Collect the ids of all documents that may be ended, or that are stored as ended."""
    kept = or_(Document.ended_on.is_not(None), Document.ended_by.is_not(None))
    queries = (select(Document.id).where(kept), select(Relation.target_id).where(Relation.type.in_(ENDING)), *_stated())
    return {document_id for query in queries for document_id in session.scalars(query)}


def _stated() -> tuple[Select[int], ...]:
    """Build two SQL queries for the ids of documents that a text replaces or repeals. The first finds documents cited
    by number, the second those cited by name alone."""
    numbered = and_(Citation.number_key.is_not(None), Citation.number_key == Document.number_key)
    named = and_(Citation.number_key.is_(None), Citation.name_key == Document.name_key)
    return tuple(
        select(Document.id)
        .join(Citation, same)
        .join(Version, Version.id == Citation.version_id)
        .where(*statements.ending())
        .distinct()
        for same in (numbered, named)
    )


def _namesakes(ids: Collection[int]) -> tuple[Select[int], ...]:
    """Build two SQL queries for the ids of other documents with the same number, or the same name, as one of
    `ids`. A number or name is compared only if some text replaces or repeals a document with this number or
    name."""
    one, other = aliased(Document), aliased(Document)
    pairs = ((one.number_key, other.number_key, Citation.number_key), (one.name_key, other.name_key, Citation.name_key))
    return tuple(
        select(other.id)
        .join(one, and_(mine == theirs, one.id != other.id))
        .where(one.id.in_(ids), exists().where(cited == theirs, Citation.role.in_(ENDING)))
        .distinct()
        for mine, theirs, cited in pairs
    )
