"""Lists of documents: filters, columns that a person chose, the order, and the file of chosen documents."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from docmgr import db
from docmgr.models import Document, ListChoice
from docmgr.policy import COMMAND_LINE, Actor
from docmgr.services.documents import lifecycle
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.folders import tree
from docmgr.services.listing import columns, export, in_folder
from docmgr.services.listing.wanted import condition
from docmgr.services.terms import of_documents as terms
from docmgr.services.trail import readings
from legaltext import validity
from tests.filling.filing import actions, file_document, load

DAYS = st.none() | st.dates(dt.date(2023, 1, 1), dt.date(2026, 12, 31))


def numbers(actor: Actor, folder: int | None = None, *, below: bool = True, **chosen: str) -> set[str | None]:
    """The numbers of the documents in the list, all pages."""
    wanted = {name: (value,) for name, value in chosen.items()}
    page = in_folder.contents(actor, folder or tree.root_id(), chosen=wanted, below=below)
    assert page.total == len(page.rows)
    return {row.document.number for row in page.rows}


def test_everything_below_and_only_here(clerk: Actor) -> None:
    root = tree.root_id()
    inner = tree.create(clerk, root, "A").id
    deep = tree.create(clerk, inner, "B").id
    for folder, number in ((root, "1/QĐ-X"), (inner, "2/QĐ-X"), (deep, "3/QĐ-X")):
        file_document(folder, number)
    assert numbers(clerk) == {"1/QĐ-X", "2/QĐ-X", "3/QĐ-X"}
    assert numbers(clerk, below=False) == {"1/QĐ-X"}
    assert numbers(clerk, inner) == {"2/QĐ-X", "3/QĐ-X"}
    assert numbers(clerk, inner, below=False) == {"2/QĐ-X"}


def test_what_may_not_be_read_is_in_no_list_and_no_count(clerk: Actor, staff: Actor) -> None:
    file_document(tree.root_id(), "1/QĐ-X")
    file_document(tree.root_id(), "2/QĐ-X", workflow="draft", created_by=clerk.user_id)
    page = in_folder.contents(staff, tree.root_id(), below=True)
    assert ([row.document.number for row in page.rows], dict(page.workflows)) == (["1/QĐ-X"], {"published": 1})
    assert dict(in_folder.contents(clerk, tree.root_id(), below=True).workflows) == {"published": 1, "draft": 1}
    assert numbers(clerk, workflow="draft") == {"2/QĐ-X"}
    assert numbers(staff, workflow="draft") == set()


def test_the_states_are_counted_whichever_is_chosen(clerk: Actor) -> None:
    for number, workflow in (("1/QĐ-X", "published"), ("2/QĐ-X", "draft"), ("3/QĐ-X", "draft")):
        file_document(tree.root_id(), number, workflow=workflow, created_by=clerk.user_id)
    page = in_folder.contents(clerk, tree.root_id(), chosen={"workflow": ("draft",)})
    assert (page.total, dict(page.workflows)) == (2, {"published": 1, "draft": 2})


def test_filters_by_facts_and_tags(clerk: Actor) -> None:
    root = tree.root_id()
    one = file_document(root, "1/QĐ-X", type="Quyết định", issuer="Sở A", issued_on=dt.date(2024, 12, 31))
    file_document(root, "2/2023/TT-X", type="Thông tư", issuer="Bộ B")
    file_document(root, "3/QĐ-X", type="Quyết định", issuer="Bộ B", issued_on=dt.date(2025, 1, 1))
    terms.add(clerk, [one], tags="thi đua")
    assert numbers(clerk, type="Quyết định", issuer="Bộ B") == {"3/QĐ-X"}
    assert numbers(clerk, year="2024") == {"1/QĐ-X"}
    # The year in the number counts where the day is unknown.
    assert numbers(clerk, year="2023") == {"2/2023/TT-X"}
    assert numbers(clerk, tag="thi đua") == {"1/QĐ-X"}
    assert numbers(clerk, field_of_work="thi đua") == set()
    for name in ("type", "year", "status", "workflow", "health", "tag"):
        assert numbers(clerk, **{name: "không có"}) == set(), name
    for year in ("0", "99999", "0123456", "-1", "9999", "２０２４"):
        assert numbers(clerk, year=year) == set(), year


@given(begin=DAYS, end=DAYS, ended=DAYS, day=st.dates(dt.date(2023, 1, 1), dt.date(2026, 12, 31)))
def test_the_status_in_sql_is_the_rule_of_validity(begin: dt.date | None, end: dt.date | None, ended: dt.date | None, day: dt.date) -> None:
    document = Document(effective_from=begin, effective_to=end, ended_on=ended)
    expected = validity.status_at(document, day).code
    columns = (Document.effective_from, Document.effective_to, Document.ended_on)
    held = {column.key: value for column, value in zip(columns, (begin, end, ended), strict=True)}
    met = [code for code in validity.STATUS_LABELS if _met(condition({"status": (code,)}, day), held)]
    assert met == [expected]


def _met(asked: object, held: dict[str, dt.date | None]) -> bool:
    """Evaluate an SQL condition on three columns of one document, in a database of its own."""
    import sqlalchemy as sa

    global _connection
    if _connection is None:
        _connection = sa.create_engine("sqlite://").connect()
        _connection.execute(sa.text("CREATE TABLE document (effective_from DATE, effective_to DATE, ended_on DATE)"))
    _connection.execute(sa.text("DELETE FROM document"))
    table = sa.table("document", *(sa.column(name, sa.Date) for name in held))
    _connection.execute(sa.insert(table), [held])
    return bool(_connection.scalar(select(sa.func.count()).select_from(Document).where(asked)))  # type: ignore[arg-type]


_connection = None


def test_what_somebody_reads_did_not_change(clerk: Actor) -> None:
    ids = [file_document(tree.root_id(), f"{n}/QĐ-X", workflow="draft", created_by=clerk.user_id) for n in range(3)]
    lifecycle.set_workflow(clerk, ids[0], "published")
    changed = load(ids[0]).changed_at
    assert changed > load(ids[2]).changed_at
    readings.opened(clerk, ids[0])
    assert load(ids[0]).changed_at == changed
    page = in_folder.contents(clerk, tree.root_id())
    assert [row.document.id for row in page.rows] == [ids[0], ids[2], ids[1]]


def test_a_person_chooses_columns(clerk: Actor, staff: Actor) -> None:
    assert columns.chosen(clerk) == columns.USUAL
    assert columns.choose(clerk, ["tags", "issuer"]) == ("number", "issuer", "tags")
    assert columns.choose(clerk, ["folder", "creator"]) == ("number", "folder", "creator")
    assert (columns.chosen(clerk), columns.chosen(staff)) == (("number", "folder", "creator"), columns.USUAL)
    with pytest.raises(Invalid):
        columns.choose(clerk, ["number", "password"])
    assert columns.chosen(clerk) == ("number", "folder", "creator")
    assert columns.chosen(COMMAND_LINE) == columns.USUAL
    file_document(tree.root_id(), "1/QĐ-X", created_by=clerk.user_id)
    (row,) = in_folder.contents(clerk, tree.root_id()).rows
    assert (row.folder, row.creator) == (tree.ROOT_NAME, clerk.label)


def test_a_column_that_no_longer_exists_is_left_out(clerk: Actor) -> None:
    columns.choose(clerk, ["tags"])
    with db.write() as session:
        session.scalars(select(ListChoice)).one().columns = ["number", "tags", "gone"]
    assert columns.chosen(clerk) == ("number", "tags")


def test_rows_say_who_may_change_them(clerk: Actor, staff: Actor) -> None:
    file_document(tree.root_id(), "1/QĐ-X")
    file_document(tree.root_id(), "2/QĐ-X", workflow="draft", created_by=staff.user_id)
    told = {row.document.number: row.may_edit for row in in_folder.contents(staff, tree.root_id()).rows}
    assert told == {"1/QĐ-X": False, "2/QĐ-X": True}
    assert all(row.may_edit for row in in_folder.contents(clerk, tree.root_id()).rows)


def test_a_list_with_all_columns_takes_a_fixed_number_of_queries(clerk: Actor, count_queries) -> None:
    columns.choose(clerk, columns.COLUMNS)

    def cost() -> int:
        db.release()
        with count_queries() as counted:
            in_folder.contents(clerk, tree.root_id(), below=True, chosen={"type": ("Quyết định",)})
        return counted.number

    file_document(tree.root_id(), "1/QĐ-X", created_by=clerk.user_id)
    few = cost()
    for n in range(20):
        inner = tree.create(clerk, tree.root_id(), f"T{n}").id
        file_document(inner, f"{n + 2}/QĐ-X", created_by=clerk.user_id)
    assert cost() == few


def test_chosen_documents_become_a_file(clerk: Actor, staff: Actor) -> None:
    columns.choose(clerk, ["date", "state", "tags"])
    first = file_document(tree.root_id(), "1/QĐ-X", issued_on=dt.date(2024, 2, 3))
    other = file_document(tree.root_id(), "2/QĐ-X", workflow="draft", created_by=clerk.user_id)
    terms.add(clerk, [other], tags="thi đua")
    name, _, body = export.export(clerk, [other, first], "xlsx")
    assert name.endswith(".xlsx")
    rows = [row for row in openpyxl.load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True) if any(row)]
    assert rows[-3:-2] == [("Số, ký hiệu", "Ngày", "Nhãn", "Tình trạng")]
    assert [row[0] for row in rows[-2:]] == ["2/QĐ-X", "1/QĐ-X"]
    assert (rows[-2][2], rows[-2][3], rows[-1][3]) == ("thi đua", "Dự thảo", "Đã công bố")
    assert actions(first).count("document:export") == actions(other).count("document:export") == 1
    # Somebody who may not read one of them gets none, and nothing is recorded.
    with pytest.raises(NotFound):
        export.export(staff, [first, other], "xlsx")
    assert actions(first).count("document:export") == 1
    with pytest.raises(Invalid):
        export.export(clerk, [first], "exe")
    with pytest.raises(Invalid):
        export.export(clerk, [], "xlsx")


def test_an_export_does_not_count_as_a_change(clerk: Actor) -> None:
    paper = file_document(tree.root_id(), "1/QĐ-X")
    before = load(paper).changed_at
    export.export(clerk, [paper], "csv")
    assert load(paper).changed_at == before
