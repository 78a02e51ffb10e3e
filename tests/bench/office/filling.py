"""Fill a site as a department has it after some years: `documents` documents in one folder, 2,000 folders with a few documents
each, rights of their own on 200 of them, 300 persons in 60 units, 100,000 notices. Rows are added by bulk inserts."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Document, Folder, Grant, Job, Notice, Provision, Unit, User, UserRole, Version
from docmgr.services.access import applying, inheritance, rule
from docmgr.services.folders import tree
from docmgr.services.indexing import sync
from docmgr.services.people import passwords
from legaltext.numbers import normalise_number
from tests.support.browsers import ROLES

PASSWORD = "mat-khau-do-thu-2026"
NAMED = "Lưu trữ văn bản"
UNITS, PERSONS, CLERKS, FOLDERS, TOPS, SHARED, NOTICES = 60, 300, 20, 2_000, 20, 200, 100_000
FEW, ARTICLES, CHUNK = 2, 3, 5_000
# Each so many-th document is a draft, which its uploader and editors read.
DRAFTS = 20
TYPES = ("Quyết định", "Công văn", "Kế hoạch", "Báo cáo", "Thông báo", "Tờ trình", "Nghị quyết", "Chỉ thị")
ISSUERS = tuple(f"Trường Trung học phổ thông Mẫu số {n}" for n in range(1, 20)) + ("Sở Giáo dục và Đào tạo",)
WORDS = (
    "thực hiện quy chế dân chủ công khai tài chính tuyển dụng viên chức hội nghị cán bộ tổng kết năm học tuyển sinh lớp kiểm tra nội bộ "
    "phòng chống tham nhũng thi đua khen thưởng đánh giá xếp loại bồi dưỡng giáo viên cơ sở vật chất an toàn trường học chuyển đổi số hồ sơ "
    "lưu trữ chế độ báo cáo định kỳ giải quyết khiếu nại tố cáo tiếp công dân phân công nhiệm vụ tổ chức bộ máy ngân sách dự toán mua sắm"
).split()


@dataclass(frozen=True)
class OfficeSite:
    """The ids of what is measured: the folder with all documents, one of the others, a document that all may read, and the first
    one in the folder with all."""

    crowded: int
    small: int
    document: int
    first: int


def fill(documents: int, chance: random.Random) -> OfficeSite:
    """Fill an empty site whose root folder exists."""
    root = tree.root_id()
    with db.write() as session:
        people = _people(session)
        crowded = _insert(session, Folder, [{"name": NAMED, "parent_id": root}])[0]
        tops = _insert(session, Folder, [{"name": f"Phòng số {n}", "parent_id": root} for n in range(TOPS)])
        below = [{"name": f"Hồ sơ {n:04}", "parent_id": tops[n % TOPS]} for n in range(FOLDERS - TOPS)]
        small = _insert(session, Folder, below)
        _rights(session, small, people, chance)
        # Each document gets its own list below.
        anybody = rule.list_for(session, frozenset({"staff"}), frozenset())
    first = _documents([crowded] * documents, people, anybody, chance)
    _documents([folder for folder in small for _ in range(FEW)], people, anybody, chance)
    with db.write() as session:
        inheritance.refresh(session, root)
    while applying.work():
        pass
    with db.write() as session:
        session.execute(delete(Job))
        everybody = list(session.scalars(select(User.id).order_by(User.id)))
        _notices(session, everybody, first, documents, chance)
    db.release()
    return _site(crowded, small[0], first, documents)


def found() -> OfficeSite:
    """The site that `fill` made earlier."""
    with db.read() as session:
        crowded = session.scalars(select(Folder.id).where(Folder.name == NAMED)).one()
        small = session.scalars(select(Folder.id).where(Folder.name == "Hồ sơ 0000")).one()
        # Later uploads go into the other folder.
        first, last = session.execute(select(func.min(Document.id), func.max(Document.id)).where(Document.folder_id == crowded)).one()
    return _site(crowded, small, first, last + 1 - first)


def _site(crowded: int, small: int, first: int, documents: int) -> OfficeSite:
    # Each DRAFTS-th is a draft, the next one is not.
    return OfficeSite(crowded, small, first + documents // 2 // DRAFTS * DRAFTS + 1, first)


def people() -> dict[str, User]:
    """The person of each role in a site that was filled earlier."""
    with db.read() as session:
        return {one.username: one for one in session.scalars(select(User).where(User.username.in_(ROLES)))}


def index() -> int:
    """Build the search index of the site; returns how many documents it has."""
    count = sync.rebuild()
    db.release()
    return count


def _insert(session: Session, model: Any, rows: list[dict[str, Any]]) -> list[int]:
    return list(session.scalars(insert(model).returning(model.id, sort_by_parameter_order=True), rows))


def _people(session: Session) -> list[int]:
    units = _insert(session, Unit, [{"name": f"Đơn vị số {n:02}"} for n in range(UNITS)])
    secret = passwords.hash_password(PASSWORD)
    rows = [
        {"username": f"nguoi{n:03}", "full_name": f"Người số {n:03}", "password_hash": secret, "unit_id": units[n % UNITS]}
        for n in range(PERSONS)
    ]  # fmt: skip
    people = _insert(session, User, rows)
    roles = [{"user_id": one, "role": "clerk" if n < CLERKS else "staff"} for n, one in enumerate(people)]
    session.execute(insert(UserRole), roles)
    return people


def _rights(session: Session, folders: list[int], people: list[int], chance: random.Random) -> None:
    rows = []
    for folder in chance.sample(folders, SHARED):
        keys = {f"user:{chance.choice(people)}" for _ in range(3)}
        rows += [{"folder_id": folder, "role": "editor", "key": key} for key in sorted(keys)]
    session.execute(insert(Grant), rows)


def _phrase(chance: random.Random, syllables: int) -> str:
    at = chance.randrange(len(WORDS))
    return " ".join(WORDS[(at + n) % len(WORDS)] if n % 7 else chance.choice(WORDS) for n in range(syllables))


def _documents(folders: list[int], people: list[int], access_list: int, chance: random.Random) -> int:
    """Make one document in each of `folders`, with a version of three articles; returns the id of the first."""
    begin, ids = dt.date(2006, 1, 1), []
    for start in range(0, len(folders), CHUNK):
        with db.write() as session:
            rows = [_document(folder, start + n, begin, people, chance) | {"access_list_id": access_list} for n, folder in enumerate(folders[start : start + CHUNK])]
            made = _insert(session, Document, rows)
            _texts(session, made, chance)
            ids += made[:1]
    return ids[0]


def _document(folder: int, number: int, begin: dt.date, people: list[int], chance: random.Random) -> dict[str, Any]:
    day, kind = begin + dt.timedelta(days=chance.randrange(7_500)), chance.choice(TYPES)
    signs = f"{number % 999 + 1}/{kind[0]}Đ-SGDĐT{folder}"
    moment = dt.datetime(day.year, day.month, day.day, 8, number % 60, tzinfo=dt.UTC)
    return {
        "folder_id": folder, "workflow": "published" if number % DRAFTS else "draft", "state": "findable", "type": kind, "number": signs,
        "number_key": normalise_number(signs), "subject": f"Về việc {_phrase(chance, 12)} năm {day.year}", "issued_on": day,
        "issuer": chance.choice(ISSUERS), "effective_from": day, "created_by": people[number % CLERKS], "created_at": moment,
        "changed_at": moment, "confirmed_at": moment,
    }  # fmt: skip


def _texts(session: Session, documents: list[int], chance: random.Random) -> None:
    articles = [[f"Điều {n + 1}. {_phrase(chance, 8)}\n{_phrase(chance, 40)}" for n in range(ARTICLES)] for _ in documents]
    rows = [
        {"document_id": number, "no": 1, "outcome": "text", "health": "good", "text": "\n".join(texts)}
        for number, texts in zip(documents, articles, strict=True)
    ]
    provisions = []
    for version, texts in zip(_insert(session, Version, rows), articles, strict=True):
        at = 0
        for n, text in enumerate(texts):
            title, _, _ = text.partition("\n")
            provisions.append({
                "version_id": version, "position": n, "anchor": f"dieu-{n + 1}", "kind": "dieu", "label": f"Điều {n + 1}",
                "title": title.partition(". ")[2], "text": text, "start": at, "end": at + len(text),
            })  # fmt: skip
            at += len(text) + 1
    session.execute(insert(Provision), provisions)


def _notices(session: Session, people: list[int], first: int, documents: int, chance: random.Random) -> None:
    rows = []
    for n in range(NOTICES):
        about = first + chance.randrange(documents)
        rows.append({
            "user_id": people[n % len(people)], "cause": f"event:{n}", "reason": "facts", "kind": "document", "subject_id": about,
            "document_id": about, "seq": n, "read_at": None if n % 3 else db.now(),
        })  # fmt: skip
    for start in range(0, len(rows), CHUNK):
        session.execute(insert(Notice), rows[start : start + CHUNK])
