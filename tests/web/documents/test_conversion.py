"""The page with the text before and after the conversion, undoing it and doing it again, and the filter by health."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from docmgr import db
from docmgr.models import Citation, Document, Job, Provision, TrailEvent, Version
from docmgr.policy import COMMAND_LINE
from docmgr.services.documents import ingest, upload
from docmgr.services.documents.waiting import listing
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.texts import conversion
from tests.filling.desk import actions, stored, work
from tests.filling.old_fonts import in_bytes
from tests.filling.papers import BODY, decision
from tests.support.acting import actor_of
from tests.support.browsers import Auth

LINES = ("Bộ Tài chính", "Số: 12/2003/TT-BTC", "Thông tư", "Hướng dẫn thực hiện dân chủ", *BODY)
PLAIN = "Nguoi soan: A"
OLD = in_bytes("\n".join((*LINES, PLAIN)), "tcvn3")


@pytest.fixture
def paper(app: Flask, auth: Auth) -> int:
    """A published document in TCVN3."""
    return stored(app, auth("clerk"), OLD, "cu.txt", publish="1")


def version(document_id: int) -> Version:
    """The first version of the document, with all its texts."""
    db.release()
    with db.read() as session:
        found = session.scalars(select(Version).where(Version.document_id == document_id, Version.no == 1)).one()
        assert found.text is not None or found.text_before is None
        return found


def counts(document_id: int) -> tuple[int, int]:
    """How many provisions and citations the document has."""
    with db.read() as session:
        of = version(document_id).id
        return tuple(len(session.scalars(select(table.id).where(table.version_id == of)).all()) for table in (Provision, Citation))  # type: ignore[return-value]


def test_a_converted_document_is_found_and_says_so(app: Flask, auth: Auth, paper: int) -> None:
    found = version(paper)
    assert (found.health, found.encodings, found.old_lines) == ("converted", "tcvn3", len(LINES))
    assert found.text is not None and found.text_before is not None
    assert "Hướng dẫn thực hiện dân chủ" in found.text
    assert found.text.count("\n") == found.text_before.count("\n")
    staff = auth("staff")
    assert f'href="/documents/{paper}?' in staff.get("/search?q=h%C6%B0%E1%BB%9Bng+d%E1%BA%ABn+th%E1%BB%B1c+hi%E1%BB%87n").text
    page = staff.get(f"/documents/{paper}").text
    assert "Đã chuyển mã từ TCVN3 (ABC) sang Unicode." in page
    assert f'href="/documents/{paper}/conversion"' in page and "Bỏ chuyển mã" not in page
    assert "Bỏ chuyển mã" in auth("clerk").get(f"/documents/{paper}").text


def test_the_trail_names_the_encoding(auth: Auth, paper: int) -> None:
    with db.read() as session:
        query = select(TrailEvent).where(TrailEvent.document_id == paper, TrailEvent.action == "document:read")
        assert session.scalars(query).one().details["encodings"] == ["tcvn3"]
    page = auth("auditor").get(f"/documents/{paper}/trail").text
    assert "TCVN3 (ABC)" in page


def test_before_and_after_stand_side_by_side(auth: Auth, paper: int) -> None:
    staff = auth("staff")
    page = staff.get(f"/documents/{paper}/conversion").text
    before, after = "H\u00adíng dÉn thùc hiÖn d©n chñ".replace("\u00ad", ""), "Hướng dẫn thực hiện dân chủ"
    assert page.index(before) < page.index(after)
    assert PLAIN not in page and f"{len(LINES)} dòng được chuyển mã từ TCVN3 (ABC)" in page
    assert actions(paper)[-1] == "document:view"
    staff.head(f"/documents/{paper}/conversion")
    assert actions(paper).count("document:view") == 1


def test_long_texts_have_pages(app: Flask, auth: Auth, monkeypatch: pytest.MonkeyPatch, paper: int) -> None:
    monkeypatch.setattr(conversion, "PAGE_LINES", 3)
    found = conversion.compare(COMMAND_LINE, paper, None, 2)
    assert [line.no for line in found.lines] == [4, 5, 6] and found.total == len(LINES)
    assert conversion.compare(COMMAND_LINE, paper, None, 99).page == -(-found.total // 3)
    assert "page=2" in auth("staff").get(f"/documents/{paper}/conversion").text


def test_undone_by_one_click_and_done_again(app: Flask, auth: Auth, paper: int) -> None:
    clerk, before = auth("clerk"), counts(paper)
    address = f"/documents/{paper}/conversion"
    answer = clerk.submit(address, {"v": "1", "as_written": "1"}, follow_redirects=True)
    assert "Đang đọc lại tệp như được viết" in answer.text
    # Until the worker has read it again, the text stays.
    assert "Hướng dẫn thực hiện dân chủ" in auth("staff").get(f"/documents/{paper}").text
    work(app)
    found = version(paper)
    assert (found.health, found.health_reason, found.as_written, found.read_again) == ("doubtful", "as_written", True, False)
    assert found.text is not None and "thùc hiÖn d©n chñ" in found.text and found.text_before is None
    page = clerk.get(f"/documents/{paper}").text
    assert "Chữ ở bảng mã cũ TCVN3 (ABC) được để nguyên như trong tệp." in page and "Chữ đáng ngờ" in page
    assert f'href="/documents/{paper}?' not in clerk.get("/search?q=%22h%C6%B0%E1%BB%9Bng+d%E1%BA%ABn+th%E1%BB%B1c+hi%E1%BB%87n%22").text
    assert "không có gì để so sánh" in clerk.get(address).text
    with db.read() as session:
        assert session.get_one(Document, paper).official
    assert paper in [row.document.id for row in listing.table(actor_of(auth.people["clerk"])).rows]
    clerk.submit(address, {"v": "1", "as_written": "0"})
    work(app)
    assert version(paper).health == "converted" and counts(paper) == before
    assert [one for one in actions(paper) if one.startswith("version:")] == ["version:unconvert", "version:convert"]
    with db.read() as session:
        assert session.get_one(Document, paper).state == "findable"


def test_a_second_click_changes_nothing_and_the_other_waits(app: Flask, auth: Auth, paper: int) -> None:
    clerk = actor_of(auth.people["clerk"])
    conversion.set_as_written(clerk, paper, 1, False)
    assert "version:convert" not in actions(paper)
    conversion.set_as_written(clerk, paper, 1, True)
    conversion.set_as_written(clerk, paper, 1, True)
    with pytest.raises(Invalid):
        conversion.set_as_written(clerk, paper, 1, False)
    with db.read() as session:
        assert len(session.scalars(select(Job).where(Job.kind == "read")).all()) == 1
    assert "Tệp đang chờ đọc lại." in auth("clerk").get(f"/documents/{paper}").text


def test_only_editors_undo_and_only_readers_look(app: Flask, auth: Auth, paper: int) -> None:
    address = f"/documents/{paper}/conversion"
    assert auth("staff").submit(address, {"v": "1", "as_written": "1"}).status_code in (403, 404)
    assert "version:unconvert" not in actions(paper)
    auth("clerk").submit(f"/documents/{paper}/workflow", {"workflow": "draft"})
    assert auth("staff").get(address).status_code == 404


@pytest.mark.parametrize("no", [None, 1, 2])
def test_a_document_in_unicode_has_no_such_page(app: Flask, auth: Auth, no: int | None) -> None:
    plain = stored(app, auth("clerk"), decision(), publish="1")
    with pytest.raises(NotFound):
        conversion.compare(COMMAND_LINE, plain, no)
    assert auth("clerk").get(f"/documents/{plain}/conversion").status_code == 404
    assert "data-health" not in auth("clerk").get(f"/documents/{plain}").text


def test_a_failed_second_reading_leaves_the_first(app: Flask, auth: Auth, paper: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(ingest.jobs, "MAX_ATTEMPTS", 1)
    monkeypatch.setattr(ingest, "_reading_of", lambda *_: 1 / 0)
    conversion.set_as_written(actor_of(auth.people["clerk"]), paper, 1, True)
    work(app)
    found = version(paper)
    assert (found.outcome, found.health, found.as_written, found.read_again) == ("text", "converted", False, False)
    assert found.text is not None and "Hướng dẫn" in found.text


def test_folders_list_documents_by_health_also_below(app: Flask, auth: Auth, paper: int) -> None:
    clerk = auth("clerk")
    good = stored(app, clerk, decision(), publish="1")
    old = io.BytesIO(in_bytes("\n".join(("Kế hoạch", *LINES)), "vni"))
    inside = upload.upload(COMMAND_LINE, old, "vni.txt", folder_path="Lưu trữ/2003", publish=True).document_id
    work(app)
    page = clerk.get("/documents?health=converted").text
    assert f'href="/documents/{paper}"' in page and f'href="/documents/{inside}"' in page
    assert f'href="/documents/{good}"' not in page
    assert f'href="/documents/{good}"' in clerk.get("/documents?health=good").text
    assert f'href="/documents/{inside}"' not in clerk.get("/folders/1").text
    assert f'href="/documents/{inside}"' in clerk.get("/folders/1?below=1&health=converted").text
    for nobody in ("ocr", "nonsense"):
        none = clerk.get(f"/documents?health={nobody}")
        assert none.status_code == 200 and "Không có văn bản nào như vậy ở đây." in none.text
        assert all(f'href="/documents/{one}"' not in none.text for one in (paper, good, inside))
    assert "Chữ đã chuyển mã" in clerk.get("/documents").text


def test_nobody_is_asked_for_facts_of_a_list(app: Flask, auth: Auth) -> None:
    clerk = auth("clerk")
    listed = stored(app, clerk, "Danh sách lớp\n1. Nguyễn Văn A\n".encode(), "lop.txt", publish="1")
    page = clerk.get(f"/documents/{listed}").text
    assert "chưa ai xác nhận" not in page and "Xác nhận thông tin" in page
    paper = stored(app, clerk, decision(), publish="1")
    assert "chưa ai xác nhận" in clerk.get(f"/documents/{paper}").text
    home = clerk.get("/").text
    assert f"/documents/{paper}/facts" in home and f"/documents/{listed}/facts" not in home
