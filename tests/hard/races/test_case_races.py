"""Case files, tags and the emptied bin by two people at the same moment."""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading
from typing import Any

import pytest

from docmgr import db
from docmgr.context import Context
from docmgr.models import CaseDocument, Term, Tombstone, User
from docmgr.services.cases import contents, files
from docmgr.services.documents import bin, lifecycle
from docmgr.services.errors import Conflict, Invalid
from docmgr.services.keeping import holds, purge
from docmgr.services.terms import of_documents as terms
from tests.filling.filing import load
from tests.filling.registers import case, inside, opened, paper
from tests.support.acting import actor_of
from tests.support.racing import MEETING_SECONDS, at_once, count, events


def test_one_code_has_one_winner(site: Context, people: dict[str, User], rounds: int) -> None:
    clerk = actor_of(people["clerk"])
    for turn in range(rounds):
        answers = at_once(site, [lambda t=turn: opened(clerk, f"{t}/X")] * 2, held=turn % 2 == 0)
        assert sorted(type(answer).__name__ for answer in answers) == ["Invalid", "int"]


def test_what_comes_while_it_is_closed_is_in_it_or_refused(site: Context, people: dict[str, User], rounds: int) -> None:
    clerk, leader = actor_of(people["clerk"]), actor_of(people["leader"])
    for turn in range(rounds):
        one, documents = opened(clerk, f"{turn}/X"), [paper(f"V{number}") for number in range(3)]
        contents.add(clerk, one, documents[:1])
        acts: list[Any] = [
            lambda n=one: files.close(leader, n), lambda n=one, d=documents: contents.add(clerk, n, d),
            lambda n=one, d=documents: contents.add(leader, n, d[1:]), lambda n=one, d=documents: contents.remove(clerk, n, d[0]),
        ]  # fmt: skip
        answers = at_once(site, acts, held=turn % 2 == 0)
        assert answers[0] is None and case(one).closed_on is not None
        assert all(isinstance(answer, int | Invalid | Conflict) for answer in answers[1:])
        closed = [event.seq for event in events("case:close")][-1]
        assert not [event for event in events("case:add", "case:remove") if event.subject_id == one and event.seq > closed]
        assert len(inside(one)) == count(CaseDocument, CaseDocument.case_id == one) <= 3


def test_a_new_tag_is_made_once(site: Context, people: dict[str, User], rounds: int) -> None:
    clerk, leader = actor_of(people["clerk"]), actor_of(people["clerk"])
    for turn in range(rounds):
        a, b = paper("A"), paper("B")
        answers = at_once(
            site, [lambda t=turn, d=a: terms.add(clerk, [d], tags=f"nhãn {t}"), lambda t=turn, d=b: terms.add(leader, [d], tags=f"NHÃN {t}")], held=turn % 2 == 0
        )  # fmt: skip
        assert answers == [1, 1] and count(Term) == turn + 1


def test_a_hold_or_a_restore_meets_the_emptying(site: Context, people: dict[str, User], rounds: int) -> None:
    clerk, auditor = actor_of(people["clerk"]), actor_of(people["auditor"])
    with_rule = dataclasses.replace(site, settings=dataclasses.replace(site.settings, bin_days=1))
    later = db.now() + dt.timedelta(days=3)
    for turn in range(rounds):
        one, filed, back = opened(clerk, f"{turn}/X"), paper("Trong hồ sơ"), paper("Trở lại")
        contents.add(clerk, one, [filed])
        lifecycle.delete(clerk, [filed, back])

        def empty() -> int:
            with with_rule.bound():
                return purge.empty(later)

        acts: list[Any] = [empty, lambda n=one: holds.hold_case(auditor, n, "Giữ"), lambda d=back: bin.restore_document(clerk, d)]
        at_once(site, acts, held=turn % 2 == 0)
        purged = [event.seq for event in events("document:purge") if event.document_id == filed]
        held = [event.seq for event in events("case:hold") if event.subject_id == one]
        assert len(held) == 1 and (not purged or purged[0] < held[0])
        assert (load(filed).purged_at is not None) == bool(purged) == bool(count(Tombstone, Tombstone.document_id == filed))
        assert (load(back).purged_at is None) == (load(back).deleted_at is None)


def test_a_hold_waits_for_the_emptying_that_has_looked(site: Context, people: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, auditor = actor_of(people["clerk"]), actor_of(people["auditor"])
    one, filed, real = opened(clerk), paper(), purge.erase
    contents.add(clerk, one, [filed])
    lifecycle.delete(clerk, [filed])
    others: list[threading.Thread] = []

    def hold() -> None:
        with site.bound():
            holds.hold_case(auditor, one, "Giữ")

    def erase(*given: Any) -> None:
        others.append(threading.Thread(target=hold))
        others[0].start()
        # With the lock of the case file it cannot end before this unit of work does.
        others[0].join(3 * MEETING_SECONDS)
        assert others[0].is_alive()
        real(*given)

    monkeypatch.setattr(purge, "erase", erase)
    with dataclasses.replace(site, settings=dataclasses.replace(site.settings, bin_days=1)).bound():
        assert purge.empty(db.now() + dt.timedelta(days=3)) == 1
    others[0].join()
    assert [event.action for event in events("document:purge", "case:hold")] == ["document:purge", "case:hold"]
