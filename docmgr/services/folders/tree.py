"""The tree of folders: who sees which folder; create, rename and move folders.

A folder on which the actor has no right is treated as if it did not exist, and its name is not shown.
services.documents.bin is the recycle bin, services.listing.in_folder makes the page of a folder, and
services.folders.sharing gives rights.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Document, Folder, Grant
from docmgr.policy import COMMAND_LINE, Actor, Denied, may, require
from docmgr.services import forms, jobs
from docmgr.services.access import inheritance, rule
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.folders import abilities, delegation
from docmgr.services.folders.names import clean_name, in_order, place
from docmgr.services.message import Message
from docmgr.services.trail import log, places

ROOT_NAME = "Văn bản"
# The first rights: everyone who signs in reads what is published, and clerks edit. Administrators can change this.
ROOT_GRANTS = (("reader", "staff"), ("editor", "role:clerk"))
BINNED = Message("Thư mục này đã được đưa vào thùng rác. Chưa có gì được lưu; hãy chọn thư mục khác hoặc khôi phục thư mục này.")


class FolderNode(NamedTuple):
    """A folder of the tree as the actor sees it; folders that the actor may not see are left out. `parent_id` is the
    nearest folder above it in this tree, or None. `depth` is 0 for a folder without parent. `trail` has the names down
    to this folder, such as "A / B"."""

    id: int
    parent_id: int | None
    name: str
    depth: int
    trail: str
    may_edit: bool
    may_add: bool


def ensure_root() -> Folder:
    """Return the root folder. When it does not exist, it is created with the rights in ROOT_GRANTS, and an event is
    recorded. Several processes may call this at once when they start."""
    with db.read() as session:
        if (root := _root(session)) is not None:
            return root
    with db.write() as session:
        inheritance.lock_tree(session)
        if (root := _root(session)) is not None:
            return root
        root = Folder(name=ROOT_NAME)
        session.add(root)
        session.flush()
        session.add_all(Grant(folder_id=root.id, role=role, key=key) for role, key in ROOT_GRANTS)
        details = {"rights": [f"{role} {key}" for role, key in ROOT_GRANTS]}
        log.record(session, COMMAND_LINE, "folder:create", "folder", root.id, root.name, details=details)
        return root


def root_id() -> int:
    """Return the id of the root folder, which is created when it does not exist."""
    return ensure_root().id


def _root(session: Session) -> Folder | None:
    return session.scalar(select(Folder).where(Folder.parent_id.is_(None)).order_by(Folder.id).limit(1))


def get(session: Session, actor: Actor, folder_id: int) -> Folder:
    """Load the folder with this id, if the actor may see it and it is not in the bin. Raises NotFound otherwise."""
    folder = session.get(Folder, folder_id)
    if folder is None or folder.deleted_at is not None or not may(actor, "folder:read"):
        raise NotFound
    if not rule.may_read_folder(session, actor, folder_id):
        raise NotFound
    return folder


def receiving(session: Session, actor: Actor, folder_id: int, right: str = "add") -> Folder:
    """Find the folder into which the actor will put a document (`right` "add") or a folder ("edit"). Call it with the tree
    locked. Raises NotFound when the actor may not see the folder, and Denied when the actor does not hold the right. Raises
    Conflict when it is in the recycle bin and the actor holds the right."""
    folder = session.get(Folder, folder_id)
    if folder is not None and folder.deleted_at is not None and abilities.holds(session, actor, folder_id, right):
        raise Conflict(BINNED)
    folder = get(session, actor, folder_id)
    if not abilities.holds(session, actor, folder_id, right):
        raise Denied(abilities.ACTIONS[right])
    return folder


def require_edit(session: Session, actor: Actor, folder_id: int) -> None:
    """Raise Denied unless the actor's roles and rights allow changing the folder and its contents."""
    if not may_edit(session, actor, folder_id):
        raise Denied("folder:edit")


def may_edit(session: Session, actor: Actor, folder_id: int) -> bool:
    """Whether the actor's roles and rights allow changing the folder and its contents."""
    return abilities.holds(session, actor, folder_id, "edit")


