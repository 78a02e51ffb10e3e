"""Publications of a document: recorded, changed, ended, withdrawn, and what is refused."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from typing import Any

import pytest

from docmgr.models import Publication, User
from docmgr.policy import Actor, Denied
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.openness import listing, recording, rules, states
from docmgr.services.openness.rules import RuleInput
from docmgr.services.planning import calendar, publication_days
from docmgr.services.trail import history
from legaltext import dates
from legaltext.working_days import ONE_DAY, WorkingCalendar, working_days_after
from tests.filling.filing import with_versions
from tests.filling.keeping.publishing import ago, change, given, kind, made_public, row, rule
from tests.support.acting import actor_of
from tests.support.racing import count, events

D = dt.date
DIGEST = hashlib.sha256(b"trang").hexdigest()


@pytest.fixture
def paper(clerk: Actor) -> int:
    """A published document in a folder that every signed-in person reads."""
    return with_versions(clerk, 1)


@pytest.fixture
def administrator(people: dict[str, User]) -> Actor:
    """The administrator."""
    return actor_of(people["administrator"])


def test_a_publication_is_recorded_changed_ended_and_told(clerk: Actor, staff: Actor, paper: int) -> None:
    photo = with_versions(clerk, 1)
    number = made_public(
        clerk, paper, place=" Bảng tin ", rule_id=rule("public"), starts_on=ago(3), proof_url="https://so.example/vb", proof_sha256=DIGEST.upper(), proof_document_id=photo
    )
    held = row(number)
    assert (held.place, held.proof_sha256, held.ends_on, held.revision) == ("Bảng tin", DIGEST, ago(3) + dt.timedelta(days=30), 1)
    recording.edit(clerk, paper, number, given(place="Bảng tin tầng 2", starts_on=ago(3)), revision=1)
    assert row(number).place == "Bảng tin tầng 2" and row(number).revision == 2 and row(number).proof_url is None and row(number).timely_since is None
    # Nothing changed: no event, and forms that are open stay good.
    recording.edit(clerk, paper, number, given(place="Bảng tin tầng 2", starts_on=ago(3)), revision=2)
    recording.end(clerk, paper, number)
    assert row(number).ended_on == dates.today() and row(number).revision == 3
    shown = listing.of_document(staff, paper)
    assert [one.state for one in shown.rows] == ["early"] and not shown.may_edit
    told = events("publication:create", "publication:edit", "publication:end")
    assert [event.action for event in told] == ["publication:create", "publication:edit", "publication:end"]
    assert told[0].details["Nơi công khai"] == "Bảng tin" and told[0].document_id == paper and told[0].actor_id == clerk.user_id
    assert told[1].details["changes"]["Nơi công khai"] == ["Bảng tin", "Bảng tin tầng 2"] and told[2].details["ended_on"] == f"{dates.today():%d/%m/%Y}"
    assert "publication:end" in [event.action for event in history.of_document(staff, paper, history.Filter())[0]]


def test_a_withdrawn_publication_stays_with_its_reason(clerk: Actor, paper: int) -> None:
    number = made_public(clerk, paper)
    with pytest.raises(Invalid):
        recording.withdraw(clerk, paper, number, "  ")
    recording.withdraw(clerk, paper, number, "Ghi nhầm văn bản", revision=1)
    held = row(number)
    assert (held.withdrawn_reason, held.withdrawn_by, held.withdrawn_by_label) == ("Ghi nhầm văn bản", clerk.user_id, clerk.label)
    assert [one.state for one in listing.of_document(clerk, paper).rows] == ["withdrawn"]
    for act in (
        lambda: recording.withdraw(clerk, paper, number, "Lần nữa"),
        lambda: recording.end(clerk, paper, number),
        lambda: recording.edit(clerk, paper, number, given(), revision=None),
    ):
        with pytest.raises(Conflict):
            act()
    assert events("publication:withdraw")[0].details["reason"] == "Ghi nhầm văn bản" and count(Publication) == 1


def test_only_who_may_edit_the_document_records(clerk: Actor, staff: Actor, auditor: Actor, paper: int) -> None:
    number = made_public(clerk, paper)
    other = with_versions(clerk, 1)
    for who, error in ((staff, NotFound), (auditor, Denied), (Actor(None, "Khách"), Denied)):
        for act in (
            lambda who=who: recording.create(who, paper, given()),
            lambda who=who: recording.edit(who, paper, number, given(), revision=None),
            lambda who=who: recording.end(who, paper, number),
            lambda who=who: recording.withdraw(who, paper, number, "Vì sao"),
            lambda who=who: listing.get(who, paper, number),
        ):
            with pytest.raises(error):
                act()
    # A publication of another document is none of this one.
    for act in (lambda: recording.end(clerk, other, number), lambda: listing.get(clerk, other, number), lambda: recording.end(clerk, paper, 10**6)):
        with pytest.raises(NotFound):
            act()
    assert row(number).revision == 1
    with pytest.raises(Denied):
        listing.of_document(Actor(None, "Khách"), paper)


def test_the_second_saver_sees_both(clerk: Actor, paper: int) -> None:
    number = made_public(clerk, paper)
    recording.edit(clerk, paper, number, given(place="Một"), revision=1)
    for act in (
        lambda: recording.edit(clerk, paper, number, given(place="Hai"), revision=1),
        lambda: recording.end(clerk, paper, number, revision=1),
        lambda: recording.withdraw(clerk, paper, number, "Vì sao", revision=1),
    ):
        with pytest.raises(Conflict):
            act()
    assert row(number).place == "Một"


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("audience", {"audience": "all"}),
        ("form_id", {"form_id": None}),
        ("form_id", {"form_id": 10**6}),
        ("starts_on", {"starts_on": None}),
        ("starts_on", {"starts_on": D(1989, 12, 31)}),
        ("starts_on", {"starts_on": dates.today() + dt.timedelta(days=400)}),
        ("starts_on", {"starts_on": D(2024, 1, 4)}),
        ("days", {"days": None}),
        ("days", {"days": 0}),
        ("days", {"days": 3661}),
        ("rule_id", {"rule_id": 10**6}),
        ("unit_id", {"unit_id": 10**6}),
        ("place", {"place": "x" * 301}),
        ("note", {"note": "x" * 2001}),
        ("proof_url", {"proof_url": "javascript://so.example/alert(1)"}),
        ("proof_url", {"proof_url": "https://"}),
        ("proof_url", {"proof_url": "https://[x"}),
        ("proof_url", {"proof_url": "https://a b"}),
        ("proof_url", {"proof_url": "https://x/" + "y" * 1000}),
        ("proof_sha256", {"proof_sha256": "g" * 64}),
        ("proof_sha256", {"proof_sha256": "a" * 63}),
        ("proof_document_id", {"proof_document_id": 10**6}),
    ],
)
def test_bad_input_is_refused_at_its_field(clerk: Actor, paper: int, field: str, bad: dict[str, Any]) -> None:
    change(paper, issued_on=D(2024, 1, 5))
    with pytest.raises(Invalid) as refused:
        recording.create(clerk, paper, given(**bad))
    assert refused.value.field == field and count(Publication) == 0


def test_what_a_rule_asks_is_kept(clerk: Actor, paper: int) -> None:
    change(paper, issued_on=D(2024, 1, 5))
    for field, bad in (
        ("days", {"rule_id": rule(), "days": 19}),
        ("audience", {"rule_id": rule("public"), "audience": "agency"}),
    ):
        with pytest.raises(Invalid) as refused:
            recording.create(clerk, paper, given(**bad))
        assert refused.value.field == field
    change(paper, issued_on=D(2023, 6, 30))
    with pytest.raises(Invalid) as refused:
        recording.create(clerk, paper, given(rule_id=rule()))
    assert refused.value.field == "rule_id"
    change(paper, issued_on=D(2023, 7, 1))
    assert row(made_public(clerk, paper, rule_id=rule(), days=20)).days == 20


@pytest.mark.parametrize("state", [{"workflow": "draft"}, {"workflow": "withdrawn"}, {"state": "withheld"}, {"secrecy": "mat"}])
def test_what_is_not_published_or_secret_is_not_made_public(clerk: Actor, paper: int, state: dict[str, str]) -> None:
    change(paper, **state)
    with pytest.raises((Invalid, NotFound)):
        made_public(clerk, paper)
    assert count(Publication) == 0


def test_an_end_lies_within_the_period_and_not_ahead(clerk: Actor, paper: int) -> None:
    number = made_public(clerk, paper, starts_on=ago(50), days=30)
    for day in (ago(51), ago(19), dates.today() + ONE_DAY):
        with pytest.raises(Invalid):
            recording.end(clerk, paper, number, day)
    recording.end(clerk, paper, number, ago(20))
    assert [one.state for one in listing.of_document(clerk, paper).rows] == ["done"]
    with pytest.raises(Conflict):
        recording.end(clerk, paper, number, ago(21))
    with pytest.raises(Invalid):
        recording.edit(clerk, paper, number, given(starts_on=ago(60), days=30), revision=None)


def test_the_states_in_python_and_in_sql_are_the_same(clerk: Actor, paper: int) -> None:
    change(paper, issued_on=ago(100))
    for starts, days, ended in ((-1, 5, None), (0, 5, None), (5, 5, None), (6, 5, None), (20, 10, 10), (20, 10, 11), (3, 5, 0)):
        number = made_public(clerk, paper, starts_on=ago(starts), days=days)
        if ended is not None:
            recording.end(clerk, paper, number, ago(ended))
    recording.withdraw(clerk, paper, made_public(clerk, paper), "Nhầm")
    found = [one.state for one in reversed(listing.of_document(clerk, paper).rows)]
    assert sorted(found) == sorted(["planned", "running", "running", "done", "done", "early", "early", "withdrawn"])
    page = listing.page(clerk, listing.PublicationFilter())
    assert {code: page.counts[code] for code in set(found)} == {code: found.count(code) for code in set(found)} and page.total == 8
    for code in set(found):
        part = listing.page(clerk, listing.PublicationFilter(state=code))
        assert part.total == len(part.rows) == found.count(code) and {one.state for one in part.rows} == {code}


def test_a_start_is_late_by_the_working_calendar(clerk: Actor, administrator: Actor, paper: int) -> None:
    # Friday 13/02/2026; then Tết to the 22nd: the fifth working day is the 27th.
    change(paper, issued_on=D(2026, 2, 13))
    number = made_public(clerk, paper, rule_id=rule(), starts_on=D(2026, 2, 27))
    (shown,) = listing.of_document(clerk, paper).rows
    assert (shown.due_on, shown.late) == (D(2026, 2, 27), 0) and not states.is_late(shown.publication, shown.document)
    recording.edit(clerk, paper, number, given(rule_id=rule(), starts_on=D(2026, 3, 2)), revision=None)
    (shown,) = listing.of_document(clerk, paper).rows
    assert shown.late == 3 and listing.page(clerk, listing.PublicationFilter(state="late")).total == 1
    # A day of the calendar that becomes free moves the last day, and so does another day of issue.
    form = calendar.get(administrator, 2026)
    calendar.save(administrator, 2026, form.off + "\n27/02/2026: Nghỉ", form.worked, revision=None)
    assert [one.late for one in listing.of_document(clerk, paper).rows] == [0] and listing.page(clerk, listing.PublicationFilter(state="late")).total == 0
    change(paper, issued_on=D(2026, 2, 12))
    assert [one.late for one in listing.of_document(clerk, paper).rows] == [4]


def test_the_earliest_day_of_issue_is_that_of_the_working_days(clerk: Actor) -> None:
    free = {D(2026, 4, 27): "Nghỉ bù", D(2026, 4, 30): "Lễ", D(2026, 5, 1): "Lễ"}
    known = WorkingCalendar(off=free, worked={D(2026, 5, 9): "Làm bù"}, years=frozenset({2026}))
    for days in (1, 2, 5, 9):
        for more in range(40):
            start = D(2026, 4, 20) + dt.timedelta(days=more)
            back = (start - dt.timedelta(days=number) for number in range(1, 40))
            assert publication_days.timely_since(start, days, known) == min(day for day in back if working_days_after(day, days, known).last >= start)
    assert publication_days.timely_since(D(2026, 4, 20), None, known) is None


def test_the_hash_of_what_was_seen_is_that_of_its_bytes() -> None:
    assert recording.hash_of(io.BytesIO(b"trang")) == DIGEST and recording.hash_of(io.BytesIO(b"")) == ""


def test_a_proof_that_one_may_not_read_is_not_named(clerk: Actor, staff: Actor, paper: int) -> None:
    photo = with_versions(clerk, 1)
    made_public(clerk, paper, proof_document_id=photo)
    assert set(listing.of_document(staff, paper).proofs) == {photo}
    change(photo, deleted_at=dt.datetime.now(dt.UTC))
    assert listing.of_document(staff, paper).proofs == {}


def test_rules_and_forms_are_kept_by_administrators(administrator: Actor, clerk: Actor) -> None:
    given_rule = RuleInput("Niêm yết quy chế", "agency", 3, 15, "Quy chế của cơ quan", D(2026, 1, 1), None, "kế hoạch\nQuy chế\n\nKế hoạch")
    number = rules.save(administrator, None, given_rule)
    assert rules.get(clerk, number).types == ("Kế hoạch", "Quy chế") and len(rules.listing(clerk)) == 3
    for field, bad in (
        ("name", {"name": " "}),
        ("name", {"name": "Công khai trong cơ quan, đơn vị"}),
        ("audience", {"audience": "x"}),
        ("start_days", {"start_days": 0}),
        ("start_days", {"start_days": 251}),
        ("least_days", {"least_days": None}),
        ("basis", {"basis": ""}),
        ("valid_from", {"valid_from": None}),
        ("valid_to", {"valid_to": D(2025, 1, 1)}),
        ("types", {"types": "Không có loại này"}),
    ):
        with pytest.raises(Invalid) as refused:
            rules.save(administrator, number, RuleInput(**{**given_rule.__dict__, **bad}))
        assert refused.value.field == field
    rules.save(administrator, number, RuleInput(**{**given_rule.__dict__, "least_days": 16}), revision=1)
    with pytest.raises(Conflict):
        rules.save(administrator, number, given_rule, revision=1)
    assert events("publication:rule")[-1].details == {"changes": {"Ít nhất (ngày)": ["15", "16"]}}
    rules.save_kind(administrator, None, "Loa truyền thanh")
    form = next(one for one in rules.kinds(clerk) if one.name == "Loa truyền thanh")
    rules.save_kind(administrator, form.id, "Loa truyền thanh", False, revision=1)
    assert form.id not in {one.id for one in rules.kinds(clerk, in_use=True)}
    for bad_name in ("", "Loa truyền thanh", "x" * 201):
        with pytest.raises(Invalid):
            rules.save_kind(administrator, kind(), bad_name)
    with pytest.raises(NotFound):
        rules.get(clerk, 10**6)
    for who in (clerk, Actor(None, "Khách")):
        with pytest.raises(Denied):
            rules.save(who, None, given_rule)
        with pytest.raises(Denied):
            rules.save_kind(who, None, "Khác")
    with pytest.raises(Denied):
        rules.listing(Actor(None, "Khách"))


def test_a_form_out_of_use_is_kept_where_it_was_chosen(administrator: Actor, clerk: Actor, paper: int) -> None:
    number = made_public(clerk, paper)
    name = next(one.name for one in rules.kinds(clerk) if one.id == kind())
    rules.save_kind(administrator, kind(), name, False)
    recording.edit(clerk, paper, number, given(place="Khác"), revision=None)
    assert row(number).place == "Khác"
    with pytest.raises(Invalid):
        made_public(clerk, paper)


def test_a_document_has_so_many_publications(clerk: Actor, paper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording.words, "MOST_RECORDS", 1)
    made_public(clerk, paper)
    with pytest.raises(Invalid):
        made_public(clerk, paper)
    made_public(clerk, with_versions(clerk, 1))
