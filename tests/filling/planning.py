"""A small agency for tests of plans, inspections and links: units, people, documents with provisions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Document, Folder, Grant, Provision, TrailEvent, Unit, User, UserRole, Version
from docmgr.policy import Actor
from docmgr.services.access import rule
from legaltext.numbers import normalise_number

Words = tuple[tuple[str, str, str, str], ...]
# (anchor, label, kind, text)
PLAN_WORDS: Words = (
    ("muc-II", "II", "so", "Nội dung thực hiện"),
    ("muc-II.3", "3", "so", "Nâng cao trách nhiệm người đứng đầu"),
    ("muc-II.3.gach-2", "Gạch đầu dòng 2", "gach", "Rà soát, sửa đổi, bổ sung quy chế thực hiện dân chủ."),
    ("muc-II.3.gach-4", "Gạch đầu dòng 4", "gach", "Hằng năm tổ chức Hội nghị; 06 tháng một lần kiểm tra."),
)
LAW_WORDS: Words = (
    ("dieu-52", "Điều 52", "dieu", "Thực hiện nghị quyết"),
    ("dieu-52.khoan-3", "Khoản 3", "khoan", "Định kỳ 06 tháng kiểm tra, đánh giá việc thực hiện."),
    ("dieu-63", "Điều 63", "dieu", "Trả lời kiến nghị trong 15 ngày."),
)


@dataclass
class World:
    """Actors by role, units by short name, and the folder that everybody may read."""

    units: dict[str, int] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    folder_id: int = 0
    closed_folder_id: int = 0

    def document(
        self,
        number: str,
        subject: str,
        words: Words = (),
        *,
        closed: bool = False,
        workflow: str = "published",
    ) -> int:
        """A document with one version; `closed`: only clerks and auditors may read it."""
        with db.write() as session:
            document = Document(
                folder_id=self.closed_folder_id if closed else self.folder_id,
                workflow=workflow,
                state="findable",
                type="Kế hoạch" if "KH" in number else "Văn bản",
                number=number,
                number_key=normalise_number(number),
                subject=subject,
                issued_on=dt.date(2024, 3, 15),
                inherit=True,
                access_list_id=0,
            )
            rule.assign_list(session, document)
            session.add(document)
            session.flush()
            _version(session, document, 1, words)
            return document.id

    def new_version(self, document_id: int, words: Words) -> None:
        """Add one more version, which is then the current one."""
        with db.write() as session:
            document = session.get_one(Document, document_id)
            document.current_no += 1
            _version(session, document, document.current_no, words)

    def events(self, action: str | None = None) -> list[TrailEvent]:
        """The events in order, of one action or of all."""
        with db.read() as session:
            query = select(TrailEvent).order_by(TrailEvent.seq)
            return list(session.scalars(query.where(TrailEvent.action == action) if action else query))


def _version(session: Session, document: Document, no: int, words: Words) -> None:
    version = Version(
        document_id=document.id, no=no, outcome="text", text="\n".join(word[3] for word in words)
    )
    session.add(version)
    session.flush()
    session.add_all(
        Provision(
            version_id=version.id,
            position=position,
            anchor=anchor,
            parent=anchor.rpartition(".")[0] or None,
            kind=kind,
            label=label,
            text=text,
        )
        for position, (anchor, label, kind, text) in enumerate(words)
    )


PEOPLE = (
    ("clerk", "clerk", "van-phong"),
    ("leader", "leader", "van-phong"),
    ("staff", "staff", "tccb"),
    ("other_staff", "staff", "gdtrh"),
    ("auditor", "auditor", "thanh-tra"),
    ("administrator", "administrator", None),
)
UNITS = {
    "van-phong": "Văn phòng",
    "tccb": "Phòng Tổ chức cán bộ",
    "gdtrh": "Phòng Giáo dục trung học",
    "thanh-tra": "Thanh tra",
}


def build() -> World:
    """Create the agency in the bound database, without documents."""
    world = World()
    with db.write() as session:
        for short, name in UNITS.items():
            unit = Unit(name=f"{name} (thử)")
            session.add(unit)
            session.flush()
            world.units[short] = unit.id
        for name, role, short in PEOPLE:
            world.actors[name] = _person(session, world, name, role, short)
        world.folder_id = _folder(session, "Chung", ["staff"])
        world.closed_folder_id = _folder(session, "Riêng", [])
    return world


def _person(session: Session, world: World, name: str, role: str, short: str | None) -> Actor:
    unit_id = world.units[short] if short else None
    user = User(username=f"planning-{name}", full_name=name.title(), password_hash="-", unit_id=unit_id)
    user.roles.append(UserRole(role=role))
    session.add(user)
    session.flush()
    world.users[name] = user
    return Actor(
        user_id=user.id,
        label=user.full_name,
        unit_id=unit_id,
        unit_label=UNITS[short] if short else None,
        roles=frozenset({role}),
    )


def _folder(session: Session, name: str, readers: list[str]) -> int:
    folder = Folder(name=name, inherit=False)
    session.add(folder)
    session.flush()
    grants = [("reader", key) for key in readers] + [("editor", "role:clerk")]
    session.add_all(Grant(folder_id=folder.id, role=right, key=key) for right, key in grants)
    session.flush()
    return folder.id


@pytest.fixture
def world(database: db.Database) -> World:
    """The agency in the test's database, which the fixture has bound."""
    return build()
