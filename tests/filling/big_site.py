"""A site with many of everything: one document, folder, plan and inspection, each with `size` of everything that it can
have.

Rows are added by bulk inserts, because tests look at how pages handle them, not at how they were created.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import (
    Abbreviation,
    Assignment,
    Citation,
    Document,
    DocumentFact,
    File,
    Finding,
    Folder,
    Grant,
    Inspection,
    Link,
    Plan,
    Provision,
    Recommendation,
    Relation,
    SavedSearch,
    Task,
    Unit,
    User,
    UserRole,
    Version,
)
from docmgr.policy import Actor
from docmgr.services.access import rule
from docmgr.services.folders import tree
from docmgr.services.trail import log
from legaltext.numbers import normalise_number

NUMBER = "999/QĐ-LON"
# How many versions one document has, and how many citations one text, for each of the other things.
MOST_VERSIONS, CITATIONS = 1_000, 3


@dataclass(frozen=True)
class BigSite:
    """The ids of the things that have many others."""

    size: int
    document: int
    folder: int
    plan: int
    task: int
    inspection: int
    unit: int
    person: int


def fill(size: int, people: dict[str, User], mark: str = "A") -> BigSite:
    """Create everything, owned by the clerk. The five people and the root folder exist already.

    `mark` makes the names differ from those of another such world in the same site.
    """
    with db.write() as session:
        clerk = people["clerk"].id
        units, users = _people(session, size, mark)
        folder = _folders(session, size, clerk, mark)
        others = _documents(session, folder, size, clerk, mark)
        big, version = _big_document(session, folder, size, clerk, mark)
        _cite(session, version, size, mark)
        _relate(session, big, others, clerk)
        plan, tasks = _plan(session, size, big, version, units)
        inspection, findings = _inspection(session, size, tasks, units)
        _tie(session, big, version, others, tasks, inspection, findings, clerk)
        _grant(session, folder, big, units, users)
        _lists(session, folder, mark)
        _saved(session, size, clerk, mark)
        document = session.get_one(Document, big)
        who = Actor(user_id=clerk, label="Văn thư thử", roles=frozenset({"clerk"}))
        for _ in range(size):
            log.document_event(session, who, "document:view", document)
    db.release()
    return BigSite(size, big, folder, plan, tasks[0], inspection, units[0], users[0])


def _insert(session: Session, model: Any, rows: list[dict[str, Any]]) -> list[int]:
    """Insert rows and return their ids in the same order."""
    return list(session.scalars(insert(model).returning(model.id, sort_by_parameter_order=True), rows))


def _people(session: Session, size: int, mark: str) -> tuple[list[int], list[int]]:
    units = _insert(session, Unit, [{"name": f"Đơn vị {mark} số {n:05}"} for n in range(size)])
    users = _insert(
        session,
        User,
        [
            {"username": f"nguoi{mark.lower()}{n:05}", "full_name": f"Người số {n:05}", "password_hash": "-", "unit_id": units[n]}
            for n in range(size)
        ],
    )
    session.execute(insert(UserRole), [{"user_id": user, "role": "staff"} for user in users])
    return units, users


def _folders(session: Session, size: int, clerk: int, mark: str) -> int:
    root = tree.root_id()
    (crowded,) = _insert(session, Folder, [{"name": f"Thư mục đông {mark}", "parent_id": root}])
    _insert(session, Folder, [{"name": f"Thư mục con {n:05}", "parent_id": crowded} for n in range(size)])
    gone = {"parent_id": root, "deleted_at": db.now(), "deleted_by": clerk}
    _insert(session, Folder, [{"name": f"Thư mục xóa {n:05}", "deleted_batch": f"f{mark}{n}", **gone} for n in range(size)])
    return crowded


def _document(folder: int, number: str, clerk: int, **more: Any) -> dict[str, Any]:
    return {
        "folder_id": folder, "workflow": "published", "state": "findable", "type": "Quyết định", "number": number,
        "number_key": normalise_number(number), "subject": f"Về việc thử {number}", "created_by": clerk,
        "access_list_id": 1, "issuer": "Ủy ban nhân dân tỉnh", **more,
    }  # fmt: skip


def _documents(session: Session, folder: int, size: int, clerk: int, mark: str) -> list[int]:
    rule.list_for(session, frozenset({"staff", "role:auditor", "role:clerk"}), frozenset({"role:clerk"}))
    others = _insert(session, Document, [_document(folder, f"{n}/QĐ-THU{mark}", clerk) for n in range(size)])
    # Two copies of some documents that are cited below.
    _insert(session, Document, [_document(folder, f"{n // 2}/QĐ-HAI{mark}", clerk) for n in range(2 * copied(size))])
    gone = {"deleted_at": db.now(), "deleted_by": clerk, "deleted_batch": "tung-van-ban"}
    _insert(session, Document, [_document(folder, f"{n}/QĐ-XOA{mark}", clerk, **gone) for n in range(size)])
    _insert(session, Document, [_document(folder, f"{n}/QĐ-CHO{mark}", clerk, workflow="draft") for n in range(size)])
    versions = _insert(session, Version, [{"document_id": number, "no": 1, "outcome": "text"} for number in others])
    number = NUMBER + mark
    cites = {"position": 0, "role": "basis", "number": number, "number_key": normalise_number(number), "quote": number}
    _insert(session, Citation, [{"version_id": version, **cites} for version in versions])
    return others


def copied(size: int) -> int:
    """How many of the cited documents the store has twice; such mistakes are rare."""
    return size // 100 + 2


def _words(size: int, mark: str) -> Iterator[tuple[int, str, list[str]]]:
    """(article, its line, the numbers that it cites): one that the store has, one that it has twice, one that is
    missing."""
    for n in range(size):
        numbers = [f"{n}/QĐ-THU{mark}", f"{n}/QĐ-HAI{mark}", f"{n}/QĐ-MAT{mark}"]
        yield n, f"Điều {n + 1}. Thực hiện " + ", ".join(f"Quyết định số {number}" for number in numbers) + ".", numbers


def _big_document(session: Session, folder: int, size: int, clerk: int, mark: str) -> tuple[int, int]:
    count = min(size, MOST_VERSIONS)
    facts = {"recipients": [f"Nơi nhận số {n:05}" for n in range(size)], "current_no": count}
    (big,) = _insert(session, Document, [_document(folder, NUMBER + mark, clerk, **facts)])
    session.execute(insert(DocumentFact), [{"document_id": big, "field": "recipients", "value": facts["recipients"]}])
    text = "\n".join(line for _, line, _ in _words(size, mark))
    rows = [{"document_id": big, "no": no, "outcome": "text", "text": text if no == count else "cũ"} for no in range(1, count + 1)]
    versions = _insert(session, Version, rows)
    file = {"size": 1, "name": "tep.docx", "kind": "docx"}
    _insert(session, File, [{"version_id": version, "sha256": f"{version:064}", **file} for version in versions])
    at = 0
    provisions = []
    for n, line, _ in _words(size, mark):
        provisions.append(
            {
                "version_id": versions[-1], "position": n, "anchor": f"dieu-{n + 1}", "kind": "dieu",
                "label": f"Điều {n + 1}", "title": "Thực hiện", "text": line, "start": at, "end": at + len(line),
            }  # fmt: skip
        )
        at += len(line) + 1
    _insert(session, Provision, provisions)
    return big, versions[-1]


def _cite(session: Session, version: int, size: int, mark: str) -> None:
    rows = [
        {
            "version_id": version, "position": n * CITATIONS + place, "role": "cites", "number": number,
            "number_key": normalise_number(number), "anchor": f"dieu-{n + 1}", "quote": f"Quyết định số {number}",
        }
        for n, _, numbers in _words(size, mark)
        for place, number in enumerate(numbers)
    ]  # fmt: skip
    _insert(session, Citation, rows)


def _relate(session: Session, big: int, others: list[int], clerk: int) -> None:
    made = {"created_by": clerk}
    _insert(session, Relation, [{"type": "replaces", "source_id": big, "target_id": one, **made} for one in others])
    _insert(session, Relation, [{"type": "amends", "source_id": one, "target_id": big, **made} for one in others])


def _plan(session: Session, size: int, big: int, version: int, units: list[int]) -> tuple[int, list[int]]:
    plans = _insert(
        session,
        Plan,
        [{"title": f"Kế hoạch {n:05}", "year": 2024, "document_id": big if n == 0 else None} for n in range(size)],
    )
    tasks = _insert(
        session,
        Task,
        [
            {
                "plan_id": plans[0], "position": n, "title": f"Nhiệm vụ {n:05}", "document_id": big,
                "version_id": version, "anchor": f"dieu-{n + 1}", "quote": "Thực hiện",
                "state": ("open", "doing", "done", "cancelled")[n % 4], "due_on": dt.date(2024, 1, 1 + n % 28),
            }
            for n in range(size)
        ],
    )  # fmt: skip
    _insert_parts(session, tasks, units)
    return plans[0], tasks


def _insert_parts(session: Session, tasks: list[int], units: list[int]) -> None:
    leads = [{"task_id": task, "unit_id": units[n], "role": "lead"} for n, task in enumerate(tasks)]
    session.execute(insert(Assignment), leads)


def _inspection(session: Session, size: int, tasks: list[int], units: list[int]) -> tuple[int, list[int]]:
    inspections = _insert(
        session, Inspection, [{"title": f"Kiểm tra {n:05}", "inspected_unit_id": units[n]} for n in range(size)]
    )
    common = {"inspection_id": inspections[0]}
    findings = _insert(
        session,
        Finding,
        [{**common, "text": f"Phát hiện {n:05}", "unit_id": units[n], "task_id": tasks[n]} for n in range(size)],
    )
    day = dt.date(2024, 1, 1)
    _insert(
        session,
        Recommendation,
        [{**common, "text": f"Kiến nghị {n:05}", "unit_id": units[n], "due_on": day} for n in range(size)],
    )
    return inspections[0], findings


def _tie(
    session: Session, big: int, version: int, others: list[int], tasks: list[int], inspection: int,
    findings: list[int], clerk: int,
) -> None:  # fmt: skip
    common = {"created_by": clerk, "created_by_label": "Văn thư thử", "document_id": big}
    rows = [{**common, "task_id": task, "role": "evidence"} for task in tasks]
    rows += [
        {**common, "finding_id": finding, "role": "checked_against", "version_id": version, "anchor": f"dieu-{n + 1}"}
        for n, finding in enumerate(findings)
    ]
    rows += [{**common, "task_id": task, "role": "basis", "ended_at": db.now()} for task in tasks]
    rows += [{**common, "document_id": one, "task_id": tasks[0], "role": "result"} for one in others]
    rows += [{**common, "document_id": one, "inspection_id": inspection, "role": "basis"} for one in others]
    for row in rows:
        session.add(Link(**row))
    session.flush()


def _grant(session: Session, folder: int, big: int, units: list[int], users: list[int]) -> None:
    keys = [f"unit:{unit}" for unit in units] + [f"user:{user}" for user in users]
    _insert(session, Grant, [{"folder_id": folder, "role": "reader", "key": key} for key in keys])
    _insert(session, Grant, [{"document_id": big, "role": "reader", "key": key} for key in keys])


def _lists(session: Session, folder: int, mark: str) -> None:
    """The access list of each document; those in the folder share two."""
    for document in session.scalars(select(Document).where(Document.number.in_((f"0/QĐ-THU{mark}", f"0/QĐ-CHO{mark}", NUMBER + mark)))):
        rule.assign_list(session, document)
        if document.number != NUMBER + mark:
            same = Document.workflow == document.workflow
            session.execute(
                Document.__table__.update()
                .where(Document.folder_id == folder, same, Document.number != NUMBER + mark)
                .values(access_list_id=document.access_list_id)
            )


def _saved(session: Session, size: int, clerk: int, mark: str) -> None:
    rows = [{"owner_id": clerk, "name": f"Tìm {mark} {n:05}", "parts": {"q": ["thử"]}} for n in range(size)]
    _insert(session, SavedSearch, rows)
    _insert(session, Abbreviation, [{"key": f"vt{mark.lower()}{n}", "short": f"VT{mark}{n}", "names": [f"tên viết tắt số {n}"]} for n in range(size)])
