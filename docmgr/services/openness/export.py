"""The record of compliance as a spreadsheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from docmgr import db
from docmgr.policy import Actor
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.openness import listing, missing, words
from docmgr.services.openness.listing import PublicationFilter, PublicationRow
from docmgr.services.openness.missing import MissingRow
from docmgr.services.people import agency
from docmgr.services.trail import log
from docmgr.writing import formats, tables
from docmgr.writing.tables import Cell, Table
from legaltext import dates
from legaltext.dates import VIETNAM

MAX_ROWS = 5_000
TITLE = "Theo dõi công khai văn bản"
COLUMNS = (
    "Văn bản", "Trích yếu", "Ngày ban hành", "Công khai cho", "Hình thức", "Nơi công khai", "Quy định", "Căn cứ pháp lý", "Hạn bắt đầu", "Bắt đầu",
    "Muộn (ngày)", "Hết thời gian", "Kết thúc thực tế", "Tình trạng", "Đơn vị", "Bằng chứng", "Lượt mở",
)  # fmt: skip
MADE = "Xuất lúc %(moment)s (UTC+7), người xuất: %(who)s"
Translated = Callable[[str], str]


def export(actor: Actor, wanted: PublicationFilter, translated: Translated = str) -> tuple[str, str, bytes]:
    """Write the publications that fit into an XLSX file and record an event: returns (name, media type, bytes). `translated` translates
    Vietnamese words. Raises Denied, and Invalid when there are more than MAX_ROWS."""
    page = listing.page(actor, wanted, 1, MAX_ROWS)
    if page.total > MAX_ROWS:
        raise Invalid(Message("Có %(total)s dòng, nhiều hơn %(most)s dòng của một tệp. Hãy lọc theo năm.", total=page.total, most=MAX_ROWS))
    if wanted.state == words.MISSING:
        rows = [_missing(one, translated) for one in (missing.page(actor, wanted.year, wanted.rule_id, 1, MAX_ROWS) if page.total else ())]
    else:
        rows = [_cells(one, translated) for one in page.rows]
    now = dt.datetime.now(VIETNAM)
    named = agency.name()
    notes = (*([named] if named else []), translated(MADE) % {"moment": dates.printed_moment(now, seconds=True), "who": actor.label})
    table = Table(translated(TITLE).upper(), notes, tuple(map(translated, COLUMNS)), rows, translated(tables.PAGE), translated(tables.SHEET))
    body, media_type = formats.write(table, "xlsx")
    with db.write() as session:
        log.record(session, actor, "publication:export", "publication", None, TITLE, details={"rows": len(rows), "format": "xlsx"})
    return f"cong-khai-{now:%Y-%m-%d}.xlsx", media_type, body


def _cells(row: PublicationRow, translated: Translated) -> tuple[Cell, ...]:
    one, document = row.publication, row.document
    return (
        document.label, document.subject, document.issued_on, translated(words.AUDIENCES[one.audience]), row.form, one.place,
        row.rule.name if row.rule else None, row.rule.basis if row.rule else None, row.due_on, one.starts_on, row.late or None, one.ends_on, one.ended_on,
        translated(words.STATES[row.state]), row.unit, "\n".join(filter(None, (one.proof_url, one.proof_sha256))) or None, row.openings,
    )  # fmt: skip


def _missing(row: MissingRow, translated: Translated) -> tuple[Cell, ...]:
    document, rule = row.document, row.rule
    return (
        document.label, document.subject, document.issued_on, translated(words.AUDIENCES[rule.audience]), None, None, rule.name, rule.basis, row.due_on,
        None, row.late or None, None, None, translated(words.FILTERS[words.MISSING]), None, None, None,
    )  # fmt: skip
