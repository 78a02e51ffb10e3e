"""Share links opened, and receipts asked and confirmed, by many at the same moment."""

from __future__ import annotations

from typing import Any

from docmgr import db
from docmgr.context import Context
from docmgr.models import Receipt, ShareLink, User
from docmgr.services.documents import lifecycle
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.receipts import asking, confirming
from docmgr.services.share_links import making, visiting
from docmgr.services.share_links.making import LinkInput
from docmgr.services.share_links.visiting import Admission
from legaltext import dates
from tests.filling.filing import with_versions
from tests.services.share_links.looked import HERE, row
from tests.support.acting import actor_of
from tests.support.racing import at_once, count, events

MANY = 4


def test_every_opening_is_counted_and_none_is_beyond_the_limit(site: Context, people: dict[str, User], rounds: int) -> None:
    clerk = actor_of(people["clerk"])
    for turn in range(rounds):
        paper = with_versions(clerk, 1)
        free = making.of_document(clerk, paper, LinkInput())
        answers = at_once(site, [lambda t=free: visiting.open_link(t, None, HERE)] * MANY, held=turn % 2 == 0)
        assert all(isinstance(answer, Admission) for answer in answers) and row().openings == MANY
        few = making.of_document(clerk, paper, LinkInput(most_openings=2))
        answers = at_once(site, [lambda t=few: visiting.open_link(t, "", HERE)] * MANY, held=turn % 2 == 0)
        assert sorted(type(answer).__name__ for answer in answers) == ["Admission"] * 2 + ["NotFound"] * 2
        assert row().openings == 2 == len([event for event in events("share_link:open") if event.details["link"] == row().id])


def test_nobody_opens_what_is_withdrawn(site: Context, people: dict[str, User], rounds: int) -> None:
    clerk = actor_of(people["clerk"])
    for turn in range(rounds):
        paper = with_versions(clerk, 1)
        token = making.of_document(clerk, paper, LinkInput())
        link = row().id
        acts: list[Any] = [lambda n=link: making.withdraw(clerk, n), *[lambda t=token: visiting.open_link(t, None, HERE)] * MANY]
        answers = at_once(site, acts, held=turn % 2 == 0)
        assert isinstance(answers[0], ShareLink) and all(isinstance(answer, Admission | NotFound) for answer in answers[1:])
        gone = [event.seq for event in events("share_link:withdraw") if event.details["link"] == link]
        opened = [event.seq for event in events("share_link:open") if event.details["link"] == link]
        assert len(gone) == 1 and all(seq < gone[0] for seq in opened) and row().openings == len(opened)


def test_a_link_is_made_for_what_is_published(site: Context, people: dict[str, User], rounds: int) -> None:
    clerk, leader = actor_of(people["clerk"]), actor_of(people["clerk"])
    for turn in range(rounds):
        paper = with_versions(clerk, 1)
        acts: list[Any] = [lambda d=paper: lifecycle.delete(leader, [d]), lambda d=paper: making.of_document(clerk, d, LinkInput())]
        answers = at_once(site, acts, held=turn % 2 == 0)
        made = [event.seq for event in events("share_link:make") if event.document_id == paper]
        gone = [event.seq for event in events("document:delete") if event.document_id == paper]
        assert len(gone) == 1 and all(seq < gone[0] for seq in made) and isinstance(answers[1], str | NotFound | Conflict)


def test_who_is_asked_twice_has_one_receipt_and_confirms_once(site: Context, people: dict[str, User], rounds: int) -> None:
    clerk, staff = actor_of(people["clerk"]), actor_of(people["staff"])
    for turn in range(rounds):
        paper, key = with_versions(clerk, 1), f"user:{people['staff'].id}"
        answers = at_once(site, [lambda d=paper, k=key: asking.ask(clerk, d, [k], dates.today())] * 2, held=turn % 2 == 0)
        assert sorted(type(answer).__name__ for answer in answers) == ["AskResult", "Invalid"] and count(Receipt, Receipt.document_id == paper) == 1
        acts: list[Any] = [
            lambda d=paper: confirming.confirm(staff, d, 1), lambda d=paper: confirming.confirm(staff, d, 1), lambda d=paper: asking.withdraw(clerk, d),
        ]  # fmt: skip
        answers = at_once(site, acts, held=turn % 2 == 0)
        assert all(answer is None or isinstance(answer, int | Conflict | Invalid) for answer in answers)
        done = [event.action for event in events("receipt:confirm", "receipt:withdraw") if event.document_id == paper]
        assert len(done) == 1 and sum(not isinstance(answer, Conflict) for answer in answers) == 1
        with db.read() as session:
            held = session.query(Receipt).filter(Receipt.document_id == paper).one()
        assert (held.confirmed_at is None) == (done == ["receipt:withdraw"]) and (held.withdrawn_at is None) == (done == ["receipt:confirm"])
