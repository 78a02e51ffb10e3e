"""Series of numbers (dãy số): which types each numbers, for which unit, and with which abbreviation of the organ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.collation import order
from docmgr.models import NumberSeries, RegisterEntry, Unit
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.registers import words
from docmgr.services.registers.words import KINDS
from docmgr.services.trail import log
from legaltext import dates, doctypes, numbers
from legaltext.text import clean_line

# The types of document that have numbers, in the order of the Decree.
TYPES = tuple(name for name, _ in doctypes.ADMINISTRATIVE)


@dataclass(frozen=True)
class SeriesInput:
    """What a person typed about a series. `types` are names of types, empty for all others. `first_number` is the first
    number in the year `first_year`; None means 1."""

    name: str
    kind: str = "outgoing"
    unit_id: int | None = None
    types: tuple[str, ...] = ()
    organ: str | None = None
    first_number: int | None = None
    first_year: int | None = None


@dataclass(frozen=True)
class SeriesRow:
    """A series in the list. `unit` is the name of its unit, None for the whole agency. `following` is the next number of
    this year, and `used` says whether it ever gave a number."""

    series: NumberSeries
    unit: str | None
    following: int
    used: bool


def listing(actor: Actor, kinds: Iterable[str] = tuple(KINDS), *, closed: bool = True) -> list[SeriesRow]:
    """List the series of these `kinds`, by kind and name, with one query; with `closed` the closed ones too. Raises Denied
    when the actor may neither read registers nor manage series."""
    if not (policy.may(actor, "series:manage") or policy.may(actor, "register:read")):
        raise Denied("series:manage")
    year = dates.today().year
    last = select(func.max(RegisterEntry.number)).where(RegisterEntry.series_id == NumberSeries.id, RegisterEntry.year == year)
    used = exists().where(RegisterEntry.series_id == NumberSeries.id)
    query = select(NumberSeries, Unit.name, last.scalar_subquery(), used).outerjoin(Unit, Unit.id == NumberSeries.unit_id)
    query = query.where(NumberSeries.kind.in_(tuple(kinds)))
    if not closed:
        query = query.where(NumberSeries.closed_at.is_(None))
    ranks = list(KINDS)
    with db.read() as session:
        rows = session.execute(query.order_by(order(NumberSeries.name), NumberSeries.id)).all()
    found = [SeriesRow(series, unit, after(series, year, number), bool(any_)) for series, unit, number, any_ in rows]
    return sorted(found, key=lambda row: (row.series.closed_at is not None, ranks.index(row.series.kind)))


def after(series: NumberSeries, year: int, last: int | None) -> int:
    """The number that follows `last`, the largest number of the series in the year. None means that the year has none."""
    first = series.first_number if series.first_year == year else 1
    return max((last or 0) + 1, first)


def get(actor: Actor, series_id: int) -> SeriesRow:
    """Load one series. Raises NotFound when there is none, and Denied when the actor may not manage series."""
    policy.require(actor, "series:manage")
    found = next((row for row in listing(actor) if row.series.id == series_id), None)
    if found is None:
        raise NotFound
    return found


def covering(session: Session, kind: str, type_name: str | None = None) -> list[NumberSeries]:
    """Find the open series of the kind that number documents of the type, at most one of the whole agency and one of each
    unit; that of the whole agency comes first."""
    query = select(NumberSeries).where(NumberSeries.kind == kind, NumberSeries.closed_at.is_(None))
    by_unit: dict[int | None, NumberSeries] = {}
    for series in session.scalars(query.order_by(NumberSeries.id)):
        if type_name in series.types or not (series.types or series.unit_id in by_unit):
            by_unit[series.unit_id] = series
    return sorted(by_unit.values(), key=lambda series: (series.unit_id is not None, series.id))


def chosen(actor: Actor, fitting: list[NumberSeries], series_id: int | None) -> NumberSeries:
    """Choose from the series that fit a document the one with this id; without an id that of the actor's unit, or else that
    of the whole agency. Raises Invalid when it is not among them."""
    if series_id is None:
        own = [series for series in fitting if series.unit_id is not None and series.unit_id == actor.unit_id]
        found = next(iter([*own, *(series for series in fitting if series.unit_id is None)]), None)
    else:
        found = next((series for series in fitting if series.id == series_id), None)
    if found is None:
        raise Invalid(Message("Không có dãy số đang mở nào cho văn bản này; hãy lập hoặc sửa ở trang Dãy số."), "series")
    return found


def create(actor: Actor, given: SeriesInput) -> int:
    """Create a series and return its id. Raises Denied when the actor may not manage series, and Invalid with the field
    that is wrong."""
    policy.require(actor, "series:manage")
    with db.write() as session:
        forms.one_at_a_time(session, NumberSeries)
        series = NumberSeries(kind=forms.one_of(given.kind, KINDS, "kind"), first_number=1)
        _fill(session, series, given)
        session.add(series)
        session.flush()
        log.record(session, actor, "series:create", "series", series.id, series.name, details=forms.filled(_shown(session, series)))
        return series.id


def edit(actor: Actor, series_id: int, given: SeriesInput, *, revision: int | None) -> None:
    """Change a series; its kind stays. `revision` is the revision when the form was opened; None means that there was no
    form. Raises Denied, NotFound, Conflict, and Invalid with the field that is wrong."""
    policy.require(actor, "series:manage")
    with db.write() as session:
        forms.one_at_a_time(session, NumberSeries)
        series = forms.for_change(session, NumberSeries, series_id, revision)
        before = _shown(session, series)
        _fill(session, series, given)
        forms.bump(series)
        changes = forms.differences(before, _shown(session, series))
        log.record(session, actor, "series:edit", "series", series.id, series.name, details=changes)


def close(actor: Actor, series_id: int, *, closed: bool = True) -> None:
    """Close a series, so that it gives no more numbers, or open it again. Raises Denied, NotFound, and Invalid when an open
    series already numbers its types."""
    policy.require(actor, "series:manage")
    with db.write() as session:
        forms.one_at_a_time(session, NumberSeries)
        series = forms.locked(session, NumberSeries, series_id)
        if (series.closed_at is not None) == closed:
            return
        series.closed_at = db.now() if closed else None
        _refuse_clash(session, series)
        forms.bump(series)
        log.record(session, actor, "series:close" if closed else "series:open", "series", series.id, series.name)


def delete(actor: Actor, series_id: int) -> None:
    """Delete a series that never gave a number. Raises Denied, NotFound, and Invalid when it did: then it can only be
    closed."""
    policy.require(actor, "series:manage")
    with db.write() as session:
        forms.one_at_a_time(session, NumberSeries)
        series = forms.locked(session, NumberSeries, series_id, to_remove=True)
        if session.scalar(select(exists().where(RegisterEntry.series_id == series.id))):
            raise Invalid(Message("Dãy đã có số trong sổ, nên chỉ đóng được, không xóa được."))
        log.record(session, actor, "series:delete", "series", series.id, series.name)
        session.delete(series)


def _fill(session: Session, series: NumberSeries, given: SeriesInput) -> None:
    name = forms.required(clean_line(given.name), Message("Hãy ghi tên dãy số."), "name", 200)
    types = tuple(dict.fromkeys(map(clean_line, given.types)))
    if types and series.kind != "outgoing":
        raise Invalid(Message("Chỉ dãy văn bản đi chia theo loại."), "types")
    for one in types:
        if doctypes.symbol_in_numbers(one) is None:
            raise Invalid(Message("Loại “%(type)s” không có ký hiệu trong số văn bản.", type=one[:100]), "types")
    if given.unit_id is not None:
        forms.check_units(session, {given.unit_id}, "unit_id")
    first = _first(session, series, given)
    with session.no_autoflush:
        taken = session.scalar(select(NumberSeries.id).where(NumberSeries.name == name))
        if taken is not None and taken != series.id:
            raise Invalid(Message("Đã có dãy số mang tên này."), "name")
        series.name, series.types, series.unit_id, series.organ = name, list(types), given.unit_id, _organ(given.organ)
        series.first_number, series.first_year = first
        if series.closed_at is None:
            _refuse_clash(session, series)


def _organ(text: str | None) -> str | None:
    organ = words.one_line(text, "organ", 30)
    # What reading would not take for a part of a number is none.
    if organ and (set(" /") & set(organ) or not numbers.LABELLED.fullmatch(f"1/{organ}")):
        raise Invalid(Message("Chữ viết tắt tên cơ quan bắt đầu bằng chữ hoa, không có khoảng trống và dấu gạch chéo, ví dụ SGDĐT."), "organ")
    return organ


def _first(session: Session, series: NumberSeries, given: SeriesInput) -> tuple[int, int | None]:
    """Read the first number and its year. Raises Invalid when they are not possible, or the series already gave numbers in
    one of the years."""
    number = 1 if given.first_number is None else given.first_number
    if not 1 <= number <= words.LARGEST:
        raise Invalid(Message("Số bắt đầu phải từ 1 đến %(most)s.", most=words.LARGEST), "first_number")
    this = dates.today().year
    year = None if number == 1 else given.first_year or this
    if year is not None and not words.EARLIEST_YEAR <= year <= this:
        raise Invalid(Message("Năm của số bắt đầu phải từ %(first)s đến %(last)s.", first=words.EARLIEST_YEAR, last=this), "first_year")
    if (number, year) != (series.first_number, series.first_year):
        # In a year that has lines already the first number of that year no longer counts.
        asked = series.first_year if year is None else year
        last = select(func.max(RegisterEntry.number)).where(RegisterEntry.series_id == series.id, RegisterEntry.year == asked)
        given_already = session.scalar(last) if series.id is not None else None
        if given_already is not None:
            message = Message("Năm đó dãy đã cấp đến số %(number)s, nên không đổi được số bắt đầu.", number=given_already)
            raise Invalid(message, "first_number")
    return number, year


def _refuse_clash(session: Session, series: NumberSeries) -> None:
    """Raise Invalid when another open series numbers a type of this one for the same unit."""
    query = select(NumberSeries).where(NumberSeries.kind == series.kind, NumberSeries.closed_at.is_(None))
    for other in session.scalars(query.order_by(NumberSeries.id)) if series.closed_at is None else ():
        if other is series or other.unit_id != series.unit_id:
            continue
        if shared := set(other.types) & set(series.types):
            message = Message("Loại “%(type)s” đã thuộc dãy “%(series)s”; mỗi loại chỉ thuộc một dãy.", type=min(shared), series=other.name)
            raise Invalid(message, "types")
        if not other.types and not series.types:
            message = Message("Dãy “%(series)s” đã nhận mọi loại còn lại; hãy chọn loại cho dãy này, hoặc đóng dãy kia.", series=other.name)
            raise Invalid(message, "types")


def _shown(session: Session, series: NumberSeries) -> forms.Shown:
    unit = session.get(Unit, series.unit_id) if series.unit_id is not None else None
    return {
        "Tên dãy số": series.name,
        "Loại sổ": Message(KINDS[series.kind]),
        "Đơn vị": unit.name if unit else None,
        "Loại văn bản": ", ".join(series.types) or None,
        "Chữ viết tắt cơ quan": series.organ,
        "Số bắt đầu": str(series.first_number),
        "Năm của số bắt đầu": str(series.first_year) if series.first_year else None,
    }
