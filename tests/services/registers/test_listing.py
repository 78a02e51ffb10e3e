"""The registers as lists and files: all columns, a fixed number of queries, and nothing of what one may not read."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import load_workbook
from pypdfium2 import PdfDocument

from docmgr import db
from docmgr.policy import Actor, Denied
from docmgr.services.documents import lifecycle
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.registers import arrivals, columns, export, issue, lines, listing, reserving
from docmgr.services.registers.arrivals import ArrivalInput
from docmgr.services.registers.issue import NumberInput
from docmgr.services.registers.lines import LineInput
from docmgr.services.registers.listing import RegisterFilter
from legaltext import dates
from tests.filling.registers import SECRET, delivered, entry, hide, paper
from tests.support.racing import events

YEAR = dates.today().year
OUT, IN, HANDLING = (RegisterFilter(register, YEAR) for register in ("outgoing", "incoming", "handling"))


def words_of(body: bytes, form: str) -> str:
    """All text of a file."""
    if form == "pdf":
        document = PdfDocument(body)
        return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)
    if form == "docx":
        with zipfile.ZipFile(io.BytesIO(body)) as held:
            return "".join(held.read(name).decode() for name in held.namelist() if name.endswith(".xml"))
    return "\n".join(" | ".join(str(cell) for cell in row) for row in load_workbook(io.BytesIO(body)).active.values)


def test_what_one_may_not_read_is_number_and_day_alone(clerk: Actor, auditor: Actor, staff: Actor) -> None:
    delivered(clerk), delivered(clerk, "incoming")
    hidden = paper(SECRET, signer="Nguyễn Bí Mật", recipients=["Nơi Bí Mật"], issuer="Cơ quan Bí Mật")
    shown = paper("Ai cũng xem")
    out = [issue.issue_number(clerk, one) for one in (hidden, shown)]
    came = arrivals.receive(clerk, hidden, ArrivalInput(line=LineInput(sender="Bí Mật", note="Bí Mật")))
    lines.edit(clerk, out[0], LineInput(kept_by="Phòng Bí Mật", note="Bí Mật"), revision=entry(out[0]).revision)
    hide(hidden)
    db.release()
    found = listing.page(clerk, OUT, ascending=True)
    assert columns.cells("outgoing", found[0], str) == ("01", dates.today(), columns.HIDDEN, None, None, None, None, None, None, "")
    assert [one.printed for one in found] == ["01", "02/QĐ-SGDĐT"] and listing.count(clerk, OUT) == 2
    assert found[0].entry.note is None and found[0].entry.document_id is None
    for wanted in (OUT, IN, HANDLING):
        for form in export.FORMS:
            assert "Bí Mật" in words_of(export.export(auditor, wanted, form).body, form), (wanted, form)
            text = words_of(export.export(clerk, wanted, form).body, form)
            assert "Bí Mật" not in text and "ngoài quyền" in text, (wanted, form)
    assert "Bí Mật" not in str([event.details for event in events("register:export")])
    assert listing.of_document(clerk, hidden) == [] and len(listing.of_document(auditor, hidden)) == 2
    with pytest.raises(NotFound):
        listing.line(clerk, came)
    with pytest.raises(NotFound):
        lines.edit(clerk, came, LineInput(note="x"), revision=None)
    for denied in (listing.page, listing.count):
        with pytest.raises(Denied):
            denied(staff, OUT)
    with pytest.raises(Denied):
        export.export(staff, OUT, "pdf")
    with pytest.raises(Invalid):
        export.export(clerk, OUT, "csv")


def test_a_deleted_document_stays_in_the_register(clerk: Actor, auditor: Actor) -> None:
    delivered(clerk)
    document = paper("Đã bỏ")
    made = issue.issue_number(clerk, document)
    lifecycle.delete(clerk, [document])
    assert "Đã bỏ · (văn bản đã xóa" in str(columns.cells("outgoing", listing.page(clerk, OUT)[0], str)[2])
    assert columns.cells("outgoing", listing.page(auditor, OUT)[0], str)[:3] == ("01", dates.today(), columns.HIDDEN)
    issue.cancel(clerk, made, "Đã xóa", revision=entry(made).revision)
    assert entry(made).state == "cancelled"


def test_all_columns_of_the_law_in_every_form(clerk: Actor) -> None:
    delivered(clerk)
    made = issue.issue_number(clerk, paper("Ban hành quy chế", signer="Nguyễn Văn A", recipients=["UBND tỉnh", "Lưu: VT"]))
    lines.edit(clerk, made, LineInput(kept_by="VT", copies=3, receipt="=1+1", note="Đủ"), revision=entry(made).revision)
    reserving.reserve(clerk, entry(made).series_id, "Chờ ký", holder_id=clerk.user_id)
    for form in export.FORMS:
        file = export.export(clerk, OUT, form)
        text = words_of(file.body, form)
        wanted = ["01/QĐ-SGDĐT", "Nguyễn Văn A", "UBND tỉnh; Lưu: VT", "=1+1", "Đủ", f"Năm: {YEAR}", "Từ số 01 đến số 02 (2 dòng)"]
        assert [one for one in wanted if one not in text] == [], form
        assert file.name == f"so-van-ban-di-{YEAR}.{form}" and file.rows == 2
    sheet = words_of(export.export(clerk, OUT, "xlsx").body, "xlsx")
    assert " | ".join(columns.COLUMNS["outgoing"]) in sheet and sheet.index("01/QĐ") < sheet.index("giữ cho Văn thư thử; Chờ ký")
    assert [len(columns.COLUMNS[one]) for one in listing.REGISTERS] == [10, 10, 7]
    assert events("register:export")[0].details["rows"] == 2
    issue.issue_copy(clerk, paper("Khác"), "SY", NumberInput(series_id=delivered(clerk, "copies")))
    assert "Số dòng: 3" in words_of(export.export(clerk, OUT, "xlsx").body, "xlsx")


def test_a_page_takes_the_same_number_of_queries_for_any_number_of_lines(clerk: Actor, count_queries) -> None:
    delivered(clerk), delivered(clerk, "incoming")
    numbers = []
    for size in (1, 12):
        for _ in range(size):
            arrivals.receive(clerk, paper("Đến"), ArrivalInput(line=LineInput(person_id=clerk.user_id, unit_id=clerk.unit_id)))
        db.release()
        with count_queries() as counted:
            assert listing.page(clerk, HANDLING) and listing.count(clerk, HANDLING)
        numbers.append(counted.number)
    assert numbers[0] == numbers[1] <= 3
    assert [one.printed for one in listing.page(clerk, IN, 2, per_page=5)] == ["08", "07", "06", "05", "04"]
