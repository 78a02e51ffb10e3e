"""What people wrote is shown as they wrote it, whatever it looks like: an English page translates none of it."""

from __future__ import annotations

import html
import re

import pytest

from docmgr import db
from docmgr.models import Unit
from docmgr.policy import Actor
from docmgr.services.documents import lifecycle
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.inspection import findings, inspections
from docmgr.services.inspection.findings import FindingInput
from docmgr.services.inspection.inspections import InspectionInput
from tests.filling.filing import file_document
from tests.support.browsers import Auth, Client

# Words of the program, sentences with a value in them, and a code.
LOOKALIKES = (
    "Vai trò Quản trị", "Đọc", "Có", "Mọi người trong cơ quan", "Chưa khắc phục", "Nghiêm trọng", "Vừa", "(trống)",
    "draft", "Tệp lớn hơn 5 MB.", "Năm phải từ 1 đến 2.",
)  # fmt: skip


@pytest.fixture
def reader(auth: Auth) -> Client:
    """The clerk, who reads English."""
    browser = auth("clerk")
    browser.submit("/language", {"language": "en"})
    return browser


def lines(page: str) -> list[str]:
    """The details on a page of the trail."""
    return [html.unescape(text) for text in re.findall(r"<dd>(.*?)</dd>", page)]


def test_the_name_of_a_folder(clerk: Actor, reader: Client) -> None:
    for name in LOOKALIKES:
        folder = tree.create(clerk, tree.root_id(), name).id
        paper = file_document(tree.root_id(), "1/QĐ-X")
        lifecycle.move(clerk, [paper], folder)
        assert f"folder “{name}”" in html.unescape(reader.get(f"/documents/{paper}/sharing").text)
        assert lines(reader.get(f"/documents/{paper}/trail").text) == ["Văn bản", name]
        lifecycle.delete(clerk, [paper])
        told = reader.submit(f"/bin/documents/{paper}/restore", follow_redirects=True).text
        assert f"“{name}”" in html.unescape(told)


def test_the_name_of_a_unit(clerk: Actor, reader: Client) -> None:
    for name in LOOKALIKES:
        with db.write() as session:
            unit = Unit(name=name)
            session.add(unit)
            session.flush()
            key = f"unit:{unit.id}"
        paper = file_document(tree.root_id(), "1/QĐ-X")
        sharing.grant(clerk, SharedThing(document_id=paper), key, "reader")
        assert name in re.findall(r'<th scope="row">(.*?)</th>', reader.get(f"/documents/{paper}/sharing").text)
        assert lines(reader.get(f"/documents/{paper}/trail").text) == ["Reader", name]
        lifecycle.delete(clerk, [paper])
        told = html.unescape(reader.submit(f"/bin/documents/{paper}/restore", follow_redirects=True).text)
        readers = f"Everybody in the agency; Role: Auditor; Role: Clerk; {name}"
        assert f"{readers}." in told
        assert readers in lines(reader.get(f"/documents/{paper}/trail").text)


def test_the_text_of_a_finding(clerk: Actor, reader: Client) -> None:
    with db.write() as session:
        unit = Unit(name="Trường X")
        session.add(unit)
        session.flush()
        number = unit.id
    for text in LOOKALIKES:
        check = inspections.create(clerk, InspectionInput(text, number, conclusion=text))
        finding = findings.create(clerk, check, FindingInput("Một"))
        findings.edit(clerk, finding, FindingInput(text, state="fixing"), revision=1)
        page = reader.get(f"/inspections/{check}").text
        assert f"<del>Một</del> → {html.escape(text)}" in page and "<del>Not remedied</del> → Being remedied" in page
        assert lines(page).count(text) >= 3
