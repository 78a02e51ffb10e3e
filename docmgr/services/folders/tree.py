"""The tree of folders: who sees which, making, naming and moving them, and what a change does to rights below.

Leaves the recycle bin to services.documents.bin, the contents page to services.documents.in_folder and giving rights to
services.folders.sharing. A folder without a right for the actor is missing for the actor, its name included.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import collation, db, policy
from docmgr.models import Document, Folder, Grant
from docmgr.policy import COMMAND_LINE, Actor, Denied, may, require
from docmgr.services import forms, jobs
from docmgr.services.access import inheritance, rule
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.trail import log, places
from legaltext.text import clean_line

ROOT_NAME = "Văn bản"
# Everyone who signs in reads what is published; clerks keep the store, until somebody decides otherwise.
ROOT_GRANTS = (("read", "staff"), ("edit", "role:clerk"))
NAME_LIMIT = 200
BINNED = Message("Thư mục này đã được đưa vào thùng rác. Chưa có gì được lưu; hãy chọn thư mục khác hoặc khôi phục thư mục này.")


@dataclass(frozen=True)
class FolderNode:
    """A folder in the tree as the actor sees it; `depth` 0 is the root, `trail` its names from the root on."""

    id: int
    parent_id: int | None
    name: str
    depth: int
    trail: str
    may_edit: bool


def ensure_root() -> Folder:
    """The root folder, made with its first rights where there is none; safe at every start, in several processes."""
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
        session.add_all(Grant(folder_id=root.id, right=right, key=key) for right, key in ROOT_GRANTS)
        details = {"rights": [f"{right} {key}" for right, key in ROOT_GRANTS]}
        log.record(session, COMMAND_LINE, "folder:create", "folder", root.id, root.name, details=details)
        return root


def root_id() -> int:
    """Id of the root folder."""
    return ensure_root().id


def _root(session: Session) -> Folder | None:
    return session.scalar(select(Folder).where(Folder.parent_id.is_(None)).order_by(Folder.id).limit(1))


def get(session: Session, actor: Actor, folder_id: int) -> Folder:
    """A folder that the actor may see, not in the recycle bin. Raises NotFound."""
    folder = session.get(Folder, folder_id)
    if folder is None or folder.deleted_at is not None or not may(actor, "folder:read"):
        raise NotFound
    if not rule.may_read_folder(session, actor, folder_id):
        raise NotFound
    return folder


def receiving(session: Session, actor: Actor, folder_id: int) -> Folder:
    """A folder that is to take something in; the tree is held or locked before.

    Raises NotFound, Denied, and Conflict where it is in the recycle bin, which only those learn who may edit it.
    """
    folder = session.get(Folder, folder_id)
    if folder is not None and folder.deleted_at is not None and may_edit(session, actor, folder_id):
        raise Conflict(BINNED)
    folder = get(session, actor, folder_id)
    require_edit(session, actor, folder_id)
    return folder


def require_edit(session: Session, actor: Actor, folder_id: int) -> None:
    """Raises Denied unless the actor's role and rights let them change what is in the folder."""
    if not may_edit(session, actor, folder_id):
        raise Denied("folder:edit")


def may_edit(session: Session, actor: Actor, folder_id: int) -> bool:
    """Whether the actor's role and rights let them change what is in the folder."""
    return may(actor, "folder:edit") and rule.may_edit_folder(session, actor, folder_id)


def may_add(actor: Actor) -> bool:
    """Whether there is a folder that the actor may put documents into, by role and rights."""
    if not may(actor, "document:upload"):
        return False
    # Whoever edits a folder by a right from above edits the folder above too, which is not in the bin either.
    given = select(Grant.id).join(Folder, Folder.id == Grant.folder_id).where(Folder.deleted_at.is_(None), Grant.right == "edit")
    if not actor.everything:
        given = given.where(Grant.key.in_(sorted(actor.keys)))
    with db.read() as session:
        return session.scalar(given.limit(1)) is not None


def path(session: Session, folder_id: int, actor: Actor | None = None) -> tuple[Folder, ...]:
    """The folder and those above it, root first; with an actor, only those that the actor may see."""
    chain: list[Folder] = []
    folder = session.get(Folder, folder_id)
    while folder is not None and len(chain) < 100:
        if actor is None or rule.may_read_folder(session, actor, folder.id):
            chain.append(folder)
        folder = session.get(Folder, folder.parent_id) if folder.parent_id is not None else None
    return tuple(reversed(chain))


def nearest(actor: Actor, folder_id: int) -> int | None:
    """The folder, or the nearest above it, that the actor may see; None where there is none. For where to go next."""
    if not may(actor, "folder:read"):
        return None
    with db.read() as session:
        seen = [folder.id for folder in path(session, folder_id, actor) if folder.deleted_at is None]
    return seen[-1] if seen else None


def tree(actor: Actor) -> tuple[FolderNode, ...]:
    """All folders that the actor may see, each after its parent, by name; fit for a select list."""
    require(actor, "folder:read")
    with db.read() as session:
        rights = inheritance.of_all(session, actor.keys)
        folders = list(session.scalars(select(Folder).where(Folder.deleted_at.is_(None))))
    below: dict[int | None, list[Folder]] = defaultdict(list)
    for folder in sorted(folders, key=lambda f: (collation.key(f.name), f.id)):
        below[folder.parent_id].append(folder)
    changes = may(actor, "folder:edit")
    nodes: list[FolderNode] = []

    def visit(parent_id: int | None, shown_parent: FolderNode | None) -> None:
        for folder in below[parent_id]:
            node = shown_parent
            held = rights[folder.id]
            if rule.sees_folder(actor, held):
                names = f"{shown_parent.trail} / {folder.name}" if shown_parent else folder.name
                depth = shown_parent.depth + 1 if shown_parent else 0
                above = shown_parent.id if shown_parent else None
                node = FolderNode(folder.id, above, folder.name, depth, names, changes and policy.meets(actor, held.edit))
                nodes.append(node)
            visit(folder.id, node)

    visit(None, None)
    return tuple(nodes)


