"""Documents that a text names and the store lacks: distinguished, counted and paged in SQL."""

from __future__ import annotations

import datetime as dt

from docmgr import db
from docmgr.models import Citation, Version
from docmgr.policy import Actor
from docmgr.services.folders import tree
from docmgr.services.relations import missing_documents
from docmgr.services.relations.missing_documents import MissingDocument
from legaltext import text
from legaltext.numbers import normalise_number
from tests.filling.filing import file_document
from tests.support.acting import actor_of


def _citing(*cited: dict[str, object]) -> int:
    """A version with these citations; its id."""
    document = file_document(tree.root_id(), "1/QĐ-GOC")
    with db.write() as session:
        version = Version(document_id=document, no=1, outcome="text", text="")
        session.add(version)
        session.flush()
        rows = [
            Citation(version_id=version.id, position=place, quote=f"chỗ {place}", **{"role": "cites", **values})
            for place, values in enumerate(cited)
        ]
        missing_documents.assign_keys(rows)
        session.add_all(rows)
        return version.id


def _cite(number: str | None = None, name: str | None = None, **more: object) -> dict[str, object]:
    key = normalise_number(number) if number else None
    return {"number": number, "number_key": key, "name": name, "name_key": text.name_key(name) if name else None, **more}


def _missing(clerk: Actor, *cited: dict[str, object], **span: int) -> tuple[MissingDocument, ...]:
    version = _citing(*cited)
    with db.read() as session:
        rows = missing_documents.page(session, clerk, version, span.get("limit", 50), span.get("skip", 0))
        if not span:
            bases = sum(row.basis for row in rows)
            assert missing_documents.count(session, clerk, version) == (len(rows), bases)
        return rows


def _positions(rows: tuple[MissingDocument, ...]) -> list[list[int]]:
    return [[c.position for c in row.citations] for row in rows]


def test_each_is_counted_once_and_legal_bases_come_first(clerk) -> None:
    rows = _missing(
        clerk,
        _cite("30/2020/NĐ-CP"),
        _cite(name="Luật Đất đai"),
        _cite("31/2024/QH15", "Luật Đất đai", role="basis"),
        _cite("30/2020/nđ-cp", issued_on=dt.date(2020, 3, 5)),
        _cite(name="luật đất đai"),
    )
    assert _positions(rows) == [[1, 2, 4], [0, 3]]
    assert [row.label for row in rows] == ["Luật Đất đai 31/2024/QH15", "30/2020/NĐ-CP"]
    assert [row.types for row in rows] == [("based_on", "cites"), ("cites",)]
    assert [row.basis for row in rows] == [True, False]
    assert [row.mentions for row in rows] == [3, 2]
    assert rows[1].issued_on == dt.date(2020, 3, 5)


def test_what_is_found_is_not_missing(clerk) -> None:
    file_document(tree.root_id(), "30/2020/NĐ-CP", issued_on=dt.date(2020, 3, 5))
    rows = _missing(clerk, _cite("30/2020/NĐ-CP"), _cite("30/2020/NĐ-CP", issued_on=dt.date(2019, 1, 1)))
    assert _positions(rows) == [[1]]


def test_two_copies_are_not_missing(clerk) -> None:
    for _ in range(2):
        file_document(tree.root_id(), "30/2020/NĐ-CP")
    assert _positions(_missing(clerk, _cite("30/2020/NĐ-CP"), _cite("31/2020/NĐ-CP"))) == [[1]]


def test_what_may_not_be_read_is_missing(people, clerk) -> None:
    file_document(tree.root_id(), "30/2020/NĐ-CP", workflow="draft")
    assert _positions(_missing(actor_of(people["staff"]), _cite("30/2020/NĐ-CP"))) == [[0]]
    assert _missing(clerk, _cite("30/2020/NĐ-CP")) == ()


def test_the_same_number_of_two_years_is_two_documents(clerk) -> None:
    one, two = dt.date(2019, 2, 5), dt.date(2024, 2, 5)
    number = "12/QĐ-X"
    dated = [_cite(number, issued_on=one), _cite(number, issued_on=two)]
    assert _positions(_missing(clerk, *dated, _cite(number), _cite(number))) == [[0], [1], [2, 3]]


def test_a_name_that_two_laws_share_tells_neither(clerk) -> None:
    laws = [_cite("45/2013/QH13", "Luật Đất đai"), _cite("31/2024/QH15", "Luật Đất đai")]
    names = [_cite(name="Luật Đất đai"), _cite(name="Luật Đất đai")]
    assert _positions(_missing(clerk, *laws, *names)) == [[0], [1], [2, 3]]


def test_mentions_without_number_and_name_stay_apart(clerk) -> None:
    assert _positions(_missing(clerk, _cite(), _cite())) == [[0], [1]]


def test_a_page_of_them_and_the_first_mentions_of_each(clerk) -> None:
    often = [_cite("9/QĐ-X") for _ in range(missing_documents.MENTIONS_SHOWN + 5)]
    (row,) = _missing(clerk, *often)
    assert len(row.citations) == missing_documents.MENTIONS_SHOWN and row.mentions == len(often)
    cited = [_cite(f"{n}/QĐ-X") for n in range(9)]
    assert _positions(_missing(clerk, *cited, limit=3, skip=6)) == [[6], [7], [8]]