def path(session: Session, folder_id: int, actor: Actor | None = None) -> tuple[Folder, ...]:
    """Load the folder and the folders above it, the root first. With an `actor`, only those that the actor may see; None
    means all of them."""
    chain: list[Folder] = []
    folder = session.get(Folder, folder_id)
    while folder is not None and len(chain) < 100:
        if actor is None or rule.may_read_folder(session, actor, folder.id):
            chain.append(folder)
        folder = session.get(Folder, folder.parent_id) if folder.parent_id is not None else None
    return tuple(reversed(chain))


def nearest(actor: Actor, folder_id: int) -> int | None:
    """Find the id of the folder itself or of the nearest folder above it that the actor may see; None when there is none.
    Pages redirect there when the folder itself cannot be shown."""
    if not may(actor, "folder:read"):
        return None
    with db.read() as session:
        seen = [folder.id for folder in path(session, folder_id, actor) if folder.deleted_at is None]
    return seen[-1] if seen else None


def tree(actor: Actor) -> tuple[FolderNode, ...]:
    """List all folders that the actor may see. Each folder comes after its parent; folders with the same parent are
    in their order (names.place). Raises Denied when the actor's roles may not see folders."""
    require(actor, "folder:read")
    with db.read() as session:
        rights = inheritance.of_all(session, actor.keys)
        # Rows instead of objects: with 2,000 folders that takes a third of the time.
        folders = session.execute(select(Folder.id, Folder.parent_id, Folder.name, Folder.position).where(Folder.deleted_at.is_(None))).all()
    below: dict[int | None, list[tuple[bool, int, str, int, str]]] = defaultdict(list)
    for folder_id, parent_id, name, position in folders:
        below[parent_id].append((*place(position, name, folder_id), name))
    for children in below.values():
        children.sort()
    changes, adds = may(actor, "folder:edit"), may(actor, "document:upload")
    nodes: list[FolderNode] = []
    # Most folders have the rights of the folder above, as the same object.
    judged: dict[int, tuple[bool, bool, bool]] = {}

    def visit(parent_id: int | None, shown_parent: FolderNode | None) -> None:
        for _, _, _, folder_id, name in below.get(parent_id, ()):
            node, given = shown_parent, rights[folder_id]
            if id(given) not in judged:
                judged[id(given)] = rule.sees_folder(actor, given), changes and policy.meets(actor, given.edit), adds and policy.meets(actor, given.add)
            sees, edits, takes = judged[id(given)]
            if sees and shown_parent:
                node = FolderNode(folder_id, shown_parent.id, name, shown_parent.depth + 1, f"{shown_parent.trail} / {name}", edits, takes)
                nodes.append(node)
            elif sees:
                node = FolderNode(folder_id, None, name, 0, name, edits, takes)
                nodes.append(node)
            if folder_id in below:
                visit(folder_id, node)

    visit(None, None)
    return tuple(nodes)


def path_names(names: str) -> tuple[str, ...]:
    """Split a path such as "A/B" into the cleaned names of its folders. Empty for the root folder. Raises Invalid for
    a name that is too long and for "." and "..", which mean nothing in this tree."""
    cleaned = tuple(clean_name(part) for part in names.split("/") if part.strip())
    if any(name in {".", ".."} for name in cleaned):
        raise Invalid(Message("Đường dẫn thư mục không được có “.” hoặc “..”; hãy ghi tên thư mục tính từ thư mục gốc."), "name")
    return cleaned


def by_path(actor: Actor, names: str, *, create: bool = False) -> Folder:
    """Find the folder at the path `names`, such as "A/B", below the root folder. Only folders that the actor may see are
    considered. Missing folders are created when `create` is set. Raises NotFound when a folder is missing, Denied
    when the actor may not create one there, and Invalid when a name is wrong."""
    wanted = path_names(names)
    with db.write() if create else db.read() as session:
        if create:
            # The lock comes before the first look: a folder seen earlier may be in the bin by now.
            inheritance.lock_tree(session)
        folder = get(session, actor, root_id())
        for name in wanted:
            found = _child(session, actor, folder.id, name)
            if found is None and not create:
                raise NotFound
            folder = found or _child_or_new(session, actor, folder.id, name)
        return folder


