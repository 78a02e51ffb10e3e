"""Rules of the site's own everyday words."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.db import Database
from docmgr.models import EverydayWord, TrailEvent
from docmgr.policy import COMMAND_LINE, Actor, Denied
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.search import everyday as service
from legaltext.text import syllables


def laws(query: str) -> list[str]:
    with db.read() as session:
        found = service.table(session, query).expansions([tuple(syllables(query))])
    return [" ".join(one.law) for one in found]


def last_event() -> TrailEvent:
    with db.read() as session:
        return session.scalars(select(TrailEvent).order_by(TrailEvent.seq.desc()).limit(1)).one()


def test_the_delivered_words_count_until_the_site_says_otherwise(database: Database) -> None:
    delivered = laws("công ty đuổi việc")
    assert "sa thải" in delivered
    made = service.create(COMMAND_LINE, word=" Đuổi  việc ", law="thôi giữ chức vụ\n\nThôi giữ chức vụ\nbãi nhiệm")
    assert (made.key, made.folded, made.law) == ("đuổi việc", "duoi viec", ["thôi giữ chức vụ", "Thôi giữ chức vụ", "bãi nhiệm"])
    assert laws("bị duoi viec rồi") == ["thôi giữ chức vụ", "bãi nhiệm"]
    event = last_event()
    assert (event.action, event.subject_label, event.details["law"]) == ("everyday:edit", "Đuổi việc", [[], made.law])
    service.edit(COMMAND_LINE, made.id, law="", nothing=True, revision=1)
    assert "sa thải" not in laws("đuổi việc") and "bãi nhiệm" not in laws("đuổi việc")
    service.remove(COMMAND_LINE, made.id, revision=2)
    assert laws("công ty đuổi việc") == delivered
    assert (last_event().action, service.count(COMMAND_LINE)) == ("everyday:delete", 0)


def test_own_words_are_found_in_what_was_typed_with_telex(database: Database) -> None:
    service.create(COMMAND_LINE, word="sếp tổng", law="người đứng đầu cơ quan")
    with db.read() as session:
        table = service.table(session, "seesp toongr ddi hopj")
    assert table.law_words("sếp tổng") == ("người đứng đầu cơ quan",)


def test_own_words_that_stand_apart_are_found(database: Database) -> None:
    service.create(COMMAND_LINE, word="sếp bắt làm thêm", law="thời giờ làm thêm")
    assert "thời giờ làm thêm" in laws("sếp tổng bắt tôi làm thêm") and "thời giờ làm thêm" in laws("bị bắt làm thêm bởi sếp")
    assert "thời giờ làm thêm" not in laws("một hai ba bốn năm sáu bảy tám chín sếp tổng bắt tôi làm thêm")


def test_delivered_words_that_stand_apart_can_be_switched_off(database: Database) -> None:
    assert "sa thải" in laws("đuổi tôi việc")
    service.create(COMMAND_LINE, word="đuổi việc", law="", nothing=True)
    assert "sa thải" not in laws("đuổi tôi việc")


def test_saving_what_stands_there_leaves_no_trace(database: Database) -> None:
    made = service.create(COMMAND_LINE, word="sếp tổng", law="người đứng đầu cơ quan")
    seq = last_event().seq
    service.edit(COMMAND_LINE, made.id, law="người đứng đầu cơ quan", revision=1)
    assert last_event().seq == seq and service.get(COMMAND_LINE, made.id).revision == 1


def test_as_many_law_words_are_taken_as_are_searched(database: Database) -> None:
    given = [f"điều luật {n}" for n in range(service.MAX_LAW)]
    service.create(COMMAND_LINE, word="sếp tổng", law="\n".join(given))
    assert laws("sếp tổng") == given
    with pytest.raises(Invalid, match=str(service.MAX_LAW)):
        service.create(COMMAND_LINE, word="cho nghỉ luôn", law="\n".join([*given, "luật lệ"]))


@pytest.mark.parametrize(
    ("word", "law", "nothing", "field"),
    [
        ("", "sa thải", False, "word"),
        ("?!", "sa thải", False, "word"),
        ("một hai ba bốn năm sáu", "sa thải", False, "word"),
        ("x" * 61, "sa thải", False, "word"),
        ("và", "sa thải", False, "word"),
        ("như thế nào", "sa thải", False, "word"),
        ("người", "sa thải", False, "word"),
        ("sếp lớn", "người giám đốc", False, "word"),  # Has an entry.
        ("cho nghỉ luôn", " \n ", False, "law"),
        ("cho nghỉ luôn", "...", False, "law"),
        ("cho nghỉ luôn", "\n".join(f"điều luật {n}" for n in range(service.MAX_LAW + 1)), False, "law"),
        ("cho nghỉ luôn", "từ " * 13, False, "law"),
        ("cho nghỉ luôn", "người", False, "law"),
        ("cho nghỉ luôn", "Cho nghi luôn", False, "law"),
        ("cho nghỉ luôn", "sa thải", True, "law"),
        ("giám đốc", "sếp lớn", False, "law"),  # In a circle, over one entry …
        ("chủ tịch", "sếp tổng", False, "law"),  # … and over two.
        ("sa thải", "đuổi việc", False, "law"),  # A delivered entry leads back.
    ],
)
def test_what_is_refused(database: Database, word: str, law: str, nothing: bool, field: str) -> None:
    service.create(COMMAND_LINE, word="sếp lớn", law="giám đốc")
    service.create(COMMAND_LINE, word="sếp tổng", law="lãnh đạo ngành")
    service.create(COMMAND_LINE, word="lãnh đạo ngành", law="chủ tịch")
    with pytest.raises(Invalid) as refused:
        service.create(COMMAND_LINE, word=word, law=law, nothing=nothing)
    assert refused.value.field == field
    assert service.count(COMMAND_LINE) == 3


def test_there_is_a_most(database: Database) -> None:
    rows = [{"key": f"từ {n}", "folded": f"{n} tu", "word": f"từ {n}", "law": ["luật lệ"]} for n in range(service.MAX_ROWS)]
    with db.write() as session:
        session.execute(EverydayWord.__table__.insert(), rows)
    with pytest.raises(Invalid, match="10.000"):
        service.create(COMMAND_LINE, word="sếp tổng", law="người đứng đầu")
    # A full table slows no search down: only the words of the query are loaded.
    assert laws("từ 77") == ["luật lệ"]
    assert [row.word for row in service.everything(COMMAND_LINE, limit=2, skip=1)] == ["từ 1", "từ 10"]


def test_an_older_form_does_not_overwrite(database: Database) -> None:
    made = service.create(COMMAND_LINE, word="sếp tổng", law="người đứng đầu")
    service.edit(COMMAND_LINE, made.id, law="thủ trưởng đơn vị", revision=1)
    with pytest.raises(Conflict):
        service.edit(COMMAND_LINE, made.id, law="giám đốc sở", revision=1)
    with pytest.raises(Conflict):
        service.remove(COMMAND_LINE, made.id, revision=1)
    assert service.get(COMMAND_LINE, made.id).law == ["thủ trưởng đơn vị"]


def test_only_administrators_and_only_what_is_there(database: Database) -> None:
    reader = Actor(user_id=1, label="x", roles=frozenset({"clerk", "staff", "leader", "auditor"}))
    for actor, error in ((reader, Denied), (COMMAND_LINE, NotFound)):
        for act in (
            lambda: service.get(actor, 7),
            lambda: service.edit(actor, 7, law="sa thải", revision=None),
            lambda: service.remove(actor, 7, revision=None),
        ):
            with pytest.raises(error):
                act()
    for act in (lambda: service.everything(reader), lambda: service.count(reader), lambda: service.create(reader, word="x y", law="sa thải")):
        with pytest.raises(Denied):
            act()
