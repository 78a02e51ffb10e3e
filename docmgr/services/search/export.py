"""Write the results of a search into a file (DOCX, PDF, XLSX or CSV) with the chosen columns, as Decree 30/2020,
Appendix VI, asks.

The file also states what was asked, what was not understood, who made it and when, and how many documents were found.
At most MAX_ROWS documents are written. An event of the trail records the export.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from docmgr import context, db, policy
from docmgr.policy import Actor
from docmgr.services.errors import Invalid
from docmgr.services.folders import names as folder_names
from docmgr.services.message import Message
from docmgr.services.own_fields import kinds as own_kinds
from docmgr.services.own_fields import values as own_values
from docmgr.services.own_fields.values import OwnFieldValue
from docmgr.services.search import find
from docmgr.services.search import notes as query_notes
from docmgr.services.search import request as asking
from docmgr.services.search.request import Condition, SearchRequest
from docmgr.services.search.types import SearchHit, SearchPage
from docmgr.services.terms import of_documents as terms
from docmgr.services.terms.of_documents import DocumentTerms
from docmgr.services.trail import log
from docmgr.writing import formats, tables
from docmgr.writing.tables import Cell, Table
from legaltext import dates
from legaltext import labels as provision_labels
from legaltext.dates import VIETNAM

MAX_ROWS = 1_000
TITLE, FILE_NAME = "Kết quả tìm kiếm", "ket-qua-tim"
COLUMNS = {
    "number": "Số, ký hiệu",
    "issued_on": "Ngày ban hành",
    "type": "Loại văn bản",
    "issuer": "Cơ quan ban hành",
    "subject": "Trích yếu",
    "status": "Hiệu lực",
    "signer": "Người ký",
    "recipients": "Nơi nhận",
    "folder": "Thư mục",
    "field_of_work": "Lĩnh vực",
    "tags": "Nhãn",
    "provision": "Điều tìm thấy",
    "snippet": "Đoạn trích",
    "address": "Địa chỉ",
}
NOTES = {
    "query": "Câu tìm: %(query)s",
    "no_query": "Câu tìm: (không có, chỉ lọc)",
    "filters": "Bộ lọc: %(filters)s",
    "no_filters": "Bộ lọc: không có",
    "all": "Số văn bản: %(rows)s văn bản (mỗi tệp nhiều nhất %(most)s)",
    "first": "Số văn bản: %(rows)s văn bản đầu trong %(total)s văn bản tìm thấy (mỗi tệp nhiều nhất %(most)s)",
    "made": "Xuất lúc %(moment)s (UTC+7), người xuất: %(who)s",
}
USUAL = ("number", "issued_on", "type", "issuer", "subject", "status", "provision")


Translated = Callable[[str], str]


@dataclass(frozen=True)
class ResultExport:
    """A finished file. `rows` is the number of documents in it, `total` the number of documents found."""

    name: str
    media_type: str
    body: bytes
    rows: int
    total: int


@dataclass(frozen=True)
class _Ground:
    """The data that the cells of all rows need. `found` are the search results, `folders` has the names of folders and
    `terms` the tags of documents by id, `own` their own fields by id and by the name of the column, `address` is the address of the site, and `translated` translates Vietnamese words."""

    found: SearchPage
    folders: Mapping[int, str]
    terms: Mapping[int, DocumentTerms]
    own: Mapping[int, Mapping[str, OwnFieldValue]]
    address: str
    translated: Translated


def columns(actor: Actor, translated: Translated = str) -> dict[str, str]:
    """The columns that can be chosen, key → name: those of COLUMNS, translated, and one for each field of the site in use. Raises
    Denied when the actor's roles may not export."""
    policy.require(actor, "search:export")
    with db.read() as session:
        own = {own_kinds.key(one): one for one in own_values.in_use(session)}
    labels = Counter(one.label for one in own.values())
    named = {name: one.label if labels[one.label] == 1 else f"{one.label} ({one.code})" for name, one in own.items()}
    return {**{name: translated(label) for name, label in COLUMNS.items()}, **named}


def count(actor: Actor, asked: SearchRequest) -> int | None:
    """Count the documents that the search `asked` finds now. None while there is no index. Raises Denied when the
    actor's roles may not export."""
    policy.require(actor, "search:export")
    found = find.find(actor, asked, per_page=1, record=False)
    return None if found.unusable else found.total


