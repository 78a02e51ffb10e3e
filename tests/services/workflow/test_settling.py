"""The line of an incoming document follows its flow, and what clerks type in the register is not overwritten by it."""

from __future__ import annotations

import pytest

from docmgr.models import User
from docmgr.policy import Actor
from docmgr.services.registers import arrivals, lines
from docmgr.services.registers.lines import LineInput
from docmgr.services.workflow import starting
from tests.filling.registers import day, delivered, entry, flow_of, key, paper, step, workflow
from tests.support.acting import actor_of


@pytest.fixture
def leader(people: dict[str, User]) -> Actor:
    """The leader as an actor."""
    return actor_of(people["leader"])


def test_a_deadline_typed_in_the_register_stays(clerk: Actor, leader: Actor) -> None:
    delivered(clerk, "incoming")
    document = paper(workflow="published", created_by=clerk.user_id)
    line = arrivals.receive(clerk, document, arrivals.ArrivalInput(line=LineInput(due_on=day("2026-02-01"))))
    starting.start(clerk, document, workflow("incoming"))
    step(clerk, document, "assign", to=key(leader), due_on=day("2026-03-01"))
    # The deadline of a step is that of the line.
    assert entry(line).due_on == flow_of(document).due_on == day("2026-03-01") and entry(line).progress == "Đã phân công"
    lines.edit(clerk, line, LineInput(due_on=day("2026-04-01"), progress="Đã phân công", person_id=leader.user_id), revision=entry(line).revision)
    step(leader, document, "take")
    assert entry(line).due_on == flow_of(document).due_on == day("2026-04-01") and entry(line).progress == "Đang xử lý"
    # A step that sets one later counts again.
    step(leader, document, "return", "Không phải việc của tôi")
    step(clerk, document, "assign", to=key(leader), due_on=day("2026-05-01"))
    assert entry(line).due_on == flow_of(document).due_on == day("2026-05-01")


def test_a_line_without_a_deadline_takes_that_of_the_flow(clerk: Actor, leader: Actor) -> None:
    delivered(clerk, "incoming")
    document = paper(workflow="published", created_by=clerk.user_id)
    starting.start(clerk, document, workflow("incoming"))
    step(clerk, document, "assign", to=key(leader), due_on=day("2026-03-01"))
    line = arrivals.receive(clerk, document)
    assert entry(line).due_on is None
    step(leader, document, "take")
    assert entry(line).due_on == day("2026-03-01")
