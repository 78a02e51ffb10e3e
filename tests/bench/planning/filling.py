"""Fill a site as an agency with many units has it: units and people, documents, plans with tasks, of which each unit carries out
some (`work`), inspections (`inspecting`), conferences, publications and consultations (`openness`). Rows are added by bulk inserts.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Document, Provision, Unit, User, UserRole, Version
from docmgr.services.access import rule
from docmgr.services.folders import tree
from docmgr.services.people import passwords
from legaltext import dates
from legaltext.numbers import normalise_number

CHUNK = 5_000
PASSWORD = "mat-khau-do-thu-2026"
# Units: one above all, so many offices below it, and the schools below those.
OFFICES, PROVISIONS, LAWS, ARTICLES = 20, 60, 12, 40
TYPES = ("Báo cáo", "Kế hoạch", "Quyết định", "Biên bản", "Thông báo")
WORDS = (
    "thực hiện quy chế dân chủ công khai tài chính tuyển dụng viên chức hội nghị cán bộ tổng kết năm học tuyển sinh kiểm tra nội bộ phòng "
    "chống tham nhũng thi đua khen thưởng đánh giá bồi dưỡng giáo viên cơ sở vật chất an toàn trường học tiếp công dân ngân sách"
).split()


@dataclass(frozen=True)
class Scale:
    """How large the site is. Each of `units` has `rounds` inspections of which the records lead to more rows (see the modules)."""

    units: int = 500
    plans: int = 20
    rounds: int = 6


@dataclass
class Agency:
    """The ids of what the site has."""

    scale: Scale
    mark: str
    units: list[int] = field(default_factory=list)
    people: list[int] = field(default_factory=list)
    # A leader of a school, and one who inspects.
    head: int = 0
    inspector: int = 0
    clerk: int = 0
    laws: list[int] = field(default_factory=list)
    plan_documents: list[tuple[int, int]] = field(default_factory=list)
    proofs: list[int] = field(default_factory=list)
    plans: list[int] = field(default_factory=list)
    # Tasks by plan: those carried out once, and those that each unit carries out.
    once: list[int] = field(default_factory=list)
    spread: list[int] = field(default_factory=list)


def insert_rows(session: Session, model: Any, rows: list[dict[str, Any]]) -> list[int]:
    """Insert rows and return their ids in the same order."""
    found: list[int] = []
    for start in range(0, len(rows), CHUNK):
        found += session.scalars(insert(model).returning(model.id, sort_by_parameter_order=True), rows[start : start + CHUNK])
    return found


def add_rows(session: Session, model: Any, rows: list[dict[str, Any]]) -> None:
    """Insert rows of which nobody needs the ids."""
    for start in range(0, len(rows), CHUNK):
        session.execute(insert(model), rows[start : start + CHUNK])


def phrase(chance: random.Random, syllables: int) -> str:
    """Words that read like a subject."""
    at = chance.randrange(len(WORDS))
    return " ".join(WORDS[(at + n) % len(WORDS)] if n % 5 else chance.choice(WORDS) for n in range(syllables)).capitalize()


def base(scale: Scale, people: dict[str, User], chance: random.Random, mark: str = "") -> Agency:
    """Add units, people and documents to a site whose five people and root folder exist."""
    made = Agency(scale, mark, clerk=people["clerk"].id)
    with db.write() as session:
        _units(session, made)
        _people(session, made)
        shared = rule.list_for(session, frozenset({"staff"}), frozenset({"role:clerk"}))
        made.laws = _texts(session, made, shared, chance, LAWS, "QH", ARTICLES)[0]
        documents, versions = _texts(session, made, shared, chance, scale.plans, "KH", PROVISIONS)
        made.plan_documents = list(zip(documents, versions, strict=True))
        made.proofs = _papers(session, made, shared, chance)
    return made


def _units(session: Session, made: Agency) -> None:
    (top,) = insert_rows(session, Unit, [{"name": f"Sở mẫu{made.mark}"}])
    offices = min(OFFICES, made.scale.units // 2)
    below = insert_rows(session, Unit, [{"name": f"Phòng mẫu{made.mark} số {n:02}", "parent_id": top} for n in range(offices)])
    schools = [
        {"name": f"Trường Trung học cơ sở mẫu{made.mark} số {n:03}", "parent_id": below[n % offices]}
        for n in range(made.scale.units - offices)
    ]  # fmt: skip
    made.units = [top, *below, *insert_rows(session, Unit, schools)]


def _people(session: Session, made: Agency) -> None:
    secret = passwords.hash_password(PASSWORD)
    rows = [
        {"username": f"nguoi{made.mark}{n:04}", "full_name": f"Người mẫu số {n:04}", "password_hash": secret, "unit_id": unit}
        for n, unit in enumerate(unit for unit in made.units for _ in range(2))
    ]  # fmt: skip
    made.people = insert_rows(session, User, rows)
    add_rows(session, UserRole, [{"user_id": one, "role": "staff" if n % 2 else "leader"} for n, one in enumerate(made.people)])
    # The first office inspects; the last school is inspected.
    made.inspector, made.head = made.people[2], made.people[-2]


def _document(made: Agency, shared: int, number: str, kind: str, subject: str, day: dt.date) -> dict[str, Any]:
    moment = dt.datetime(day.year, day.month, day.day, 8, tzinfo=dt.UTC)
    return {
        "folder_id": tree.root_id(), "workflow": "published", "state": "findable", "type": kind, "number": number,
        "number_key": normalise_number(number), "subject": subject, "issued_on": day, "issuer": "Sở mẫu", "effective_from": day,
        "created_by": made.clerk, "created_at": moment, "changed_at": moment, "confirmed_at": moment, "access_list_id": shared, "current_no": 1,
    }  # fmt: skip


def _texts(
    session: Session, made: Agency, shared: int, chance: random.Random, count: int, signs: str, places: int
) -> tuple[list[int], list[int]]:
    """Add documents with provisions: laws with articles, plans with sections. Returns their ids, and those of their versions."""
    kind, this = ("Luật", 2022) if signs == "QH" else ("Kế hoạch", dates.today().year)
    rows = [
        _document(made, shared, f"{n + 1}{made.mark}/{this}/{signs}", kind, phrase(chance, 12), dt.date(this, 1, 1 + n % 28))
        for n in range(count)
    ]  # fmt: skip
    documents = insert_rows(session, Document, rows)
    pieces = [[phrase(chance, 30) + "." for _ in range(places)] for _ in documents]
    texts = [{"document_id": one, "no": 1, "outcome": "text", "health": "good", "text": "\n".join(lines)} for one, lines in zip(documents, pieces, strict=True)]
    versions = insert_rows(session, Version, texts)
    found = []
    for version, lines in zip(versions, pieces, strict=True):
        at = 0
        for n, line in enumerate(lines):
            found.append({
                "version_id": version, "position": n, "anchor": anchor(signs, n), "kind": "dieu" if signs == "QH" else "gach",
                "label": f"Điều {n + 1}" if signs == "QH" else f"Mục II.{n // 6 + 1} gạch {n % 6 + 1}", "title": None, "text": line, "start": at,
                "end": at + len(line),
            })  # fmt: skip
            at += len(line) + 1
    add_rows(session, Provision, found)
    return documents, versions


def anchor(signs: str, place: int) -> str:
    """The anchor of the provision at a place of a law ("QH") or a plan ("KH")."""
    return f"dieu-{place + 1}" if signs == "QH" else f"muc-II.{place // 6 + 1}.gach-{place % 6 + 1}"


def _papers(session: Session, made: Agency, shared: int, chance: random.Random) -> list[int]:
    """What units file as evidence and publish: ten for each unit, of the last two years."""
    today, rows = dates.today(), []
    for n in range(10 * made.scale.units):
        day, kind = today - dt.timedelta(days=chance.randrange(700)), TYPES[n % len(TYPES)]
        rows.append(_document(made, shared, f"{n + 1}{made.mark}/{kind[0]}C-THCS", kind, phrase(chance, 12), day))
    return insert_rows(session, Document, rows)