def export(
    actor: Actor, asked: SearchRequest, form: str, chosen_columns: Iterable[str], translated: Translated = str
) -> ResultExport:
    """Write the best MAX_ROWS results of the search `asked` into a file, and record an event in the trail.

    `form` is a key of formats.FORMATS, `chosen_columns` are keys of `columns`, and `translated` translates Vietnamese words. Raises
    Denied when the actor's roles may not export, and Invalid when the form is unknown, no column is chosen, the
    search is empty, or there is no index.
    """
    policy.require(actor, "search:export")
    wanted, labels = set(chosen_columns), columns(actor, translated)
    chosen = [name for name in labels if name in wanted]
    if form not in formats.FORMATS:
        raise Invalid(Message("Hãy chọn dạng tệp: DOCX, PDF, XLSX hoặc CSV."), "form")
    if not chosen:
        raise Invalid(Message("Hãy chọn ít nhất một cột."), "columns")
    if asked.blank:
        raise Invalid(Message("Hãy tìm trước, rồi xuất từ trang kết quả."))
    found = find.find(actor, asked, per_page=MAX_ROWS, record=False, deep=True)
    if found.unusable:
        raise Invalid(Message("Chỉ mục đang được lập lại. Hãy thử lại sau ít phút."))
    with db.read() as session:
        ground = _ground(session, actor, found, translated)
        conditions = asking.described(session, actor, asked)
    rows = [tuple(_CELLS[name](hit, ground) if name in _CELLS else _own_cell(name, hit, ground) for name in chosen) for hit in found.hits]
    now = dt.datetime.now(VIETNAM)
    names = tuple(labels[name] for name in chosen)
    notes = _notes(actor, asked, conditions, len(rows), found, now, translated)
    table = Table(translated(TITLE), notes, names, rows, translated(tables.PAGE), translated(tables.SHEET))
    body, media_type = formats.write(table, form)
    # The file contains text of the documents only when this column was chosen.
    shown = [hit.document.id for hit in found.hits if "snippet" in chosen and _snippet(hit, ground)]
    details = {
        "query": asked.query, "filter": "; ".join(one.line for one in conditions) or None, "rows": len(rows),
        "count": found.total, "format": form, "columns": [Message(COLUMNS[name]) if name in COLUMNS else labels[name] for name in chosen],
        **({"documents": shown} if shown else {}),
    }  # fmt: skip
    with db.write() as session:
        log.record(session, actor, "search:export", "search", None, asked.query or TITLE, details=details)
    name = f"{translated(FILE_NAME)}-{now:%Y%m%d-%H%M%S}.{form}"
    return ResultExport(name, media_type, body, len(rows), found.total)


def _notes(
    actor: Actor,
    asked: SearchRequest,
    conditions: Iterable[Condition],
    rows: int,
    found: SearchPage,
    now: dt.datetime,
    translated: Translated,
) -> tuple[str, ...]:
    filters = "; ".join(": ".join(one.told(translated)) for one in conditions)
    said = {
        "query": asked.query, "filters": filters, "rows": rows, "total": found.total, "most": MAX_ROWS,
        "moment": dates.printed_moment(now, seconds=True), "who": actor.label,
    }  # fmt: skip
    codes = (
        "query" if asked.query else "no_query",
        "filters" if filters else "no_filters",
        "all" if rows == found.total else "first",
    )
    lines = [translated(NOTES[code]) % said for code in codes]
    said_of = query_notes.told((*asked.notes, *found.notes), translated)
    return (*lines, *said_of, translated(NOTES["made"]) % said)


def _ground(session: Session, actor: Actor, found: SearchPage, translated: Translated) -> _Ground:
    names = folder_names.names(session, actor, {hit.document.folder_id for hit in found.hits})
    ids = [hit.document.id for hit in found.hits]
    own = {number: {own_kinds.key(one.field): one for one in held} for number, held in own_values.of(session, ids).items()}
    return _Ground(found, names, terms.of(session, ids), own, context.current().settings.public_url, translated)


def _own_cell(name: str, hit: SearchHit, ground: _Ground) -> Cell:
    one = ground.own.get(hit.document.id, {}).get(name)
    return own_kinds.cell(one.field, one.values, one.words, ground.translated) if one else None


def _provisions(hit: SearchHit, ground: _Ground) -> str:
    told = (provision_labels.told_label(place.label, ground.translated) for place in hit.provisions if place.label)
    labels = "; ".join(dict.fromkeys(told))
    return f"{labels} (+{hit.more})" if labels and hit.more else labels


def _snippet(hit: SearchHit, _ground: _Ground) -> str:
    return "".join(segment.text for segment in hit.provisions[0].snippet) if hit.provisions else ""


def _address(hit: SearchHit, ground: _Ground) -> str:
    anchor = hit.provisions[0].anchor if hit.provisions else ""
    return f"{ground.address}/documents/{hit.document.id}" + (f"#{anchor}" if anchor else "")


_CELLS: Mapping[str, Callable[[SearchHit, _Ground], Cell]] = {
    "number": lambda hit, _: hit.document.number,
    "issued_on": lambda hit, _: hit.document.issued_on,
    "type": lambda hit, _: hit.document.type,
    "issuer": lambda hit, _: hit.document.issuer,
    "subject": lambda hit, _: hit.document.subject or hit.document.file_name,
    "status": lambda hit, ground: ground.translated(ground.found.status_of(hit.document).label),
    "signer": lambda hit, _: hit.document.signer,
    "recipients": lambda hit, _: "; ".join(hit.document.recipients or ()),
    "folder": lambda hit, ground: ground.folders.get(hit.document.folder_id),
    "field_of_work": lambda hit, ground: ground.terms.get(hit.document.id, terms.NONE).field_of_work,
    "tags": lambda hit, ground: ", ".join(ground.terms.get(hit.document.id, terms.NONE).tags),
    "provision": _provisions,
    "snippet": _snippet,
    "address": _address,
}
