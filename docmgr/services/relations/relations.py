"""Relations between documents: those that people made, and those that citations in a text express. They are first listed as
Tie, with ids only; `load` adds the data that a page shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Subquery, and_, case, func, select, union, union_all
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Citation, Document, Relation, Version, label_of
from docmgr.policy import RELATIONS, Actor
from docmgr.services import forms, jobs
from docmgr.services.access import guard, rule, versions
from docmgr.services.chunks import CHUNK
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.relations import citations, missing_documents
from docmgr.services.relations.targets import Candidate
from docmgr.services.relations.types import ROLES, type_of
from docmgr.services.trail import log

# The types of relation that end a whole document, and other types which show that it is no longer unchanged.
ENDING = frozenset({"replaces", "repeals"})
CHANGING = frozenset({"amends", "suspends"})
# Citations whose number or name several documents have, with the documents that fit: the result of citations.doubtful.
Doubtful = Sequence[tuple[Any, tuple[Any, ...]]]
BASIS = "based_on"
_ORDER = {type_: place for place, type_ in enumerate(RELATIONS)}


@dataclass(frozen=True)
class Tie:
    """A relation of one document to another, as ids. `document_id` is the other document; it is the target when `outgoing` is
    true. `relation_id` is set when a person made the relation, `citation_id` when a text states it; the other one is None."""

    type: str
    outgoing: bool
    document_id: int
    relation_id: int | None
    citation_id: int | None


@dataclass(frozen=True)
class RelatedDocument:
    """One relation of a document. `document_id`, `label`, `subject` and `number` describe the other document, which is the
    target if `outgoing`. `anchor` names the provision of the source, `target_anchor` the provision of the target. `quote` is
    the text that states the relation. `relation_id` is None when a text states it and no person made it."""

    relation_id: int | None
    type: str
    outgoing: bool
    document_id: int
    label: str
    subject: str | None
    number: str | None
    anchor: str | None
    target_anchor: str | None
    quote: str | None


@dataclass(frozen=True)
class Copies:
    """Citations of a text that fit several stored documents equally. `label` is how the text names the document,
    `mentions` how often it does so, and `candidates` are the documents."""

    label: str
    mentions: int
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class RelationCounts:
    """The counts on the tab of relations. `outgoing` and `incoming` count related documents, and `missing` counts cited
    documents that are missing. `copies` counts groups of citations that fit the same several documents. `bases` counts
    legal bases, missing ones included."""

    outgoing: int
    incoming: int
    copies: int
    missing: int
    bases: int

    @property
    def total(self) -> int:
        """The sum of `outgoing`, `incoming`, `copies` and `missing`."""
        return self.outgoing + self.incoming + self.copies + self.missing


def counts(session: Session, actor: Actor, document: Document, version_id: int | None, doubtful: Doubtful) -> RelationCounts:
    """Count what the tab of relations of a document shows, without loading the documents. `version_id` is the version shown, or
    None. `doubtful` is the result of citations.doubtful for this version."""
    missing, missing_bases = missing_documents.count(session, actor, version_id)
    named, bases = _count_outgoing(session, actor, document, version_id, doubtful)
    return RelationCounts(
        outgoing=named,
        incoming=_count_incoming(session, actor, document),
        copies=len(_copies(doubtful)),
        missing=missing,
        bases=missing_bases + bases,
    )


def outgoing(
    session: Session, actor: Actor, document: Document, version_id: int | None, doubtful: Doubtful
) -> list[Tie]:
    """Find the relations from this document to others, in the order of their types in policy.RELATIONS. People made them, or
    the text of the version `version_id` states them; None means without a text. `doubtful` is the result of
    citations.doubtful."""
    made = _made(session, _made_by(actor, document), outgoing=True)
    first = _first(actor, document, version_id)
    told = [(row.position, row.role, row.document_id, row.id) for row in session.execute(select(first))]
    told += [(c.position, c.role, number, c.id) for number, c in _told_apart(document, doubtful).items()]
    once: dict[int, tuple[Any, ...]] = {}
    for one in sorted(told):
        once.setdefault(one[2], one)
    from_text = [Tie(type_of(role), True, number, None, citation) for _, role, number, citation in once.values()]
    return _in_order([*made, *sorted(from_text, key=lambda tie: tie.document_id)])


def _made_by(actor: Actor, document: Document) -> Select[int, str, int]:
    made = select(Relation.id, Relation.type, Relation.target_id).join(Document, Document.id == Relation.target_id)
    return made.where(Relation.source_id == document.id, Relation.ended_at.is_(None), rule.visible(actor))


def _first(actor: Actor, document: Document, version_id: int | None) -> Subquery:
    """Return an SQL subquery for the first citation of each other document in a version. Only citations that mean exactly one
    document count. The columns are id, position, role, document_id and place."""
    clear = citations.clear(actor, version_id)
    place = func.row_number().over(partition_by=clear.c.document_id, order_by=clear.c.position).label("place")
    ranked = select(clear, place).where(clear.c.document_id != document.id).subquery()
    return select(ranked).where(ranked.c.place == 1).subquery()


def _told_apart(document: Document, doubtful: Doubtful) -> dict[int, Any]:
    """Return, by document id, the first citation of each other document that only the issuer in the citation tells from
    namesakes."""
    first: dict[int, Any] = {}
    for citation, fits in doubtful:
        if len(fits) == 1 and fits[0].id != document.id:
            first.setdefault(fits[0].id, citation)
    return first


def _count_outgoing(
    session: Session, actor: Actor, document: Document, version_id: int | None, doubtful: Doubtful
) -> tuple[int, int]:
    """Count the documents to which this document has a relation. Returns (number, how many of them are legal bases)."""
    if _told_apart(document, doubtful):
        # They are few; SQL cannot decide those that only the issuer resolves.
        ties = outgoing(session, actor, document, version_id, doubtful)
        bases = {tie.document_id for tie in ties if tie.type == BASIS}
        return len({tie.document_id for tie in ties}), len(bases)
    first = _first(actor, document, version_id)
    is_basis = Relation.type == BASIS
    made = _made_by(actor, document).with_only_columns(
        Relation.target_id.label("document_id"), _one_if(is_basis), maintain_column_froms=True
    )
    told = select(first.c.document_id, _one_if(first.c.role.in_([role for role in ROLES if type_of(role) == BASIS])))
    named = union_all(made, told).subquery()
    each = select(func.max(named.c.basis).label("basis")).group_by(named.c.document_id).subquery()
    total, bases_counted = session.execute(select(func.count(), func.sum(each.c.basis)).select_from(each)).one()
    return total, int(bases_counted or 0)


def _one_if(condition: Any) -> Any:
    return case((condition, 1), else_=0).label("basis")


def incoming(session: Session, actor: Actor, document: Document) -> list[Tie]:
    """Find the relations from other documents to this one, in the order of their types in policy.RELATIONS. People made them,
    or the text of the other document's current version states them."""
    made = select(Relation.id, Relation.type, Relation.source_id).join(Document, Document.id == Relation.source_id)
    made = made.where(Relation.target_id == document.id, Relation.ended_at.is_(None), rule.visible(actor))
    place = func.row_number().over(partition_by=Document.id, order_by=Citation.position).label("place")
    ranked = _citing(actor, document, Document.id, Citation.id.label("citation"), Citation.role, place).subquery()
    query = select(ranked.c.id, ranked.c.citation, ranked.c.role).where(ranked.c.place == 1).order_by(ranked.c.id)
    from_text = [
        Tie(type_of(role), False, number, None, citation) for number, citation, role in session.execute(query)
    ]
    return _in_order([*_made(session, made, outgoing=False), *from_text])


