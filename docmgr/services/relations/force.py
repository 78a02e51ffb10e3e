"""Keeping on each document which other one ended it and since when (`ended_on`, `ended_by`), for lists and the index.

Whatever may change that (a relation, a text that was read, facts, publication, rights, the recycle bin, the number of
a document) leaves an index job behind; the process that writes the index asks here first. It alone writes these columns,
and the last change before it looks has its job still to come, so nothing is locked and no request waits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator

from sqlalchemy import Select, and_, exists, or_, select, update
from sqlalchemy.orm import Session, aliased, object_session

from docmgr import db
from docmgr.models import Citation, Document, Job, Relation, Version
from docmgr.services import jobs
from docmgr.services.relations import endings, statements
from docmgr.services.relations.relations import CHANGING, ENDING

CHUNK = 500
# Day and cause.
End = tuple[dt.date | None, int | None]


def follow(document_ids: Collection[int]) -> int:
    """After changes of these documents: work out anew what ends them, and what they end; how many changed. Such a one
    counts one revision more and gets an index job."""
    changed = 0
    for ids in _chunks(sorted(document_ids)):
        db.release()
        with db.read() as session:
            found = _differences(session, _touched(session, ids))
        changed += _keep(found)
    return changed


def leaves_behind(document: Document) -> None:
    """Before a document is numbered or named anew: let those that bear the number or name it has be looked at again, for
    a text may now mean one of them alone."""
    session = object_session(document)
    if session is None or not (document.number_key or document.name_key):
        return
    for query in _namesakes([document.id]):
        for document_id in session.scalars(query):
            jobs.enqueue(session, "index", document_id)


def follow_all() -> int:
    """Work out anew what ends any document, whatever was changed; how many changed."""
    db.release()
    with db.read() as session:
        ids = _concerned(session)
    changed = 0
    for chunk in _chunks(sorted(ids)):
        db.release()
        with db.read() as session:
            found = _differences(session, chunk)
        changed += _keep(found)
    return changed


def differing(session: Session) -> list[int]:
    """Documents of which something else is kept than is so, but for those that a job waiting may change."""
    busy = _touched(session, list(session.scalars(select(Job.document_id).distinct())))
    wrong: list[int] = []
    for chunk in _chunks(sorted(_concerned(session) - busy)):
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
    """What is to be kept of those of which something else is kept now."""
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
    """The documents themselves, those that bear their numbers, and all that they end or ended."""
    touched = set(ids)
    for chunk in _chunks(sorted(ids)):
        for query in (
            select(Relation.target_id).where(Relation.source_id.in_(chunk), Relation.type.in_(ENDING | CHANGING)),
            select(Document.id).where(Document.ended_by.in_(chunk)),
            *(query.where(Version.document_id.in_(chunk)) for query in _stated()),
            *_namesakes(chunk),
        ):
            touched |= set(session.scalars(query))
    return touched


def _concerned(session: Session) -> set[int]:
    """All that anything may end, or that is kept as ended."""
    kept = or_(Document.ended_on.is_not(None), Document.ended_by.is_not(None))
    queries = (select(Document.id).where(kept), select(Relation.target_id).where(Relation.type.in_(ENDING)), *_stated())
    return {document_id for query in queries for document_id in session.scalars(query)}


def _stated() -> tuple[Select[int], ...]:
    """The documents that newest texts end, by number and by name."""
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
    """Documents that bear a number or a name of these, as far as any text ends what bears it."""
    one, other = aliased(Document), aliased(Document)
    pairs = ((one.number_key, other.number_key, Citation.number_key), (one.name_key, other.name_key, Citation.name_key))
    return tuple(
        select(other.id)
        .join(one, and_(mine == theirs, one.id != other.id))
        .where(one.id.in_(ids), exists().where(cited == theirs, Citation.role.in_(ENDING)))
        .distinct()
        for mine, theirs, cited in pairs
    )


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
