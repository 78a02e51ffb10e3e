"""What the readers say about a text is on the page of its document."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from flask import Flask
from sqlalchemy import select

from docmgr import db
from docmgr.models import Version
from docmgr.reading.notes import BROKEN_PAGES, MACROS, note
from docmgr.reading.repair import health
from docmgr.services.message import Message
from docmgr.services.texts import conversion
from tests.filling.desk import stored
from tests.filling.papers import decision


def with_macros() -> bytes:
    """A decision with a macro inside."""
    out = io.BytesIO(decision())
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("word/vbaProject.bin", b"macro")
    return out.getvalue()


def test_notes_are_stored_and_shown(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, with_macros(), "a.docx")
    with db.read() as session:
        version = session.scalar(select(Version).where(Version.document_id == number))
    assert version is not None and version.notes == [{"msgid": MACROS, "values": {}}]
    assert MACROS in clerk.get(f"/documents/{number}").text
    plain = stored(app, clerk, decision(body=("Điều 1. Khác",)), "b.docx")
    assert "reading-notes" not in clerk.get(f"/documents/{plain}").text


def test_notes_keep_their_values_for_other_languages() -> None:
    version = Version(notes=[Message(BROKEN_PAGES, count=3).stored()])
    (told,) = conversion.notes(version)
    assert told.told() == note(BROKEN_PAGES, count=3).told == "3 trang bị hỏng, không đọc được."
    assert told.told(lambda _: "Broken: %(count)s") == "Broken: 3"


def test_a_text_that_was_cut_is_doubtful() -> None:
    assert note(BROKEN_PAGES, count=3).is_cut and not note(MACROS).is_cut
    assert health.judge(["Văn bản"], None, False, cut=True) == ("doubtful", "cut")
    assert health.judge(["Văn bản"], None, False) == ("good", None)
