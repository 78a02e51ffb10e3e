"""Numbers given, reserved and cancelled by many people at the same moment: none twice, none left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from docmgr.context import Context
from docmgr.models import RegisterEntry, User
from docmgr.services.documents import lifecycle
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.registers import arrivals, issue, reserving
from docmgr.services.registers import series as number_series
from docmgr.services.registers.issue import NumberInput
from docmgr.services.registers.series import SeriesInput
from tests.filling.filing import load
from tests.filling.registers import delivered, entry, paper, rows
from tests.support.acting import actor_of
from tests.support.racing import at_once, count, events

CLERKS = 20


def test_twenty_clerks_at_once(site: Context, people: dict[str, User]) -> None:
    clerk = actor_of(people["clerk"])
    series, arriving = delivered(clerk), delivered(clerk, "incoming")
    for held in (True, False):
        documents = [paper(f"Văn bản {number}") for number in range(CLERKS)]
        acts: list[Callable[[], Any]] = [lambda one=one: issue.issue_number(clerk, one) for one in documents[: CLERKS - 4]]
        acts += [lambda: reserving.reserve(clerk, series, "Giữ", count=2)] * 2
        acts += [lambda one=one: arrivals.receive(clerk, one) for one in documents[CLERKS - 4 :]]
        answers = at_once(site, acts, held=held)
        assert not [answer for answer in answers if isinstance(answer, Exception)]
    given = 2 * CLERKS
    assert [number for number, _, _ in rows(series)] == list(range(1, given + 1))
    assert [number for number, _, _ in rows(arriving)] == list(range(1, 9))
    printed = {load(document).number for _, _, document in rows(series) if document}
    assert len(printed) == 2 * (CLERKS - 4) == len(events("register:issue"))


def test_one_document_and_one_free_number_have_one_winner(site: Context, people: dict[str, User], rounds: int) -> None:
    clerk = actor_of(people["clerk"])
    series = delivered(clerk)
    for turn in range(rounds):
        document, others, held = paper(), [paper("a"), paper("b")], turn % 2 == 0
        twice = at_once(site, [lambda one=document: issue.issue_number(clerk, one)] * 2, held=held)
        assert sorted(type(answer).__name__ for answer in twice) == ["Invalid", "int"]
        (kept,) = reserving.reserve(clerk, series, "Giữ")
        acts: list[Callable[[], Any]] = [lambda one=one, k=kept: issue.issue_number(clerk, one, NumberInput(entry_id=k)) for one in others]
        acts.append(lambda k=kept: reserving.release(clerk, k, "Thôi", revision=1))
        answers = at_once(site, acts, held=held)
        assert len([answer for answer in answers[:2] if answer == kept]) == 1
        assert entry(kept).state == "issued" and answers[2] is None or isinstance(answers[2], Conflict)
        came = at_once(site, [lambda one=document: arrivals.receive(clerk, one)] * 2, held=held)
        assert sorted(type(answer).__name__ for answer in came) == ["Invalid", "int"]
    numbers = [number for number, _, _ in rows(series)]
    assert numbers == list(range(1, 2 * rounds + 1))


def test_the_document_or_the_series_goes_meanwhile(site: Context, people: dict[str, User], rounds: int) -> None:
    clerk = actor_of(people["clerk"])
    delivered(clerk)
    for turn in range(rounds):
        held, document = turn % 2 == 0, paper("Đi")
        own = number_series.create(clerk, SeriesInput(f"Báo cáo {turn}", types=("Báo cáo",), organ="X"))
        answers = at_once(site, [lambda one=document: lifecycle.delete(clerk, [one]), lambda one=document: issue.issue_number(clerk, one)], held=held)
        assert isinstance(answers[1], (int, NotFound))
        assert count(RegisterEntry, RegisterEntry.document_id == document) == isinstance(answers[1], int)
        report = paper(type="Báo cáo", subject=f"Báo cáo {turn}")
        answers = at_once(site, [lambda one=own: number_series.delete(clerk, one), lambda one=report: issue.issue_number(clerk, one)], held=held)
        won = isinstance(answers[1], int) and entry(answers[1]).series_id == own
        assert won == isinstance(answers[0], Invalid)
        assert (load(report).number is None) == isinstance(answers[1], Invalid)
        if won:
            number_series.close(clerk, own)