def path_names(names: str) -> tuple[str, ...]:
    """The clean names in "A/B", none for the root. Raises Invalid, also for "." and "..", which mean no folder here."""
    cleaned = tuple(clean_name(part) for part in names.split("/") if part.strip())
    if any(name in {".", ".."} for name in cleaned):
        raise Invalid(Message("Đường dẫn thư mục không được có “.” hoặc “..”; hãy ghi tên thư mục tính từ thư mục gốc."), "name")
    return cleaned


def by_path(actor: Actor, names: str, *, create: bool = False) -> Folder:
    """The folder "A/B" below the root, made where `create` allows. Raises NotFound, Denied, Invalid."""
    wanted = path_names(names)
    with db.write() if create else db.read() as session:
        if create:
            # Before the first look: a folder seen before the lock may be in the bin after it.
            inheritance.lock_tree(session)
        folder = get(session, actor, root_id())
        for name in wanted:
            found = _child(session, actor, folder.id, name)
            if found is None and not create:
                raise NotFound
            folder = found or _child_or_new(session, actor, folder.id, name)
        return folder


def _child(session: Session, actor: Actor, parent_id: int, name: str) -> Folder | None:
    # Only among what the actor may see: a hidden folder must not give its name away.
    query = select(Folder).where(Folder.parent_id == parent_id, Folder.name == name, Folder.deleted_at.is_(None))
    for folder in session.scalars(query.order_by(Folder.id)):
        if rule.may_read_folder(session, actor, folder.id):
            return folder
    return None


def _child_or_new(session: Session, actor: Actor, parent_id: int, name: str) -> Folder:
    # Somebody else who files along the same path may have made it since we looked.
    inheritance.lock_tree(session)
    return _child(session, actor, parent_id, name) or _create(session, actor, parent_id, name)


def clean_name(name: str) -> str:
    """A folder's name as one clean line. Raises Invalid for a blank, long or slashed one."""
    name = clean_line(name)
    if not name:
        raise Invalid(Message("Hãy nhập tên thư mục."), "name")
    if len(name) > NAME_LIMIT:
        message = Message("%(field)s dài quá %(limit)s ký tự.", field=Message("Tên thư mục"), limit=NAME_LIMIT)
        raise Invalid(message, "name")
    if "/" in name:
        raise Invalid(Message("Tên thư mục không được có dấu gạch chéo (/)."), "name")
    return name


def create(actor: Actor, parent_id: int, name: str) -> Folder:
    """A new folder in another. Raises NotFound, Denied, Conflict (that is binned), Invalid (a visible one has that name)."""
    with db.write() as session:
        return _create(session, actor, parent_id, name)


def _create(session: Session, actor: Actor, parent_id: int, name: str) -> Folder:
    inheritance.lock_tree(session)
    receiving(session, actor, parent_id)
    name = _free_name(session, actor, parent_id, name)
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
    """The locked row of a folder that the actor may change; the tree stays as it is. Raises NotFound, Denied, Conflict."""
    inheritance.lock_tree(session)

    def allowed(_folder: Folder) -> None:
        get(session, actor, folder_id)
        require_edit(session, actor, folder_id)

    return forms.for_change(session, Folder, folder_id, revision, allowed)


def edit(actor: Actor, folder_id: int, *, name: str, publish_on_arrival: bool, revision: int | None) -> None:
    """Rename a folder and say whether what arrives in it is published at once.

    Raises NotFound, Denied, Conflict (stale `revision`), Invalid.
    """
    with db.write() as session:
        folder = for_change(session, actor, folder_id, revision)
        new = clean_name(name)
        if folder.parent_id is not None:
            new = _free_name(session, actor, folder.parent_id, name, but=folder.id)
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
            # The index knows folders by name too.
            indexed = Document.indexed_revision.is_not(None)
            for document_id in session.scalars(select(Document.id).where(Document.folder_id == folder.id, indexed)):
                jobs.enqueue(session, "index", document_id)


def move(actor: Actor, folder_id: int, target_id: int, *, revision: int | None = None) -> None:
    """Put a folder with all below it into another.

    Raises NotFound, Denied, Conflict (stale `revision`, the other is binned), Invalid (root, into itself, same name).
    """
    with db.write() as session:
        folder = for_change(session, actor, folder_id, revision)
        receiving(session, actor, target_id)
        if folder.parent_id is None:
            raise Invalid(Message("Không chuyển được thư mục gốc."), "target")
        if folder.id in {above.id for above in path(session, target_id)}:
            raise Invalid(Message("Không chuyển được thư mục vào chính nó hoặc vào thư mục con của nó."), "target")
        if folder.parent_id == target_id:
            return
        _free_name(session, actor, target_id, folder.name)
        details = {
            **places.named("from", path(session, folder.parent_id)),
            **places.named("to", path(session, target_id)),
        }
        folder.parent_id = target_id
        forms.bump(folder)
        inheritance.refresh(session, folder_id)
        log.record(session, actor, "folder:move", "folder", folder.id, folder.name, details=details)


def load_editable(actor: Actor, folder_id: int) -> tuple[Folder, tuple[Folder, ...]]:
    """A folder that the actor may change, and its path as the actor sees it. Raises NotFound, Denied."""
    with db.read() as session:
        folder = get(session, actor, folder_id)
        require_edit(session, actor, folder_id)
        return folder, path(session, folder_id, actor)
