"""Lists whose period has ended, their destruction and packages for the archive by two people at the same moment."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from docmgr import db
from docmgr.context import Context
from docmgr.models import CaseFile, Handover, User
from docmgr.policy import WORKER
from docmgr.services.cases import contents, files
from docmgr.services.disposal import deciding, execute, lists
from docmgr.services.disposal.deciding import DecisionInput, RowAnswer
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.handover import making, packages
from docmgr.services.keeping import holds, purge
from legaltext import dates
from tests.filling.filing import load
from tests.filling.keeping.disposing import decided, ended, listed, package, the_list, worked, yes
from tests.filling.registers import case, inside, opened, paper
from tests.support.acting import actor_of
from tests.support.racing import MEETING_SECONDS, at_once, count, events


def test_one_case_file_stands_in_one_list(site: Context, people: dict[str, User], rounds: int) -> None:
    clerk = actor_of(people["clerk"])
    for turn in range(rounds):
        ended(clerk, f"{turn}/X")
        answers = at_once(site, [lambda: lists.create(clerk, "Danh mục")] * 2, held=turn % 2 == 0)
        assert sorted(type(answer).__name__ for answer in answers) == ["Invalid", "int"]


def test_a_decision_meets_a_hold_and_another_decision(site: Context, people: dict[str, User], rounds: int) -> None:
    clerk, leader, auditor = (actor_of(people[role]) for role in ("clerk", "leader", "auditor"))
    for turn in range(rounds):
        document = paper()
        one = ended(clerk, f"{turn}/X", (document,))
        made = listed(clerk)
        given = yes(made)
        no = DecisionInput("8/QĐ", dates.today(), {number: RowAnswer(False, "Không") for number in given.answers})
        acts: list[Any] = [
            lambda m=made, g=given: deciding.decide(leader, m, g), lambda n=one: holds.hold_case(auditor, n, "Giữ"),
            lambda m=made, g=no: deciding.decide(leader, m, g), lambda m=made: deciding.send_back(leader, m, "Sửa"),
        ]  # fmt: skip
        agreed, hold, other, back = at_once(site, acts, held=turn % 2 == 0)
        assert isinstance(hold, int) and [agreed, other, back].count(None) <= 1
        assert all(answer is None or isinstance(answer, Invalid | Conflict) for answer in (agreed, other, back))
        if agreed is None:
            decision, held = (next(event.seq for event in events(action) if event.subject_id == one) for action in ("case:dispose", "case:hold"))
            assert decision < held
            execute.start(clerk, made)
            # What is held after the decision is met by the destruction.
            assert worked() and load(document).purged_at is None and case(one).destroyed_on is None
        assert the_list(made).state in ("draft", "proposed", "done")
        _away(one)


def _away(case_id: int) -> None:
    """Keep the case file for ever, so that the next round lists its own alone."""
    with db.write() as session:
        session.get_one(CaseFile, case_id).retention_years = None


def test_the_destruction_meets_another_case_file_and_a_hold(site: Context, people: dict[str, User], rounds: int) -> None:
    clerk, leader, auditor = (actor_of(people[role]) for role in ("clerk", "leader", "auditor"))
    for turn in range(rounds):
        documents = [paper(f"V{number}") for number in range(3)]
        one, other = ended(clerk, f"{turn}/X", tuple(documents)), opened(clerk, f"{turn}/Y")
        made = listed(clerk)
        decided(leader, made, clerk)
        acts: list[Any] = [
            lambda: execute.work(WORKER), lambda n=other, d=documents: contents.add(clerk, n, d[:2]), lambda d=documents: holds.hold_document(auditor, d[2], "Giữ"),
        ]  # fmt: skip
        at_once(site, acts, held=turn % 2 == 0)
        worked()
        erased = [load(document).purged_at is not None for document in documents]
        # What is in the other case file is there with its content, or was never put in.
        assert all(load(document).purged_at is None for document in inside(other)) and inside(other) in ([], documents[:2])
        assert erased[:2] == [document not in inside(other) for document in documents[:2]]
        held = [event.seq for event in events("document:hold") if event.document_id == documents[2]]
        gone = [event.seq for event in events("document:destroy") if event.document_id == documents[2]]
        assert len(gone) == erased[2] and (not held or not gone)
        assert inside(one) == ([] if erased[2] else documents[2:]) and the_list(made).state == "done"
        if not erased[2]:
            _away(one)


def test_whoever_adds_waits_for_the_destruction(site: Context, people: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, leader = actor_of(people["clerk"]), actor_of(people["leader"])
    document, other, real = paper(), opened(clerk, "9/Y"), purge.erase
    ended(clerk, "1/X", (document,))
    decided(leader, listed(clerk), clerk)
    others: list[threading.Thread] = []

    def add() -> None:
        with site.bound(), pytest.raises(NotFound):
            contents.add(clerk, other, [document])

    def erase(*given: Any) -> Any:
        others.append(threading.Thread(target=add))
        others[0].start()
        # With the lock of the document it cannot end before this unit of work does.
        others[0].join(3 * MEETING_SECONDS)
        assert others[0].is_alive()
        return real(*given)

    monkeypatch.setattr(purge, "erase", erase)
    assert worked() == 2
    others[0].join()
    assert inside(other) == [] and load(document).purged_at is not None


def test_a_package_is_handed_over_once(site: Context, people: dict[str, User], rounds: int) -> None:
    clerk = actor_of(people["clerk"])
    for turn in range(rounds):
        one = ended(clerk, f"{turn}/X")
        first, second = (packages.create(clerk, name, [one]) for name in ("A", "B"))
        while making.work(WORKER):
            pass
        acts: list[Any] = [lambda n=number: packages.hand_over(clerk, n, "Bà Lưu") for number in (first, second)]
        acts.append(lambda n=one: files.reopen(clerk, n, "Sửa"))
        answers = at_once(site, acts, held=turn % 2 == 0)
        assert answers.count(None) == 1 and all(answer is None or isinstance(answer, Invalid | Conflict) for answer in answers)
        handed = [package(number).state for number in (first, second)].count("handed")
        assert handed == (case(one).archived_on is not None) and len(events("handover:record")) >= handed
        assert count(Handover) == 2 * (turn + 1)
