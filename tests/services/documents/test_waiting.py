"""The table of waiting documents: which rows there are, which are good, and how many queries they take."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from docmgr import db
from docmgr.models import DocumentFact, User, Version
from docmgr.policy import Actor, Denied
from docmgr.services.documents.waiting import confirming, listing
from docmgr.services.documents.waiting.confirming import TypedRow
from docmgr.services.folders import tree
from tests.filling.filing import actions, file_document, load, person
from tests.support.acting import actor_of

DAY = dt.date(2024, 2, 5)


@pytest.fixture
def clerk(people: dict[str, User]) -> Actor:
    return actor_of(people["clerk"])


def waiting(number: str | None = "1/QĐ-X", /, *, health: str | None = "good", **more: Any) -> int:
    """A read document whose facts are complete unless `more` says otherwise."""
    given = {"subject": "Trích yếu", "issuer": "Sở X", "issued_on": DAY, "workflow": "draft", **more}
    made = file_document(given.pop("folder_id", None) or tree.root_id(), number, **given)
    with db.write() as session:
        session.add(Version(document_id=made, no=1, outcome="text", health=health))
    return made


def doubt(document_id: int, field: str, confirmed: bool = False) -> None:
    with db.write() as session:
        session.add(DocumentFact(document_id=document_id, field=field, value="x", sure=False, confirmed=confirmed))


def ids(actor: Actor, **asked: Any) -> list[int]:
    db.release()
    return [row.document.id for row in listing.table(actor, **asked).rows]


def typed(document_id: int, /, revision: int | None = None, **values: str) -> TypedRow:
    return TypedRow(document_id, load(document_id).revision if revision is None else revision, values)


def test_rows_are_what_waits_for_this_person_oldest_first(clerk: Actor, people: dict[str, User]) -> None:
    one, two = waiting("1/QĐ-X"), waiting("2/QĐ-X")
    waiting("3/QĐ-X", confirmed_at=db.now())
    waiting("4/QĐ-X", official=False)
    waiting("5/QĐ-X", state="reading")
    own = tree.create(clerk, tree.root_id(), "Khác")
    inside = waiting("6/QĐ-X", folder_id=own.id)
    assert ids(clerk) == [one, two, inside]
    assert ids(clerk, folder_id=own.id) == [inside]
    assert ids(clerk, folder_id=999_999) == []
    assert listing.table(clerk).folders == {tree.root_id(), own.id}
    assert ids(actor_of(person("khac", "clerk"))) == [one, two, inside]
    with pytest.raises(Denied):
        listing.table(actor_of(people["auditor"]))


def test_a_row_is_good_when_nothing_in_it_is_marked(clerk: Actor) -> None:
    good = waiting("1/QĐ-X")
    law = waiting(None, type="Luật", subject="Đất đai")
    settled = waiting("2/QĐ-X")
    doubt(settled, "number", confirmed=True)
    marked = {
        "doubtful": waiting("3/QĐ-X"), "outside": waiting("4/QĐ-X"), "no number": waiting(None),
        "no day": waiting("5/QĐ-X", issued_on=None), "no issuer": waiting("6/QĐ-X", issuer=""),
        "no subject": waiting("7/QĐ-X", subject=None), "no type": waiting("8/QĐ-X", type=None),
        "bad text": waiting("9/QĐ-X", health="doubtful"), "taken": waiting("10/QĐ-X"),
    }  # fmt: skip
    doubt(marked["doubtful"], "number")
    doubt(marked["outside"], "place")
    file_document(tree.root_id(), "10/QĐ-x", issuer="SỞ X", issued_on=dt.date(2024, 9, 9), confirmed_at=db.now())
    rows = {row.document.id: row for row in listing.table(clerk).rows}
    assert {key for key, row in rows.items() if row.good} == {good, law, settled}
    assert ids(clerk, look="good") == [good, law, settled]
    assert ids(clerk, look="doubtful") == list(marked.values())
    assert ids(clerk, look="nonsense") == list(rows)
    assert rows[marked["doubtful"]].cells["number"].doubtful and not rows[good].cells["number"].doubtful
    assert rows[marked["no day"]].cells["issued_on"].missing and not rows[law].cells["number"].missing
    assert rows[marked["outside"]].elsewhere == ("place",)
    assert [other.label for other in rows[marked["taken"]].taken] == ["Quyết định 10/QĐ-x"]


def test_a_number_is_taken_only_by_what_the_person_may_read(clerk: Actor) -> None:
    mine = waiting("1/QĐ-X")
    other_year = waiting("1/QĐ-X", issued_on=dt.date(2023, 1, 1))
    file_document(tree.root_id(), "1/QĐ-X", issuer="Sở X", issued_on=DAY, inherit=False)
    assert ids(clerk, look="good") == [mine, other_year]
    twin = waiting("1/QĐ-X")
    assert ids(clerk, look="good") == [other_year]
    assert ids(clerk, look="doubtful") == [mine, twin]


def test_pages_have_fifty_rows_and_a_fixed_number_of_queries(clerk: Actor, count_queries: Any) -> None:
    def cost(look: str | None) -> int:
        db.release()
        with count_queries() as counted:
            listing.table(clerk, look=look)
        return counted.number

    made = [waiting("1/QĐ-X"), waiting("2/QĐ-X")]
    few = [cost(None), cost("good")]
    made += [waiting(f"{number}/QĐ-X") for number in range(3, 53)]
    assert [cost(None), cost("good")] == few
    assert ids(clerk) == made[:50] and ids(clerk, page=2) == ids(clerk, page=9) == made[50:]
    assert listing.table(clerk).total == 52
    assert list(listing.rows_of(clerk, made)) == made[:50]


def test_each_row_is_saved_on_its_own(clerk: Actor) -> None:
    fine, stale, day, blank, gone, taken, done = (waiting(f"{number}/QĐ-X") for number in range(1, 8))
    file_document(tree.root_id(), "60/QĐ-X", issuer="Sở X", issued_on=DAY)
    confirming.confirm(clerk, [typed(done, number="7/QĐ-X")], publish=False)
    nothing = dict.fromkeys(("type", "number", "subject", "issued_on"), "")
    failed = confirming.confirm(
        clerk,
        [
            typed(stale, revision=999, subject="Khác"), typed(day, issued_on="31/02/2024"), typed(blank, **nothing),
            TypedRow(gone + 1000, 1, {}), typed(taken, number="60/QĐ-X"), typed(done, revision=1, subject="Khác"),
            typed(fine, number="1/QĐ-X", subject="Trích yếu mới", issued_on="06/02/2024"),
        ],
        publish=True,
    )  # fmt: skip
    assert {key: (one.field, one.stale) for key, one in failed.items()} == {
        stale: (None, True), day: ("issued_on", False), blank: ("type", False), gone + 1000: (None, False),
        taken: ("number", False), done: (None, True),
    }  # fmt: skip
    assert failed[done].message == confirming.CONFIRMED != failed[stale].message
    assert failed[gone + 1000].message == confirming.GONE
    saved = load(fine)
    assert (saved.subject, saved.issued_on, saved.workflow) == ("Trích yếu mới", dt.date(2024, 2, 6), "published")
    assert actions(fine)[-2:] == ["document:confirm", "document:publish"]
    assert all(load(one).confirmed_at is None for one in (stale, day, blank, taken))
    assert load(done).workflow == "draft"


def test_only_what_the_table_shows_is_confirmed(clerk: Actor) -> None:
    one = waiting("1/QĐ-X")
    doubt(one, "place")
    confirming.confirm(clerk, [typed(one, number="1/QĐ-X", signer="")], publish=False)
    held = {fact.field: fact.confirmed for fact in load(one).facts}
    assert held == {"number": True, "signer": True, "place": False}


def test_somebody_without_the_right_confirms_nothing(clerk: Actor, people: dict[str, User]) -> None:
    one = waiting("1/QĐ-X")
    with pytest.raises(Denied):
        confirming.confirm(actor_of(people["auditor"]), [], publish=True)
    hidden = tree.create(clerk, tree.root_id(), "Kín")
    with db.write() as session:
        session.get_one(type(hidden), hidden.id).inherit = False
    other = waiting("2/QĐ-X", folder_id=hidden.id)
    assert listing.rows_of(clerk, [one, other]).keys() == {one}
    assert confirming.confirm(clerk, [typed(other, number="2/QĐ-X")], publish=True)[other].message == confirming.GONE
