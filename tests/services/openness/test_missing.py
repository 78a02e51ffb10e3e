"""Documents that must be published and are not: on the desk, in notices, in the record of compliance."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from docmgr import db
from docmgr.models import Notice, PublicationRule, User
from docmgr.policy import Actor
from docmgr.services.errors import Invalid
from docmgr.services.notifications import due as notices
from docmgr.services.notifications import reasons
from docmgr.services.openness import due, export, listing, missing, recording, rules, words
from docmgr.services.openness.listing import PublicationFilter
from docmgr.services.openness.rules import RuleInput
from docmgr.services.overview import desk
from legaltext import dates
from tests.filling.filing import file_document, with_versions
from tests.filling.keeping.publishing import ago, change, made_public
from tests.support.acting import actor_of
from tests.support.racing import events

LACKING = PublicationFilter(state=words.MISSING)


@pytest.fixture
def rule_id(people: dict[str, User]) -> int:
    """A rule by which every decision must be public for everybody within five working days."""
    given = RuleInput("Quyết định", "public", 5, 30, "Luật", ago(1000), None, "Quyết định")
    return rules.save(actor_of(people["administrator"]), None, given)


@pytest.fixture
def paper(clerk: Actor, rule_id: int) -> int:
    """A decision that was issued long enough ago."""
    number = with_versions(clerk, 1)
    change(number, issued_on=ago(20))
    return number


def lacking(actor: Actor) -> list[int]:
    """The ids of the documents that the list has for the actor."""
    db.release()
    page = listing.page(actor, LACKING)
    found = [one.document.id for one in missing.page(actor, None, None, 1, 50)]
    assert page.rows == () and page.total == page.counts[words.MISSING] == len(found)
    return found


def test_what_must_be_public_is_listed_until_it_is(clerk: Actor, auditor: Actor, rule_id: int, paper: int) -> None:
    others = [file_document(1, f"{number}/X", type=kind, issued_on=ago(20), **more) for number, (kind, more) in enumerate((
        ("Kế hoạch", {}), ("Quyết định", {"workflow": "draft"}), ("Quyết định", {"state": "withheld"}),
    ))]  # fmt: skip
    change(others[0], issued_on=ago(1001))
    assert lacking(clerk) == lacking(auditor) == [paper]
    (row,) = missing.page(clerk, None, None, 1, 50)
    assert row.rule.id == rule_id and row.due_on is not None and row.late == (dates.today() - row.due_on).days > 0
    assert missing.page(clerk, 1999, None, 1, 50) == missing.page(clerk, None, rule_id + 1, 1, 50) == ()
    # Another rule does not count, nor what was withdrawn.
    made_public(clerk, paper)
    assert lacking(clerk) == [paper]
    number = made_public(clerk, paper, rule_id=rule_id)
    assert lacking(clerk) == []
    recording.withdraw(clerk, paper, number, "Nhầm")
    assert lacking(clerk) == [paper]
    change(paper, issued_on=ago(1001))
    assert lacking(clerk) == []


def test_it_waits_on_the_desk_of_clerks(clerk: Actor, staff: Actor, auditor: Actor, rule_id: int, paper: int) -> None:
    found = desk.load(clerk, kind="publication")
    (item,) = found.rows
    assert (item.id, item.kind, item.within, item.overdue) == (paper, "publication", "Quyết định", True) and found.counts["publication"] == 1
    for who in (staff, auditor):
        assert desk.load(who).counts["publication"] == 0
    made_public(clerk, paper, rule_id=rule_id)
    db.release()
    assert desk.load(clerk).counts["publication"] == 0


def test_clerks_are_told_once(clerk: Actor, rule_id: int, paper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    ending = with_versions(clerk, 1)
    made_public(clerk, ending, starts_on=ago(30), days=30)
    far = with_versions(clerk, 1)
    change(far, issued_on=ago(0))

    def told() -> list[tuple[str, int, int]]:
        db.release()
        with db.read() as session:
            rows = session.query(Notice).filter(Notice.reason.in_(("publish_due", "publication_ends"))).order_by(Notice.id)
            return [(row.reason, row.subject_id, row.user_id) for row in rows]

    notices.tell()
    assert told() == [("publish_due", paper, clerk.user_id), ("publication_ends", ending, clerk.user_id)]
    today = dates.today()
    monkeypatch.setattr(dates, "today", lambda: today + dt.timedelta(days=1))
    notices.tell()
    assert len(told()) == 2
    # Who does not want them gets none.
    reasons.choose(clerk, frozenset(reasons.REASONS) - {"publish_due"})
    monkeypatch.setattr(dates, "today", lambda: today + dt.timedelta(days=9))
    notices.tell()
    assert far not in {subject for _, subject, _ in told()}


def test_what_is_due_is_told_behind_many_newer_ones_and_long_after_its_issue(clerk: Actor, rule_id: int, paper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "MOST", 1)
    for _ in range(2):
        change(with_versions(clerk, 1), issued_on=ago(0))
    with db.read() as session:
        assert [row["subject_id"] for row in due.rows(session, dates.today()) if row["reason"] == "publish_due"] == [paper]
    with db.write() as session:
        session.get_one(PublicationRule, rule_id).start_days = 100
    change(paper, issued_on=ago(155))
    with db.read() as session:
        assert [row["subject_id"] for row in due.rows(session, dates.today()) if row["reason"] == "publish_due"] == [paper]


def test_the_file_of_a_unit_has_no_documents_of_others(clerk: Actor, rule_id: int, paper: int) -> None:
    export.export(clerk, replace(LACKING, unit_id=1))
    assert events("publication:export")[-1].details["rows"] == 0


def test_the_export_has_what_the_list_has(clerk: Actor, rule_id: int, paper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert export.export(clerk, LACKING)[2][:2] == b"PK" and events("publication:export")[-1].details["rows"] == 1
    change(with_versions(clerk, 1), issued_on=ago(20))
    monkeypatch.setattr(export, "MAX_ROWS", 1)
    with pytest.raises(Invalid):
        export.export(clerk, LACKING)
