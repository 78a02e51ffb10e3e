"""Share links: what they show, to whom, how long; and that they show nothing else."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import delete, select, update

from docmgr import db, policy
from docmgr.models import Attachment, Document, LocalRight, ShareLink, User, UserRole, Version
from docmgr.policy import Actor, Denied
from docmgr.services.access import guard, rule
from docmgr.services.documents import bin, lifecycle, page
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.people import attempts, groups
from docmgr.services.share_links import listing, making, showing, switch, visiting, words
from docmgr.services.share_links.making import LinkInput
from docmgr.services.share_links.visiting import WrongPassword
from docmgr.services.trail import history
from tests.filling.filing import own_grants, with_versions
from tests.filling.registers import opened
from tests.services.share_links.looked import HERE, refused, row
from tests.support.racing import count, events

PASSWORD = "bưởi chín đầu ngõ nhà ai"


def change(document_id: int, **values: object) -> None:
    with db.write() as session:
        session.execute(update(Document).where(Document.id == document_id).values(**values))


def test_a_link_is_made_opened_counted_and_told(clerk: Actor, staff: Actor) -> None:
    paper = with_versions(clerk, 2)
    token = making.of_document(clerk, paper, LinkInput())
    held = row()
    # The address is nowhere in the database.
    assert len(token) >= 43 and held.token_hash == visiting.hash_of(token) != token
    assert held.expires_at - held.made_at == dt.timedelta(days=7) and held.password_hash is None
    link = held.id
    for _ in range(2):
        visiting.open_link(token, None, HERE)
    shown = showing.document(token, first=True)
    assert (shown.version_no, shown.text, shown.label) == (2, "Lời 2", "Quyết định 5/QĐ-X")
    showing.document(token)
    assert (row().openings, row().downloads) == (2, 0) and row().last_opened_at is not None
    told = events("share_link:open", "share_link:view")
    assert [event.action for event in told] == ["share_link:open"] * 2 + ["share_link:view"]
    assert {event.actor_label for event in told} == {"Khách qua liên kết"} and {event.actor_id for event in told} == {None}
    assert {event.document_id for event in told} == {paper} and told[0].details == {"link": link, "maker": "Văn thư thử (clerk)"}
    made = events("share_link:make")[0]
    assert made.actor_id == clerk.user_id and made.details["password"] is False and token not in str(made.details)
    # Who opened it is a reading, and so is for editors and auditors alone.
    seen = [event.action for event in history.of_document(staff, paper, history.Filter())[0]]
    assert "share_link:make" in seen and "share_link:open" not in seen
    assert "share_link:open" in [event.action for event in history.of_document(clerk, paper, history.Filter())[0]]


def test_only_who_may_edit_and_share_makes_links(clerk: Actor, staff: Actor, auditor: Actor) -> None:
    paper = with_versions(clerk, 1)
    for who, error in ((staff, NotFound), (auditor, Denied), (Actor(None, "Khách"), Denied)):
        with pytest.raises(error):
            making.of_document(who, paper, LinkInput())
        with pytest.raises(error):
            listing.of_document(who, paper)
    case = opened(clerk)
    for who in (staff, auditor):
        with pytest.raises(Denied):
            making.of_case(who, case, LinkInput())
        with pytest.raises(Denied):
            listing.of_case(who, case)
    with pytest.raises(NotFound):
        making.of_case(clerk, 10**6, LinkInput())
    assert count(ShareLink) == 0


@pytest.mark.parametrize(
    "given, field",
    [
        (LinkInput(days=0), "days"), (LinkInput(days=91), "days"), (LinkInput(days=None), "days"), (LinkInput(most_openings=0), "most_openings"),
        (LinkInput(most_openings=10_001), "most_openings"), (LinkInput(password="123456"), "password"),
    ],
)  # fmt: skip
def test_bad_input_is_told_at_its_field(clerk: Actor, given: LinkInput, field: str) -> None:
    paper = with_versions(clerk, 1)
    with pytest.raises(Invalid) as error:
        making.of_document(clerk, paper, given)
    assert error.value.field == field and count(ShareLink) == 0


def test_the_longest_and_shortest_link(clerk: Actor) -> None:
    paper = with_versions(clerk, 1)
    for days in (1, 90):
        making.of_document(clerk, paper, LinkInput(days=days))
        assert row().expires_at - row().made_at == dt.timedelta(days=days)


@pytest.mark.parametrize(
    "values", [{"workflow": "draft"}, {"workflow": "withdrawn"}, {"state": "waiting"}, {"state": "reading"}, {"state": "recognising"}, {"current_no": 2}]
)
def test_what_is_not_published_or_not_read_is_never_shown(clerk: Actor, values: dict[str, object]) -> None:
    paper = with_versions(clerk, 1)
    token = making.of_document(clerk, paper, LinkInput())
    change(paper, **values)
    with pytest.raises(Invalid, match="đã công bố"):
        making.of_document(clerk, paper, LinkInput())
    assert refused(token) and row().openings == 0 and listing.of_document(clerk, paper).rows[0].state == "dead"
    assert not listing.of_document(clerk, paper).may_make


@pytest.mark.parametrize("outcome", [None, "unreadable", "withheld"])
def test_a_version_that_nobody_could_look_through_is_never_shown(clerk: Actor, outcome: str | None) -> None:
    paper = with_versions(clerk, 2)
    token = making.of_document(clerk, paper, LinkInput())
    with db.write() as session:
        session.execute(update(Version).where(Version.document_id == paper, Version.no == 2).values(outcome=outcome))
    assert refused(token)


def test_a_mail_with_an_unread_attachment_is_never_shown(clerk: Actor) -> None:
    mail, inside = with_versions(clerk, 1), with_versions(clerk, 1)
    token = making.of_document(clerk, mail, LinkInput())
    with db.write() as session:
        held = session.scalars(select(Version).where(Version.document_id == inside)).one()
        outer = session.scalars(select(Version).where(Version.document_id == mail)).one()
        session.add(Attachment(version_id=outer.id, document_id=inside, position=0, name="a.txt", sha256=held.files[0].sha256, size=1))
        held.outcome = None
    assert refused(token)
    with db.write() as session:
        session.execute(update(Version).where(Version.document_id == inside).values(outcome="text"))
    assert visiting.look(token).document is not None


def test_a_link_follows_the_newest_version(clerk: Actor) -> None:
    paper = with_versions(clerk, 1)
    token = making.of_document(clerk, paper, LinkInput())
    visiting.open_link(token, None, HERE)
    with db.write() as session:
        session.add(Version(document_id=paper, no=2, outcome="text", text="Lời mới"))
        session.execute(update(Document).where(Document.id == paper).values(current_no=2))
    assert showing.document(token).text == "Lời mới" and showing.original(token, paper, 1) is None


def _expire(_clerk: Actor, _paper: int) -> None:
    with db.write() as session:
        session.execute(update(ShareLink).values(expires_at=db.now()))


def _lose_role(clerk: Actor, paper: int) -> None:
    # The right on the document stays.
    sharing.grant(clerk, SharedThing(document_id=paper), f"user:{clerk.user_id}", "editor")
    with db.write() as session:
        session.query(UserRole).filter(UserRole.user_id == clerk.user_id).update({"role": "auditor"})


def _lose_right(clerk: Actor, paper: int) -> None:
    with db.write() as session:
        session.query(UserRole).filter(UserRole.user_id == clerk.user_id).update({"role": "staff"})


def _lose_sharing(_clerk: Actor, _paper: int) -> None:
    # An administrator takes sharing from those who edit; they still edit.
    with db.write() as session:
        session.execute(delete(LocalRight).where(LocalRight.right == "share"))


def _disable(clerk: Actor, _paper: int) -> None:
    with db.write() as session:
        session.execute(update(User).where(User.id == clerk.user_id).values(disabled_at=db.now()))


ENDS: dict[str, Callable[[Actor, int], None]] = {
    "bin": lambda clerk, paper: lifecycle.delete(clerk, [paper]) and None,
    "expired": _expire,
    "lost role": _lose_role,
    "lost right": _lose_right,
    "lost sharing": _lose_sharing,
    "disabled": _disable,
}


@pytest.mark.parametrize("end", ENDS)
def test_a_link_dies_with_what_it_stands_on(clerk: Actor, end: str) -> None:
    paper = with_versions(clerk, 1)
    token = making.of_document(clerk, paper, LinkInput())
    visiting.open_link(token, None, HERE)
    ENDS[end](clerk, paper)
    assert refused(token) and row().openings == 1


def test_an_unknown_address_is_refused_like_a_dead_one(clerk: Actor, count_queries) -> None:
    paper = with_versions(clerk, 1)
    token = making.of_document(clerk, paper, LinkInput())
    making.withdraw(clerk, row().id)
    numbers = []
    for asked in (token, "x", "", "\x00", "ă" * 5_000, "\ud800"):
        db.release()
        with count_queries() as counted, pytest.raises(NotFound):
            visiting.look(asked)
        numbers.append(counted.number)
    # The roles of the maker are the only thing that is not looked up for an address that nobody made.
    assert max(numbers) - min(numbers) <= 2


def test_a_link_shows_its_document_and_nothing_else(clerk: Actor) -> None:
    paper, other = with_versions(clerk, 1), with_versions(clerk, 1)
    token = making.of_document(clerk, paper, LinkInput())
    visitor = visiting.open_link(token, None, HERE).actor
    with pytest.raises(NotFound):
        showing.document(token, other)
    with db.read() as session:
        assert set(session.scalars(select(Document.id).where(rule.visible(visitor)))) == {paper}
        assert set(session.scalars(select(Document.id).where(rule.editable(visitor)))) == set()
        assert rule.readable_lists(session, visitor) == frozenset()
        assert not rule.may_read_folder(session, visitor, tree.root_id())
        assert guard.readable(session, visitor, paper).id == paper
    assert visitor.keys == frozenset() and not any(policy.may(visitor, action) for action in policy.ACTIONS)
    for ask in (lambda: guard.get(visitor, paper), lambda: page.frame(visitor, paper), lambda: making.of_document(visitor, paper, LinkInput())):
        with pytest.raises(Denied):
            ask()


def test_the_password_is_hashed_asked_and_limited(clerk: Actor) -> None:
    paper = with_versions(clerk, 1)
    token = making.of_document(clerk, paper, LinkInput(password=PASSWORD))
    assert visiting.look(token).asks and row().password_hash is not None and PASSWORD not in (row().password_hash or "")
    for wrong in (None, "", "sai", PASSWORD + "x"):
        with pytest.raises(WrongPassword):
            visiting.open_link(token, wrong, HERE)
    assert row().openings == 0 and len(events("share_link:refuse")) == 4
    visiting.open_link(token, PASSWORD, HERE)
    with pytest.raises(WrongPassword):
        visiting.open_link(token, "sai", HERE)
    with pytest.raises(attempts.TooManyAttempts):
        visiting.open_link(token, PASSWORD, "10.9.9.9")
    assert row().openings == 1


def test_openings_are_limited(clerk: Actor) -> None:
    paper = with_versions(clerk, 1)
    token = making.of_document(clerk, paper, LinkInput(most_openings=2))
    assert visiting.look(token).asks
    for _ in range(2):
        visiting.open_link(token, "", HERE)
    for ask in (lambda: visiting.look(token), lambda: visiting.open_link(token, "", HERE)):
        with pytest.raises(NotFound):
            ask()
    assert row().openings == 2 and listing.of_document(clerk, paper).rows[0].state == "full"
    # Who opened it goes on reading.
    assert showing.document(token).version_no == 1


def test_who_withdraws(clerk: Actor, staff: Actor, leader: Actor, administrator: Actor, auditor: Actor) -> None:
    paper = with_versions(clerk, 1)
    token = making.of_document(clerk, paper, LinkInput())
    link = row().id
    for who, error in ((staff, NotFound), (auditor, Denied)):
        with pytest.raises(error):
            making.withdraw(who, link)
    making.withdraw(administrator, link)
    making.withdraw(clerk, link)
    assert refused(token) and row().withdrawn_by == administrator.user_id
    assert [event.actor_id for event in events("share_link:withdraw")] == [administrator.user_id]
    # Its maker, also after they lost the right.
    sharing.grant(clerk, SharedThing(document_id=paper), f"user:{staff.user_id}", "editor")
    making.of_document(staff, paper, LinkInput())
    sharing.revoke(clerk, next(one.id for one in own_grants(SharedThing(document_id=paper)) if one.key == f"user:{staff.user_id}"))
    making.withdraw(staff, row().id)
    assert row().withdrawn_by == staff.user_id
    # Who could make one, also from the recycle bin.
    making.of_document(clerk, paper, LinkInput())
    sharing.grant(clerk, SharedThing(document_id=paper), f"user:{leader.user_id}", "editor")
    lifecycle.delete(clerk, [paper])
    making.withdraw(leader, row().id)
    assert row().withdrawn_by == leader.user_id


def test_a_restored_document_opens_again_unless_withdrawn(clerk: Actor) -> None:
    paper = with_versions(clerk, 1)
    token = making.of_document(clerk, paper, LinkInput())
    lifecycle.delete(clerk, [paper])
    assert refused(token)
    bin.restore_document(clerk, paper)
    assert visiting.look(token).document is not None


def test_the_site_is_switched_off_and_on(clerk: Actor, administrator: Actor) -> None:
    paper = with_versions(clerk, 1)
    token = making.of_document(clerk, paper, LinkInput())
    with pytest.raises(Denied):
        switch.turn(clerk, False)
    switch.turn(administrator, False)
    assert refused(token) and not listing.of_document(clerk, paper).on
    with pytest.raises(Invalid, match="tắt liên kết"):
        making.of_document(clerk, paper, LinkInput())
    switch.turn(administrator, False)
    switch.turn(administrator, True)
    assert visiting.look(token) is not None and [event.details for event in events("share_link:switch")] == [{"on": False}, {"on": True}]


def test_many_links_are_too_many(clerk: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "MOST_IN_FORCE", 2)
    paper, other = with_versions(clerk, 1), with_versions(clerk, 1)
    for one in (paper, paper, other):
        making.of_document(clerk, one, LinkInput())
    with pytest.raises(Invalid, match="liên kết đang dùng được"):
        making.of_document(clerk, paper, LinkInput())
    making.withdraw(clerk, listing.of_document(clerk, paper).rows[0].link.id)
    making.of_document(clerk, paper, LinkInput())


@pytest.mark.parametrize("unseen", [{"outcome": "no_text", "reason_code": "ocr_missing"}, {"picture_pages": [1]}, {"outcome": "unreadable"}])
def test_what_nobody_looked_through_is_not_shown(clerk: Actor, unseen: dict[str, object]) -> None:
    paper = with_versions(clerk, 1)
    token = making.of_document(clerk, paper, LinkInput())
    assert visiting.look(token).document is not None
    with db.write() as session:
        session.execute(update(Version).where(Version.document_id == paper).values(**unseen))
    assert refused(token)


def test_who_edits_through_a_group_makes_a_link_that_opens(clerk: Actor, staff: Actor, administrator: Actor) -> None:
    paper = with_versions(clerk, 1)
    group = groups.create(administrator, "Tổ công tác")
    groups.add(administrator, group, staff.user_id or 0)
    sharing.grant(clerk, SharedThing(document_id=paper), f"group:{group}", "editor")
    member = dataclasses.replace(staff, groups=frozenset({group}))
    assert visiting.look(making.of_document(member, paper, LinkInput())).document is not None
