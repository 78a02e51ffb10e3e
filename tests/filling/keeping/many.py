"""Many of what came to a big site later (tests.filling.big_site): case files, registers, workflows, words, comments, receipts,
links, groups, own fields, lists for disposal, packages, notices, follows and stars.

Rows are added by bulk inserts, because tests look at how pages handle them, not at how they were created.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import (
    CaseDocument,
    CaseFile,
    Comment,
    DisposalList,
    DisposalRow,
    Document,
    DocumentFlow,
    DocumentTerm,
    Favourite,
    FlowAssignment,
    FlowStep,
    Follow,
    GroupMember,
    Handover,
    HandoverCase,
    Hold,
    Notice,
    NumberSeries,
    OwnField,
    OwnValue,
    PersonGroup,
    Receipt,
    RegisterEntry,
    ShareLink,
    Term,
    Tombstone,
    User,
    Workflow,
    WorkflowVersion,
)
from docmgr.services.message import Message
from tests.filling.big_site import BigSite

CLOSED, YEAR = dt.date(2015, 6, 1), 2024
# Rows that a test looks at belong to the clerk, whose label this is.
LABEL = "Văn thư thử"


@dataclass(frozen=True)
class ManyRooms:
    """The ids of the things that have many others."""

    case: int
    disposal: int
    package: int
    group: int
    entry: int
    person: int


def addresses(big: BigSite, rooms: ManyRooms) -> list[tuple[str, str]]:
    """The (role, address) of pages that list these things."""
    document, case = f"/documents/{big.document}", f"/cases/{rooms.case}"
    clerk = (
        "/", "/documents", f"/folders/{big.folder}", document, f"{document}/flow", f"{document}/receipts", f"{document}/share-links", f"{document}/readers",
        f"{document}/cases", f"{document}/facts", "/cases", case, f"{case}/edit", f"{case}/share-links", "/disposal", "/disposal/new",
        f"/disposal/{rooms.disposal}", "/handovers", "/handovers/new", f"/handovers/{rooms.package}", "/registers/outgoing?year=2024",
        "/registers/incoming?year=2024", "/registers/handling?year=2024", f"/registers/lines/{rooms.entry}", "/registers/reserve", "/series",
        "/desk", "/desk/sent", "/notices", "/following", "/share-links", "/delegations", "/bin", "/workflows",
    )  # fmt: skip
    pages = [("clerk", address) for address in clerk]
    pages += [("auditor", address) for address in ("/tombstones", case, f"{case}/hold")]
    pages += [("administrator", address) for address in (
        "/groups", f"/groups/{rooms.group}", "/own-fields", "/terms", "/local-roles", "/sees", f"/sees/{rooms.person}", "/share-links",
    )]  # fmt: skip
    return pages


def fill(big: BigSite, people: dict[str, User], mark: str = "A") -> ManyRooms:
    """Add `big.size` of everything to a big site, for the clerk and the big document."""
    clerk = people["clerk"].id
    with db.write() as session:
        papers = list(session.scalars(select(Document.id).where(Document.number.like(f"%/QĐ-THU{mark}")).order_by(Document.id)))
        readers = list(session.scalars(select(User.id).where(User.username.like(f"nguoi{mark.lower()}%")).order_by(User.id)))
        case, cases = _cases(session, papers, clerk, mark)
        disposal, package = _ending(session, cases, clerk, mark)
        entry = _registers(session, papers, clerk, mark)
        _flows(session, papers, clerk)
        _around(session, big, papers, readers, clerk, mark)
        group = _groups(session, readers, mark)
        _own_fields(session, papers, mark)
        _told(session, papers, clerk)
    db.release()
    return ManyRooms(case, disposal, package, group, entry, clerk)


def _insert(session: Session, model: Any, rows: list[dict[str, Any]]) -> list[int]:
    return list(session.scalars(insert(model).returning(model.id, sort_by_parameter_order=True), rows))


def _cases(session: Session, papers: list[int], clerk: int, mark: str) -> tuple[int, list[int]]:
    """An open case file with all documents, and closed ones whose period has ended with a document and a hold each."""
    common = {"year": 2015, "opened_on": dt.date(2015, 1, 1), "handover_months": 12, "retention_years": 5, "created_by": clerk}
    (full,) = _insert(session, CaseFile, [{"code": f"ĐẦY/{mark}", "code_key": f"đầy/{mark}", "title": "Hồ sơ đầy", **common}])
    ended = {**common, "closed_on": CLOSED, "handover_on": dt.date(2016, 6, 1)}
    rows = [{"code": f"{n}/{mark}", "code_key": f"{n}/{mark.lower()}", "title": f"Hồ sơ {n:05}", **ended} for n in range(len(papers))]
    cases = _insert(session, CaseFile, rows)
    inside = [{"case_id": full, "document_id": paper, "position": n} for n, paper in enumerate(papers)]
    inside += [{"case_id": case, "document_id": paper, "position": 0} for case, paper in zip(cases, papers, strict=True)]
    session.execute(insert(CaseDocument), inside)
    held = {"reason": "Đang giải quyết", "set_by": clerk, "set_by_label": LABEL}
    session.execute(insert(Hold), [{"case_id": case, **held} for case in cases[::2]])
    return full, cases


def _ending(session: Session, cases: list[int], clerk: int, mark: str) -> tuple[int, int]:
    """Lists for disposal and packages; the first of each has all case files."""
    made = {"created_by": clerk, "created_by_label": LABEL, "ended_by": dt.date(2025, 1, 1)}
    lists = _insert(session, DisposalList, [{"title": f"Danh mục {mark} {n:05}", **made} for n in range(len(cases))])
    session.execute(insert(DisposalRow), [{"list_id": lists[0], "case_id": case, "changed_by": clerk} for case in cases])
    asked = {"asked_by": clerk, "asked_by_label": LABEL, "state": "made", "contents": {"documents": [], "files": []}, "size": 1, "files": 0}
    packages = _insert(session, Handover, [{"title": f"Đợt {mark} {n:05}", "sha256": f"{mark}{n:063}".lower(), **asked} for n in range(len(cases))])
    session.execute(insert(HandoverCase), [{"handover_id": packages[0], "case_id": case, "place": n + 1} for n, case in enumerate(cases)])
    return lists[0], packages[0]


def _registers(session: Session, papers: list[int], clerk: int, mark: str) -> int:
    """A number and an arrival for each document, and numbers that are reserved; returns one line."""
    names = {kind: {"name": f"Sổ {kind} {mark}", "kind": kind, "types": [], "organ": "SGDĐT"} for kind in ("outgoing", "incoming")}
    outgoing, incoming = _insert(session, NumberSeries, list(names.values()))
    common = {"year": YEAR, "dated_on": dt.date(YEAR, 1, 2), "changed_by": clerk, "changed_label": LABEL}
    given = [{"series_id": outgoing, "kind": "outgoing", "number": n + 1, "state": "issued", "document_id": paper} for n, paper in enumerate(papers)]
    entries = _insert(session, RegisterEntry, [{**row, **common} for row in given])
    arrived = {"series_id": incoming, "kind": "incoming", "person_id": clerk, "answer_id": papers[0], "due_on": dt.date(YEAR, 2, 1), **common}
    _insert(session, RegisterEntry, [{**row, **arrived} for row in given])
    kept = {"series_id": outgoing, "kind": "outgoing", "state": "reserved", "holder_id": clerk, **common}
    _insert(session, RegisterEntry, [{"number": len(papers) + row["number"], **kept} for row in given])
    return entries[0]


def _flows(session: Session, papers: list[int], clerk: int) -> None:
    """Each document waits for the clerk in the incoming workflow, and has gone many steps."""
    query = select(WorkflowVersion).join(Workflow, Workflow.id == WorkflowVersion.workflow_id).where(Workflow.code == "incoming")
    version = session.scalars(query.order_by(WorkflowVersion.no.desc()).limit(1)).one()
    state = version.definition["initial"]
    flows = _insert(session, DocumentFlow, [{"document_id": paper, "version_id": version.id, "state": state, "started_by": clerk} for paper in papers])
    given = {"key": f"user:{clerk}", "role": "lead", "given_by": clerk}
    session.execute(insert(FlowAssignment), [{"flow_id": flow, "document_id": paper, **given} for flow, paper in zip(flows, papers, strict=True)])
    step = {"name": "Chuyển", "to_state": "Đang xử lý", "actor_id": clerk, "actor_label": LABEL}
    session.execute(insert(FlowStep), [{"flow_id": flow, **step} for flow in [*flows, *[flows[0]] * len(papers)]])


def _around(session: Session, big: BigSite, papers: list[int], readers: list[int], clerk: int, mark: str) -> None:
    """Comments on the big document and its provisions, receipts asked of many, links, tags, and what is left of others."""
    made = {"document_id": big.document, "salt": "0" * 32, "created_by_label": LABEL}
    threads = _insert(session, Comment, [{"text": f"Ý kiến {n:05}", "created_by": person, **made} for n, person in enumerate(readers)])
    answers = [{"text": "Trả lời", "parent_id": thread, "created_by": clerk, "mentions": [readers[n]], **made} for n, thread in enumerate(threads)]
    _insert(session, Comment, answers)
    due = {"due_on": dt.date(2030, 1, 1), "asked_by": clerk, "document_id": big.document}
    session.execute(insert(Receipt), [{"user_id": person, **due} for person in readers])
    session.execute(insert(Receipt), [{**due, "user_id": clerk, "document_id": paper} for paper in papers])
    until = {"made_by": clerk, "expires_at": db.now() + dt.timedelta(days=5)}
    session.execute(insert(ShareLink), [{"token_hash": f"{mark}{n:063}", "document_id": big.document, **until} for n in range(big.size)])
    words = [{"kind": kind, "name": f"{kind} {mark} {n}", "name_key": f"{kind} {mark} {n}".lower(), "listed": True} for kind in ("tag", "field") for n in range(big.size)]
    terms = _insert(session, Term, words)
    session.execute(insert(DocumentTerm), [{"document_id": big.document, "term_id": term} for term in terms[: big.size // 2]])
    session.execute(insert(DocumentTerm), [{"document_id": paper, "term_id": terms[n]} for n, paper in enumerate(papers)])
    gone = session.scalars(select(Document.id).where(Document.number.like(f"%/QĐ-XOA{mark}")))
    reason = Message("Hết hạn trong thùng rác.").stored()
    session.execute(insert(Tombstone), [{"document_id": one, "label": f"Đã hủy {one}", "hashes": [], "purged_by_label": LABEL, "reason": reason} for one in gone])


def _groups(session: Session, readers: list[int], mark: str) -> int:
    groups = _insert(session, PersonGroup, [{"name": f"Nhóm {mark} {n:05}"} for n in range(len(readers))])
    session.execute(insert(GroupMember), [{"group_id": groups[0], "user_id": person} for person in readers])
    return groups[0]


def _own_fields(session: Session, papers: list[int], mark: str) -> None:
    """A field with a value of each document."""
    field = {"code": f"rieng_{mark.lower()}", "label": f"Trường {mark}", "kind": "text", "types": [], "choices": [], "position": 1, "in_lists": True}
    (number,) = _insert(session, OwnField, [field])
    session.execute(insert(OwnValue), [{"document_id": paper, "field_id": number, "text": f"Giá trị {n}"} for n, paper in enumerate(papers)])


def _told(session: Session, papers: list[int], clerk: int) -> None:
    """Notices, follows and stars of the clerk, one for each document."""
    about = [{"user_id": clerk, "kind": "document", "subject_id": paper} for paper in papers]
    session.execute(insert(Notice), [{**one, "cause": f"event:{one['subject_id']}", "reason": "facts", "document_id": one["subject_id"]} for one in about])
    session.execute(insert(Follow), about)
    session.execute(insert(Favourite), about)
