"""Plans of work whose sentences give tasks, with what reading found in them, created directly."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from docmgr import db
from docmgr.models import Document, Version, VersionObligation
from docmgr.reading.interpret import interpret
from docmgr.reading.types import Block, Interpretation
from docmgr.services.access import rule
from docmgr.services.documents.rereading import rows
from docmgr.services.planning.obligations.rows import Picked
from tests.filling.planning import World
from tests.reading.obligations.duties import HEAD

LINES = (
    "1. Phòng Tổ chức cán bộ (thử) xây dựng kế hoạch kiểm tra, hoàn thành trước ngày 15/6/2024.",
    "2. Các đơn vị trực thuộc Sở báo cáo kết quả thực hiện định kỳ 06 tháng, một năm.",
    "3. Văn phòng (thử) chủ trì, phối hợp với Thanh tra (thử) gửi thông báo trong thời hạn 05 ngày làm việc kể từ ngày có kết luận.",
    "4. Tổ chức tuyên truyền pháp luật cho cán bộ, công chức, viên chức.",
)


def read(*lines: str, head: tuple[str, ...] = HEAD) -> Interpretation:
    """What reading finds in a plan with these lines."""
    return interpret([Block(line) for line in (*head, *(lines or LINES))], "docx")


def a_plan_paper(world: World, *lines: str, closed: bool = False, looked: bool = True, type: str = "Kế hoạch") -> int:
    """A published document with these lines, LINES by default; its id. Not `looked`: it was read before obligations were found."""
    with db.write() as session:
        document = Document(
            folder_id=world.closed_folder_id if closed else world.folder_id, workflow="published", state="findable", type=type,
            subject="Công tác pháp chế năm 2024", issuer="Sở Giáo dục và Đào tạo", issued_on=dt.date(2024, 3, 15), inherit=True, access_list_id=0,
        )  # fmt: skip
        rule.assign_list(session, document)
        session.add(document)
        session.flush()
        add_version(document.id, *lines, looked=looked)
        return document.id


def add_version(document_id: int, *lines: str, looked: bool = True) -> int:
    """Add a version with these lines, which is then the newest one; its id."""
    found = read(*lines)
    with db.write() as session:
        document = session.get_one(Document, document_id)
        no = 1 + len(session.scalars(select(Version.id).where(Version.document_id == document_id)).all())
        version = Version(document_id=document_id, no=no, outcome="text", text=found.text, obligations_found=looked)
        session.add(version)
        session.flush()
        document.current_no = no
        session.add_all([*rows.provisions(version.id, found.provisions), *rows.citations(version.id, found.citations)])
        if looked:
            session.add_all(rows.obligations(version.id, found.obligations))
        return version.id


def stored(document_id: int) -> list[VersionObligation]:
    """The obligations of all versions of a document, in order."""
    db.release()
    query = select(VersionObligation).join(Version, Version.id == VersionObligation.version_id).where(Version.document_id == document_id)
    with db.read() as session:
        found = list(session.scalars(query.order_by(VersionObligation.version_id, VersionObligation.start, VersionObligation.id)))
        for row in found:
            session.expunge(row)
        return found


def picked(document_id: int, *places: int) -> list[Picked]:
    """The obligations at these places of `stored`, all by default, with their present revisions."""
    found = stored(document_id)
    return [Picked(found[place].id, found[place].revision) for place in places or range(len(found))]
