"""Who took a document to edit it is told when the time is over: once, and only while that is news."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from docmgr import db
from docmgr.models import Checkout, User
from docmgr.policy import COMMAND_LINE, Actor
from docmgr.services.checkout import taking
from docmgr.services.documents import lifecycle
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.notifications import due, listing, reasons
from docmgr.services.notifications.words import said
from docmgr.services.people import accounts
from tests.filling.filing import file_document
from tests.filling.registers import key
from tests.support.acting import actor_of


def _taken(actor: Actor, number: str, *, over: dt.timedelta = dt.timedelta(seconds=1)) -> int:
    """A document that the actor took, whose time was over `over` ago."""
    made = file_document(tree.root_id(), number)
    taking.take(actor, made)
    with db.write() as session:
        session.get_one(Checkout, made).until = db.now() - over
    return made


def test_the_holder_hears_once_that_the_time_is_over(clerk: Actor, staff: Actor) -> None:
    number = _taken(clerk, "1/KH-X")
    _taken(clerk, "2/KH-X", over=due.EXPIRED_WITHIN + dt.timedelta(minutes=1))
    running = file_document(tree.root_id(), "3/KH-X")
    taking.take(clerk, running)
    assert due.tell_expired() == 1 and due.tell_expired() == 0
    (row,) = listing.page(clerk).rows
    assert (row.subject_id, said(row), row.who) == (number, "Hết thời gian bạn giữ để sửa", "") and listing.page(staff).rows == ()
    assert listing.open_one(clerk, row.id) == listing.OpenedNotice("document", number)
    # Taken again, the time is another one.
    taking.take(clerk, number)
    with db.write() as session:
        session.get_one(Checkout, number).until = db.now()
    assert due.tell_expired() == 1 and len(listing.page(clerk).rows) == 2
    lifecycle.delete(clerk, [number])
    assert listing.page(clerk).rows == ()


def test_nobody_hears_of_what_was_given_back_taken_by_others_or_is_not_wanted(
    clerk: Actor, staff: Actor, people: dict[str, User]
) -> None:
    number = file_document(tree.root_id(), "1/KH-X")
    taking.take(clerk, number)
    taking.give_back(clerk, number)
    passed_on = _taken(clerk, "2/KH-X")
    sharing.grant(COMMAND_LINE, SharedThing(folder_id=tree.root_id()), key(staff), "editor")
    taking.take(staff, passed_on)
    assert due.tell_expired() == 0
    _taken(clerk, "3/KH-X")
    reasons.choose(clerk, set(reasons.REASONS) - {"expired"})
    assert due.tell_expired() == 0 and listing.page(staff).rows == ()
    reasons.choose(clerk, reasons.REASONS)
    accounts.disable(actor_of(people["administrator"]), clerk.user_id or 0)
    assert due.tell_expired() == 0


def test_a_time_made_longer_meanwhile_is_not_over(clerk: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    number, write = _taken(clerk, "1/KH-X"), db.write

    def slowly() -> Any:
        monkeypatch.setattr(db, "write", write)
        taking.take(clerk, number)
        return write()

    monkeypatch.setattr(db, "write", slowly)
    assert due.tell_expired() == 0 and listing.page(clerk).rows == ()
    with db.write() as session:
        session.get_one(Checkout, number).until = db.now()
    assert due.tell_expired() == 1


@pytest.mark.parametrize("many", [1, 6])
def test_telling_takes_three_statements(clerk: Actor, count_queries: Callable[[], Any], many: int) -> None:
    for one in range(many):
        _taken(clerk, f"{one}/KH-X")
    with count_queries() as found:
        assert due.tell_expired() == many
    assert found.number == 3
