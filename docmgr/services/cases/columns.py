"""The contents list of a case file (mục lục văn bản trong hồ sơ) with the columns of Annex V of Decree 30/2020/NĐ-CP, for the
page and for files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import select

from docmgr import db
from docmgr.models import Document, Version
from docmgr.policy import Actor
from docmgr.services.access import versions
from docmgr.services.cases.contents import CaseRow
from docmgr.services.chunks import chunks
from docmgr.writing.tables import Cell

Translated = Callable[[str], str]

COLUMNS = (
    "Số TT", "Số, ký hiệu văn bản", "Ngày tháng văn bản", "Tên loại và trích yếu nội dung văn bản", "Tác giả văn bản", "Số trang", "Ghi chú",
)  # fmt: skip
# What stands in the last column.
DRAFT, WITHDRAWN, IN_BIN = "Dự thảo", "Đã thu hồi", "trong thùng rác"


def cells(row: CaseRow, pages: Mapping[int, int], translated: Translated) -> tuple[Cell, ...]:
    """The cells of one document. `pages` has the numbers of pages by document id."""
    document = row.document
    text = " · ".join(part for part in (document.type, document.subject or (None if document.number else document.label)) if part)
    return (
        row.place, document.number, document.issued_on, text, document.issuer, pages.get(document.id), remark(row, translated),
    )  # fmt: skip


def remark(row: CaseRow, translated: Translated) -> str | None:
    """The last column: what a reader of the list must know of the document. None when there is nothing."""
    states = {"draft": DRAFT, "withdrawn": WITHDRAWN}
    words = [states.get(row.document.workflow), IN_BIN if row.deleted else None]
    return "; ".join(translated(one) for one in words if one) or None


def pages_of(actor: Actor, rows: Sequence[CaseRow]) -> dict[int, int]:
    """Load how many pages the newest version of each document has that the actor may see, by document id; documents without a
    known number are missing."""
    query = select(Version.document_id, Version.pages).join(Document, Document.id == Version.document_id)
    query = query.where(versions.is_current(), versions.seen_by(actor), Version.pages.is_not(None))
    found: dict[int, int] = {}
    with db.read() as session:
        for some in chunks([row.document.id for row in rows]):
            found |= {number: pages for number, pages in session.execute(query.where(Version.document_id.in_(some))) if pages}
    return found
