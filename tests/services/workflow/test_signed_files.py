"""What was read from a signed file is compared with the register before a document is issued; a clerk may say that it was misread."""

from __future__ import annotations

import datetime as dt
import io

import pytest

from docmgr import db
from docmgr.context import Context
from docmgr.models import File, Signature, User, Version
from docmgr.policy import Actor
from docmgr.services.documents.confirming import renditions
from docmgr.services.errors import Invalid
from docmgr.services.registers import lines
from docmgr.services.workflow import moving
from docmgr.services.workflow.moving import Chosen
from legaltext import dates
from tests.filling.papers import decision
from tests.filling.registers import delivered, flow_of, key, running, step
from tests.support.acting import actor_of, upload, work
from tests.support.browsers import Auth
from tests.support.racing import events

TODAY = dates.today()
BEFORE = TODAY - dt.timedelta(days=1)


@pytest.fixture
def leader(people: dict[str, User]) -> Actor:
    """The leader as an actor."""
    return actor_of(people["leader"])


@pytest.fixture
def document(clerk: Actor, staff: Actor, leader: Actor) -> int:
    """A document that has its number, 01/QĐ-SGDĐT of today, and waits to be issued; its text is a DOCX."""
    delivered(clerk)
    made = running(staff, "outgoing")
    with db.write() as session:
        version = Version(document_id=made, no=1, outcome="text")
        session.add(version)
        session.flush()
        session.add(File(version_id=version.id, sha256="1" * 64, size=1, name="du-thao.docx", kind="docx", read_number="99/QĐ-SGDĐT"))
    step(staff, made, "submit", to=key(leader))
    step(leader, made, "approve")
    step(clerk, made, "number")
    with db.read() as session:
        entry = lines.issued(session, made, "outgoing")
        assert entry is not None and (entry.symbol, entry.dated_on) == ("01/QĐ-SGDĐT", TODAY)
    return made


def signed(document_id: int, name: str, number: str | None = None, day: dt.date | None = None) -> None:
    """Add a signed PDF beside the text, from which this number and day were read."""
    with db.write() as session:
        version = session.query(Version).filter_by(document_id=document_id).one()
        session.add(File(version_id=version.id, sha256=f"{len(version.files) + 1:064x}", size=1, name=name, kind="pdf", read_number=number, read_on=day))


def refused(clerk: Actor, document_id: int, comment: str | None = None, **more: bool) -> Invalid:
    """Why the document is not issued."""
    with pytest.raises(Invalid) as error:
        step(clerk, document_id, "issue", comment, **more)
    return error.value


@pytest.mark.parametrize(
    ("number", "day", "read"),
    [("02/QĐ-SGDĐT", TODAY, f"02/QĐ-SGDĐT · {dates.printed(TODAY)}"), (None, BEFORE, dates.printed(BEFORE)), ("1/TB-SGDĐT", None, "1/TB-SGDĐT")],
)
def test_a_signed_file_that_says_otherwise_is_refused_until_a_clerk_says_that_it_was_misread(
    document: int, clerk: Actor, number: str | None, day: dt.date | None, read: str
) -> None:
    signed(document, "ky.pdf", number, day)
    why = refused(clerk, document, "Đã xem")
    assert why.field == "misread" and f"khác với sổ (01/QĐ-SGDĐT ngày {dates.printed(TODAY)}): “ky.pdf” ({read})." in str(why)
    done = moving.move_many(clerk, [Chosen(document, flow_of(document).revision)], "issue", name="Phát hành")
    assert done.done == 0 and "Máy đọc sai" in str(done.refused[0][1])
    assert refused(clerk, document, " ", misread=True).field == "comment" and events("file:misread") == []
    assert step(clerk, document, "issue", "Chữ mờ, đã đối chiếu bản giấy", misread=True) == "Đã phát hành"
    (event,) = events("file:misread")
    assert event.document_id == document and (event.details["file"], event.details["reason"]) == ("ky.pdf", "Chữ mờ, đã đối chiếu bản giấy")


@pytest.mark.parametrize("read", [("1/QĐ-SGDĐT", TODAY), (None, TODAY)])
def test_one_signed_file_that_agrees_is_enough(document: int, clerk: Actor, read: tuple[str | None, dt.date | None]) -> None:
    signed(document, "nham.pdf", "02/QĐ-SGDĐT", TODAY)
    assert refused(clerk, document).field == "misread"
    signed(document, "ky.pdf", *read)
    # Nothing was misread, and so nothing is recorded.
    assert step(clerk, document, "issue", misread=True) == "Đã phát hành" and events("file:misread") == []


