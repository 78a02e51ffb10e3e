"""Write a register of one year into a file with all columns of the law's form, for printing and binding (Decree
30/2020/NĐ-CP, Articles 16 and 22, and Annex IV)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import NumberSeries
from docmgr.policy import Actor
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.people import agency
from docmgr.services.registers import listing
from docmgr.services.registers.columns import COLUMNS, Translated, cells
from docmgr.services.registers.listing import TITLES, RegisterFilter, RegisterLine
from docmgr.services.trail import log
from docmgr.writing import formats, tables
from docmgr.writing.tables import Table
from legaltext import dates
from legaltext.dates import VIETNAM
from legaltext.numbers import printed_serial

MAX_ROWS = 5_000
FORMS = ("docx", "pdf", "xlsx")
FILES = {"outgoing": "so-van-ban-di", "incoming": "so-van-ban-den", "handling": "so-giai-quyet-van-ban-den"}
NOTES = {
    "year": "Năm: %(year)s",
    "series": "Dãy số: %(series)s",
    "numbers": "Từ số %(first)s đến số %(last)s (%(rows)s dòng)",
    "rows": "Số dòng: %(rows)s",
    "made": "Xuất lúc %(moment)s (UTC+7), người xuất: %(who)s",
}


@dataclass(frozen=True)
class RegisterFile:
    """A finished file: its name, its media type and its bytes. `rows` is the number of lines in it."""

    name: str
    media_type: str
    body: bytes
    rows: int


def export(actor: Actor, wanted: RegisterFilter, form: str, translated: Translated = str) -> RegisterFile:
    """Write the lines of a register in the order of their numbers into a file, and record an event. `form` is one of FORMS,
    and `translated` translates Vietnamese words. Raises Denied when the actor may not read registers, and Invalid when the
    form is unknown or there are more than MAX_ROWS lines."""
    if form not in FORMS:
        raise Invalid(Message("Chỉ xuất được DOCX, PDF hoặc XLSX."), "form")
    total = listing.count(actor, wanted)
    if total > MAX_ROWS:
        message = Message("Sổ có %(total)s dòng, nhiều hơn %(most)s dòng của một tệp. Hãy chọn một dãy số.", total=total, most=MAX_ROWS)
        raise Invalid(message)
    found = listing.page(actor, wanted, per_page=MAX_ROWS, ascending=True)
    now = dt.datetime.now(VIETNAM)
    with db.read() as session:
        series = _series(session, wanted)
    rows = [cells(wanted.register, one, translated) for one in found]
    title = translated(TITLES[wanted.register])
    names = tuple(map(translated, COLUMNS[wanted.register]))
    notes = _notes(actor, wanted, series, found, now, translated)
    table = Table(title.upper(), notes, names, rows, translated(tables.PAGE), translated(tables.SHEET))
    body, media_type = formats.write(table, form)
    details = {"register": Message(TITLES[wanted.register]), "year": str(wanted.year), "series": series, "rows": len(rows), "format": form}
    with db.write() as session:
        label = f"{TITLES[wanted.register]} {wanted.year}"
        log.record(session, actor, "register:export", "register", None, label, details=details)
    return RegisterFile(f"{FILES[wanted.register]}-{wanted.year}.{form}", media_type, body, len(rows))


def _series(session: Session, wanted: RegisterFilter) -> str | None:
    series = session.get(NumberSeries, wanted.series_id) if wanted.series_id is not None else None
    return series.name if series else None


def _notes(
    actor: Actor, wanted: RegisterFilter, series: str | None, found: Sequence[RegisterLine], now: dt.datetime, translated: Translated
) -> tuple[str, ...]:
    said = {
        "year": wanted.year, "series": series, "rows": len(found), "who": actor.label,
        "moment": dates.printed_moment(now, seconds=True),
        "first": printed_serial(min((one.entry.number for one in found), default=0)),
        "last": printed_serial(max((one.entry.number for one in found), default=0)),
    }  # fmt: skip
    # Numbers of several series are not counted through.
    numbers = "numbers" if len({one.entry.series_id for one in found}) == 1 else "rows"
    codes = ["year", *(["series"] if series else []), numbers, "made"]
    named = agency.name()
    return (*([named] if named else []), *(translated(NOTES[code]) % said for code in codes))
