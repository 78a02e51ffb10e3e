"""Whether a person may add documents to any folder: the quick check agrees with the whole tree."""

from __future__ import annotations

from docmgr.models import User
from docmgr.policy import Actor
from docmgr.services.documents import bin
from docmgr.services.folders import abilities, sharing, tree
from tests.filling.filing import file_document
from tests.support.acting import actor_of


def test_somebody_may_add_where_the_tree_has_a_folder_to_edit(people: dict[str, User]) -> None:
    clerk, staff, auditor = (actor_of(people[role]) for role in ("clerk", "staff", "auditor"))

    def agree(actor: Actor) -> bool:
        assert abilities.may_add(actor) == any(node.may_add for node in tree.tree(actor))
        return abilities.may_add(actor)

    assert [agree(actor) for actor in (clerk, staff, auditor)] == [True, False, False]
    inner = tree.by_path(clerk, "Ngoài/Trong", create=True).id
    sharing.grant(clerk, sharing.SharedThing(folder_id=inner), f"user:{staff.user_id}", "reader")
    sharing.grant(clerk, sharing.SharedThing(document_id=file_document(inner, "1/QĐ-X")), f"user:{staff.user_id}", "editor")
    assert not agree(staff)
    sharing.grant(clerk, sharing.SharedThing(folder_id=inner), f"unit:{staff.unit_id}", "editor")
    sharing.grant(clerk, sharing.SharedThing(folder_id=inner), f"user:{auditor.user_id}", "editor")
    assert agree(staff) and not agree(auditor)
    bin.delete_folder(clerk, tree.by_path(clerk, "Ngoài").id)
    assert not agree(staff)