def _child(session: Session, actor: Actor, parent_id: int, name: str) -> Folder | None:
    # Only folders that the actor may see are compared: a hidden folder's name must not be revealed.
    query = select(Folder).where(Folder.parent_id == parent_id, Folder.name == name, Folder.deleted_at.is_(None))
    for folder in session.scalars(query.order_by(Folder.id)):
        if rule.may_read_folder(session, actor, folder.id):
            return folder
    return None


def _child_or_new(session: Session, actor: Actor, parent_id: int, name: str) -> Folder:
    # Somebody else who uploads along the same path may have created it meanwhile.
    inheritance.lock_tree(session)
    return _child(session, actor, parent_id, name) or _create(session, actor, parent_id, name)


def create(actor: Actor, parent_id: int, name: str, *, twins: bool = False) -> Folder:
    """Create a folder named `name` in the folder `parent_id`. Raises NotFound when the actor may not see that folder,
    Denied when the actor may not edit it, Conflict when it is in the recycle bin, and Invalid when the name is wrong
    or the actor sees another folder with this name there, unless `twins` allows that."""
    with db.write() as session:
        return _create(session, actor, parent_id, name, twins=twins)


def _create(session: Session, actor: Actor, parent_id: int, name: str, *, twins: bool = False) -> Folder:
    inheritance.lock_tree(session)
    receiving(session, actor, parent_id, "edit")
    name = clean_name(name) if twins else _free_name(session, actor, parent_id, name)
    folder = Folder(parent_id=parent_id, name=name, created_by=actor.user_id)
    session.add(folder)
    session.flush()
    details = places.named("in", path(session, parent_id))
    log.record(session, actor, "folder:create", "folder", folder.id, name, details=details)
    return folder


def _free_name(session: Session, actor: Actor, parent_id: int, name: str, but: int | None = None) -> str:
    name = clean_name(name)
    twin = _child(session, actor, parent_id, name)
    if twin is not None and twin.id != but:
        raise Invalid(Message("Ở đây đã có thư mục “%(name)s”.", name=name), "name")
    return name


def for_change(session: Session, actor: Actor, folder_id: int, revision: int | None = None) -> Folder:
    """Lock and return a folder that the actor may change, and lock the tree against other changes. `revision` is
    the revision when the form was opened; None means that there was no form. Raises NotFound when the actor may not
    see the folder, Denied when the actor may not edit it, and Conflict when its revision has changed."""
    inheritance.lock_tree(session)

    def allowed(_folder: Folder) -> None:
        get(session, actor, folder_id)
        require_edit(session, actor, folder_id)

    return forms.for_change(session, Folder, folder_id, revision, allowed)


def edit(actor: Actor, folder_id: int, *, name: str, publish_on_arrival: bool, revision: int | None) -> None:
    """Rename a folder, and set whether documents that arrive in it are published at once (`publish_on_arrival`).

    `revision` is the revision when the form was opened; None means that there was no form. Raises NotFound when the
    actor may not see the folder, Denied when the actor may not edit it, Conflict when the revision has changed, and
    Invalid when the name is wrong, another folder with the same parent has this name, or the actor may not publish in the folder
    and lets it publish.
    """
    with db.write() as session:
        folder = for_change(session, actor, folder_id, revision)
        new = clean_name(name)
        if folder.parent_id is not None:
            new = _free_name(session, actor, folder.parent_id, name, but=folder.id)
        if publish_on_arrival and not folder.publish_on_arrival:
            delegation.refuse_publishing(session, actor, folder_id)
        changes: dict[str, list[str | bool]] = {}
        if new != folder.name:
            changes["Tên"] = [folder.name, new]
        if publish_on_arrival != folder.publish_on_arrival:
            changes["Công bố khi đến"] = [folder.publish_on_arrival, publish_on_arrival]
        if changes:
            folder.name, folder.publish_on_arrival = new, publish_on_arrival
            forms.bump(folder)
            log.record(session, actor, "folder:edit", "folder", folder.id, new, details={"changes": changes})
        if "Tên" in changes:
            # The index stores names of folders too.
            indexed = Document.indexed_revision.is_not(None)
            for document_id in session.scalars(select(Document.id).where(Document.folder_id == folder.id, indexed)):
                jobs.enqueue(session, "index", document_id)


