"""The places in a text that people refer to: anchors in tasks, links and relations.

A new reading may find other provisions. Then a place is lost when its anchor is gone, or when its words now stand under
another anchor.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr.models import Document, Link, Provision, Relation, Task, Version
from docmgr.reading import types
from legaltext.labels import path_label
from legaltext.text import fold

# At this likeness (0 to 1) other words count as the same provision; and so much likelier must another one be than the
# one that has the anchor now.
ALIKE, MUCH_MORE = 0.5, 0.3
EXCERPT = 300


@dataclass(frozen=True)
class Move:
    """A place that would be lost. `anchor` is its anchor, with its label and the beginning of its words. `to` is the
    anchor in the new reading whose words are most alike; None means the whole document, because none is like it."""

    anchor: str
    label: str
    words: str
    to: str | None
    to_label: str
    to_words: str

    def plain(self) -> dict[str, Any]:
        """Return the move as plain data for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class _Place:
    anchor: str
    label: str
    words: str
    bag: Counter[str]

    def like(self, other: _Place) -> float:
        size = self.bag.total() + other.bag.total()
        return 2 * (self.bag & other.bag).total() / size if size else 0.0


def in_use(session: Session, document: Document, version: Version) -> set[str]:
    """Find the anchors of a version to which tasks, links and relations refer, ended ones too."""
    found: set[str | None] = set()
    for table in (Task, Link):
        of_version = select(table.anchor).where(table.version_id == version.id)
        found |= set(session.scalars(of_version))
    if _is_meant(session, document, version):
        found |= set(session.scalars(select(Relation.source_anchor).where(Relation.source_id == document.id)))
        found |= set(session.scalars(select(Relation.target_anchor).where(Relation.target_id == document.id)))
    return {anchor for anchor in found if anchor}


def _is_meant(session: Session, document: Document, version: Version) -> bool:
    """Whether relations mean this version: they name none, so they mean the newest one that was read."""
    read = select(func.max(Version.no)).where(Version.document_id == document.id, Version.outcome.is_not(None))
    return session.scalar(read) == version.no


def hold(session: Session, version: Version) -> None:
    """Lock the version and what refers to it until the unit of work ends: nobody refers to a new place meanwhile. The
    values of `version` are loaded again."""
    # Whoever changes a task holds its row and then that of the version; the same order prevents deadlocks.
    for table in (Task, Link):
        mine = select(table.id).where(table.version_id == version.id, table.anchor.is_not(None))
        session.execute(mine.order_by(table.id).with_for_update()).all()
    again = select(Version).where(Version.id == version.id).with_for_update()
    session.scalars(again.execution_options(populate_existing=True)).one()


def lost(
    session: Session, document: Document, version: Version, found: Sequence[types.Provision]
) -> list[Move]:
    """Find the places in use that would be lost if the provisions of the version became those that were `found`, each
    with the place to which it would move; ascending by anchor. The caller holds the version (`hold`)."""
    used = in_use(session, document, version)
    if not used:
        return []
    query = select(Provision).where(Provision.version_id == version.id).order_by(Provision.position)
    old = _places(list(session.scalars(query)))
    new = _places(found)
    moves = (_move(old[anchor], new) for anchor in sorted(used) if anchor in old)
    return [move for move in moves if move is not None]


def _places(provisions: Sequence[Provision] | Sequence[types.Provision]) -> dict[str, _Place]:
    by_anchor = {one.anchor: one for one in provisions}
    places = {}
    for one in provisions:
        path, link = [(one.label, one.kind)], one.parent
        while link in by_anchor and len(path) < 50:
            path.append((by_anchor[link].label, by_anchor[link].kind))
            link = by_anchor[link].parent
        words = one.text.strip() or one.title.strip()
        bag = Counter(fold(f"{one.label} {words}").split())
        places[one.anchor] = _Place(one.anchor, path_label(path[::-1]) or one.label, words, bag)
    return places


def _move(old: _Place, new: dict[str, _Place]) -> Move | None:
    """Say where the place `old` moves among the `new` ones; None when it stays at its anchor."""
    held = new.get(old.anchor)
    kept = old.like(held) if held is not None else 0.0
    if kept == 1.0:
        return None
    best = max(new.values(), key=old.like, default=None)
    likeness = old.like(best) if best is not None else 0.0
    if held is not None and (best is held or likeness < kept + MUCH_MORE):
        return None
    to = best if likeness >= ALIKE else _container(old.anchor, new)
    return Move(
        old.anchor, old.label, old.words[:EXCERPT], to.anchor if to else None, to.label if to else "", to.words[:EXCERPT] if to else ""
    )


def _container(anchor: str, new: dict[str, _Place]) -> _Place | None:
    """Find the innermost of the `new` places that contains the anchor by its name."""
    while "." in anchor:
        anchor = anchor.rpartition(".")[0]
        if anchor in new:
            return new[anchor]
    return None


def move(session: Session, document: Document, version: Version, moves: Sequence[Move]) -> None:
    """Let tasks, links and relations refer to the new anchors, in the open unit of work. Open forms of these tasks are
    refused when they are sent."""
    if not moves:
        return
    meant = _is_meant(session, document, version)
    goal = {one.anchor: one.to for one in moves}
    for row in session.scalars(select(Task).where(Task.version_id == version.id, Task.anchor.in_(goal))).all():
        row.anchor, row.revision = goal[row.anchor or ""], row.revision + 1
    # All rows are found before one is changed: one place may move to where another one was.
    for link in session.scalars(select(Link).where(Link.version_id == version.id, Link.anchor.in_(goal))).all():
        link.anchor = goal[link.anchor or ""]
    if meant:
        _move_relations(session, document, goal)


def _move_relations(session: Session, document: Document, goal: dict[str, str | None]) -> None:
    from_it = select(Relation).where(Relation.source_id == document.id, Relation.source_anchor.in_(goal))
    for relation in session.scalars(from_it).all():
        relation.source_anchor = goal[relation.source_anchor or ""]
    to_it = select(Relation).where(Relation.target_id == document.id, Relation.target_anchor.in_(goal))
    for relation in session.scalars(to_it).all():
        relation.target_anchor = goal[relation.target_anchor or ""]