def _made(session: Session, query: Select[int, str, int], *, outgoing: bool) -> list[Tie]:
    return [
        Tie(type_, outgoing, other, relation_id, None)
        for relation_id, type_, other in session.execute(query.order_by(Relation.id))
    ]


def _in_order(ties: Sequence[Tie]) -> list[Tie]:
    """Sort the relations by type in the order of policy.RELATIONS, and keep only the first of each type to the same
    document."""
    once: dict[tuple[str, int], Tie] = {}
    for tie in ties:
        once.setdefault((tie.type, tie.document_id), tie)
    return sorted(once.values(), key=lambda tie: _ORDER.get(tie.type, len(_ORDER)))


def _citing(actor: Actor, document: Document, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Citation)
        .join(Version, Version.id == Citation.version_id)
        .join(Document, and_(Document.id == Version.document_id, versions.is_current()))
        .where(citations.naming(document), Document.id != document.id, rule.visible(actor))
    )


def _count_incoming(session: Session, actor: Actor, document: Document) -> int:
    made = select(Relation.source_id).join(Document, Document.id == Relation.source_id)
    made = made.where(Relation.target_id == document.id, Relation.ended_at.is_(None), rule.visible(actor))
    return session.scalar(select(func.count()).select_from(union(made, _citing(actor, document, Document.id)).subquery())) or 0


def copies(session: Session, doubtful: Doubtful, limit: int, skip: int = 0) -> tuple[list[Copies], int]:
    """Group the citations that fit the same several documents. Returns (groups, total): at most `limit` groups after the first
    `skip`, and the number of all groups. `doubtful` is the result of citations.doubtful."""
    groups = _copies(doubtful)
    some = groups[skip : skip + limit]
    named = citations.mentions(session, [first for first, _, _ in some])
    return [
        Copies(
            _printed(named.get(first)) or label_of(fits[0]),
            mentions,
            tuple(Candidate(row.id, label_of(row)) for row in fits),
        )
        for first, mentions, fits in some
    ], len(groups)


def _printed(citation: Any) -> str | None:
    """Return how the text names the cited document: by type or name, and number. None when it gives neither."""
    if citation is None:
        return None
    return " ".join(filter(None, (citation.name or citation.type, citation.number))) or None


