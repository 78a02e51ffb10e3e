"""Người này xem được gì?: the documents that a person may read, named only to those who may read them too."""

from __future__ import annotations

import pytest

from docmgr.models import User
from docmgr.policy import COMMAND_LINE, Actor, Denied
from docmgr.services.errors import NotFound
from docmgr.services.folders import sees, sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.message import told
from docmgr.services.people import groups
from tests.filling.filing import file_document, person, seen
from tests.support.acting import actor_of


@pytest.fixture
def papers(people: dict[str, User]) -> dict[str, int]:
    closed = tree.by_path(COMMAND_LINE, "Kín", create=True).id
    sharing.set_inherit(COMMAND_LINE, SharedThing(folder_id=closed), inherit=False)
    group = groups.create(COMMAND_LINE, "Tổ rà soát")
    groups.add(COMMAND_LINE, group, people["staff"].id)
    sharing.grant(COMMAND_LINE, SharedThing(folder_id=closed), f"group:{group}", "editor")
    return {
        "open": file_document(tree.root_id(), "1/QĐ-X", subject="Quy chế dân chủ"),
        "closed": file_document(closed, "2/QĐ-X", subject="Nhân sự"),
        "draft": file_document(tree.root_id(), "3/QĐ-X", workflow="draft"),
    }


def found(page: sees.SeenPage) -> dict[int, tuple[str | None, bool, list[str]]]:
    return {row.document.id: (row.folder, row.edits, [told(one) for one in row.through]) for row in page.rows}


def test_an_auditor_is_told_of_every_document(papers: dict[str, int], people: dict[str, User]) -> None:
    page = sees.of_person(actor_of(people["auditor"]), people["staff"].id)
    assert found(page) == {
        papers["open"]: ("Văn bản", False, ["Mọi người trong cơ quan"]), papers["closed"]: ("Kín", True, ["Nhóm Tổ rà soát"]),
    }  # fmt: skip
    assert page.every and page.total == 2 and "Nhóm Tổ rà soát" in [told(one) for one in page.holds]
    one = sees.of_person(actor_of(people["auditor"]), people["staff"].id, "dan chu")
    assert list(found(one)) == [papers["open"]] and one.total == 1


def test_an_administrator_is_told_what_they_may_read_themselves(papers: dict[str, int], people: dict[str, User]) -> None:
    admin = actor_of(people["administrator"])
    page = sees.of_person(admin, people["staff"].id)
    assert page.rows == () and page.total == 0 and page.reads and not page.every
    both = Actor(admin.user_id, "Hai vai", roles=frozenset({"administrator", "clerk"}))
    page = sees.of_person(both, people["staff"].id)
    assert list(found(page)) == [papers["open"]] and page.total == 1
    assert papers["draft"] in seen(both) and papers["closed"] not in seen(both)


def test_who_may_ask(papers: dict[str, int], people: dict[str, User]) -> None:
    for role in ("clerk", "staff", "leader"):
        for ask in (lambda actor: sees.people(actor, ""), lambda actor: sees.of_person(actor, people["staff"].id)):
            with pytest.raises(Denied):
                ask(actor_of(people[role]))
    auditor = actor_of(people["auditor"])
    with pytest.raises(NotFound):
        sees.of_person(auditor, 9999)
    assert [user.id for user in sees.people(auditor, "chuyen vien")] == [people["staff"].id]
    only = person("chi-quan-tri", "administrator")
    assert not sees.of_person(auditor, only.id).reads
