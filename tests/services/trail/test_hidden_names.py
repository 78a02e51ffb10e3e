"""Names that an actor may not see must not be found out through the trail: filters, exports, paths, holders of
rights."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.models import Document, TrailEvent, Unit, User
from docmgr.policy import Actor
from docmgr.services.documents import lifecycle
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.relations import relations
from docmgr.services.trail import export, history, log, readings
from docmgr.services.trail import words as trail_words
from docmgr.services.trail.history import Filter
from docmgr.services.trail.veil import HIDDEN_DOCUMENT, HIDDEN_FOLDER, HIDDEN_HOLDERS, veil
from tests.filling.filing import file_document, own_grants, person
from tests.support.acting import actor_of

NOBODY = 987_654


@pytest.fixture
def keeper(people: dict[str, User]) -> Actor:
    """An administrator and clerk in one person, like the first person of a site; sees the page of the whole trail."""
    return actor_of(person("ca-hai", "administrator", "clerk"))


def hide(actor: Actor, **subject: int) -> None:
    """From now on only this actor and auditors may read it."""
    sharing.set_inherit(actor, SharedThing(**subject), inherit=False)


def words(actor: Actor, wanted: Filter, document_id: int | None = None) -> str:
    """The second line of an export: its filter."""
    body = export.export(actor, wanted, "csv", document_id=document_id).body.decode("utf-8-sig")
    return body.splitlines()[1].strip('"')


def lines(actor: Actor, action: str) -> list[tuple[str, str]]:
    events, _total = history.find(actor, Filter(action=action))
    return [(event.subject_label, trail_words.one_line(event)) for event in events]


# The filter in words.


def test_an_export_names_no_document_that_the_actor_may_not_read(
    clerk: Actor, keeper: Actor, auditor: Actor
) -> None:
    seen, hidden, gone = (file_document(tree.root_id(), f"{n}/QĐ-X", "Trích yếu") for n in (1, 2, 3))
    hide(clerk, document_id=hidden)
    lifecycle.delete(clerk, [gone])
    assert words(keeper, Filter(document_id=seen)) == "Bộ lọc: văn bản Quyết định 1/QĐ-X"
    for number in (hidden, gone, NOBODY):
        assert words(keeper, Filter(document_id=number)) == f"Bộ lọc: văn bản mã {number}"
    assert words(auditor, Filter(document_id=hidden)) == "Bộ lọc: văn bản Quyết định 2/QĐ-X"
    assert words(auditor, Filter(document_id=gone)) == "Bộ lọc: văn bản Quyết định 3/QĐ-X"
    # Nor does the event of the export itself.
    kept = [detail for _label, detail in lines(auditor, "trail:export")]
    assert len([one for one in kept if f"văn bản mã {hidden}" in one]) == 1


def test_an_administrator_reads_no_document_and_hears_of_none(people: dict[str, User]) -> None:
    paper = file_document(tree.root_id(), "1/QĐ-X")
    administrator = actor_of(people["administrator"])
    assert words(administrator, Filter(document_id=paper)) == f"Bộ lọc: văn bản mã {paper}"


def test_a_documents_export_names_only_people_and_units_of_its_trail(
    clerk: Actor, staff: Actor, auditor: Actor, people: dict[str, User]
) -> None:
    paper = file_document(tree.root_id(), "1/QĐ-X")
    lifecycle.set_workflow(clerk, paper, "withdrawn")
    lifecycle.set_workflow(clerk, paper, "published")
    readings.opened(actor_of(people["leader"]), paper)
    tail = "; văn bản Quyết định 1/QĐ-X"
    assert words(staff, Filter(actor_id=clerk.user_id), paper) == f"Bộ lọc: người {clerk.label}{tail}"
    assert words(staff, Filter(unit_id=clerk.unit_id), paper) == f"Bộ lọc: đơn vị {clerk.unit_label}{tail}"
    # The leader only read it, which is for auditors. The administrator has no right to it.
    for number in (people["leader"].id, people["administrator"].id, NOBODY):
        assert words(staff, Filter(actor_id=number), paper) == f"Bộ lọc: người mã {number}{tail}"
    for number in (people["leader"].unit_id, people["auditor"].unit_id, NOBODY):
        assert words(staff, Filter(unit_id=number), paper) == f"Bộ lọc: đơn vị mã {number}{tail}"
    assert words(auditor, Filter(actor_id=people["leader"].id), paper) == f"Bộ lọc: người Lãnh đạo thử{tail}"


# Guessing by `about`.


def test_a_hidden_document_is_not_guessed_by_what_it_is_called_now(
    clerk: Actor, keeper: Actor, auditor: Actor
) -> None:
    paper = file_document(tree.root_id(), None, "Điều động cán bộ")
    readings.opened(keeper, paper)
    hide(clerk, document_id=paper)
    with db.write() as session:
        document = session.get_one(Document, paper)
        document.subject, document.number, document.number_key = "Kỷ luật ông Bảy", "77/QĐ-X", "77/QD-X"

    def found(actor: Actor, about: str) -> list[str]:
        return [event.action for event in history.find(actor, Filter(about=about))[0]]

    for guess in ("Kỷ luật", "ông Bảy", "77/QĐ-X", "số 77"):
        assert found(keeper, guess) == []
    # A name that the actor saw during an act of their own may be searched for again.
    assert found(keeper, "Điều động") == ["document:view"]
    assert found(auditor, "Kỷ luật") == ["document:share", "document:view"]


def test_what_others_did_under_an_earlier_name_is_not_found_by_it(clerk: Actor, keeper: Actor) -> None:
    """A name from the time when the document was hidden is only in events of others."""
    paper = file_document(tree.root_id(), None, "Tên cũ kín")
    readings.opened(clerk, paper)
    readings.opened(keeper, paper)
    with db.write() as session:
        session.get_one(Document, paper).subject = "Tên mới"
    assert [event.actor_id for event in history.find(keeper, Filter(about="Tên mới"))[0]] == [
        keeper.user_id,
        clerk.user_id,
    ]
    assert [event.actor_id for event in history.find(keeper, Filter(about="Tên cũ"))[0]] == [keeper.user_id]


def test_an_administrator_finds_no_document_by_its_name(people: dict[str, User], clerk: Actor) -> None:
    """Not even in their own events from the time when they were a clerk too."""
    paper = file_document(tree.root_id(), None, "Việc thường")
    administrator = actor_of(people["administrator"])
    with db.write() as session:
        log.document_event(session, administrator, "document:view", session.get_one(Document, paper))
        session.get_one(Document, paper).subject = "Tên mới"
    assert history.find(administrator, Filter(about="Tên mới"))[1] == 0
    assert history.find(administrator, Filter(about="Việc thường"))[1] == 1


# Paths and holders.


def test_own_events_about_folders_name_no_folder_that_is_hidden(
    clerk: Actor, keeper: Actor, auditor: Actor
) -> None:
    tree.by_path(clerk, "Kín/Mở", create=True)
    outer, inner = tree.by_path(clerk, "Kín").id, tree.by_path(clerk, "Kín/Mở").id
    sharing.grant(clerk, SharedThing(folder_id=inner), f"user:{keeper.user_id}", "editor")
    made = tree.create(keeper, inner, "Của tôi").id
    tree.move(keeper, made, tree.root_id())
    tree.move(keeper, made, inner)
    hide(clerk, folder_id=outer)
    assert lines(keeper, "folder:create") == [("Của tôi", "Trong: Văn bản / Mở")]
    assert lines(keeper, "folder:move") == [
        ("Của tôi", "Từ: Văn bản; Đến: Văn bản / Mở"), ("Của tôi", "Từ: Văn bản / Mở; Đến: Văn bản")
    ]  # fmt: skip
    assert "Kín" not in export.export(keeper, Filter(), "csv").body.decode()
    assert ("Của tôi", "Trong: Văn bản / Kín / Mở") in lines(auditor, "folder:create")
    events, _total = history.find(keeper, Filter(action="folder:create"))
    assert outer not in events[0].details["in_ids"]


def test_paths_kept_without_numbers_are_for_auditors(keeper: Actor, auditor: Actor) -> None:
    with db.write() as session:
        log.record(
            session,
            keeper,
            "folder:create",
            "folder",
            tree.root_id(),
            "A",
            details={"in": "Văn bản / Kín"},
        )
    assert lines(keeper, "folder:create") == [("A", f"Trong: {HIDDEN_FOLDER.told()}")]
    assert ("A", "Trong: Văn bản / Kín") in lines(auditor, "folder:create")


def test_holders_of_rights_are_for_those_who_may_share(clerk: Actor, staff: Actor, auditor: Actor) -> None:
    paper = file_document(tree.root_id(), "1/QĐ-X")
    holder = actor_of(person("kin-danh", "leader"))
    sharing.grant(clerk, SharedThing(document_id=paper), f"user:{holder.user_id}", "reader")
    sharing.revoke(clerk, own_grants(SharedThing(document_id=paper))[0].id)

    def told(actor: Actor) -> list[str]:
        return [
            trail_words.one_line(event)
            for event in history.of_document(actor, paper, Filter(action="document:share"))[0]
        ]

    whole = [f"Thu hồi quyền: Người xem; Từ: {holder.label}", f"Cấp quyền: Người xem; Đến: {holder.label}"]
    assert told(clerk) == told(auditor) == whole
    hidden = HIDDEN_HOLDERS.told()
    assert told(staff) == [f"Thu hồi quyền: Người xem; Từ: {hidden}", f"Cấp quyền: Người xem; Đến: {hidden}"]
    events, _total = history.of_document(staff, paper, Filter())
    assert all(event.details["key"] is None for event in events)
    assert holder.label not in export.export(staff, Filter(), "csv", document_id=paper).body.decode()
    # The stored event is not changed.
    with db.read() as session:
        kept = session.scalars(
            select(TrailEvent.details).where(TrailEvent.action == "document:share")
        ).first()
    assert kept is not None and kept["key"] == f"user:{holder.user_id}"


def test_holders_on_a_folder_are_for_those_who_may_still_edit_it(clerk: Actor, keeper: Actor) -> None:
    folder_id = tree.create(keeper, tree.root_id(), "A").id
    holder = actor_of(person("kin-danh", "leader"))
    sharing.grant(keeper, SharedThing(folder_id=folder_id), f"user:{holder.user_id}", "reader")
    assert lines(keeper, "folder:share") == [("A", f"Cấp quyền: Người xem; Đến: {holder.label}")]
    hide(clerk, folder_id=folder_id)
    # The right to read is not enough.
    sharing.grant(clerk, SharedThing(folder_id=folder_id), f"user:{keeper.user_id}", "reader")
    assert lines(keeper, "folder:share") == [("A", f"Cấp quyền: Người xem; Đến: {HIDDEN_HOLDERS.told()}")]


def test_a_role_that_reads_no_documents_reads_no_names_in_old_events(
    clerk: Actor, people: dict[str, User]
) -> None:
    """The access keys of every signed-in person give no right to read when the role has none."""
    source, target = (file_document(tree.root_id(), f"{n}/QĐ-X") for n in (1, 2))
    with db.write() as session:
        unit = session.get_one(Unit, people["administrator"].unit_id)
    before = dataclasses.replace(
        actor_of(people["administrator"]), roles=frozenset({"clerk"}), unit_label=unit.name
    )
    relations.add(before, source, "based_on", target)
    tree.create(before, tree.root_id(), "A")
    now = actor_of(people["administrator"])
    assert lines(before := now, "relation:add")[0][1].endswith(f"Văn bản kia: {HIDDEN_DOCUMENT.told()}")
    assert lines(before, "folder:create") == [("A", f"Trong: {HIDDEN_FOLDER.told()}")]


def test_the_subject_that_is_hidden_is_no_folder_with_a_name(clerk: Actor, keeper: Actor) -> None:
    folder_id = tree.create(clerk, tree.root_id(), "Kín").id
    hide(clerk, folder_id=folder_id)
    with db.read() as session:
        events = list(session.scalars(select(TrailEvent).where(TrailEvent.subject_id == folder_id)))
        seen = veil(session, keeper, events)
    assert {trail_words.subject(event) for event in seen} == {HIDDEN_FOLDER}
    assert {event.subject_id for event in seen} == {None}
