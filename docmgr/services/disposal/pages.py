"""What the pages and files show of lists: one page of all lists, and one list with its case files, what speaks against their
destruction, and what became of them. Of documents it says only what the actor may read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr import db, paging, policy
from docmgr.models import CaseDocument, CaseFile, DisposalList, DisposalRow, Document, Tombstone
from docmgr.policy import Actor
from docmgr.services.access import guard, rule
from docmgr.services.cases import contents
from docmgr.services.chunks import chunks
from docmgr.services.disposal import fit, lists, words
from docmgr.services.errors import NotFound
from docmgr.services.keeping import kept
from docmgr.services.message import Message, restored

PAGE_SIZE = 50
# So many documents of a case file are named that something keeps; the others are counted.
NAMED = 5


@dataclass(frozen=True)
class ListLine:
    """A list in the list of lists. `state` is a key of words.STATES, and `cases` the number of its case files."""

    list: DisposalList
    state: str
    cases: int


@dataclass(frozen=True)
class ListPage:
    """One page of all lists, the newest first; `total` counts those on all pages."""

    lines: tuple[ListLine, ...]
    total: int
    page: int


@dataclass(frozen=True)
class KeptDocument:
    """A document that something keeps, or that stays in another case file, with the reasons."""

    document: Document
    reasons: tuple[Message, ...]


@dataclass(frozen=True)
class ShownRow:
    """A case file of a list. `documents` counts those in it that the actor may read, `erased` those destroyed with it, and
    `taken_out` those that stay in another case file. `against` says why it, or `kept` which of its documents, may not go now;
    `more` counts those that are not named. After the work `against` and `kept` say what happened."""

    row: DisposalRow
    case: CaseFile
    last_year: int | None
    documents: int
    against: Message | None = None
    kept: tuple[KeptDocument, ...] = ()
    more: int = 0
    erased: int = 0
    taken_out: int = 0

    @property
    def proposal(self) -> Message:
        """What is proposed, in words."""
        return words.proposal(self.row)


@dataclass(frozen=True)
class ShownList:
    """One list. `decision_document` is the document of the decision, None where there is none that the actor may read."""

    list: DisposalList
    state: str
    rows: tuple[ShownRow, ...] = field(default=())
    decision_document: Document | None = None


def page(actor: Actor, number: int = 1) -> ListPage:
    """Load one page of all lists. A number beyond the end gives the last page. Raises Denied."""
    policy.require(actor, "disposal:read")
    with db.read() as session:
        total = session.scalar(select(func.count(DisposalList.id))) or 0
        number, _ = paging.nearest(number, total, PAGE_SIZE)
        many = select(func.count(DisposalRow.id)).where(DisposalRow.list_id == DisposalList.id).scalar_subquery()
        query = select(DisposalList, many).order_by(DisposalList.id.desc()).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
        found = [ListLine(one, words.state_of(one), cases) for one, cases in session.execute(query)]
    return ListPage(tuple(found), total, number)


def waiting(actor: Actor) -> int:
    """Count the lists that wait for a decision; 0 for those who decide about none."""
    if not policy.may(actor, "disposal:decide"):
        return 0
    with db.read() as session:
        return session.scalar(select(func.count(DisposalList.id)).where(DisposalList.state == "proposed")) or 0


def one(actor: Actor, list_id: int) -> ShownList:
    """Load a list with its case files, in the order in which they were listed. Raises Denied and NotFound."""
    found = lists.get(actor, list_id)
    with db.read() as session:
        query = select(DisposalRow, CaseFile).join(CaseFile, CaseFile.id == DisposalRow.case_id).where(DisposalRow.list_id == list_id)
        rows = [(row, case) for row, case in session.execute(query.order_by(DisposalRow.id))]
        shown = _rows(session, actor, found, rows)
    return ShownList(found, words.state_of(found), tuple(shown), _decision(actor, found))


def _decision(actor: Actor, found: DisposalList) -> Document | None:
    if found.decision_document_id is None or not policy.may(actor, "document:read"):
        return None
    try:
        return guard.get(actor, found.decision_document_id)
    except NotFound:
        return None


def _rows(session: Session, actor: Actor, found: DisposalList, rows: Sequence[tuple[DisposalRow, CaseFile]]) -> list[ShownRow]:
    case_ids = [case.id for _, case in rows]
    many = contents.counts(actor, case_ids)
    erased = _erased(session, actor, case_ids)
    ended, waiting = _Ended(session, actor, rows), _Waiting(session, actor, found, rows)
    return [
        ended.shown(row, case, many.get(case.id, 0), erased.get(case.id, 0)) if row.ended_at is not None else waiting.shown(row, case, many.get(case.id, 0))
        for row, case in rows
    ]


class _Waiting:
    """What speaks against the destruction of the case files that wait for it."""

    def __init__(self, session: Session, actor: Actor, found: DisposalList, rows: Sequence[tuple[DisposalRow, CaseFile]]) -> None:
        case_ids = [case.id for row, case in rows if row.ended_at is None]
        self._list = found
        self._inside = _inside(session, actor, case_ids)
        self._why = _Reasons(session, {document.id for documents in self._inside.values() for document in documents})
        self._holds = fit.held(session, case_ids)

    def shown(self, row: DisposalRow, case: CaseFile, many: int) -> ShownRow:
        held = [KeptDocument(document, reasons) for document in self._inside.get(case.id, ()) if (reasons := self._why.of(document.id, case.id))]
        against = fit.refused(case, self._list.ended_by, self._holds.get(case.id)) if self._list.state != "done" else None
        return ShownRow(row, case, fit.last_year(case), many, against, tuple(held[:NAMED]), max(len(held) - NAMED, 0))


class _Ended:
    """What became of the case files that were worked off. Those documents are told that the actor may read."""

    def __init__(self, session: Session, actor: Actor, rows: Sequence[tuple[DisposalRow, CaseFile]]) -> None:
        left = {number for row, _ in rows for number, _reasons in row.left or ()}
        self._readable = _readable(session, actor, left.union(*(row.taken_out or () for row, _ in rows)))

    def shown(self, row: DisposalRow, case: CaseFile, many: int, erased: int) -> ShownRow:
        left = {number: tuple(map(restored, reasons)) for number, reasons in row.left or ()}
        held = [KeptDocument(self._readable[number], left[number]) for number in sorted(left) if number in self._readable]
        taken = len(self._readable.keys() & set(row.taken_out or ()))
        against = restored(row.refused) if row.refused is not None else None
        return ShownRow(row, case, fit.last_year(case), many, against, tuple(held[:NAMED]), max(len(held) - NAMED, 0), erased, taken)


def _readable(session: Session, actor: Actor, document_ids: Collection[int]) -> dict[int, Document]:
    """The documents among these that the actor may read, by id."""
    found: dict[int, Document] = {}
    for some in chunks(document_ids):
        found |= {one.id: one for one in session.scalars(select(Document).where(Document.id.in_(some), contents.seen(actor)))}
    return found


def _inside(session: Session, actor: Actor, case_ids: Sequence[int]) -> dict[int, list[Document]]:
    """The documents in these case files that the actor may read, by case file."""
    found: dict[int, list[Document]] = {}
    query = select(CaseDocument.case_id, Document).join(Document, Document.id == CaseDocument.document_id).where(contents.seen(actor))
    for some in chunks(case_ids):
        for case_id, document in session.execute(query.where(CaseDocument.case_id.in_(some)).order_by(CaseDocument.position, Document.id)):
            found.setdefault(case_id, []).append(document)
    return found


class _Reasons:
    """Why documents are not destroyed: what keeps them, and the case files in which they lie besides."""

    def __init__(self, session: Session, document_ids: Collection[int]) -> None:
        self._kept = kept.reasons(session, document_ids, destroying=True)
        self._cases: dict[int, list[tuple[int, str]]] = {}
        query = select(CaseDocument.document_id, CaseFile.id, CaseFile.code).join(CaseFile, CaseFile.id == CaseDocument.case_id)
        for some in chunks(document_ids):
            for document_id, case_id, code in session.execute(query.where(CaseDocument.document_id.in_(some)).order_by(CaseFile.id)):
                self._cases.setdefault(document_id, []).append((case_id, code))

    def of(self, document_id: int, case_id: int) -> tuple[Message, ...]:
        """The reasons for a document of this case file; empty when it may go."""
        others = [Message("Còn nằm trong hồ sơ %(name)s: chỉ bỏ ra khỏi hồ sơ này", name=code) for other, code in self._cases.get(document_id, ()) if other != case_id]
        return (*self._kept.get(document_id, ()), *others)


def _erased(session: Session, actor: Actor, case_ids: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    query = select(Tombstone.case_id, func.count()).join(Document, Document.id == Tombstone.document_id).where(rule.readable(actor))
    for some in chunks(case_ids):
        found |= {number: many for number, many in session.execute(query.where(Tombstone.case_id.in_(some)).group_by(Tombstone.case_id)) if number}
    return found
