"""The regulations that plans name as their legal basis and that no task carries out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr.models import Citation, Document, Plan, Task, Version
from docmgr.policy import Actor
from docmgr.services.access import rule, versions
from docmgr.services.planning.views import inspected
from docmgr.services.planning.wanted import bases
from docmgr.services.relations import targets

# So many citations of plans as a basis are looked at, and so many typed bases.
MOST = 1_000


@dataclass(frozen=True)
class UnusedBasis:
    """A regulation that no task carries out: `label` is its name as the plan prints it, or that of the stored document `document_id`; `source_id` is the
    document of the plan that names it."""

    label: str
    document_id: int | None
    source_id: int


def find(session: Session, actor: Actor, plan_id: int | None) -> tuple[UnusedBasis, ...]:
    """Find the regulations in the order in which the plan, or all plans, name them, each once. It takes few queries."""
    cited = list(session.execute(_cited(actor, plan_id)))
    held = inspected.pairs(actor, plan_id)
    carried = set(session.scalars(select(held.c.document_id).distinct()))
    written = _typed(session, plan_id)
    found: dict[Any, UnusedBasis] = {}
    for one, row in zip(targets.resolve(session, actor, cited), cited, strict=True):
        if one.target_id in carried or one.target_id == row.source_id or _named(row, written):
            continue
        key = one.target_id or row.number_key or row.name_key or row.id
        found.setdefault(key, UnusedBasis(one.target_label or _label(row), one.target_id, row.source_id))
    return tuple(found.values())


def _cited(actor: Actor, plan_id: int | None) -> Any:
    """Citations as a basis in the newest text that was read of the documents of plans."""
    query = select(
        Citation.id, Citation.number, Citation.name, Citation.type, Citation.number_key, Citation.name_key, Citation.issuer, Citation.issued_on,
        Citation.version_id, Version.document_id.label("source_id"),
    )  # fmt: skip
    query = query.join(Version, Version.id == Citation.version_id).join(Document, Document.id == Version.document_id)
    query = query.where(versions.is_current(), rule.visible(actor), Document.id.in_(_documents(plan_id)))
    return query.where(Citation.role == "basis").order_by(Version.document_id, Citation.position).limit(MOST)


def _documents(plan_id: int | None) -> Any:
    query = select(Plan.document_id).where(Plan.document_id.is_not(None))
    return query if plan_id is None else query.where(Plan.id == plan_id)


def _typed(session: Session, plan_id: int | None) -> list[str]:
    query = select(Task.legal_basis).where(bases.typed()).distinct().limit(MOST)
    return [(words or "").casefold() for words in session.scalars(query if plan_id is None else query.where(Task.plan_id == plan_id))]


def _named(row: Any, written: Iterable[str]) -> bool:
    """Whether a typed basis names the regulation: by its number, or by its name where it has none."""
    name = row.number or row.name
    return bool(name) and any(name.casefold() in words for words in written)


def _label(row: Any) -> str:
    return " ".join(filter(None, (None if row.name else row.type, row.name, row.number)))
