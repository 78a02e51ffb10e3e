"""Names of folders in lists: none that the reader may not see, and no two alike."""

from __future__ import annotations

from docmgr import db
from docmgr.models import Folder, User
from docmgr.services.folders import names, sharing, tree
from docmgr.services.folders.sharing import SharedThing
from tests.support.acting import actor_of


def test_two_of_one_name_are_told_apart_by_what_may_be_seen_alone(site, people: dict[str, User]) -> None:
    clerk, staff = actor_of(people["clerk"]), actor_of(people["staff"])
    ids = [tree.by_path(clerk, f"Phòng {letter}/Kế hoạch", create=True).id for letter in "AB"]
    for folder in ids:
        sharing.grant(clerk, SharedThing(folder_id=folder), "staff", "reader")
    both = {ids[0]: "Kế hoạch (Phòng A)", ids[1]: "Kế hoạch (Phòng B)"}
    with db.read() as session:
        shut = session.get_one(Folder, ids[1]).parent_id
        assert names.names(session, staff, ids) == both
        assert names.names(session, staff, ids[:1]) == {ids[0]: "Kế hoạch"}
    sharing.set_inherit(clerk, SharedThing(folder_id=shut), inherit=False)
    with db.read() as session:
        assert names.names(session, clerk, ids) == both
        assert names.names(session, staff, ids) == {**both, ids[1]: "Kế hoạch"}
