"""Make the rows of what a reading found: provisions, citations, obligations, signatures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict

from docmgr.models import Citation, Provision, Signature, VersionObligation
from docmgr.reading import types
from docmgr.services.documents import facts
from docmgr.services.relations import missing_documents
from legaltext.numbers import normalise_number
from legaltext.text import name_key


def provisions(version_id: int, found: Sequence[types.Provision]) -> list[Provision]:
    """Make the rows of the provisions of a version, in reading order."""
    return [
        Provision(
            version_id=version_id, position=position, anchor=p.anchor, parent=p.parent, kind=p.kind,
            label=p.label[:200], title=p.title, text=p.text, start=p.start, end=p.end,
        )
        for position, p in enumerate(found)
    ]  # fmt: skip


def citations(version_id: int, cited: Sequence[types.Citation]) -> list[Citation]:
    """Make the rows of the citations of a version, with the keys by which other documents are found."""
    rows = [
        Citation(
            version_id=version_id, position=position, role=c.role, number=c.number and c.number[:100],
            number_key=normalise_number(c.number)[:100] if c.number else None, name=c.name,
            name_key=name_key(c.name) if c.name else None, type=c.type, issuer=c.issuer and c.issuer[:300],
            issued_on=facts.iso_date(c.issued_on), anchor=c.anchor, provision=c.provision, quote=c.quote,
        )
        for position, c in enumerate(cited)
    ]  # fmt: skip
    missing_documents.assign_keys(rows)
    return rows


def obligations(version_id: int, found: Sequence[types.Obligation]) -> list[VersionObligation]:
    """Make the rows of the obligations of a version, as proposals in reading order."""
    return [
        VersionObligation(
            version_id=version_id, start=one.start, end=one.end, anchor=one.anchor[:200], action=one.action,
            units=list(one.units), supporting=list(one.supporting), due=asdict(one.due), evidence=", ".join(one.evidence) or None,
            target=one.target, sure=one.sure, changed=False, state="proposed",
            why=[{"part": why.part, "rule": why.rule, "start": why.start, "end": why.end} for why in one.why],
        )
        for one in found
    ]  # fmt: skip


def signatures(version_id: int, found: Sequence[types.Signature]) -> list[Signature]:
    """Make the rows of the electronic signatures of a version, in the order of signing."""
    return [
        Signature(version_id=version_id, position=position, **(asdict(one) | {"at": _moment(one.at)}))
        for position, one in enumerate(found)
    ]


def _moment(at: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(at) if at else None
