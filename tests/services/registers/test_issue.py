"""Numbers given to outgoing documents and copies, written into the register, and cancelled."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.models import DocumentFact
from docmgr.policy import COMMAND_LINE, Actor, Denied
from docmgr.services.documents import facts, lifecycle
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.folders import sharing
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.registers import arrivals, issue, listing, reserving
from docmgr.services.registers import series as number_series
from docmgr.services.registers.issue import NumberInput
from docmgr.services.registers.series import SeriesInput
from docmgr.services.trail import words as trail_words
from legaltext import dates
from tests.filling.filing import actions, load
from tests.filling.registers import day, delivered, entry, hide, paper, rows
from tests.support.racing import events

TODAY = dates.today()


def refused(*arguments: object) -> str:
    """The sentence with which a call is refused."""
    function, *others = arguments
    with pytest.raises(Invalid) as error:
        function(*others)  # type: ignore[operator]
    db.release()
    return str(error.value)


def test_a_number_is_line_and_confirmed_facts_at_once(clerk: Actor) -> None:
    series, document = delivered(clerk), paper()
    made = issue.issue_number(clerk, document, NumberInput(day=TODAY))
    stored = load(document)
    assert (stored.number, stored.issued_on, stored.number_key) == ("01/QĐ-SGDĐT", TODAY, "1/QD-SGDDT")
    line = entry(made)
    assert (line.symbol, line.dated_on, line.year, line.changed_label) == ("01/QĐ-SGDĐT", TODAY, TODAY.year, clerk.label)
    with db.read() as session:
        known = session.execute(select(DocumentFact.field, DocumentFact.confirmed).where(DocumentFact.document_id == document))
        assert {field for field, confirmed in known if confirmed} == {"number", "issued_on"}
    event = events("register:issue")[0]
    assert (event.document_id, trail_words.verb(event)) == (document, "Cấp số")
    assert "Số, ký hiệu: 01/QĐ-SGDĐT; Ngày ban hành: " in trail_words.one_line(event)
    letter = paper("Mời họp", type="Công văn")
    issue.issue_number(clerk, letter, NumberInput(field="VP"))
    assert load(letter).number == "02/SGDĐT-VP"
    assert rows(series) == [(1, "issued", document), (2, "issued", letter)]


def test_the_year_begins_again_and_the_first_number_is_of_its_year(clerk: Actor) -> None:
    series = delivered(clerk)
    row = number_series.get(clerk, series).series
    number_series.edit(clerk, series, SeriesInput(row.name, organ="X", first_number=213, first_year=TODAY.year), revision=row.revision)
    last_year = dt.date(TODAY.year - 1, 12, 31)
    given = [issue.issue_number(clerk, paper(f"Văn bản {one}"), NumberInput(day=one)) for one in (TODAY, last_year, TODAY)]
    assert [entry(one).symbol for one in given] == ["213/QĐ-X", "01/QĐ-X", "214/QĐ-X"]


def test_bad_input_gives_no_number_and_says_why(clerk: Actor, staff: Actor) -> None:
    series = number_series.listing(clerk, ["outgoing"])[0].series.id
    document = paper()
    assert "chưa có chữ viết tắt tên cơ quan" in refused(issue.issue_number, clerk, document)
    delivered(clerk)
    assert "Ngày này chưa đến" in refused(issue.issue_number, clerk, document, NumberInput(day=TODAY + dt.timedelta(days=1)))
    assert "Năm phải từ 1945" in refused(issue.issue_number, clerk, document, NumberInput(day=day("0999-01-01")))
    assert "chỉ có chữ và chữ số" in refused(issue.issue_number, clerk, paper(type="Công văn"), NumberInput(field="V/P\x00 "))
    assert "không có ký hiệu" in refused(issue.issue_number, clerk, paper(type="Phụ lục"))
    assert "chưa có loại" in refused(issue.issue_number, clerk, paper(type=None))
    assert "Không có dãy số đang mở" in refused(issue.issue_number, clerk, document, NumberInput(series_id=999))
    assert "vừa được dùng" in refused(issue.issue_number, clerk, document, NumberInput(entry_id=999))
    assert "có số 7/QĐ-X" in refused(issue.issue_number, clerk, paper(number="7/QĐ-X"))
    assert "dấu mật" in refused(issue.issue_number, clerk, paper(state="withheld"))
    withdrawn = paper()
    lifecycle.set_workflow(clerk, withdrawn, "withdrawn")
    assert "đã thu hồi" in refused(issue.issue_number, clerk, withdrawn)
    revision = load(document).revision
    facts.save(clerk, document, {"type": "Tờ trình"}, revision=revision, confirm=False, publish=False)
    with pytest.raises(Conflict):
        issue.issue_number(clerk, document, revision=revision)
    with pytest.raises(Denied):
        issue.issue_number(staff, document)
    lifecycle.delete(clerk, [document])
    with pytest.raises(NotFound):
        issue.issue_number(clerk, document)
    number_series.close(clerk, series)
    assert "Không có dãy số đang mở" in refused(issue.issue_number, clerk, paper())
    assert rows(series) == [] and events("register:issue") == []


def test_a_number_that_the_store_has_is_not_given_again(clerk: Actor) -> None:
    series = delivered(clerk)
    paper("Cũ", number="01/QĐ-SGDĐT", issued_on=TODAY)
    document = paper()
    assert "hãy ghi văn bản đó vào sổ trước" in refused(issue.issue_number, clerk, document)
    assert rows(series) == [] and load(document).number is None


def test_a_number_that_a_document_has_is_written_down_and_leaves_unused_lines(clerk: Actor) -> None:
    series = delivered(clerk)
    old = paper("Cũ", number="4/QĐ-SGDĐT", issued_on=TODAY)
    issue.record_number(clerk, old)
    assert rows(series) == [(1, "unused", None), (2, "unused", None), (3, "unused", None), (4, "issued", old)]
    assert "Số chưa dùng đứng trước: 01-03" in trail_words.one_line(events("register:record")[0])
    assert "đã có trong sổ" in refused(issue.record_number, clerk, old)
    again = paper("Trùng", number="04/QĐ-SGDĐT", issued_on=TODAY)
    assert "đã có dòng khác" in refused(issue.record_number, clerk, again)
    for number, told in (("5A/QĐ-X", "không có số thứ tự"), ("KHÔNG SỐ", "không có số thứ tự"), ("0/QĐ-X", "không có số thứ tự"), ("206/QĐ-SGDĐT", "hơn 200 số"), ("115/QĐ-TTg", "chỉ ghi số do cơ quan cấp")):
        assert told in refused(issue.record_number, clerk, paper("Sai", number=number, issued_on=TODAY))
    assert "chưa có ngày" in refused(issue.record_number, clerk, paper("Sai", number="9/QĐ-X"))
    late = paper("Muộn", number="2/QĐ-SGDĐT", issued_on=TODAY)
    issue.record_number(clerk, late)
    lines = listing.page(clerk, listing.RegisterFilter("outgoing", TODAY.year), ascending=True)
    reserving.explain(clerk, lines[0].entry.id, "Chưa dùng vì nhầm", revision=lines[0].entry.revision)
    issue.issue_number(clerk, paper(), NumberInput(entry_id=lines[2].entry.id))
    assert [(number, state) for number, state, _ in rows(series)] == [(1, "unused"), (2, "issued"), (3, "issued"), (4, "issued")]
    assert issue.issue_number(clerk, paper("Sau")) and rows(series)[-1][0] == 5


def test_no_printed_number_is_given_twice_by_two_series(clerk: Actor) -> None:
    closed = delivered(clerk)
    issue.issue_number(clerk, paper())
    number_series.close(clerk, closed)
    number_series.create(clerk, SeriesInput("Dãy mới", organ="SGDĐT"))
    document = paper("Sau")
    assert "Số 01/QĐ-SGDĐT năm" in refused(issue.issue_number, clerk, document) and load(document).number is None


def test_what_came_from_elsewhere_is_no_outgoing_document(clerk: Actor) -> None:
    delivered(clerk)
    document = paper("Đến", number="7/QĐ-SGDĐT", issued_on=TODAY)
    arrivals.receive(clerk, document)
    assert "đã vào sổ văn bản đến" in refused(issue.record_number, clerk, document)


def test_only_who_may_edit_the_document_cancels_its_number(clerk: Actor) -> None:
    delivered(clerk)
    document = paper()
    made = issue.issue_number(clerk, document)
    sharing.set_inherit(COMMAND_LINE, SharedThing(document_id=document), inherit=False)
    sharing.grant(COMMAND_LINE, SharedThing(document_id=document), f"user:{clerk.user_id}", "reader")
    with pytest.raises(NotFound):
        issue.cancel(clerk, made, "Nhầm", revision=entry(made).revision)
    assert entry(made).state == "issued"


def test_a_number_below_the_first_one_is_refused(clerk: Actor) -> None:
    row = number_series.get(clerk, delivered(clerk)).series
    number_series.edit(clerk, row.id, SeriesInput(row.name, organ="X", first_number=50), revision=row.revision)
    assert "nhỏ hơn số bắt đầu" in refused(issue.record_number, clerk, paper(number="49/QĐ-X", issued_on=TODAY))


def test_a_cancelled_number_stays_and_the_document_gets_another(clerk: Actor) -> None:
    series, document = delivered(clerk), paper()
    made = issue.issue_number(clerk, document)
    assert "Hãy ghi lý do" in refused(lambda: issue.cancel(clerk, made, " \x07", revision=entry(made).revision))
    issue.cancel(clerk, made, "In nhầm", revision=entry(made).revision)
    assert "Chỉ hủy được số đã cấp" in refused(lambda: issue.cancel(clerk, made, "Nữa", revision=entry(made).revision))
    assert "vừa được dùng" in refused(issue.issue_number, clerk, document, NumberInput(entry_id=made))
    issue.issue_number(clerk, document)
    assert rows(series) == [(1, "cancelled", document), (2, "issued", document)] and load(document).number == "02/QĐ-SGDĐT"
    assert (entry(made).reason, entry(made).symbol) == ("In nhầm", "01/QĐ-SGDĐT")
    assert actions(document).count("register:cancel") == 1


def test_a_hidden_document_keeps_its_line_from_being_cancelled(clerk: Actor) -> None:
    delivered(clerk)
    document = paper()
    made = issue.issue_number(clerk, document)
    hide(document)
    with pytest.raises(NotFound):
        issue.cancel(clerk, made, "Lý do", revision=None)


def test_copies_have_one_series_of_their_own_and_leave_the_facts(clerk: Actor) -> None:
    series, document = delivered(clerk, "copies"), paper(number="9/QĐ-X")
    made = [issue.issue_copy(clerk, document, kind) for kind in ("SY", "TrS", "SY")]
    assert [entry(one).symbol for one in made] == ["01/SY-SGDĐT", "02/TrS-SGDĐT", "03/SY-SGDĐT"]
    assert load(document).number == "9/QĐ-X" and len(rows(series)) == 3
    assert "Hãy chọn một mục" in refused(issue.issue_copy, clerk, document, "XX")
