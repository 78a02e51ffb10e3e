"""A number means the same documents wherever it is looked up in the database, also a number of the Party."""

from __future__ import annotations

import datetime as dt

import pytest

from docmgr import db
from docmgr.services.access import by_number
from docmgr.services.documents import clashes
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.search import pick, why_missing
from docmgr.services.trail import history, log
from docmgr.services.trail.history import Filter
from tests.filling.planning import World, world

__all__ = ["world"]

PARTY, STATE, LONGER = "18-NQ/TW", "18/2022/NĐ-CP", "180/KH-UBND"


@pytest.fixture
def ids(world: World) -> dict[str, int]:
    """A number of the Party, one of the state with the same numeral, and one that only begins with the same digits."""
    held = {number: world.document(number, f"Văn bản {place}") for place, number in enumerate((PARTY, STATE, LONGER))}
    with db.write() as session:
        for number, document_id in held.items():
            log.record(session, world.actors["clerk"], "document:edit", "document", document_id,
                       number, document_id=document_id)  # fmt: skip
    return held


ASKED = [
    (PARTY, [PARTY]),
    ("18-nq/tw", [PARTY]),
    ("NQ 18 TW", [PARTY]),
    (STATE, [STATE]),
    ("nd 18/2022", [STATE]),
    (LONGER, [LONGER]),
    ("18/KH-UBND", []),
]


def resolved(world: World, asked: str) -> list[int]:
    try:
        return by_number.resolve(world.actors["staff"], asked)
    except NotFound:
        return []


@pytest.mark.parametrize(("asked", "wanted"), ASKED)
def test_every_place_means_the_same_documents(world: World, ids: dict[str, int], asked: str, wanted: list[str]) -> None:
    staff, expected = world.actors["staff"], [ids[number] for number in wanted]
    assert resolved(world, asked) == expected
    assert [row.id for row in why_missing.candidates(staff, asked)] == expected
    # The index has none of them, so each is found by its number in the database.
    assert [row.id for row in pick.documents(staff, asked)] == expected
    told = {event.document_id for event in history.find(world.actors["auditor"], Filter(about=asked))[0]}
    assert told == set(expected)


def test_a_numeral_alone_means_what_begins_with_it(world: World, ids: dict[str, int]) -> None:
    found = {row.id for row in why_missing.candidates(world.actors["staff"], "18")}
    assert {ids[PARTY], ids[STATE]} <= found and ids[LONGER] not in found


def test_a_clash_is_told_of_a_number_of_the_party(world: World, ids: dict[str, int]) -> None:
    with db.read() as session:
        found = clashes.clashes(session, world.actors["clerk"], None, "18–nq/tw", None, dt.date(2024, 1, 1))
    assert [one.id for one in found] == [ids[PARTY]]


def test_the_newest_comes_first_and_no_more_than_asked_for(world: World, ids: dict[str, int]) -> None:
    again = world.document(PARTY, "Bản sao")
    wanted = by_number.parse_number_query(PARTY)
    assert wanted is not None
    with db.read() as session:
        assert by_number.matching(session, wanted) == [again, ids[PARTY]]
        assert [row.id for row in by_number.numbered(session, wanted, 1)] == [again]


def test_a_form_takes_a_number_that_means_one_document(world: World, ids: dict[str, int]) -> None:
    staff = world.actors["staff"]
    typed = (PARTY, f" #{ids[STATE]} ", "#999999", "18/KH-UBND")
    assert [by_number.named(staff, one, "number") for one in typed] == [ids[PARTY], ids[STATE], None, None]
    world.document(PARTY, "Bản sao")
    with pytest.raises(Invalid, match="2 văn bản") as refused:
        by_number.named(staff, PARTY, "number")
    assert refused.value.field == "number"
