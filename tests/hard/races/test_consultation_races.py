"""Consultations answered, closed and settled by many at the same moment."""

from __future__ import annotations

from typing import Any

from docmgr.context import Context
from docmgr.models import Opinion, User
from docmgr.services.consulting import opening, settling
from docmgr.services.consulting.settling import ReceptionInput
from docmgr.services.errors import Conflict
from tests.filling.filing import with_versions
from tests.filling.keeping.consulting import opened, opinion, says
from tests.support.acting import actor_of
from tests.support.racing import at_once, count, events


def test_two_settle_one_opinion_and_one_is_told(site: Context, people: dict[str, User], rounds: int) -> None:
    clerk, staff = actor_of(people["clerk"]), actor_of(people["staff"])
    for turn in range(rounds):
        number = opened(clerk, with_versions(clerk, 1), staff)
        one = says(staff, number, "disagree", "Không")
        opening.close(clerk, number)
        acts: list[Any] = [
            lambda n=number, o=one, w=words: settling.settle(clerk, n, o, ReceptionInput("explained", w), revision=1) for words in ("Một", "Hai")
        ]  # fmt: skip
        answers = at_once(site, acts, held=turn % 2 == 0)
        assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "NoneType"]
        assert opinion(one).reception_text == ("Một", "Hai")[answers.index(None)] and opinion(one).revision == 2
        assert len([event for event in events("consultation:settle") if event.details["consultation"] == number]) == 1


def test_nobody_answers_after_the_end_and_nobody_twice(site: Context, people: dict[str, User], rounds: int) -> None:
    clerk, staff = actor_of(people["clerk"]), actor_of(people["staff"])
    for turn in range(rounds):
        number = opened(clerk, with_versions(clerk, 1), staff)
        acts: list[Any] = [lambda n=number: opening.close(clerk, n), *[lambda n=number: says(staff, n)] * 3]
        answers = at_once(site, acts, held=turn % 2 == 0)
        assert answers[0] is None and all(isinstance(answer, int | Conflict) for answer in answers[1:])
        of_it = [event for event in events("consultation:answer", "consultation:change", "consultation:close") if event.details["consultation"] == number]
        assert of_it[-1].action == "consultation:close"
        given = [answer for answer in answers[1:] if isinstance(answer, int)]
        assert count(Opinion, Opinion.consultation_id == number) == min(len(given), 1) and len(of_it) == len(given) + 1