def _copies(doubtful: Doubtful) -> list[tuple[int, int, tuple[Any, ...]]]:
    """Group the citations that fit the same several documents. Returns (id of the first citation, number of citations,
    documents) for each group."""
    groups: dict[tuple[int, ...], tuple[int, int, tuple[Any, ...]]] = {}
    for citation, fits in doubtful:
        if len(fits) > 1:
            key = tuple(row.id for row in fits)
            first, mentions, _ = groups.get(key, (citation.id, 0, fits))
            groups[key] = (first, mentions + 1, fits)
    return list(groups.values())


def of_document(session: Session, actor: Actor, document: Document, version_id: int | None) -> tuple[RelatedDocument, ...]:
    """Load the relations from a document, then those to it. `version_id` is the version whose text states relations. When it is
    None, only relations that people made lead from the document."""
    out = outgoing(session, actor, document, version_id, citations.doubtful(session, actor, version_id))
    return load(session, [*out, *incoming(session, actor, document)])


def load(session: Session, ties: Sequence[Tie]) -> tuple[RelatedDocument, ...]:
    """Load the data with which pages show the relations `ties`; the order stays."""
    found: list[RelatedDocument] = []
    for start in range(0, len(ties), CHUNK):
        some = ties[start : start + CHUNK]
        others = select(Document.id, Document.type, Document.number, Document.subject, Document.file_name)
        rows = {row.id: row for row in session.execute(others.where(Document.id.in_({t.document_id for t in some})))}
        made = _relations(session, [tie.relation_id for tie in some if tie.relation_id is not None])
        said = citations.mentions(session, [tie.citation_id for tie in some if tie.citation_id is not None])
        found += [_related(tie, rows[tie.document_id], made, said) for tie in some]
    return tuple(found)


def _relations(session: Session, ids: Sequence[int]) -> dict[int, Any]:
    columns = (Relation.id, Relation.source_anchor, Relation.target_anchor, Relation.quote)
    return {row.id: row for row in session.execute(select(*columns).where(Relation.id.in_(ids)))}


def _related(tie: Tie, other: Any, made: dict[int, Any], said: dict[int, Any]) -> RelatedDocument:
    if tie.relation_id is not None:
        row = made[tie.relation_id]
        anchor, target_anchor = row.source_anchor, row.target_anchor
    else:
        row = said[tie.citation_id or 0]
        anchor, target_anchor = row.anchor or None, row.provision
    return RelatedDocument(
        tie.relation_id, tie.type, tie.outgoing, other.id, label_of(other), other.subject, other.number,
        anchor, target_anchor, row.quote,
    )  # fmt: skip


def add(
    actor: Actor,
    source_id: int,
    type: str,
    target_id: int,
    *,
    source_anchor: str | None = None,
    target_anchor: str | None = None,
    quote: str | None = None,
) -> int:
    """Relate two documents and return the id of the relation. `type` is a key of policy.RELATIONS. The anchors name
    provisions; None means the whole document. `quote` is the text that states the relation, or None. Raises NotFound
    or Denied when the actor may not edit the source or read the target, Invalid when the type is unknown, both
    documents are the same, or the relation exists."""
    if type not in RELATIONS:
        raise Invalid(Message("Loại quan hệ không hợp lệ."), "type")
    if source_id == target_id:
        raise Invalid(Message("Văn bản không thể quan hệ với chính nó."), "target")
    with db.write() as session:
        source, target = guard.for_change(session, actor, source_id), guard.get(actor, target_id)
        refuse_repeat(session, type, source_id, target_id)
        relation = Relation(
            type=type, source_id=source_id, target_id=target_id, source_anchor=source_anchor,
            target_anchor=target_anchor, quote=quote, created_by=actor.user_id,
        )  # fmt: skip
        session.add(relation)
        session.flush()
        details = {"type": type, "target": target.id, "target_label": target.label}
        log.document_event(session, actor, "relation:add", source, details)
        follow(session, relation)
        return relation.id


def refuse_repeat(session: Session, type: str, source_id: int, target_id: int) -> None:
    """Raise Invalid when people have related the two documents in this way already."""
    same = Relation.type == type, Relation.source_id == source_id, Relation.target_id == target_id
    if session.scalar(select(Relation.id).where(*same, Relation.ended_at.is_(None))) is not None:
        raise Invalid(Message("Quan hệ này đã có."), "target")


def end(actor: Actor, relation_id: int) -> tuple[int, int, str]:
    """End a relation; the row remains as history. Returns (id of the source document, id of the target, mark for
    `restoring.restore`). Raises NotFound when the relation does not exist or has ended. Raises NotFound or Denied when the actor may not edit the source."""
    with db.write() as session:
        relation = forms.locked(session, Relation, relation_id)
        if relation.ended_at is not None:
            raise NotFound
        source = guard.for_change(session, actor, relation.source_id)
        relation.ended_at, relation.ended_by = db.now(), actor.user_id
        details = {"type": relation.type, "target": relation.target_id}
        log.document_event(session, actor, "relation:end", source, details)
        follow(session, relation)
        return source.id, relation.target_id, forms.mark(relation.ended_at)


def follow(session: Session, relation: Relation) -> None:
    """Add an index job for the target if the relation may change its validity."""
    if relation.type in ENDING | CHANGING:
        jobs.enqueue(session, "index", relation.target_id)
