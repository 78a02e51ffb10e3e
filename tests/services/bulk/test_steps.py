"""The steps that many documents have: which move, which stay and why; nothing of what one may not read."""

from __future__ import annotations

import pytest

from docmgr.models import User
from docmgr.policy import Actor, Denied
from docmgr.services.bulk import steps
from docmgr.services.checkout import taking
from docmgr.services.folders import sharing
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.workflow import moving
from docmgr.services.workflow.moving import FAULTS
from tests.filling.filing import actions
from tests.filling.registers import flow_of, hide, key, paper, running, step
from tests.support.acting import actor_of


@pytest.fixture
def leader(people: dict[str, User]) -> Actor:
    return actor_of(people["leader"])


def submitted(clerk: Actor, leader: Actor, subject: str) -> int:
    made = running(clerk, "outgoing", subject=subject)
    step(clerk, made, "submit", to=key(leader))
    return made


def test_each_step_says_what_it_moves_and_why_the_rest_stays(clerk: Actor, leader: Actor, people: dict[str, User]) -> None:
    ready, other = submitted(clerk, leader, "Một"), submitted(clerk, leader, "Hai")
    draft, loose, held, hidden = running(clerk, "outgoing", subject="Ba"), paper("Bốn"), submitted(clerk, leader, "Năm"), submitted(clerk, leader, "Kín")
    sharing.grant(clerk, SharedThing(document_id=draft), "role:leader", "reviewer")
    hide(hidden)
    taking.take(clerk, held, None)
    count, offers = steps.offers(leader, [ready, other, draft, loose, held, hidden, 9999])
    assert count == 5 and [(one.code, one.comment, one.returns) for one in offers] == [("approve", False, False), ("return", True, True)]
    approve = offers[0]
    assert [(one.document_id, one.revision) for one, _ in approve.picks] == [(number, flow_of(number).revision) for number in (ready, other)]
    assert dict(approve.left) == {
        "Ba": steps.Message(FAULTS["not_from_here"], state=steps.Message("Dự thảo")),
        "Bốn": steps.NO_FLOW, "Năm": steps.Message("%(holder)s đang giữ để sửa.", holder="Văn thư thử"),
    }  # fmt: skip
    # Only the author takes back; submitting asks for a receiver, so no list offers it.
    _, own = steps.offers(clerk, [ready, draft])
    assert [one.code for one in own] == ["take_back"] and [label for label, _ in own[0].left] == ["Ba"]
    before = len(actions())
    moved = moving.move_many(leader, [pick for pick, _ in approve.picks], "approve", name=approve.name)
    assert moved.done == 2 and actions()[before:] == ["workflow:move"] * 2
    assert steps.offers(leader, [hidden, 9999]) == (0, ())


def test_who_may_not_move_gets_nothing_and_the_queries_are_fixed(clerk: Actor, leader: Actor, people: dict[str, User], count_queries) -> None:
    many = [submitted(clerk, leader, f"Số {number}") for number in range(6)]
    with pytest.raises(Denied):
        steps.offers(actor_of(people["administrator"]), many)
    assert [one.left for one in steps.offers(actor_of(people["staff"]), many)[1]] == []
    numbers = []
    for some in (many[:1], many):
        with count_queries() as counted:
            steps.offers(leader, some)
        numbers.append(counted.number)
    assert numbers[0] == numbers[1] <= 8
