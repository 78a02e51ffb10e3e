"""Write chosen documents of a list into a file with the columns that the person sees. An event of each document records it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from docmgr import db, policy
from docmgr.models import Document
from docmgr.policy import Actor
from docmgr.services.access import rule
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.listing import columns as list_columns
from docmgr.services.listing import rows as list_rows
from docmgr.services.listing.columns import COLUMNS
from docmgr.services.listing.rows import ListRow
from docmgr.services.message import Message
from docmgr.services.trail import log
from docmgr.writing import formats, tables
from docmgr.writing.tables import Cell, Table
from legaltext import dates, validity
from legaltext.dates import VIETNAM

MOST = 500
TITLE, FILE_NAME = "Danh sách văn bản", "danh-sach-van-ban"
MADE = "Xuất lúc %(moment)s (UTC+7), người xuất: %(who)s"
Translated = Callable[[str], str]


def export(actor: Actor, ids: Iterable[int], form: str, translated: Translated = str) -> tuple[str, str, bytes]:
    """Write the documents with these ids, at most MOST, in the order of the ids; return (file name, media type, bytes). `form` is
    a key of formats.FORMATS, `translated` translates Vietnamese words. Raises Denied when the actor's roles may not export,
    NotFound when the actor may not read one of the documents, Invalid for an unknown form or no documents."""
    policy.require(actor, "search:export")
    wanted = list(dict.fromkeys(ids))[:MOST]
    if form not in formats.FORMATS:
        raise Invalid(Message("Hãy chọn dạng tệp: DOCX, PDF, XLSX hoặc CSV."), "form")
    if not wanted:
        raise Invalid(Message("Hãy chọn ít nhất một văn bản trong danh sách."))
    columns = list_columns.chosen(actor)
    with db.write() as session:
        here = Document.id.in_(wanted) & rule.visible(actor)
        rows = list_rows.load(session, actor, here, (Document.id.asc(),), limit=MOST, columns=columns)
        if len(rows) != len(wanted):
            raise NotFound
        rows = tuple(sorted(rows, key=lambda row: wanted.index(row.document.id)))
        for row in rows:
            log.document_event(session, actor, "document:export", row.document, {"format": form})
        table = _table(actor, rows, columns, translated)
    body, media_type = formats.write(table, form)
    return f"{FILE_NAME}.{form}", media_type, body


def _table(actor: Actor, rows: Sequence[ListRow], columns: Sequence[str], translated: Translated) -> Table:
    made = {"moment": dates.printed_moment(db.now(), seconds=True), "who": actor.label}
    cells = [tuple(CELLS[name](row, translated) for name in columns) for row in rows]
    names = tuple(translated(COLUMNS[name]) for name in columns)
    return Table(
        translated(TITLE).upper(), (translated(MADE) % made,), names, cells, translated(tables.PAGE), translated(tables.SHEET)
    )


def _state(row: ListRow, translated: Translated) -> Cell:
    force = validity.status_at(row.document, dates.today())
    told = [policy.WORKFLOWS[row.document.workflow], force.label if force.code == validity.OVER else None]
    return "; ".join(translated(one) for one in told if one)


CELLS: Mapping[str, Callable[[ListRow, Translated], Cell]] = {
    "number": lambda row, _: row.document.number or row.document.label,
    "subject": lambda row, _: row.document.subject,
    "type": lambda row, _: row.document.type,
    "date": lambda row, _: row.document.issued_on,
    "issuer": lambda row, _: row.document.issuer,
    "signer": lambda row, _: row.document.signer,
    "field_of_work": lambda row, _: row.terms.field_of_work,
    "tags": lambda row, _: ", ".join(row.terms.tags),
    "folder": lambda row, _: row.folder,
    "state": _state,
    "creator": lambda row, _: row.creator,
    "created": lambda row, _: row.document.created_at.astimezone(VIETNAM).date(),
    "changed": lambda row, _: row.changed_at.astimezone(VIETNAM).date(),
}
