"""Find which documents the citations of a text mean, by number or by name, among those that the actor may read. It
takes few SQL queries for any number of citations."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from docmgr.models import Citation, Document, label_of
from docmgr.policy import Actor
from docmgr.services.access import rule
from docmgr.services.chunks import chunks
from legaltext.text import fold

_DOCUMENT = (
    Document.id, Document.type, Document.number, Document.subject, Document.file_name, Document.issuer,
    Document.issued_on, Document.number_key, Document.name_key,
)  # fmt: skip
# How many numbers or names are sent as parameters.
KEYS = 3_000


@dataclass(frozen=True)
class Candidate:
    """A document that a citation may mean and that the actor may read."""

    id: int
    label: str


@dataclass(frozen=True)
class CitedDocument:
    """A citation with the document that it means.

    `target_id` and `target_label` name the document when exactly one fits; otherwise both are None. `candidates` are
    the documents when several fit equally well. When there is neither, the cited document is not stored or the actor
    may not read it.
    """

    citation: Any
    target_id: int | None
    target_label: str | None
    candidates: tuple[Candidate, ...] = ()


class Targets:
    """Finds which documents citations mean, by number or by name. `rows` are the documents to choose from: rows with columns of
    Document, such as `id`, `number_key`, `name_key` and `issuer`."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self._by_number: dict[str, list[Any]] = defaultdict(list)
        self._by_name: dict[str, list[Any]] = defaultdict(list)
        self._told: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        for row in rows:
            if row.number_key:
                self._by_number[row.number_key].append(row)
            if row.name_key:
                self._by_name[row.name_key].append(row)

    def fits(self, citation: Any) -> tuple[Any, ...]:
        """Find the documents that the citation means. Empty when no document fits; several when number, name, date and issuer
        do not tell them apart. `citation` has the attributes `number_key`, `name_key`, `issuer` and `issued_on`."""
        key = (citation.number_key, citation.name_key, citation.issued_on, citation.issuer)
        if key not in self._told:
            self._told[key] = self._fits(citation)
        return self._told[key]

    def _fits(self, citation: Any) -> tuple[Any, ...]:
        if not citation.number_key:
            return tuple(self._by_name.get(citation.name_key or "", ()))
        same = self._by_number.get(citation.number_key, ())
        found = tuple(row for row in same if same_year(citation.issued_on, row.issued_on))
        if len(found) < 2 or not citation.issuer:
            return found
        # A number alone is not unique; the issuer distinguishes some of them.
        issuer = fold(citation.issuer)
        return tuple(row for row in found if row.issuer and fold(row.issuer) == issuer) or found

    def resolved(self, citation: Any) -> CitedDocument:
        """Make a CitedDocument of `citation`. It names the document when exactly one fits, and lists the candidates when
        several fit. When none fits, it has no document and no candidates."""
        found = self.fits(citation)
        if len(found) == 1:
            return CitedDocument(citation, found[0].id, label_of(found[0]))
        return CitedDocument(citation, None, None, tuple(Candidate(row.id, label_of(row)) for row in found))


def targets(session: Session, actor: Actor, rows: Sequence[Any]) -> Targets:
    """Load the documents that the citations `rows` name and that the actor may read. Each citation is a row with the columns
    `number_key`, `name_key` and `version_id`."""
    numbers = {row.number_key for row in rows if row.number_key}
    names = {row.name_key for row in rows if row.name_key and not row.number_key}
    found: dict[int, Any] = {}
    for column, keys in ((Document.number_key, numbers), (Document.name_key, names)):
        for condition in _among(column, keys, rows):
            query = select(*_DOCUMENT).where(condition, rule.visible(actor))
            found.update({row.id: row for row in session.execute(query)})
    return Targets(found[number] for number in sorted(found))


def _among(column: Any, keys: Collection[str], rows: Sequence[Any]) -> Iterator[ColumnElement[bool]]:
    """Yield SQL conditions that together find the documents whose `column` has one of `keys`. `rows` are the citations from
    which `keys` come. With very many keys, the condition may find further documents that the same texts cite."""
    if len(keys) > KEYS:
        of_these = Citation.version_id.in_({row.version_id for row in rows})
        same = Citation.number_key if column is Document.number_key else Citation.name_key
        yield column.in_(select(same).where(of_these, same.is_not(None)))
        return
    for some in chunks(keys):
        yield column.in_(some)


def resolve(session: Session, actor: Actor, citations: Iterable[Any]) -> list[CitedDocument]:
    """Find for each citation the document that it means, among those that the actor may read. Each citation is a row with the
    columns `number_key`, `name_key`, `issuer`, `issued_on` and `version_id`. Returns one CitedDocument per citation, in the
    same order."""
    citations = list(citations)
    found = targets(session, actor, citations)
    return [found.resolved(citation) for citation in citations]


def same_year(one: dt.date | None, other: dt.date | None) -> bool:
    """Whether the dates of issue `one` and `other` may belong to the same document. Only the years are compared; an
    unknown date fits every date."""
    return one is None or other is None or one.year == other.year
