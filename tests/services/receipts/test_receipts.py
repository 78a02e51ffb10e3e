"""Reading receipts: who is asked, what waits, what is confirmed of which version, and who sees it."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import update

from docmgr import db
from docmgr.models import Document, Receipt, User, Version
from docmgr.policy import Actor, Denied
from docmgr.services.documents import lifecycle
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.folders import sharing
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.notifications import due, making, reasons
from docmgr.services.notifications import listing as notices
from docmgr.services.notifications.words import said
from docmgr.services.overview import desk
from docmgr.services.receipts import asking, confirming, listing
from docmgr.services.trail import history
from legaltext import dates
from tests.filling.filing import own_grants, person, with_versions
from tests.support.acting import actor_of
from tests.support.racing import count, events

WEEK = dt.timedelta(days=7)


def soon() -> dt.date:
    return dates.today() + WEEK


def key(actor: Actor) -> str:
    return f"user:{actor.user_id}"


def states(actor: Actor, paper: int) -> dict[str, str]:
    db.release()
    return {row.name: row.state for row in listing.page(actor, paper).rows}


def test_a_person_is_asked_told_reminded_and_confirms(clerk: Actor, staff: Actor) -> None:
    making.started()
    paper = with_versions(clerk, 2)
    assert asking.ask(clerk, paper, [key(staff)], soon(), " Đọc kỹ Điều 5 ").count == 1
    making.make()
    told = notices.page(staff).rows
    assert [(one.reason, said(one), one.subject_id, one.who) for one in told] == [("receipt", "Cần bạn xác nhận đã đọc", paper, clerk.label)]
    assert not notices.page(clerk).rows
    waits = desk.load(staff)
    assert waits.counts["receipt"] == 1 and [(one.kind, one.id, one.within, one.due_on) for one in waits.rows if one.kind == "receipt"] == [
        ("receipt", paper, "Văn thư thử · Đọc kỹ Điều 5", soon())
    ]
    own = confirming.of_page(staff, paper)
    assert own is not None and own.asker == "Văn thư thử" and own.receipt.confirmed_at is None and confirming.of_page(clerk, paper) is None
    assert states(clerk, paper) == {"Chuyên viên thử": "open"}
    confirming.confirm(staff, paper, 2)
    row = listing.page(clerk, paper).rows[0]
    assert (row.state, row.receipt.version_no) == ("confirmed", 2) and row.receipt.version_id is not None
    assert desk.load(staff).counts["receipt"] == 0
    with pytest.raises(Conflict, match="đã được xác nhận"):
        confirming.confirm(staff, paper, 2)
    asked, confirmed = events("receipt:ask", "receipt:confirm")
    assert asked.details["people"] == ["Chuyên viên thử (staff)"] and confirmed.actor_id == staff.user_id and confirmed.details == {"no": 2}
    # A new version keeps the receipt, and the person may be asked again.
    with db.write() as session:
        session.add(Version(document_id=paper, no=3, outcome="text", text="Mới"))
        session.execute(update(Document).where(Document.id == paper).values(current_no=3))
    asking.ask(clerk, paper, [key(staff)], soon())
    with pytest.raises(Conflict, match="phiên bản khác"):
        confirming.confirm(staff, paper, 2)
    confirming.confirm(staff, paper, 3)
    assert sorted(row.receipt.version_no or 0 for row in listing.page(clerk, paper).rows) == [2, 3]


def test_a_unit_is_asked_as_it_is_now_and_who_may_not_read_is_named(clerk: Actor, staff: Actor, people: dict[str, User]) -> None:
    paper = with_versions(clerk, 1)
    colleague = person("dong-nghiep", "staff", unit_id=staff.unit_id)
    person("tin-hoc", "administrator", unit_id=staff.unit_id)
    gone = person("da-nghi", "staff", unit_id=staff.unit_id)
    with db.write() as session:
        session.execute(update(User).where(User.id == gone.id).values(disabled_at=db.now()))
    asked = asking.ask(clerk, paper, [f"unit:{staff.unit_id}", key(staff)], soon())
    assert (asked.count, asked.already, asked.refused) == (2, (), ("Người tin-hoc",))
    assert states(clerk, paper) == {"Chuyên viên thử": "open", "Người dong-nghiep": "open"}
    assert {row.name: row.unit for row in listing.page(clerk, paper).rows} == {"Chuyên viên thử": None, "Người dong-nghiep": "Phòng Giáo dục Trung học"}
    again = asking.ask(clerk, paper, [f"unit:{staff.unit_id}", f"user:{people['leader'].id}"], soon())
    assert (again.count, again.already, again.refused) == (1, ("Chuyên viên thử", "Người dong-nghiep"), ("Người tin-hoc",))
    # Who asks is not asked as a member of a unit.
    with pytest.raises(Invalid, match="không có ai khác|không đọc được"):
        asking.ask(clerk, with_versions(clerk, 1), [f"unit:{people['administrator'].unit_id}"], soon())
    assert colleague.id


@pytest.mark.parametrize(
    "keys, days, field, said_",
    [
        ([], 7, "keys", "Hãy chọn"), (["user:999"], 7, "keys", "không còn"), (["unit:999"], 7, "keys", "không còn"), (["staff"], 7, "keys", "không còn"),
        (["user:x"], 7, "keys", "không còn"), (["me"], -1, "due_on", "từ hôm nay"), (["me"], 400, "due_on", "từ hôm nay"), (["me"], None, "due_on", "Hãy ghi hạn"),
        (["admin"], 7, "keys", "không đọc được văn bản: Quản trị thử"),
    ],
)  # fmt: skip
def test_bad_input_is_told_and_nothing_is_stored(
    clerk: Actor, staff: Actor, people: dict[str, User], keys: list[str], days: int | None, field: str, said_: str
) -> None:
    paper = with_versions(clerk, 1)
    named = {"me": key(staff), "admin": f"user:{people['administrator'].id}"}
    day = None if days is None else dates.today() + dt.timedelta(days=days)
    with pytest.raises(Invalid, match=said_) as error:
        asking.ask(clerk, paper, [named.get(one, one) for one in keys], day)
    assert error.value.field == field and count(Receipt) == 0
    with pytest.raises(Invalid) as long:
        asking.ask(clerk, paper, [key(staff)], soon(), "x" * 501)
    assert long.value.field == "note" and count(Receipt) == 0 and not events("receipt:ask")


def test_who_asks_sees_and_withdraws(clerk: Actor, staff: Actor, auditor: Actor, people: dict[str, User]) -> None:
    paper, leader = with_versions(clerk, 1), actor_of(people["leader"])
    for who, error in ((staff, NotFound), (auditor, Denied), (Actor(None, "Khách"), Denied)):
        with pytest.raises(error):
            asking.ask(who, paper, [key(leader)], soon())
    asking.ask(clerk, paper, [key(staff), key(auditor)], soon())
    sharing.grant(clerk, SharedThing(document_id=paper), key(leader), "editor")
    asking.ask(leader, paper, [key(clerk)], soon())
    for who in (staff, auditor):
        with pytest.raises(NotFound):
            listing.page(who, paper)
        with pytest.raises(NotFound):
            asking.withdraw(who, paper)
        # Who audits reads the whole trail of a document.
        told = [event.action for event in history.of_document(who, paper, history.Filter())[0]]
        assert told.count("receipt:ask") == (2 if who is auditor else 0), who.label
    # Who asked still sees the table after losing the right to edit, and withdraws what they asked.
    sharing.revoke(clerk, next(one.id for one in own_grants(SharedThing(document_id=paper)) if one.key == key(leader)))
    page = listing.page(leader, paper)
    assert len(page.rows) == 3 and not page.may_ask
    mine = next(row.receipt.id for row in page.rows if row.name == "Chuyên viên thử")
    with pytest.raises(NotFound):
        asking.withdraw(leader, paper, mine)
    assert asking.withdraw(leader, paper) == 1 and asking.withdraw(clerk, paper, mine) == 1
    with pytest.raises(Conflict):
        asking.withdraw(clerk, paper, mine)
    with pytest.raises(NotFound):
        asking.withdraw(clerk, with_versions(clerk, 1), mine)
    assert states(clerk, paper) == {"Chuyên viên thử": "withdrawn", "Văn thư thử": "withdrawn", "Thanh tra thử": "open"}
    with pytest.raises(Conflict):
        confirming.confirm(staff, paper, 1)
    assert confirming.of_page(staff, paper) is None and desk.load(staff).counts["receipt"] == 0
    assert [event.details["count_people"] for event in events("receipt:withdraw")] == [1, 1]


def test_who_loses_the_right_to_read_sees_it_no_more(clerk: Actor, staff: Actor) -> None:
    making.started()
    paper = with_versions(clerk, 1)
    asking.ask(clerk, paper, [key(staff)], soon())
    making.make()
    sharing.set_inherit(clerk, SharedThing(document_id=paper), inherit=False)
    db.release()
    assert desk.load(staff).counts["receipt"] == 0 and not notices.page(staff).rows and states(clerk, paper) == {"Chuyên viên thử": "blocked"}
    for ask in (lambda: confirming.confirm(staff, paper, 1), lambda: listing.page(staff, paper)):
        with pytest.raises(NotFound):
            ask()
    assert confirming.of_page(staff, paper) is None
    sharing.set_inherit(clerk, SharedThing(document_id=paper), inherit=True)
    db.release()
    assert desk.load(staff).counts["receipt"] == 1
    lifecycle.delete(clerk, [paper])
    db.release()
    assert desk.load(staff).counts["receipt"] == 0 and not confirming.waiting(staff, 10)


def test_who_is_late_is_reminded_once(clerk: Actor, staff: Actor, people: dict[str, User]) -> None:
    making.started()
    paper = with_versions(clerk, 1)
    asking.ask(clerk, paper, [key(staff), f"user:{people['leader'].id}"], dates.today())
    confirming.confirm(actor_of(people["leader"]), paper, 1)
    other = with_versions(clerk, 1)
    asking.ask(clerk, other, [f"user:{people['auditor'].id}"], dates.today())
    reasons.choose(actor_of(people["auditor"]), [])
    assert due.tell() == 1
    rows = notices.page(staff).rows
    assert [(one.reason, said(one)) for one in rows] == [("receipt_due", "Đến hạn xác nhận đã đọc")] and not notices.page(actor_of(people["leader"])).rows
    with db.write() as session:
        session.execute(update(Receipt).values(due_on=dates.today() - dt.timedelta(days=1)))
    assert states(clerk, paper) == {"Chuyên viên thử": "late", "Lãnh đạo thử": "confirmed"} and desk.load(staff).rows[0].overdue


def test_nothing_is_asked_of_a_withheld_document(clerk: Actor, staff: Actor) -> None:
    paper = with_versions(clerk, 1)
    with db.write() as session:
        session.execute(update(Document).where(Document.id == paper).values(state="withheld"))
    with pytest.raises(Invalid, match="không còn nội dung"):
        asking.ask(clerk, paper, [key(staff)], soon())
