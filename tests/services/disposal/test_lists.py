"""Lists of case files whose period has ended: what they have, who makes, proposes and decides, and what is refused."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io

import docx
import openpyxl
import pypdfium2
import pytest

from docmgr import db
from docmgr.models import DisposalList, DisposalRow, User
from docmgr.policy import COMMAND_LINE, Actor, Denied
from docmgr.services.cases import contents, export, files
from docmgr.services.disposal import deciding, execute, fit, lists, pages
from docmgr.services.disposal import export as disposal_export
from docmgr.services.disposal.deciding import DecisionInput, RowAnswer
from docmgr.services.disposal.lists import RowInput
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.keeping import holds, kept
from legaltext import dates
from tests.filling.filing import person
from tests.filling.keeping.disposing import DAY, decided, ended, listed, rows, shown, the_list, yes
from tests.filling.registers import case, hide, opened, paper
from tests.support.acting import actor_of
from tests.support.racing import count, events

TODAY = dates.today()


@pytest.fixture
def leader(people: dict[str, User]) -> Actor:
    """The leader as an actor."""
    return actor_of(people["leader"])


def test_what_has_ended_is_listed_once(clerk: Actor) -> None:
    def closed(code: str, year: int, years: int | None) -> int:
        one = opened(clerk, code, opened_on=dt.date(year, 1, 1), **({} if years is None else {"retention_years": years}))
        files.close(clerk, one, dt.date(year, 12, 31))
        return one

    over, last_day = closed("1", 2019, 5), dt.date(2024, 12, 31)
    closed("2", 2020, 5)
    closed("3", 1950, None)
    opened(clerk, "4", retention_years=1, opened_on=dt.date(2000, 1, 1))
    longer = closed("5", 2000, 5)
    with db.write() as session:
        session.get_one(files.CaseFile, longer).keep_until = 2025
    assert [one.id for one in fit.candidates(clerk, dt.date(2025, 1, 1))] == [over] and fit.candidates(clerk, last_day) == []
    assert fit.last_year(case(over)) == 2024 and fit.last_year(case(longer)) == 2025
    one = lists.create(clerk, " Danh mục\n2025 ", DAY)
    assert the_list(one).title == "Danh mục 2025" and [row.case_id for row in rows(one)] == [over] and rows(one)[0].proposal == "destroy"
    with pytest.raises(Invalid, match="Không có hồ sơ nào") as error:
        lists.create(clerk, "Lần nữa", DAY)
    assert error.value.field == "ended_by"
    lists.remove(clerk, one)
    assert count(DisposalList) == count(DisposalRow) == 0 and lists.create(clerk, "Lần nữa", DAY) != one


def test_who_changed_a_proposal_last_is_kept(clerk: Actor) -> None:
    ended(clerk, "1/X"), ended(clerk, "2/X")
    one = listed(clerk, proposed=False)
    first, second = rows(one)
    other = actor_of(person("van-thu-hai", "clerk"))
    assert {first.changed_by, second.changed_by} == {clerk.user_id}
    same = RowInput(second.proposal)
    lists.edit(other, one, the_list(one).title, {first.id: RowInput("destroy", note="Xem lại"), second.id: same}, revision=None)
    assert [row.changed_by for row in rows(one)] == [other.user_id, clerk.user_id]


def test_what_no_list_can_be_is_refused(clerk: Actor, auditor: Actor, leader: Actor) -> None:
    ended(clerk)
    for title, day, field in (("", DAY, "title"), ("x" * 301, DAY, "title"), ("A", TODAY + dt.timedelta(days=1), "ended_by"), ("A", dt.date(1800, 1, 1), "ended_by")):
        with pytest.raises(Invalid) as error:
            lists.create(clerk, title, day)
        assert error.value.field == field
    for actor in (auditor, leader):
        with pytest.raises(Denied):
            lists.create(actor, "A", DAY)
    one = lists.create(clerk, "A", DAY)
    row = rows(one)[0].id
    for given in (RowInput("burn"), RowInput("keep"), RowInput("keep", 2024), RowInput("keep", 2126), RowInput("destroy", note="x" * 501)):
        with pytest.raises(Invalid) as error:
            lists.edit(clerk, one, "A", {row: given}, revision=1)
        assert error.value.field == f"row-{row}"
    with pytest.raises(Invalid, match="ít nhất một hồ sơ"):
        lists.edit(clerk, one, "A", {row: RowInput("destroy", dropped=True)}, revision=1)
    assert len(rows(one)) == 1 and the_list(one).revision == 1
    lists.edit(clerk, one, "B", {row: RowInput("keep", 2030, "Còn  tra cứu")}, revision=1)
    assert (the_list(one).title, rows(one)[0].keep_until, rows(one)[0].note) == ("B", 2030, "Còn tra cứu")
    with pytest.raises(Conflict):
        lists.edit(clerk, one, "C", {}, revision=1)
    for act in (lambda: lists.propose(clerk, 10**12), lambda: lists.get(clerk, 10**12), lambda: deciding.send_back(leader, 10**12, "x"), lambda: lists.remove(clerk, 99)):
        with pytest.raises(NotFound):
            act()


def test_others_than_clerks_list_their_own(clerk: Actor, staff: Actor, leader: Actor) -> None:
    ended(clerk, "1/X")
    own, charge = ended(clerk, "2/X", unit_id=staff.unit_id), ended(clerk, "3/X", person_id=staff.user_id)
    theirs = listed(staff, proposed=False)
    assert [row.case_id for row in rows(theirs)] == [own, charge]
    mine = listed(clerk, proposed=False)
    for act in (lambda: lists.propose(staff, mine), lambda: lists.remove(staff, mine), lambda: lists.edit(leader, theirs, "x", {}, revision=None)):
        with pytest.raises(Denied):
            act()
    assert lists.may_change(clerk, the_list(theirs)) and not lists.may_change(staff, the_list(mine))
    lists.propose(clerk, theirs)
    with pytest.raises(Invalid, match="đã trình nên không sửa được"):
        lists.edit(staff, theirs, "x", {}, revision=None)
    with pytest.raises(Denied):
        lists.get(Actor(user_id=1, label="", roles=frozenset({"administrator"})), mine)


def test_nobody_decides_about_their_own(clerk: Actor, leader: Actor, staff: Actor) -> None:
    ended(clerk)
    both = actor_of(person("hai-vai", "leader", "clerk"))
    one = listed(both)
    with pytest.raises(Invalid, match="không được quyết định"):
        deciding.decide(both, one, yes(one))
    assert not deciding.may_decide(both, the_list(one)) and deciding.may_decide(leader, the_list(one))
    deciding.send_back(leader, one, "Thiếu hồ sơ")
    assert the_list(one).state == "draft" and the_list(one).returned == "Thiếu hồ sơ"
    # Who only changed a row of somebody else's list does not decide about it either.
    mine = actor_of(person("khac", "leader", "clerk"))
    lists.edit(mine, one, "A", {rows(one)[0].id: RowInput("archive")}, revision=None)
    lists.propose(clerk, one)
    for who in (both, mine):
        with pytest.raises(Invalid, match="không được quyết định"):
            deciding.decide(who, one, yes(one))
    for actor in (clerk, staff, COMMAND_LINE):
        with pytest.raises((Denied, Invalid)):
            deciding.decide(actor, one, yes(one))
    with pytest.raises(Denied):
        deciding.send_back(clerk, one, "x")
    with pytest.raises(Invalid, match="chờ hủy"):
        execute.start(clerk, one)
    assert the_list(one).state == "proposed" and rows(one)[0].agreed is None
    deciding.decide(leader, one, yes(one))
    assert the_list(one).state == "done" and case(rows(one)[0].case_id).destroyed_on is None
    with pytest.raises(Invalid, match="không chờ quyết định"):
        deciding.decide(leader, one, yes(one))


def test_a_decision_is_whole_or_not_there(clerk: Actor, leader: Actor, auditor: Actor) -> None:
    first, second = ended(clerk, "1/X"), ended(clerk, "2/X")
    one = listed(clerk)
    a, b = (row.id for row in rows(one))
    wrong = [
        ({"number": " "}, "decision_number"), ({"decided_on": None}, "decision_on"), ({"decided_on": TODAY + dt.timedelta(days=1)}, "decision_on"),
        ({"document": "99/KHONG-CO"}, "document"), ({"answers": {a: RowAnswer(True)}}, f"row-{b}"), ({"answers": {a: RowAnswer(True), b: RowAnswer(False, " ")}}, f"row-{b}"),
    ]  # fmt: skip
    for more, field in wrong:
        with pytest.raises(Invalid) as error:
            deciding.decide(leader, one, yes(one, **more))
        assert error.value.field == field
    hold = holds.hold_case(auditor, second, "Vụ án A")
    with pytest.raises(Invalid, match=r"2/X.*Vụ án A"):
        deciding.decide(leader, one, yes(one))
    holds.end_on_case(auditor, second, hold, "Xong")
    files.reopen(clerk, second, "Bổ sung")
    with pytest.raises(Invalid, match="đã mở lại"):
        deciding.decide(leader, one, yes(one))
    assert (the_list(one).state, the_list(one).decision_number, [row.agreed for row in rows(one)]) == ("proposed", None, [None, None])
    assert not events("case:dispose") and case(first).revision == case(first).revision
    deciding.decide(leader, one, yes(one, answers={a: RowAnswer(True), b: RowAnswer(False, "Đang dùng")}))
    assert the_list(one).state == "decided" and [row.reason for row in rows(one)] == [None, "Đang dùng"]
    assert [event.details["agreed"]["msgid"] for event in events("case:dispose")] == ["Đồng ý", "Không đồng ý"]


def test_a_decision_of_the_store_is_named_and_kept(clerk: Actor, leader: Actor) -> None:
    document, bare = paper("Về việc hủy tài liệu", number="9/QĐ-X", issued_on=dt.date(2025, 7, 1)), paper("Không số")
    longer = ended(clerk)
    one = listed(clerk)
    lists_row = rows(one)[0].id
    deciding.send_back(leader, one, "Giữ lại")
    lists.edit(clerk, one, "A", {lists_row: RowInput("keep", TODAY.year + 3)}, revision=None)
    lists.propose(clerk, one)
    with pytest.raises(Invalid) as error:
        deciding.decide(leader, one, yes(one, number="", document=f"#{bare}"))
    assert error.value.field == "decision_number"
    deciding.decide(leader, one, yes(one, number="", decided_on=None, document=f"#{document}"))
    found = the_list(one)
    assert (found.decision_number, found.decision_on, found.decision_document_id) == ("9/QĐ-X", dt.date(2025, 7, 1), document)
    assert case(longer).keep_until == TODAY.year + 3 and fit.candidates(clerk, TODAY) == []
    with db.read() as session:
        assert [message.told() for message in kept.reasons(session, [document])[document]] == ["Quyết định về danh mục “A”"]
    assert pages.one(leader, one).decision_document is not None
    hide(document)
    assert pages.one(clerk, one).decision_document is None


def test_what_is_shown_follows_the_rights(clerk: Actor, staff: Actor, auditor: Actor, leader: Actor) -> None:
    held, secret, shared, free = paper("Giữ", number="1/QĐ-X"), paper("Bí Mật", number="2/QĐ-MAT"), paper("Chung", number="3/QĐ-X"), paper("Tự do")
    holds.hold_document(auditor, held, "Vụ A")
    holds.hold_document(auditor, secret, "Vụ B")
    one = ended(clerk, "1/X", (held, secret, shared, free))
    contents.add(clerk, opened(clerk, "8/X", "Còn mở"), [shared])
    hide(secret)
    made = listed(clerk)
    assert one == rows(made)[0].case_id
    for actor, many, names in ((staff, 3, [held, shared]), (auditor, 4, [held, secret, shared])):
        (row,) = shown(actor, made)
        assert row.documents == many and [found.document.id for found in row.kept] == names
    (row,) = shown(staff, made)
    said = [[reason.told() for reason in found.reasons] for found in row.kept]
    assert said == [["Đang tạm giữ, không được xóa"], ["Còn nằm trong hồ sơ 8/X: chỉ bỏ ra khỏi hồ sơ này"]]
    texts = []
    for form in export.FORMS:
        made_file = disposal_export.export(staff, made, form)
        if form == "docx":
            document = docx.Document(io.BytesIO(made_file.body))
            texts.append("\n".join(cell.text for table in document.tables for line in table.rows for cell in line.cells))
        elif form == "xlsx":
            book = openpyxl.load_workbook(io.BytesIO(made_file.body))
            texts.append("\n".join(str(cell.value) for line in book.active.rows for cell in line))
        else:
            pdf = pypdfium2.PdfDocument(made_file.body)
            texts.append("\n".join(page.get_textpage().get_text_range() for page in pdf))
    assert all("1/X" in text and "2020" in text and "MAT" not in text and "Bí Mật" not in text for text in texts)
    assert [event.details for event in events("disposal:export")] == [{"format": form} for form in export.FORMS]
    with pytest.raises(Invalid, match="DOCX, PDF"):
        disposal_export.export(staff, made, "exe")
    assert pages.waiting(leader) == 1 and pages.waiting(clerk) == 0 and pages.page(staff, 99).total == 1
    decided(leader, made)
    assert "Đồng ý" in "".join(str(cell) for cell in disposal_export._cells(1, shown(staff, made)[0], str))


def test_a_case_file_that_was_reopened_is_not_proposed(clerk: Actor) -> None:
    one = ended(clerk)
    made = listed(clerk, proposed=False)
    files.reopen(clerk, one, "Bổ sung")
    with pytest.raises(Invalid, match=r"1/X không thuộc danh mục này nữa: Hồ sơ đã mở lại\."):
        lists.propose(clerk, made)
    assert the_list(made).state == "draft" and shown(clerk, made)[0].against is not None
    assert DecisionInput("1", None, {}).document == ""


def test_who_proposed_it_before_it_was_sent_back_does_not_decide(clerk: Actor, staff: Actor, leader: Actor) -> None:
    ended(clerk)
    other = dataclasses.replace(staff, roles=frozenset({"clerk"}))
    one = listed(other)
    for who in (clerk, other):
        deciding.send_back(leader, one, "Xem lại")
        lists.propose(who, one)
    # The list keeps only the last who proposed it.
    with pytest.raises(Invalid, match="không được quyết định"):
        deciding.decide(dataclasses.replace(clerk, roles=frozenset({"leader"})), one, yes(one))
    deciding.decide(leader, one, yes(one))