def move(actor: Actor, folder_id: int, target_id: int, *, revision: int | None = None) -> tuple[int, int | None] | None:
    """Move a folder with everything below it into the folder `target_id`. Returns the id of the folder in which it was and its place
    there; None when it was in the target.

    `revision` is the revision when the form was opened; None means that there was no form. Raises NotFound or Denied
    unless the actor may edit both folders. Raises Conflict when the revision has changed or the target is in the
    recycle bin. Raises Invalid when the folder is the root folder, when the target is inside the folder, and when a
    folder in the target has the same name.
    """
    with db.write() as session:
        folder = for_change(session, actor, folder_id, revision)
        receiving(session, actor, target_id, "edit")
        refuse_target(session, actor, folder, target_id)
        if folder.parent_id is None or folder.parent_id == target_id:
            return None
        former = folder.parent_id, folder.position
        _put_into(session, actor, folder, target_id, None)
        return former


def put_back(session: Session, actor: Actor, folder: Folder, parent_id: int, position: int | None) -> None:
    """Put a folder, which `for_change` gave, into the folder `parent_id` in the open unit of work, because its move is undone: at its
    `position`, if others there still have one. Raises NotFound or Denied unless the actor may edit that folder, Conflict when it is in
    the recycle bin, and Invalid when it is inside the folder now or holds one of the same name."""
    receiving(session, actor, parent_id, "edit")
    _refuse_inside(session, folder, parent_id)
    if _child(session, actor, parent_id, folder.name) is not None:
        raise Invalid(Message("Nơi cũ nay có thư mục khác cùng tên."))
    _put_into(session, actor, folder, parent_id, position if in_order(session, parent_id) else None, undone=True)


def _put_into(session: Session, actor: Actor, folder: Folder, target_id: int, position: int | None, *, undone: bool = False) -> None:
    details = {
        **places.named("from", path(session, folder.parent_id or 0)),
        **places.named("to", path(session, target_id)),
        **({"undone": True} if undone else {}),
    }
    folder.parent_id, folder.position = target_id, position
    forms.bump(folder)
    inheritance.refresh(session, folder.id)
    log.record(session, actor, "folder:move", "folder", folder.id, folder.name, details=details)


def refuse_target(session: Session, actor: Actor, folder: Folder, target_id: int) -> None:
    """Raise Invalid when the folder cannot be moved into the folder `target_id`: the root folder, into itself, beside one
    of the same name, or out of where the actor may not delete it."""
    if folder.parent_id is None:
        raise Invalid(Message("Không chuyển được thư mục gốc."), "target")
    _refuse_inside(session, folder, target_id)
    if folder.parent_id != target_id:
        delegation.refuse_leaving(session, actor, folder)
        _free_name(session, actor, target_id, folder.name)


def _refuse_inside(session: Session, folder: Folder, target_id: int) -> None:
    if folder.id in {above.id for above in path(session, target_id)}:
        raise Invalid(Message("Không chuyển được thư mục vào chính nó hoặc vào thư mục con của nó."), "target")


def load_editable(actor: Actor, folder_id: int) -> tuple[Folder, tuple[Folder, ...]]:
    """Load a folder that the actor may change, and its path: returns (folder, folders from the root down to it that the
    actor may see). Raises NotFound when the actor may not see the folder, and Denied when the actor may not edit
    it."""
    with db.read() as session:
        folder = get(session, actor, folder_id)
        require_edit(session, actor, folder_id)
        return folder, path(session, folder_id, actor)
