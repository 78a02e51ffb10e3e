"""Steps of workflows made by two people at the same moment: one is made, the other is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from docmgr.context import Context
from docmgr.models import DocumentFlow, FlowAssignment, User
from docmgr.services.errors import Conflict, Invalid
from docmgr.services.people import delegations
from docmgr.services.registers import arrivals, lines
from docmgr.services.registers.lines import LineInput
from docmgr.services.workflow import assigning, moving, starting, turn
from docmgr.services.workflow.assigning import Receivers
from docmgr.services.workflow.moving import StepInput
from legaltext import dates
from tests.filling.registers import day, delivered, entry, flow_of, key, paper, rows, running, step, workflow
from tests.support.acting import actor_of
from tests.support.racing import at_once, count, events


def test_of_two_steps_at_once_one_is_made(site: Context, people: dict[str, User], rounds: int) -> None:
    clerk, leader, staff = (actor_of(people[role]) for role in ("clerk", "leader", "staff"))
    series = delivered(clerk)
    for turn_no in range(rounds):
        held, document = turn_no % 2 == 0, running(clerk, "outgoing", subject=f"Văn bản {turn_no}")
        step(clerk, document, "submit", to=key(leader))
        revision = flow_of(document).revision
        acts: list[Callable[[], Any]] = [
            lambda d=document, r=revision: moving.move(leader, d, "approve", revision=r),
            lambda d=document, r=revision: moving.move(leader, d, "return", StepInput("Sửa"), revision=r),
            lambda d=document, r=revision: assigning.hand_over(leader, d, Receivers(key(staff)), revision=r),
        ]
        answers = at_once(site, acts, held=held)
        refused = [answer for answer in answers if isinstance(answer, Conflict)]
        assert len(refused) == 2 and all("Người khác vừa chuyển bước" in str(answer) for answer in refused)
        assert flow_of(document).revision == revision + 1
        if flow_of(document).state != "approved":
            continue
        # Without a revision, as from two tabs of one list: the number is given once.
        numbered = at_once(site, [lambda d=document: moving.move(clerk, d, "number", revision=None)] * 2, held=held)
        assert sorted(type(answer).__name__ for answer in numbered) == ["Invalid", "str"]
    assert [number for number, _, _ in rows(series)] == list(range(1, len(events("register:issue")) + 1))


def test_a_document_starts_once_and_one_person_stands_in(site: Context, people: dict[str, User], rounds: int) -> None:
    clerk, leader, staff = (actor_of(people[role]) for role in ("clerk", "leader", "staff"))
    for turn_no in range(rounds):
        held, document = turn_no % 2 == 0, paper(f"Văn bản {turn_no}", workflow="draft")
        acts = [lambda d=document, c=code: starting.start(clerk, d, workflow(c)) for code in ("outgoing", "publication")]
        answers = at_once(site, acts, held=held)
        assert sorted(type(answer).__name__ for answer in answers) == ["Invalid", "NoneType"]
        assert count(DocumentFlow, DocumentFlow.document_id == document) == 1
        today = dates.today()
        made = at_once(site, [lambda o=other, t=today: delegations.create(clerk, o.user_id, t, t) for other in (leader, staff)], held=held)
        assert sorted(type(answer).__name__ for answer in made) == ["Invalid", "int"]
        delegations.end(clerk, next(answer for answer in made if isinstance(answer, int)))
    assert count(FlowAssignment) == 0 and turn.start_chosen() == 0
    assert not [answer for answer in answers if not isinstance(answer, Invalid | None)]


def test_a_step_and_what_is_typed_in_the_register_do_not_overwrite_each_other(site: Context, people: dict[str, User], rounds: int) -> None:
    clerk, leader = (actor_of(people[role]) for role in ("clerk", "leader"))
    delivered(clerk, "incoming")
    for turn_no in range(rounds):
        held, document = turn_no % 2 == 0, running(clerk, "incoming", subject=f"Văn bản {turn_no}")
        line = arrivals.receive(clerk, document)
        before = entry(line).revision
        typed = LineInput(due_on=day("2026-02-05"), note="Ghi chú của văn thư", sender="Sở khác", progress="Mới")
        answers = at_once(
            site,
            [
                lambda d=document: moving.move(clerk, d, "assign", StepInput("Xem", Receivers(key(leader))), revision=None),
                lambda number=line, t=typed: lines.edit(clerk, number, t, revision=None),
            ],
            held=held,
        )
        assert not [answer for answer in answers if isinstance(answer, Exception)], answers
        now = entry(line)
        # Each counts as a change, so that a form that was opened between them is refused.
        assert (now.note, now.due_on, now.revision) == ("Ghi chú của văn thư", day("2026-02-05"), before + 2)
