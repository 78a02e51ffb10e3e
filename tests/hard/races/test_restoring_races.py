"""Two people who restore older versions of one document at the same moment."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from docmgr import db
from docmgr.context import Context
from docmgr.models import Version
from docmgr.services.errors import Invalid
from docmgr.services.texts import restoring
from tests.filling.filing import with_versions
from tests.support.acting import actor_of
from tests.support.racing import at_once


def numbers(document_id: int) -> list[int]:
    """The numbers of the versions of a document."""
    with db.read() as session:
        return list(session.scalars(select(Version.no).where(Version.document_id == document_id).order_by(Version.no)))


def test_two_at_once_make_one_new_version_of_one_and_two_of_two(site: Context, people: Any, rounds: int) -> None:
    clerk = actor_of(people["clerk"])
    for turn in range(rounds):
        same, other = with_versions(clerk, 2), with_versions(clerk, 3)
        answers = at_once(site, [lambda n=same: restoring.as_newest(clerk, n, 1)] * 2, held=turn % 2 == 0)
        assert {type(answer) for answer in answers} == {int, Invalid} and numbers(same) == [1, 2, 3]
        answers = at_once(site, [lambda n=other, no=no: restoring.as_newest(clerk, n, no) for no in (1, 2)], held=turn % 2 == 0)
        assert sorted(answers) == [4, 5] and numbers(other) == [1, 2, 3, 4, 5]
