"""The page of a message lists the files inside it, and the page of a file leads back to the message."""

from __future__ import annotations

import io
from typing import Any

from flask import Flask

from docmgr import worker
from docmgr.policy import COMMAND_LINE
from docmgr.services.documents import lifecycle, upload
from docmgr.services.folders import tree
from tests.filling.desk import stored
from tests.filling.papers import decision
from tests.reading.messages import archive, mail


def test_both_pages_show_the_tie_and_what_was_left_out(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    letter = mail(attachments=[("Quyết định <12>.docx", decision()), ("chạy.exe", b"MZ\x90\0\3\0\0\0")])
    message = stored(app, clerk, letter.as_bytes(), "thư.eml")
    worker.run_until_idle(app.extensions["docmgr"])
    page = clerk.get(f"/documents/{message}?tab=files").text
    assert "2 tệp bên trong" in page and "Quyết định &lt;12&gt;.docx" in page
    assert "Không phải là tệp văn bản. Tệp vẫn nằm trong bản gốc." in page
    paper = message + 1
    assert f'href="/documents/{paper}"' in page and "Quyết định 12/QĐ-SGDĐT" in page
    assert "Kính gửi các trường" in clerk.get(f"/documents/{message}").text
    relations = clerk.get(f"/documents/{paper}?tab=relations").text
    assert "Kèm theo" in relations and f'href="/documents/{message}"' in relations
    assert "Có kèm theo" in clerk.get(f"/documents/{message}?tab=relations").text


def test_a_file_that_the_reader_may_not_read_has_no_link(app: Flask, auth: Any) -> None:
    site, staff = app.extensions["docmgr"], auth("staff")
    with site.bound():
        done = upload.upload(COMMAND_LINE, io.BytesIO(archive({"a.docx": decision()})), "hồ sơ.zip", folder_id=tree.root_id(), publish=True)
    worker.run_until_idle(site)
    paper = (done.document_id or 0) + 1
    # The file inside is published like its archive, until somebody decides otherwise.
    assert f'href="/documents/{paper}"' in staff.get(f"/documents/{done.document_id}?tab=files").text
    with site.bound():
        lifecycle.set_workflow(COMMAND_LINE, paper, "draft")
    page = staff.get(f"/documents/{done.document_id}?tab=files").text
    assert "a.docx" in page and "Đã thành văn bản riêng mà bạn không được đọc." in page
    assert "12/QĐ-SGDĐT" not in page
    assert staff.get(f"/documents/{paper}").status_code == 404


def test_the_page_says_what_holds_a_draft_back(app: Flask, auth: Any) -> None:
    site, clerk = app.extensions["docmgr"], auth("clerk")
    message = stored(app, clerk, archive({"a.docx": decision(), "gói <1>.rar": b"Rar!\x1a\x07\0" + bytes(100)}), "hồ sơ.zip", publish="1")
    worker.run_until_idle(site)
    assert "Máy không xem được 1 tệp bên trong (gói &lt;1&gt;.rar)" in clerk.get(f"/documents/{message}").text
    assert "Tệp nén loại không mở được" in clerk.get(f"/documents/{message}?tab=files").text
    assert "Chưa công bố: có tệp bên trong chưa xem được." in clerk.get("/documents/waiting").text