def test_a_signed_file_that_was_not_read_is_no_proof_against_another(document: int, clerk: Actor) -> None:
    signed(document, "quet.pdf")
    signed(document, "nham.pdf", "02/QĐ-SGDĐT", TODAY)
    assert "“nham.pdf”" in str(refused(clerk, document))


def test_signed_files_that_were_not_read_differ_from_nothing(document: int, clerk: Actor) -> None:
    signed(document, "quet.pdf")
    signed(document, "quet-2.pdf")
    assert step(clerk, document, "issue") == "Đã phát hành"


def test_each_file_that_was_misread_is_named_and_recorded(document: int, clerk: Actor) -> None:
    signed(document, "mot.pdf", "02/QĐ-SGDĐT")
    signed(document, "hai.pdf", None, BEFORE)
    assert f"“mot.pdf” (02/QĐ-SGDĐT); “hai.pdf” ({dates.printed(BEFORE)})." in str(refused(clerk, document))
    step(clerk, document, "issue", "Chữ mờ", misread=True)
    assert [(one.details["file"], one.details["number"]) for one in events("file:misread")] == [("mot.pdf", "02/QĐ-SGDĐT"), ("hai.pdf", dates.printed(BEFORE))]


def sign_first(document_id: int, number: str, kind: str = "pdf") -> None:
    """Let the first file be of this kind, with this number read from it, and the version have an electronic signature."""
    with db.write() as session:
        version = session.query(Version).filter_by(document_id=document_id).one()
        version.files[0].kind, version.files[0].name, version.files[0].read_number = kind, f"dau.{kind}", number
        session.add(Signature(version_id=version.id, position=0, covers="document", valid=True, chain="trusted"))


def test_an_electronically_signed_file_that_agrees_is_enough_beside_an_annex(document: int, clerk: Actor) -> None:
    sign_first(document, "01/QĐ-SGDĐT")
    signed(document, "phu-luc.pdf", "05/KH")
    assert step(clerk, document, "issue") == "Đã phát hành" and events("file:misread") == []


def test_an_electronically_signed_file_is_compared_beside_a_scan_that_was_not_read(document: int, clerk: Actor) -> None:
    sign_first(document, "02/QĐ-SGDĐT")
    signed(document, "quet.pdf")
    why = refused(clerk, document)
    assert why.field == "misread" and "“dau.pdf” (02/QĐ-SGDĐT)." in str(why)


def test_a_draft_without_a_signature_of_its_own_proves_nothing(document: int, clerk: Actor) -> None:
    # The signature is that of the PDF beside it.
    sign_first(document, "01/QĐ-SGDĐT", "docx")
    signed(document, "ky.pdf", "02/QĐ-SGDĐT")
    assert "“ky.pdf”" in str(refused(clerk, document))


def test_what_is_read_stays_with_each_file(site: Context, clerk: Actor) -> None:
    first = upload(clerk, decision(), "mot.docx")
    other = upload(clerk, decision(number="13", day="06"), "hai.docx")
    work(site)
    renditions.add_file(clerk, first, io.BytesIO(decision(number="14", day="07")), "ba.docx")
    work(site)
    renditions.join(clerk, other, first, renditions.RENDITION)
    db.release()
    with db.read() as session:
        files = session.query(Version).filter_by(document_id=first).one().files
        found = [(file.name, file.read_number, file.read_on) for file in files]
    assert found == [
        ("mot.docx", "12/QĐ-SGDĐT", dt.date(2024, 2, 5)), ("ba.docx", "14/QĐ-SGDĐT", dt.date(2024, 2, 7)), ("hai.docx", "13/QĐ-SGDĐT", dt.date(2024, 2, 6)),
    ]  # fmt: skip


def test_the_form_asks_whether_it_was_misread(document: int, clerk: Actor, auth: Auth) -> None:
    signed(document, "ky.pdf", "02/QĐ-SGDĐT")
    browser, address = auth("clerk"), f"/documents/{document}/flow"
    assert 'name="misread"' not in browser.get(f"{address}?step=issue").text
    sent = {"step": "issue", "comment": "Chữ mờ", "revision": flow_of(document).revision}
    first = browser.submit(address, sent)
    assert first.status_code == 400 and 'name="misread" value="1">' in first.text and "Chữ mờ" in first.text and "(02/QĐ-SGDĐT)" in first.text
    again = browser.submit(address, {**sent, "comment": "", "misread": "1"})
    assert again.status_code == 400 and 'name="misread" value="1" checked>' in again.text and "vì sao tệp đã ký" in again.text
    assert browser.submit(address, {**sent, "misread": "1"}).status_code == 302 and len(events("file:misread")) == 1
