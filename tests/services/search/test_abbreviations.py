"""Rules of the table of abbreviations."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from docmgr import db
from docmgr.db import Database
from docmgr.models import Abbreviation, TrailEvent
from docmgr.policy import COMMAND_LINE, Actor, Denied
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.search import abbreviations as service
from legaltext.abbreviations import BUILT_IN, stretches


def table() -> dict[str, tuple[str, ...]]:
    with db.read() as session:
        return dict(service.table(session))


def last_event() -> TrailEvent:
    with db.read() as session:
        return session.scalars(select(TrailEvent).order_by(TrailEvent.seq.desc()).limit(1)).one()


def rows() -> int:
    with db.read() as session:
        return len(session.scalars(select(Abbreviation)).all())


def test_a_new_site_has_those_built_in(database: Database) -> None:
    assert table() == dict(BUILT_IN)
    assert {entry.origin for entry in service.everything(COMMAND_LINE)} == {"built_in"}
    assert service.get(COMMAND_LINE, "gd-dt").short == "GD&ĐT"


def test_an_abbreviation_of_ones_own(database: Database) -> None:
    made = service.create(
        COMMAND_LINE, short=" QLMN ", names="quản lý  mầm non\n\nQuản lý mầm non tỉnh\nquản lý mầm non"
    )
    assert (made.key, made.names) == ("qlmn", ("quản lý mầm non", "Quản lý mầm non tỉnh"))
    assert table()["QLMN"] == made.names
    assert stretches((("qlmn",),), table())[0].other == ("quản", "lý", "mầm", "non")
    event = last_event()
    assert (event.action, event.subject_label, event.details["names"][1]) == (
        "abbreviation:edit",
        "QLMN",
        [*made.names],
    )
    service.edit(COMMAND_LINE, "qlmn", names="quản lý màng não", revision=None)
    assert table()["QLMN"] == ("quản lý màng não",)
    service.remove(COMMAND_LINE, "qlmn", revision=None)
    assert "QLMN" not in table()
    assert (last_event().action, rows()) == ("abbreviation:delete", 0)


def test_one_that_is_built_in_is_changed_taken_out_and_restored(database: Database) -> None:
    service.edit(COMMAND_LINE, "ubnd", names="Uỷ ban nhân dân tỉnh", revision=None)
    assert table()["UBND"] == ("Uỷ ban nhân dân tỉnh",)
    assert service.get(COMMAND_LINE, "ubnd").origin == "changed"
    service.remove(COMMAND_LINE, "ubnd", revision=None)
    assert "UBND" not in table()
    assert service.get(COMMAND_LINE, "ubnd").origin == "removed"
    service.restore(COMMAND_LINE, "ubnd", revision=None)
    assert table() == dict(BUILT_IN)
    assert (last_event().action, rows()) == ("abbreviation:restore", 0)


def test_one_taken_out_may_be_added_again(database: Database) -> None:
    service.remove(COMMAND_LINE, "gv", revision=None)
    service.create(COMMAND_LINE, short="gv", names="giảng viên")
    assert table()["gv"] == ("giảng viên",)
    assert service.get(COMMAND_LINE, "gv").origin == "changed"


def test_saving_what_stands_there_leaves_no_trace(database: Database) -> None:
    service.edit(COMMAND_LINE, "ubnd", names="\n".join(BUILT_IN["UBND"]), revision=None)
    assert rows() == 0
    with db.read() as session:
        assert not session.scalars(select(TrailEvent).where(TrailEvent.action == "abbreviation:edit")).all()


@pytest.mark.parametrize(
    ("short", "names", "field"),
    [
        ("", "một hai", "short"),
        ("?!", "một hai", "short"),
        ("A", "một hai", "short"),
        ("X" * 31, "một hai", "short"),
        ("A-B-C-D-E", "một hai", "short"),
        ("UBND", "một hai", "short"),
        ("ubnd", "một hai", "short"),
        ("ABC", " \n ", "names"),
        ("ABC", "...", "names"),
        ("ABC", "a b c " * 30, "names"),
        ("ABC", "\n".join(f"tên {n}" for n in range(6)), "names"),
        ("ABC", "abc", "names"),
    ],
)
def test_what_is_refused(database: Database, short: str, names: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        service.create(COMMAND_LINE, short=short, names=names)
    assert refused.value.field == field
    assert rows() == 0


def test_there_is_a_most(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MAX_ROWS", 1)
    service.create(COMMAND_LINE, short="ABC", names="một hai ba")
    with pytest.raises(Invalid):
        service.create(COMMAND_LINE, short="ABD", names="một hai bốn")


def test_only_administrators_and_only_what_is_there(database: Database) -> None:
    reader = Actor(user_id=1, label="x", roles=frozenset({"clerk", "staff", "leader", "auditor"}))
    for act in (
        lambda: service.everything(reader),
        lambda: service.get(reader, "ubnd"),
        lambda: service.create(reader, short="ABC", names="một hai"),
        lambda: service.edit(reader, "ubnd", names="một hai", revision=None),
        lambda: service.remove(reader, "ubnd", revision=None),
        lambda: service.restore(reader, "ubnd", revision=None),
    ):
        with pytest.raises(Denied):
            act()
    for act in (
        lambda: service.get(COMMAND_LINE, "zz"),
        lambda: service.edit(COMMAND_LINE, "zz", names="một hai", revision=None),
        lambda: service.remove(COMMAND_LINE, "zz", revision=None),
        lambda: service.restore(COMMAND_LINE, "ubnd", revision=None),
    ):
        with pytest.raises(NotFound):
            act()
    assert rows() == 0


# Each example deletes what it created.
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40), st.text(max_size=60))
def test_any_text_is_taken_or_refused(database: Database, short: str, names: str) -> None:
    try:
        made = service.create(COMMAND_LINE, short=short, names=names)
    except Invalid:
        return
    assert service.get(COMMAND_LINE, made.key).names == made.names
    service.remove(COMMAND_LINE, made.key, revision=None)
