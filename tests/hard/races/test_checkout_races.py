"""Two people take a document to edit it at the same moment, or one takes it while another saves: one wins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from docmgr.context import Context
from docmgr.models import Checkout, User
from docmgr.services.access.checkouts import CheckedOut
from docmgr.services.checkout import taking
from docmgr.services.documents import facts
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from tests.filling.filing import actions, load
from tests.filling.registers import key, paper
from tests.support.acting import actor_of
from tests.support.racing import at_once, count


def test_one_of_two_takes_it_and_nobody_saves_over_it(site: Context, people: dict[str, User], rounds: int) -> None:
    clerk, staff = (actor_of(people[role]) for role in ("clerk", "staff"))
    sharing.grant(clerk, SharedThing(folder_id=tree.root_id()), key(staff), "editor")
    for turn_no in range(rounds):
        held, document = turn_no % 2 == 0, paper(f"Văn bản {turn_no}")
        taken = at_once(site, [lambda a=one, d=document: taking.take(a, d) for one in (clerk, staff)], held=held)
        assert sorted(type(answer).__name__ for answer in taken) == ["CheckedOut", "NoneType"]
        assert count(Checkout, Checkout.document_id == document) == 1
        holder, other = (clerk, staff) if taken[0] is None else (staff, clerk)
        mark = taking.of_document(clerk, document).mark
        ended = at_once(site, [lambda h=holder, d=document: taking.give_back(h, d)] * 2, held=held)
        assert sorted(type(answer).__name__ for answer in ended) == ["Conflict", "NoneType"] and mark
        acts: list[Callable[[], Any]] = [
            lambda h=holder, d=document: taking.take(h, d),
            lambda o=other, d=document: facts.save(o, d, {"subject": "Đã sửa"}, revision=1, confirm=False, publish=False),
        ]
        took, saved = at_once(site, acts, held=held)
        # Either it was saved before it was taken, or not at all.
        assert took is None and (saved is None or isinstance(saved, CheckedOut))
        assert (load(document).subject == "Đã sửa") is (saved is None)
        edits = [action for action in actions(document) if action in ("checkout:take", "document:edit")]
        assert edits[-1] == "checkout:take"
