"""Saved searches: stored as typed, private unless shared, changed by their owner only, each change in the trail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from docmgr import db
from docmgr.models import SavedSearch, TrailEvent
from docmgr.policy import COMMAND_LINE, Denied
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.folders import tree
from docmgr.services.search import request
from docmgr.services.search import saved as saved_searches
from tests.support.acting import actor_of

PARTS = {"q": ["quy chế dân chủ"], "type": ["Nghị định", "Thông tư"], "sort": ["date"], "at": ["2024-02-05"]}


def test_what_is_kept_comes_back_as_it_was_asked(site, clerk) -> None:
    kept = saved_searches.create(clerk, "  Dân   chủ ", PARTS)
    saved = saved_searches.get(clerk, kept)
    assert (saved.name, saved.own, saved.shared) == ("Dân chủ", True, False)
    assert saved.asked.parts() == PARTS
    assert [one.line for one in saved.described] == [
        "Loại văn bản: Nghị định, Thông tư", "Hiệu lực tại ngày: 05/02/2024", "Sắp xếp: Mới ban hành trước",
    ]  # fmt: skip


def test_others_see_only_what_is_shared_and_change_nothing(site, clerk, staff) -> None:
    own = saved_searches.create(clerk, "Riêng", PARTS)
    shared = saved_searches.create(clerk, "Chung", PARTS, shared=True)
    assert [(s.id, s.own, s.owner) for s in saved_searches.everything(staff)] == [
        (shared, False, "Văn thư thử")
    ]
    assert saved_searches.get(staff, shared).name == "Chung"
    for act in (saved_searches.get, saved_searches.get_own, saved_searches.delete):
        with pytest.raises(NotFound):
            act(staff, own)
    for act in (saved_searches.get_own, saved_searches.delete):
        with pytest.raises(NotFound):
            act(staff, shared)
    with pytest.raises(NotFound):
        saved_searches.edit(staff, shared, name="Của tôi", shared=False, revision=None)
    saved_searches.edit(clerk, shared, name="Chung", shared=False, revision=None)
    with pytest.raises(NotFound):
        saved_searches.get(staff, shared)
    assert [s.name for s in saved_searches.everything(clerk)] == ["Chung", "Riêng"]


def test_a_folder_is_named_only_to_who_may_see_it(site, clerk, staff) -> None:
    secret = tree.create(COMMAND_LINE, tree.root_id(), "Hồ sơ kín")
    with db.write() as session:
        session.merge(secret).inherit = False
    kept = saved_searches.create(clerk, "Kín", {"folder": [str(secret.id)]}, shared=True)
    assert "Hồ sơ kín" not in saved_searches.get(staff, kept).described[0].line
    assert saved_searches.get(COMMAND_LINE, kept).described[0].line == "Thư mục: Hồ sơ kín"


@pytest.mark.parametrize(
    ("name", "parts", "words"),
    [
        ("", PARTS, "đặt tên"),
        ("a" * 101, PARTS, "đặt tên"),
        ("Đã có", PARTS, "mang tên này"),
        ("Trống", {}, "tìm trước"),
        ("Trống", {"q": ["  "], "sort": ["date"], "page": ["3"]}, "tìm trước"),
        ("Dài", {name: ["x" * 300] * 20 for name in ("type", "issuer")}, "quá nhiều"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_sentence(site, clerk, name, parts, words) -> None:
    saved_searches.create(clerk, "Đã có", PARTS)
    with pytest.raises(Invalid, match=words):
        saved_searches.create(clerk, name, parts)


def test_there_is_a_limit_for_each_person(site, clerk, staff, monkeypatch) -> None:
    monkeypatch.setattr(saved_searches, "MOST_OWN", 2)
    for name in ("Một", "Hai"):
        saved_searches.create(clerk, name, PARTS)
    with pytest.raises(Invalid, match="lưu được 2 tìm kiếm"):
        saved_searches.create(clerk, "Ba", PARTS)
    saved_searches.create(staff, "Một", PARTS)


def test_each_change_is_one_event(site, clerk) -> None:
    kept = saved_searches.create(clerk, "Một", PARTS)
    saved_searches.edit(clerk, kept, name="Một", shared=False, revision=None)
    saved_searches.edit(clerk, kept, name="Hai", shared=True, revision=None)
    saved_searches.delete(clerk, kept)
    with db.read() as session:
        events = session.scalars(
            select(TrailEvent).where(TrailEvent.subject_type == "search").order_by(TrailEvent.seq)
        ).all()
        assert session.scalars(select(SavedSearch)).all() == []
    assert [(e.action, e.subject_label) for e in events] == [
        ("search:save", "Một"), ("search:edit", "Hai"), ("search:delete", "Hai"),
    ]  # fmt: skip
    assert events[1].details == {"name": ["Một", "Hai"], "shared": [False, True]}


def test_who_may_not_search_keeps_nothing(site, people) -> None:
    with pytest.raises(Denied):
        saved_searches.create(actor_of(people["administrator"]), "Một", PARTS)
    with pytest.raises(Denied):
        saved_searches.everything(actor_of(people["administrator"]))


parts = st.dictionaries(
    st.sampled_from([*request.labels(), "q", "page", "csrf_token", "_external"]),
    st.lists(
        st.text(max_size=20) | st.sampled_from(["date", "2024-02-05", "05/02/2024", "7", "0001-01-01"]),
        max_size=3,
    ),
    max_size=8,
)


@given(parts)
def test_parts_are_read_the_same_again(typed: dict[str, list[str]]) -> None:
    once = request.read(typed)
    assert request.read(once.parts()) == once
    assert set(once.parts()) <= {"q", *request.labels()}
    assert not any("\0" in value for values in once.parts().values() for value in values)


@pytest.mark.parametrize(
    "parts", [[], ["q"], "q=x", 7, {"q": "dân chủ"}, {"q": [7, None]}, {"type": [["x"]]}]
)
def test_a_row_that_holds_anything_else_stumbles_nobody(site, clerk, people, parts) -> None:
    with db.write() as session:
        session.add(SavedSearch(owner_id=people["clerk"].id, name="Lạ", parts=parts))
    assert [saved.asked for saved in saved_searches.everything(clerk)] == [request.SearchRequest()]
