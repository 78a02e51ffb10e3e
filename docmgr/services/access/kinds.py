"""Documents counted by what decides about their access lists. Most documents of a folder differ in nothing that decides, so
that a change of rights for thousands of them needs few rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, exists, func, not_, null, select, true
from sqlalchemy.orm import Session

from docmgr import policy
from docmgr.models import Document, FlowAssignment, Grant, LocalRight
from docmgr.services.access import rule
from docmgr.services.access.rule import Keys, Rights
from docmgr.services.chunks import chunks

NOBODY = Rights()
# Documents in the recycle bin too: the right to edit decides who may restore them. What was deleted for good keeps its list, by
# which registers and case files show its number.
_LISTED = Document.purged_at.is_(None)
# Documents without rights of their own, from grants or a workflow. Two conditions, which PostgreSQL turns into joins.
_BARE = (
    ~exists(select(Grant.id).where(Grant.document_id == Document.id)),
    ~exists(select(FlowAssignment.id).where(rule.open_assignment(Document.id))),
)


@dataclass(frozen=True)
class DocumentKind:
    """`count` documents that get the same access list. They are in the folder `folder_id`, in the state `workflow`, and have the
    access list `access_list_id`; `inherit` says whether they inherit the rights of the folder, and `live` that they are not in the
    recycle bin. `uploader` is the id of who uploaded them while they are drafts, else None. `own` are the rights on the document
    itself, from grants and workflows; whoever has any is a kind of its own, of the one document `document_id`."""

    folder_id: int
    inherit: bool
    workflow: str
    uploader: int | None
    access_list_id: int
    live: bool
    count: int = 1
    own: Rights = NOBODY
    document_id: int | None = None

    def keys(self, above: Rights) -> Keys:
        """Compute the keys that may read and edit these documents, where `above` are the rights on their folder."""
        return rule.document_keys(self.workflow, self.uploader, above if self.inherit else NOBODY, self.own)


def of_folders(session: Session, folder_ids: Collection[int]) -> Iterator[DocumentKind]:
    """Yield the kinds of the documents of these folders that inherit the rights of their folder, those in the recycle bin too."""
    for some in chunks(folder_ids):
        yield from _kinds(session, Document.folder_id.in_(some), Document.inherit.is_(True))


def of_all_in(session: Session, folder_ids: Collection[int]) -> Iterator[DocumentKind]:
    """Yield the kinds of all documents of these folders, those too that inherit no rights or are in the recycle bin."""
    for some in chunks(folder_ids):
        yield from _kinds(session, Document.folder_id.in_(some))


def apart(session: Session, folder_ids: Collection[int] | None = None) -> Iterator[DocumentKind]:
    """Yield the kinds of all documents that inherit no rights, those in the recycle bin too. `folder_ids` are the folders that
    count; None means all."""
    if folder_ids is None:
        yield from _kinds(session, Document.inherit.is_(False))
        return
    for some in chunks(folder_ids):
        yield from _kinds(session, Document.folder_id.in_(some), Document.inherit.is_(False))


def _kinds(session: Session, *where: ColumnElement[bool]) -> Iterator[DocumentKind]:
    columns = Document.folder_id, Document.inherit, Document.workflow, _uploader(), Document.access_list_id, Document.deleted_at.is_(None)
    for row in session.execute(select(*columns, func.count()).where(*where, _LISTED, *_BARE).group_by(*columns)).all():
        yield DocumentKind(*row)
    own = own_rights(session, and_(*where))
    for single in session.execute(select(*columns, Document.id).where(*where, _LISTED, not_(and_(*_BARE)))).all():
        yield DocumentKind(*single[:6], own=own.get(single[6], NOBODY), document_id=single[6])


def _uploader() -> ColumnElement[int | None]:
    return case((Document.workflow == "draft", Document.created_by))


def alike(session: Session, folder_ids: Collection[int], kind: tuple[str, int | None, bool], list_id: int) -> tuple[ColumnElement[bool], ...]:
    """Return SQL conditions on Document: it is in one of these folders, has no rights of its own, has the values `kind` (workflow,
    uploader, inherit) of DocumentKind, and another access list than `list_id`."""
    workflow, uploader, inherit = kind
    state, listed = Document.workflow == workflow, Document.access_list_id != list_id
    if session.get_bind().dialect.name == "sqlite":
        # Written so that no index fits, because SQLite has no statistics and would look at all documents in this state instead of those
        # of a folder. PostgreSQL has them, and guesses badly about what it cannot look into.
        state, listed = func.coalesce(Document.workflow, null()) == workflow, func.coalesce(Document.access_list_id, null()) != list_id
    person = Document.created_by.is_not_distinct_from(uploader) if workflow == "draft" else true()
    return Document.folder_id.in_(sorted(folder_ids)), state, person, Document.inherit.is_(inherit), listed, _LISTED, *_BARE


def own_rights(session: Session, where: ColumnElement[bool]) -> dict[int, Rights]:
    """Load the rights that were given on documents themselves, and to whom they are assigned, by the id of the document;
    `where` is an SQL condition on Document."""
    query = select(Grant.document_id, LocalRight.right, Grant.key).join(LocalRight, LocalRight.role == Grant.role)
    given: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for document_id, right, key in session.execute(query.join(Document, Document.id == Grant.document_id).where(where)):
        if document_id is not None:
            given[document_id].append((right, key))
    found = {document_id: rule.rights_of(pairs) for document_id, pairs in given.items()}
    assigned = select(FlowAssignment.document_id, FlowAssignment.key, FlowAssignment.role).join(Document, rule.open_assignment(Document.id))
    for document_id, key, role in session.execute(assigned.where(where)):
        found[document_id] = found.get(document_id, NOBODY) | Rights(assigned=policy.assigned_keys(key, role))
    return found
