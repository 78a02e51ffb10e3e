"""Relations between documents: those people made, and those that citations in the text amount to.

A citation is resolved each time it is asked for, so that a document that arrives later is found at once and nothing
points at what was removed. What matches nothing stays "cited but missing".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Citation, Document, Relation, Version
from docmgr.policy import RELATIONS, Actor
from docmgr.services import access, documents, editing, jobs, trail
from docmgr.services.errors import Invalid, NotFound
from indexer.text import fold

# What a citation in the text is called as a relation.
ROLE_TO_TYPE = {"basis": "based_on"}
# What ends a document where it concerns all of it, and what else says that it is no longer as it was.
ENDING = frozenset({"replaces", "repeals"})
CHANGING = frozenset({"amends", "suspends"})


@dataclass(frozen=True)
class CitedDocument:
    """A citation with the readable document it means, if the store has one."""

    citation: Citation
    target_id: int | None
    target_label: str | None


@dataclass(frozen=True)
class RelatedDocument:
    """One relation seen from one of its ends; `relation_id` is None where the text itself makes it."""

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
class MissingDocument:
    """A document that the text names and the store lacks: its citations in reading order, what they make of it."""

    citations: tuple[Citation, ...]

    @property
    def label(self) -> str:
        """Name and number as the texts print them, each once."""
        name = next((c.name for c in self.citations if c.name), None)
        number = next((c.number for c in self.citations if c.number), None)
        type_ = None if name else next((c.type for c in self.citations if c.type), None)
        return " ".join(filter(None, (type_, name, number))) or self.citations[0].quote

    @property
    def issued_on(self) -> dt.date | None:
        """Its date, where one of the citations tells it."""
        return next((c.issued_on for c in self.citations if c.issued_on), None)

    @property
    def types(self) -> tuple[str, ...]:
        """What the citations amount to as relations (policy.RELATIONS), the legal basis first."""
        found = dict.fromkeys(ROLE_TO_TYPE.get(c.role, c.role) for c in self.citations)
        return tuple(sorted(found, key=lambda type_: type_ != "based_on"))

    @property
    def basis(self) -> bool:
        """Whether the text is based on it."""
        return self.types[0] == "based_on"


def name_key(text: str) -> str:
    """The form in which names of laws are compared."""
    return " ".join(fold(text).split())[:300]


def resolve(session: Session, actor: Actor, citations: Iterable[Citation]) -> list[CitedDocument]:
    """Each citation with its target among the documents that the actor may read. One query."""
    citations = list(citations)
    numbers = {c.number_key for c in citations if c.number_key}
    names = {c.name_key for c in citations if c.name_key and not c.number_key}
    if not numbers and not names:
        return [CitedDocument(c, None, None) for c in citations]
    query = select(Document).where(
        access.visible(actor), or_(Document.number_key.in_(numbers), Document.name_key.in_(names))
    )
    found = list(session.scalars(query))
    return [_resolved(citation, found) for citation in citations]


def _resolved(citation: Citation, found: list[Document]) -> CitedDocument:
    fits = [document for document in found if _means(citation, document)]
    # A number alone is not unique; two that fit equally well are nobody's.
    if len(fits) > 1 and citation.issuer:
        fits = [d for d in fits if d.issuer and fold(d.issuer) == fold(citation.issuer or "")] or fits
    if len(fits) != 1:
        return CitedDocument(citation, None, None)
    return CitedDocument(citation, fits[0].id, fits[0].label)


def _means(citation: Citation, document: Document) -> bool:
    if not citation.number_key:
        return bool(citation.name_key) and citation.name_key == document.name_key
    if citation.number_key != document.number_key:
        return False
    return same_year(citation.issued_on, document.issued_on)


def same_year(one: dt.date | None, other: dt.date | None) -> bool:
    """Whether two dates of issue may be those of one document: only the year is looked at, where both are known."""
    return one is None or other is None or one.year == other.year


def missing(cited: Iterable[CitedDocument]) -> tuple[MissingDocument, ...]:
    """Documents that are cited and not in the store, one row each however often it is named; legal bases first."""
    groups: list[list[Citation]] = []
    unnumbered: list[Citation] = []
    for citation in (one.citation for one in cited if one.target_id is None):
        if citation.number_key:
            _join(groups, citation, [group for group in groups if _same_number(group, citation)])
        else:
            unnumbered.append(citation)
    for citation in unnumbered:
        _join(groups, citation, [group for group in groups if _same_name(group, citation)])
    rows = [MissingDocument(tuple(sorted(group, key=lambda c: c.position))) for group in groups]
    return tuple(sorted(rows, key=lambda row: (not row.basis, row.citations[0].position)))


def _join(groups: list[list[Citation]], citation: Citation, fits: list[list[Citation]]) -> None:
    # A name that two numbers share (a law and the one it replaced) tells neither: such mentions keep to themselves.
    alike = fits if len(fits) == 1 else [group for group in fits if _identity(group[0]) == _identity(citation)]
    if alike:
        alike[0].append(citation)
    else:
        groups.append([citation])


def _identity(citation: Citation) -> tuple[str | None, int | None]:
    return citation.number_key, citation.issued_on.year if citation.issued_on else None


def _same_number(group: list[Citation], citation: Citation) -> bool:
    return all(
        other.number_key == citation.number_key and same_year(other.issued_on, citation.issued_on) for other in group
    )


def _same_name(group: list[Citation], citation: Citation) -> bool:
    if not citation.name_key:
        return False
    return any(other.name_key == citation.name_key for other in group)


def of_document(
    session: Session, actor: Actor, document: Document, cited: Iterable[CitedDocument]
) -> tuple[RelatedDocument, ...]:
    """Relations in both directions: made by people first, then from the texts."""
    made = _made(session, actor, document)
    known = {(row.type, row.outgoing, row.document_id) for row in made}
    from_text = _cited_by_this(session, cited, document) + _citing_this(session, actor, document)
    result = list(made)
    for row in from_text:
        if (row.type, row.outgoing, row.document_id) not in known:
            known.add((row.type, row.outgoing, row.document_id))
            result.append(row)
    return tuple(result)


def _made(session: Session, actor: Actor, document: Document) -> list[RelatedDocument]:
    other = or_(
        and_(Relation.source_id == document.id, Relation.target_id == Document.id),
        and_(Relation.target_id == document.id, Relation.source_id == Document.id),
    )
    query = select(Relation, Document).join(Document, other).where(access.visible(actor), Relation.ended_at.is_(None))
    return [
        RelatedDocument(
            r.id, r.type, r.source_id == document.id, d.id, d.label, d.subject, d.number, r.source_anchor,
            r.target_anchor, r.quote,
        )  # fmt: skip
        for r, d in session.execute(query.order_by(Relation.id))
    ]


def _cited_by_this(session: Session, cited: Iterable[CitedDocument], document: Document) -> list[RelatedDocument]:
    hits = {c.target_id: c for c in reversed(list(cited)) if c.target_id and c.target_id != document.id}
    if not hits:
        return []
    rows = {d.id: d for d in session.scalars(select(Document).where(Document.id.in_(hits)))}
    return [_from_text(hits[i].citation, rows[i], outgoing=True) for i in sorted(hits)]


def _citing_this(session: Session, actor: Actor, document: Document) -> list[RelatedDocument]:
    keys = []
    if document.number_key:
        keys.append(Citation.number_key == document.number_key)
    if document.name_key:
        keys.append(and_(Citation.name_key == document.name_key, Citation.number_key.is_(None)))
    if not keys:
        return []
    query = (
        select(Citation, Document)
        .join(Version, Version.id == Citation.version_id)
        .join(Document, and_(Document.id == Version.document_id, Document.current_no == Version.no))
        .where(or_(*keys), Document.id != document.id, access.visible(actor))
        .order_by(Document.id, Citation.position)
        .limit(2000)
    )
    seen: dict[int, RelatedDocument] = {}
    for citation, source in session.execute(query):
        if source.id not in seen and _means(citation, document):
            seen[source.id] = _from_text(citation, source, outgoing=False)
    return list(seen.values())


def _from_text(citation: Citation, other: Document, *, outgoing: bool) -> RelatedDocument:
    return RelatedDocument(
        None, ROLE_TO_TYPE.get(citation.role, citation.role), outgoing, other.id, other.label, other.subject,
        other.number, citation.anchor or None, citation.provision, citation.quote,
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
    """Relate two documents; needs a right to edit the source and to read the target. Raises Invalid, NotFound."""
    if type not in RELATIONS:
        raise Invalid("Loại quan hệ không hợp lệ.", "type")
    if source_id == target_id:
        raise Invalid("Văn bản không thể quan hệ với chính nó.", "target")
    with db.write() as session:
        source, target = documents.for_change(session, actor, source_id), documents.get(actor, target_id)
        same = select(Relation.id).where(
            Relation.type == type, Relation.source_id == source_id, Relation.target_id == target_id,
            Relation.ended_at.is_(None),
        )  # fmt: skip
        if session.scalar(same) is not None:
            raise Invalid("Quan hệ này đã có.", "target")
        relation = Relation(
            type=type, source_id=source_id, target_id=target_id, source_anchor=source_anchor,
            target_anchor=target_anchor, quote=quote, created_by=actor.user_id,
        )  # fmt: skip
        session.add(relation)
        session.flush()
        details = {"type": type, "target": target.id, "target_label": target.label}
        trail.document_event(session, actor, "relation:add", source, details)
        _follow(session, relation)
        return relation.id


def end(actor: Actor, relation_id: int) -> int:
    """Take a relation back; its row stays as history. Returns the source's id. Raises NotFound."""
    with db.write() as session:
        relation = editing.locked(session, Relation, relation_id)
        if relation.ended_at is not None:
            raise NotFound
        source = documents.get_editable(actor, relation.source_id)
        relation.ended_at, relation.ended_by = db.now(), actor.user_id
        details = {"type": relation.type, "target": relation.target_id}
        trail.document_event(session, actor, "relation:end", source, details)
        _follow(session, relation)
        return source.id


def _follow(session: Session, relation: Relation) -> None:
    """Let what this relation may end, and the index, follow (services.force)."""
    if relation.type in ENDING | CHANGING:
        jobs.enqueue(session, "index", relation.target_id)
