"""Share links of case files, and the lists of links."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from docmgr import db
from docmgr.models import CaseFile, User
from docmgr.policy import Actor
from docmgr.services.cases import contents
from docmgr.services.errors import NotFound
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.share_links import listing, making, showing, visiting
from docmgr.services.share_links.making import LinkInput
from tests.filling.filing import actions, file_document, with_versions
from tests.filling.registers import opened
from tests.services.share_links.looked import HERE, refused, row
from tests.support.racing import events


def test_a_case_link_shows_what_is_in_it_at_that_moment(clerk: Actor, staff: Actor) -> None:
    case, unread = opened(clerk), file_document(tree.root_id(), "9/QĐ-X", workflow="draft", created_by=clerk.user_id)
    a, b, outside = with_versions(clerk, 1), with_versions(clerk, 1), with_versions(clerk, 1)
    contents.add(clerk, case, [a, unread, b])
    contents.add(clerk, opened(clerk, "02/X"), [outside])
    token = making.of_case(clerk, case, LinkInput())
    visiting.open_link(token, None, HERE)
    shown = showing.case(token)
    assert shown is not None and [one.id for one in shown.documents] == [a, b] and shown.total == 2 and "01/TCCB" in shown.label
    assert showing.document(token, b).case_link
    for number in (unread, outside, 10**6):
        with pytest.raises(NotFound):
            showing.document(token, number)
    with pytest.raises(NotFound):
        showing.document(token)
    contents.remove(clerk, case, b)
    db.release()
    with pytest.raises(NotFound):
        showing.document(token, b)
    view = events("share_link:view")
    assert [event.document_id for event in view] == [b] and view[0].details["case"] and events("share_link:open")[0].subject_type == "case"
    assert "share_link:view" in actions(b)
    assert listing.of_case(clerk, case).rows[0].state == "open"


def test_a_case_link_shows_what_its_maker_may_share(clerk: Actor, staff: Actor) -> None:
    case = opened(clerk, person_id=staff.user_id)
    a, read_only, hidden = with_versions(clerk, 1), with_versions(clerk, 1), with_versions(clerk, 1)
    contents.add(clerk, case, [a, read_only, hidden])
    sharing.grant(clerk, SharedThing(document_id=a), f"user:{staff.user_id}", "editor")
    sharing.set_inherit(clerk, SharedThing(document_id=hidden), inherit=False)
    token = making.of_case(staff, case, LinkInput())
    shown = showing.case(token)
    assert shown is not None and ([one.id for one in shown.documents], shown.total) == ([a], 1)
    for number in (hidden, read_only):
        with pytest.raises(NotFound):
            showing.document(token, number)
    with db.write() as session:
        session.execute(update(User).where(User.id == staff.user_id).values(disabled_at=db.now()))
    assert refused(token)


def test_who_no_longer_edits_the_case_file_lends_it_no_more(clerk: Actor, staff: Actor, count_queries) -> None:
    case = opened(clerk, person_id=staff.user_id)
    token = making.of_case(staff, case, LinkInput())
    assert visiting.look(token).case is not None
    with db.write() as session:
        session.execute(update(CaseFile).where(CaseFile.id == case).values(person_id=None))
    assert refused(token) and listing.of_case(clerk, case).rows[0].state == "dead"

    def queries() -> int:
        db.release()
        with count_queries() as counted:
            listing.of_case(clerk, case)
        return counted.number

    # One maker more, and links that nothing opens, ask nothing more.
    before, _token = queries(), making.of_case(clerk, case, LinkInput())
    assert queries() == before and [one.state for one in listing.of_case(clerk, case).rows] == ["open", "dead"]
    for number in (row().id, row().id - 1):
        making.withdraw(clerk, number)
    assert queries() < before
    assert row().withdrawn_by == clerk.user_id


def test_the_lists_name_only_what_one_may_read(clerk: Actor, staff: Actor, administrator: Actor) -> None:
    paper, case = with_versions(clerk, 1), opened(clerk)
    making.of_document(clerk, paper, LinkInput())
    making.of_case(clerk, case, LinkInput())
    for who, total in ((clerk, 2), (staff, 0), (administrator, 2)):
        links = listing.of_site(who)
        assert links.total == total == len(links.rows)
    assert [one.named for one in listing.of_site(administrator).rows] == [False, False]
    assert [one.named for one in listing.of_site(clerk).rows] == [True, True] and listing.of_site(clerk).rows[1].label == "Quyết định 5/QĐ-X"
    assert "01/TCCB" not in str(listing.of_site(administrator).rows[0].label)
