"""What a change of rights or a move would do, before it is made: on how many documents and folders which people gain or lose
rights. services.access decides what follows from rights; this module compares before and after."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import not_, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Document, Folder, Grant
from docmgr.policy import Actor, Denied
from docmgr.services.access import inheritance, kinds, local_rights, rule
from docmgr.services.access.kinds import NOBODY
from docmgr.services.access.rule import Rights
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.folders import abilities, comparing, delegation, sharing, tree
from docmgr.services.folders.comparing import PersonEffect
from docmgr.services.folders.sharing import RightsChange, SharedThing
from docmgr.services.message import Message

# (workflow state, id of who uploaded it, rights that the document inherits before and after the change, rights on itself before and
# after)
_Kind = tuple[str, int | None, Rights, Rights, Rights, Rights]


@dataclass(frozen=True)
class Effect:
    """What a change would do. `changes` say what the change is, a sentence for each part. `documents` and `folders` count those on
    which somebody gains or loses a right of comparing.COUNTED, and `people` are the active people who gain or lose, by name."""

    changes: tuple[Message, ...]
    documents: int = 0
    folders: int = 0
    people: tuple[PersonEffect, ...] = ()

    @property
    def gaining(self) -> tuple[PersonEffect, ...]:
        """The people who gain something."""
        return tuple(one for one in self.people if one.gained)

    @property
    def losing(self) -> tuple[PersonEffect, ...]:
        """The people who lose something."""
        return tuple(one for one in self.people if one.lost)


def of_sharing(actor: Actor, subject: SharedThing, change: RightsChange) -> Effect:
    """Compute what `change` of the rights on a folder or document would do. Raises NotFound unless the actor may share it, and
    Invalid where making the change would raise it."""
    with db.read() as session:
        thing = sharing.shared(session, actor, subject)
        planned, had = sharing.plan(session, actor, subject, thing, change), sharing.given(session, subject)
        said = sharing.told_change(session, thing, had, planned)
        parent_id = thing.parent_id if isinstance(thing, Folder) else thing.folder_id
        above = rule.folder_rights(session, parent_id) if planned.inherit and parent_id is not None else NOBODY
        table = local_rights.table(session)
        new = rule.rights_of((right, key) for key, role in planned.given for right in table[role])
        if isinstance(thing, Folder):
            return _below(session, said, thing.id, new | above)
        own = kinds.own_rights(session, Document.id == thing.id).get(thing.id, NOBODY)
        reaching = rule.folder_rights(session, thing.folder_id) if thing.inherit else NOBODY
        return _effect(session, said, Counter([_kind(thing, reaching, above, own, new | Rights(assigned=own.assigned))]))


def of_moving_folder(actor: Actor, folder_id: int, target_id: int) -> Effect:
    """Compute what moving a folder into the folder `target_id` would do to the rights on the documents in it and below it.
    Raises NotFound or Denied unless the actor may edit both, and Invalid where moving would raise it."""
    with db.read() as session:
        folder = tree.get(session, actor, folder_id)
        for number in (folder_id, target_id):
            tree.require_edit(session, actor, number)
        tree.refuse_target(session, actor, folder, target_id)
        above = rule.folder_rights(session, target_id) if folder.inherit else NOBODY
        table, given = local_rights.table(session), sharing.given(session, SharedThing(folder_id=folder_id))
        own = rule.rights_of((right, key) for key, role in given for right in table[role])
        return _below(session, _to(session, target_id), folder_id, own | above)


def of_moving_documents(actor: Actor, ids: Sequence[int], target_id: int) -> Effect:
    """Compute what moving the documents with these ids into the folder `target_id` would do. Raises NotFound or Denied unless
    the actor may edit all of them and add to the folder, and Invalid when the actor may not delete one where it is."""
    with db.read() as session:
        if not abilities.holds(session, actor, target_id, "add"):
            raise Denied("folder:edit")
        target = rule.folder_rights(session, target_id)
        query = select(Document).where(Document.id.in_(ids), rule.editable(actor))
        found = session.scalars(query).all()
        if len(found) < len(set(ids)):
            raise NotFound
        leaving = Document.id.in_(ids) & (Document.folder_id != target_id)
        if session.scalar(select(Document.id).where(leaving, not_(delegation.may_leave(actor))).limit(1)) is not None:
            raise Invalid(delegation.STAYS, "target")
        own = kinds.own_rights(session, Document.id.in_(ids))
        sources = {number: rule.folder_rights(session, number) for number in {one.folder_id for one in found}}
        counts: Counter[_Kind] = Counter()
        for document in found:
            before, above = (sources[document.folder_id], target) if document.inherit else (NOBODY, NOBODY)
            mine = own.get(document.id, NOBODY)
            counts[_kind(document, before, above, mine, mine)] += 1
        return _effect(session, _to(session, target_id), counts)


def of_roles(session: Session, said: tuple[Message, ...], documents: Sequence[Document], change: RightsChange) -> Effect:
    """Compute what it would do to give and take back roles on each of `documents`, which the caller has checked; `said` says what
    that is."""
    ids = [one.id for one in documents]
    own, table, had = kinds.own_rights(session, Document.id.in_(ids)), local_rights.table(session), defaultdict[int, set[tuple[str, str]]](set)
    for number, key, role in session.execute(select(Grant.document_id, Grant.key, Grant.role).where(Grant.document_id.in_(ids))):
        had[number or 0].add((key, role))
    above = {number: rule.folder_rights(session, number) for number in {one.folder_id for one in documents if one.inherit}}
    counts: Counter[_Kind] = Counter()
    for document in documents:
        reaching, mine = above[document.folder_id] if document.inherit else NOBODY, own.get(document.id, NOBODY)
        new = rule.rights_of((right, key) for key, role in (had[document.id] | change.give) - change.take for right in table[role])
        counts[_kind(document, reaching, reaching, mine, new | Rights(assigned=mine.assigned))] += 1
    return _effect(session, said, counts)


def _to(session: Session, target_id: int) -> tuple[Message, ...]:
    return (Message("Chuyển đến thư mục “%(name)s”.", name=session.get_one(Folder, target_id).name),)


def _below(session: Session, said: tuple[Message, ...], folder_id: int, top: Rights) -> Effect:
    """Compute the effect of `top` becoming the rights on a folder by the change `said`."""
    before, after = inheritance.rights_below(session, folder_id), inheritance.rights_below(session, folder_id, top)
    found: Counter[_Kind] = Counter()
    for one in kinds.of_folders(session, after):
        if one.live:
            reaching = before[one.folder_id], after[one.folder_id]
            found[one.workflow, one.uploader, *reaching, one.own, one.own] += one.count
    live = list(session.scalars(select(Folder.id).where(Folder.deleted_at.is_(None))))
    folders = [(comparing.of_folder(before[one]), comparing.of_folder(after[one]), 1) for one in live if one in after]
    return _effect(session, said, found, folders)


def _kind(document: Document, before: Rights, after: Rights, own: Rights, new: Rights) -> _Kind:
    """What decides about a document: `before` and `after` are the rights that it inherits, `own` and `new` those on itself."""
    return document.workflow, document.created_by, before, after, own, new


def _effect(session: Session, said: tuple[Message, ...], found: Counter[_Kind], folders: comparing.Pairs = ()) -> Effect:
    """Compare before and after. `found` counts the documents of each kind."""
    owner = local_rights.table(session)[policy.OWNER]
    pairs = []
    for (workflow, created_by, before, after, own, new), n in found.items():
        uploader = created_by if workflow == "draft" else None
        # Not the lists that stand: those of a change before this one may still be pending.
        old, keys = rule.document_keys(workflow, created_by, before, own), rule.document_keys(workflow, created_by, after, new)
        had = comparing.of_document(old, before | own, owner, uploader)
        pairs.append((had, comparing.of_document(keys, after | new, owner, uploader), n))
    return Effect(said, *comparing.people(session, pairs, folders))
