"""What a change of rights or a move would do, before it is made: how many documents get other readers or editors, and which
people gain or lose. services.access decides what follows from rights; this module compares before and after."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import AccessKey, Document, Folder
from docmgr.policy import Actor, Denied
from docmgr.services.access import inheritance, local_rights, rule
from docmgr.services.access.inheritance import NOBODY
from docmgr.services.access.rule import Keys, Rights
from docmgr.services.chunks import chunks
from docmgr.services.errors import NotFound
from docmgr.services.folders import abilities, readers, sharing, tree
from docmgr.services.folders.sharing import RightsChange, SharedThing
from docmgr.services.message import Message


@dataclass
class PersonEffect:
    """What a change brings one person. The numbers count documents."""

    name: str
    unit: str | None
    gains_read: int = 0
    gains_edit: int = 0
    loses_read: int = 0
    loses_edit: int = 0

    @property
    def gains(self) -> bool:
        """Whether the person may read or edit a document that the person could not before."""
        return bool(self.gains_read or self.gains_edit)

    @property
    def loses(self) -> bool:
        """Whether the person may no longer read or edit a document."""
        return bool(self.loses_read or self.loses_edit)


@dataclass(frozen=True)
class Effect:
    """What a change would do. `changes` say what the change is, a sentence for each part. `documents` counts those that somebody gains or loses, and
    `people` are the active people who gain or lose, by name."""

    changes: tuple[Message, ...]
    documents: int = 0
    people: tuple[PersonEffect, ...] = ()

    @property
    def gaining(self) -> tuple[PersonEffect, ...]:
        """The people who gain something."""
        return tuple(one for one in self.people if one.gains)

    @property
    def losing(self) -> tuple[PersonEffect, ...]:
        """The people who lose something."""
        return tuple(one for one in self.people if one.loses)


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
        own = rule.rights_of((right, key) for key, role in planned.given for right in table[role])
        if isinstance(thing, Folder):
            return _below(session, said, thing.id, own | above)
        assigned = inheritance.own_rights(session, Document.id == thing.id).get(thing.id, NOBODY).assigned
        keys = rule.document_keys(thing.workflow, thing.created_by, above, own | Rights(assigned=assigned))
        return compared(session, said, {(thing.access_list_id, keys): 1})


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
    the actor may edit all of them and the folder."""
    counted: Counter[tuple[int, Keys]] = Counter()
    with db.read() as session:
        if not abilities.holds(session, actor, target_id, "add"):
            raise Denied("folder:edit")
        target = rule.folder_rights(session, target_id)
        query = select(Document).where(Document.id.in_(ids), rule.editable(actor))
        found = session.scalars(query).all()
        if len(found) < len(set(ids)):
            raise NotFound
        own = inheritance.own_rights(session, Document.id.in_(ids))
        for document in found:
            above = target if document.inherit else NOBODY
            keys = rule.document_keys(document.workflow, document.created_by, above, own.get(document.id, NOBODY))
            counted[document.access_list_id, keys] += 1
        return compared(session, _to(session, target_id), counted)


def _to(session: Session, target_id: int) -> tuple[Message, ...]:
    return (Message("Chuyển đến thư mục “%(name)s”.", name=session.get_one(Folder, target_id).name),)


def _below(session: Session, said: tuple[Message, ...], folder_id: int, top: Rights) -> Effect:
    """Compute the effect of `top` becoming the rights on a folder by the change `said`."""
    counted: Counter[tuple[int, Keys]] = Counter()
    for document, keys in inheritance.new_keys(session, folder_id, top):
        if document.deleted_at is None:
            counted[document.access_list_id, keys] += 1
    return compared(session, said, counted)


def compared(session: Session, said: tuple[Message, ...], counted: Counter[tuple[int, Keys]] | dict[tuple[int, Keys], int]) -> Effect:
    """Compare the people with a right by the present access lists and by the new keys. `counted` says how many documents have
    each pair (id of the present access list, new keys)."""
    old = lists(session, {list_id for list_id, _ in counted})
    pairs = [(old[list_id], new, n) for (list_id, new), n in counted.items() if old[list_id] != new]
    if not pairs:
        return Effect(said)
    # Only who has one of the keys that differ gains or loses, and most pairs differ in few keys.
    holding: dict[str, list[int]] = defaultdict(list)
    for place, (before, after, _) in enumerate(pairs):
        for key in frozenset.union(*(had ^ has for had, has in zip(before, after, strict=True))):
            holding[key].append(place)
    effects, touched = [], set()
    for actor, unit in readers.active(session):
        person, keys = PersonEffect(actor.label, unit), actor.keys
        for place in {place for key in keys for place in holding.get(key, ())}:
            if _compare(person, actor, keys, *pairs[place]):
                touched.add(place)
        if person.gains or person.loses:
            effects.append(person)
    return Effect(said, sum(pairs[place][2] for place in touched), tuple(effects))


def _compare(person: PersonEffect, actor: Actor, keys: frozenset[str], before: Keys, after: Keys, n: int) -> bool:
    """Add to `person` what `n` documents with other keys bring, and return whether that is anything. `keys` are those of
    `actor`."""
    changes = False
    for right, action, had, has in zip(("read", "edit"), ("document:read", "document:edit"), before, after, strict=True):
        held, holds = not keys.isdisjoint(had), not keys.isdisjoint(has)
        if held != holds and policy.may(actor, action):
            name = f"{'gains' if holds else 'loses'}_{right}"
            setattr(person, name, getattr(person, name) + n)
            changes = True
    return changes


def lists(session: Session, ids: Iterable[int]) -> dict[int, Keys]:
    """Load the keys of access lists, by the id of the list."""
    found: dict[int, tuple[set[str], set[str]]] = {number: (set(), set()) for number in ids}
    for some in chunks(found):
        query = select(AccessKey.list_id, AccessKey.right, AccessKey.key).where(AccessKey.list_id.in_(some))
        for number, right, key in session.execute(query):
            found[number][right == "edit"].add(key)
    return {number: (frozenset(read), frozenset(edit)) for number, (read, edit) in found.items()}
