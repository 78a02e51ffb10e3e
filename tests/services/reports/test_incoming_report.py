"""The report on incoming documents: what arrived on which days, how far it is, and only of what the reader may read."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

import docx
import pytest

from docmgr import db
from docmgr.models import Document, DocumentFlow, RegisterEntry, TrailEvent, Unit
from docmgr.policy import WORKER, Actor, Denied
from docmgr.services.errors import Invalid
from docmgr.services.keeping import purge
from docmgr.services.message import Message
from docmgr.services.registers import arrivals, listing
from docmgr.services.registers.arrivals import ArrivalInput
from docmgr.services.registers.lines import LineInput
from docmgr.services.registers.listing import RegisterFilter
from docmgr.services.reports import incoming_report
from docmgr.services.reports.incoming_report import Arrival
from docmgr.writing.layout.check import check
from legaltext import dates
from tests.filling.keeping import paper_forms
from tests.filling.registers import SECRET, delivered, hide, paper, running

YEAR = 2024
FIRST, LAST = dt.date(YEAR, 1, 1), dt.date(YEAR, 6, 30)


def address(name: str, **chosen: Any) -> str:
    return f"https://vanban.example/{name}?" + "&".join(f"{key}={value}" for key, value in chosen.items())


def arrived(clerk: Actor, day: dt.date, *, due: dt.date | None = None, answer: str | None = None, **facts: Any) -> int:
    """A document that arrived on a day; returns its id."""
    document = paper(facts.pop("subject", "Về việc thử"), **facts)
    arrivals.receive(clerk, document, ArrivalInput(day, LineInput(due_on=due, answer=answer)))
    return document


def ended(document_id: int, day: dt.date, *, stopped: bool = False) -> None:
    """Give the document a run of a workflow that ended on a day, late in the evening."""
    with db.write() as session:
        one = session.query(DocumentFlow).filter_by(document_id=document_id).one()
        one.ended_at, one.stopped = dt.datetime(day.year, day.month, day.day, 16, 30, tzinfo=dt.UTC), stopped


@pytest.fixture
def register(clerk: Actor) -> dict[str, int]:
    """A register of arrivals of half a year, and two documents of other days."""
    delivered(clerk, "incoming")
    ministry, province = {"issuer": "Bộ Giáo dục và Đào tạo", "type": "Công văn"}, {"issuer": "UBND tỉnh", "type": "Kế hoạch"}
    return {
        "answered": arrived(clerk, dt.date(YEAR, 2, 5), due=dt.date(YEAR, 2, 20), answer="12/SGDĐT-VP", **ministry),
        "overdue": arrived(clerk, dt.date(YEAR, 3, 5), due=dt.date(YEAR, 3, 20), **ministry),
        "open": arrived(clerk, LAST, **province),
        "hidden": arrived(clerk, FIRST, subject=SECRET, **province),
        "before": arrived(clerk, FIRST - dt.timedelta(days=1), **province),
        "after": arrived(clerk, LAST + dt.timedelta(days=1), **province),
    }


def counts(report: Any) -> dict[str, int]:
    told = {words: state for state, words in incoming_report.STATES.items()}
    return {told[one.words]: one.count for one in report.results}


def test_the_figures_are_those_of_the_register(clerk: Actor, register: dict[str, int]) -> None:
    hide(register["hidden"])
    report = incoming_report.gather(clerk, FIRST, LAST, address)
    assert (report.total.count, report.hidden) == (4, 1)
    assert counts(report) == {"on_time": 0, "late": 0, "done": 1, "open": 1, "overdue": 1}
    assert report.types.rows == (("Công văn", "2", "1", "0", "1", "1"), ("Kế hoạch", "1", "0", "0", "1", "0"))
    assert report.senders.rows[0] == ("Bộ Giáo dục và Đào tạo", "2", "1", "0", "1", "1")
    assert [row[0] for row in report.units.rows] == ["Chưa giao đơn vị"]
    # The list of the footnote counts the same.
    assert listing.count(clerk, RegisterFilter("incoming", YEAR, since=FIRST, until=LAST)) == report.total.count
    assert report.total.address == f"https://vanban.example/incoming?since={FIRST}&until={LAST}"


def test_the_day_on_which_a_workflow_ended_counts(clerk: Actor) -> None:
    delivered(clerk, "incoming")
    found = {}
    for name, day in (("in time", 10), ("late", 11), ("stopped", 9)):
        document = running(clerk, "incoming", type="Công văn", issuer="UBND tỉnh")
        arrivals.receive(clerk, document, ArrivalInput(dt.date(YEAR, 2, 1), LineInput(due_on=dt.date(YEAR, 2, 10))))
        # 16:30 of UTC is 23:30 of the same day here.
        ended(document, dt.date(YEAR, 2, day), stopped=name == "stopped")
        found[name] = document
    assert counts(incoming_report.gather(clerk, FIRST, LAST, address)) == {"on_time": 1, "late": 1, "done": 0, "open": 0, "overdue": 1}


def test_an_answer_of_the_store_counts_by_its_day_for_who_may_read_it(clerk: Actor, auditor: Actor) -> None:
    delivered(clerk, "incoming")
    answer = paper("Trả lời", number="15/SGDĐT-VP", issued_on=dt.date(YEAR, 2, 12))
    arrived(clerk, dt.date(YEAR, 2, 1), due=dt.date(YEAR, 2, 12), answer="15/SGDĐT-VP")
    with db.read() as session:
        assert session.query(RegisterEntry).filter_by(answer_id=answer).count() == 1
    assert counts(incoming_report.gather(clerk, FIRST, LAST, address))["on_time"] == 1
    hide(answer)
    assert counts(incoming_report.gather(clerk, FIRST, LAST, address))["done"] == 1
    assert counts(incoming_report.gather(auditor, FIRST, LAST, address))["on_time"] == 1


@pytest.mark.parametrize(
    ("due", "handled", "day", "state"),
    [
        (None, False, None, "open"), (5, False, None, "open"), (4, False, None, "overdue"), (None, True, 4, "done"), (5, True, None, "done"),
        (5, True, 5, "on_time"), (4, True, 5, "late"),
    ],
)  # fmt: skip
def test_how_far_a_document_is(due: int | None, handled: bool, day: int | None, state: str) -> None:
    def of(number: int | None) -> dt.date | None:
        return dt.date(YEAR, 2, number) if number else None

    assert incoming_report._state(of(due), handled, of(day), dt.date(YEAR, 2, 5)) == state


def test_the_paper_passes_the_checker_and_is_recorded(clerk: Actor, register: dict[str, int]) -> None:
    hide(register["hidden"])
    with db.write() as session:
        unit = Unit(name="Phòng Hành chính (thử)")
        session.add(unit)
        session.flush()
        session.query(RegisterEntry).filter_by(document_id=register["open"]).one().unit_id = unit.id
    file = incoming_report.write(clerk, FIRST, LAST, address)
    document = docx.Document(io.BytesIO(file.body))
    assert check(document) == []
    text = "\n".join([line.text for line in document.paragraphs] + [cell.text for table in document.tables for row in table.rows for cell in row.cells])
    assert "từ ngày 01/01/2024 đến ngày 30/06/2024" in text and "- Tổng số văn bản đến: 4." in text and "Phòng Hành chính (thử)" in text
    assert "không gồm 1 văn bản ngoài quyền xem" in text and SECRET not in text
    with zipfile.ZipFile(io.BytesIO(file.body)) as package:
        assert package.read("word/footnotes.xml").decode().count("https://vanban.example/incoming?since=2024-01-01&amp;until=2024-06-30") == 4
    with db.read() as session:
        event = session.query(TrailEvent).filter_by(action="register:report").one()
    assert event.details == {"file": "bao-cao-van-ban-den-20240101-20240630.docx", "rows": 4}


def test_an_empty_period_gives_a_report_too(clerk: Actor) -> None:
    file = incoming_report.write(clerk, dt.date(2001, 1, 1), dt.date(2001, 12, 31), address)
    assert check(docx.Document(io.BytesIO(file.body))) == []


def test_wrong_periods_and_people_are_refused(clerk: Actor, staff: Actor) -> None:
    tomorrow = dates.today() + dt.timedelta(days=1)
    for first, last, field in (
        (None, LAST, "since"), (FIRST, None, "until"), (LAST, FIRST, "until"), (FIRST, dt.date(YEAR + 1, 1, 1), "until"),
        (tomorrow, tomorrow, "since"), (dt.date(1900, 1, 1), dt.date(1900, 2, 1), "since"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            incoming_report.write(clerk, first, last, address)
        assert refused.value.field == field
    assert incoming_report.period(FIRST, dt.date(YEAR, 12, 31)) == (FIRST, dt.date(YEAR, 12, 31))
    with pytest.raises(Denied):
        incoming_report.write(staff, FIRST, LAST, address)


def test_a_long_table_ends_with_a_sum() -> None:
    shown = incoming_report.ROWS_SHOWN
    found = [Arrival("", f"Nơi {number:02}", "", "late" if number else "open") for number in range(shown + 3)]
    table = incoming_report._table("Nơi gửi", found, lambda one: one.sender, "")
    assert len(table.rows) == shown + 1 and table.rows[-1] == ("Và 3 dòng khác", "3", "3", "3", "0", "0")


def test_what_was_destroyed_keeps_its_kind_and_sender(clerk: Actor, register: dict[str, int]) -> None:
    def kinds() -> list[tuple[str, ...]]:
        return incoming_report.gather(clerk, FIRST, LAST, address).types.rows

    before = kinds()
    with db.write() as session:
        document = session.get_one(Document, register["open"])
        purge.erase(session, WORKER, document, [], Message("Hủy cùng hồ sơ"), "document:destroy")
    assert kinds() == before


def test_the_report_takes_the_form_of_the_agency(register: dict[str, int], clerk: Actor) -> None:
    paper_forms.kept(paper_forms.form("Văn bản đến từ {{ tu_ngay }}", "{%p for dong in theo_noi_gui %}", "{{ dong.ten }}: {{ dong.tong_so }}", "{%p endfor %}"), "incoming_report", no=3, active=True)
    file = incoming_report.write(clerk, FIRST, LAST, address)
    said = paper_forms.words(file.body)
    assert said[0] == "Văn bản đến từ 01/01/2024" and "Bộ Giáo dục và Đào tạo: 2" in said and file.notice is None
    with db.read() as session:
        told = session.query(TrailEvent).filter_by(action="register:report").order_by(TrailEvent.seq.desc()).first()
        assert told is not None and told.details["Mẫu số"] == "3"


def test_a_form_that_fails_gives_the_built_in_report_and_says_so(register: dict[str, int], clerk: Actor) -> None:
    paper_forms.kept(paper_forms.form("{{ khong_co }}"), "incoming_report", active=True)
    file = incoming_report.write(clerk, FIRST, LAST, address)
    assert file.notice is not None and "I. TIẾP NHẬN" in paper_forms.words(file.body) and check(docx.Document(io.BytesIO(file.body))) == []
