"""Compare who holds which right before and after a change, person by person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from docmgr import policy
from docmgr.policy import Actor
from docmgr.services.access.rule import NONE, Keys, Rights
from docmgr.services.folders import readers

# The local rights that are counted → the action of docmgr.policy that a person's roles must allow to use them. "add" is counted
# in folders, the others in documents.
COUNTED = {
    "read": "document:read", "edit": "document:edit", "approve": "document:publish", "share": "document:share",
    "delete": "document:delete", "add": "document:upload",
}  # fmt: skip
# The access keys that hold each right of COUNTED on one thing, in that order.
Holding = tuple[frozenset[str], ...]
# How many things have these holders before and after.
Pairs = Iterable[tuple[Holding, Holding, int]]


@dataclass
class PersonEffect:
    """What a change brings one person: how many documents (for "add": folders) the person gains and loses each right of COUNTED
    on; rights without any are missing."""

    name: str
    unit: str | None
    gained: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)

    def add(self, actor: Actor, before: Holding, after: Holding, n: int) -> bool:
        """Count what `n` things with other holders bring, and return whether that is anything. `actor` is the person."""
        changes = False
        for (right, action), had, has in zip(COUNTED.items(), before, after, strict=True):
            held, holds = not actor.keys.isdisjoint(had), not actor.keys.isdisjoint(has)
            if held != holds and policy.may(actor, action):
                (self.gained if holds else self.lost)[right] += n
                changes = True
        return changes


def of_document(listed: Keys, rights: Rights, owner: frozenset[str], uploader: int | None) -> Holding:
    """Return who holds what on a document: `listed` are the keys of its access list, `rights` those on it, inherited ones too,
    and `owner` the rights of whoever uploads a draft. `uploader` is the id of that person while it is one, else None."""
    def keys(right: str) -> frozenset[str]:
        held: frozenset[str] = getattr(rights, right)
        return held | {f"user:{uploader}"} if uploader is not None and right in owner else held

    return (*listed, keys("approve"), keys("share"), keys("delete"), NONE)


def of_folder(rights: Rights) -> Holding:
    """Return who holds what is counted in folders, by the rights on the folder."""
    return (*[NONE] * (len(COUNTED) - 1), rights.add)


def people(session: Session, documents: Pairs, folders: Pairs) -> tuple[int, int, tuple[PersonEffect, ...]]:
    """Compare each active person's rights before and after. Returns (number of documents with which somebody gains or loses a
    right, number of such folders, the people who gain or lose in the order of their names)."""
    pairs = [(*pair, place) for place, some in enumerate((documents, folders)) for pair in some if pair[0] != pair[1]]
    # Only who has one of the keys that differ gains or loses, and most pairs differ in few keys.
    holding: Mapping[str, list[int]] = defaultdict(list)
    for number, (before, after, _n, _place) in enumerate(pairs):
        for key in frozenset().union(*(had ^ has for had, has in zip(before, after, strict=True))):
            holding[key].append(number)
    effects, touched = [], set[int]()
    for actor, unit in readers.active(session) if pairs else ():
        person = PersonEffect(actor.label, unit)
        for number in {number for key in actor.keys for number in holding.get(key, ())}:
            before, after, n, _place = pairs[number]
            if person.add(actor, before, after, n):
                touched.add(number)
        if person.gained or person.lost:
            effects.append(person)
    counts = [sum(pairs[number][2] for number in touched if pairs[number][3] == place) for place in (0, 1)]
    return counts[0], counts[1], tuple(effects)
