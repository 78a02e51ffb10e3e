"""Bytes of files: the answer, its headers, and what is recorded as a reading."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.http import parse_options_header

from docmgr.services.documents.intake import clean_name
from docmgr.web.documents.files import disposition
from tests.filling.desk import actions, body, stored
from tests.filling.papers import decision, pdf


def test_a_download_is_the_same_bytes_as_an_attachment(app: Flask, auth: Any) -> None:
    clerk, data = auth("clerk"), decision()
    number = stored(app, clerk, data, "Quyết định 12.docx")
    answer = clerk.get("/files/1/download")
    assert answer.data == data
    kind, options = parse_options_header(answer.headers["Content-Disposition"])
    assert (kind, options["filename"]) == ("attachment", "Quyết định 12.docx")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.mimetype == "application/octet-stream"
    assert actions(number)[-1] == "file:open"


def test_later_parts_of_a_download_are_no_new_reading(app: Flask, auth: Any) -> None:
    clerk, data = auth("clerk"), decision()
    number = stored(app, clerk, data)
    first = clerk.get("/files/1/download", headers={"Range": "bytes=0-999"})
    rest = clerk.get("/files/1/download", headers={"Range": "bytes=1000-"})
    assert (first.status_code, rest.status_code) == (206, 206)
    assert first.data + rest.data == data
    assert actions(number).count("file:open") == 1


def test_the_server_sends_a_part_of_a_file_by_itself(app: Flask, auth: Any) -> None:
    """A thread that sent it in pieces would be occupied by a slow reader."""
    files: list[Any] = []

    class Wrapper:
        def __init__(self, file: Any, *_size: int) -> None:
            files.append(file)
            self.file, self.pieces = file, iter([file.read(20)])

        def __iter__(self) -> Any:
            return self

        def __next__(self) -> bytes:
            return next(self.pieces)

        def close(self) -> None:
            self.file.close()

    clerk, data = auth("clerk"), decision()
    stored(app, clerk, data)
    answer = clerk.get(
        "/files/1/download", headers={"Range": "bytes=10-29"}, environ_overrides={"wsgi.file_wrapper": Wrapper}
    )
    assert (answer.status_code, answer.data, answer.headers["Content-Length"]) == (206, data[10:30], "20")
    answer.close()
    # It is seekable (the server sends only such streams by itself), and it is closed afterwards.
    assert len(files) == 1 and files[0].closed


def test_the_headers_of_a_download(app: Flask, auth: Any) -> None:
    clerk, data = auth("clerk"), decision()
    stored(app, clerk, data)
    whole = clerk.get("/files/1/download")
    assert whole.headers["Accept-Ranges"] == "bytes" and whole.headers["Content-Length"] == str(len(data))
    again = clerk.get("/files/1/download", headers={"If-None-Match": whole.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = clerk.get("/files/1/download", headers={"Range": "bytes=5-9", "If-Range": '"another"'})
    assert (other.status_code, other.data) == (200, data)
    part = clerk.get("/files/1/download", headers={"Range": "bytes=5-9", "If-Range": whole.headers["ETag"]})
    assert (part.status_code, part.data, part.headers["Content-Range"]) == (206, data[5:10], f"bytes 5-9/{len(data)}")


def test_a_later_part_without_a_first_one_is_a_reading(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, decision())
    clerk.get("/files/1/download", headers={"Range": "bytes=1-"})
    assert actions(number).count("file:open") == 1
    # Another person's opening does not count for this person.
    auth("auditor").get("/files/1/download", headers={"Range": "bytes=1-"})
    assert actions(number).count("file:open") == 2


def test_pages_of_a_pdf_are_pictures_and_one_preview(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, pdf(3), "a.pdf")
    page = clerk.get(f"/documents/{number}?tab=files")
    assert page.text.count('class="page-image"') == 3
    for n in (1, 2, 3):
        picture = clerk.get(f"/files/1/pages/{n}.png")
        assert (picture.status_code, picture.mimetype, picture.data[:8]) == (
            200,
            "image/png",
            b"\x89PNG\r\n\x1a\n",
        )
    assert actions(number).count("file:preview") == 1
    assert clerk.get("/files/1/pages/4.png").status_code == 404
    assert clerk.get("/files/1/pages/0.png").status_code == 404


def test_a_page_asked_for_by_itself_is_a_preview(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, pdf(2), "a.pdf")
    clerk.get("/files/1/pages/2.png")
    assert actions(number).count("file:preview") == 1


def test_nothing_but_a_pdf_is_drawn(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    stored(app, clerk, b"<html><body><script>alert(1)</script><p>Xin chao cac ban</p></body></html>", "a.pdf")
    assert clerk.get("/files/1/pages/1.png").status_code == 404
    answer = clerk.get("/files/1/download")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.mimetype == "application/octet-stream"


@pytest.mark.parametrize("path", ["/files/{}/download", "/files/{}/pages/1.png"])
def test_forbidden_files_look_like_missing_ones(app: Flask, auth: Any, path: str) -> None:
    number = stored(app, auth("clerk"), pdf(), "a.pdf")
    staff = auth("staff")
    hidden, missing = staff.get(path.format(1)), staff.get(path.format(987654))
    assert hidden.status_code == missing.status_code == 404
    assert body(hidden) == body(missing)
    ranged = staff.get(path.format(1), headers={"Range": "bytes=5-"})
    assert ranged.status_code == 404
    assert staff.head(path.format(1)).status_code == 404
    assert [a for a in actions(number) if a.startswith("file")] == []


def test_a_deleted_document_gives_no_file(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, decision())
    clerk.submit(f"/documents/{number}/delete", {})
    assert clerk.get("/files/1/download").status_code == 404


def test_a_broken_pdf_answers_missing_not_error(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    stored(app, clerk, pdf()[:200], "a.pdf")
    assert clerk.get("/files/1/pages/1.png").status_code == 404


@given(st.text(min_size=1, max_size=80))
def test_any_name_is_one_token_and_comes_back(name: str) -> None:
    cleaned = clean_name(name)
    header = disposition(cleaned)
    assert header.isascii() and "\n" not in header and "\r" not in header
    kind, options = parse_options_header(header)
    assert kind == "attachment"
    assert set(options) == {"filename"}
    assert options["filename"] == cleaned


def test_the_page_of_a_name_with_markup_is_safe(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    clerk.submit(
        "/documents/new", {"files": [(io.BytesIO(decision()), "x; filename=evil.html; y='<b>.docx")]}
    )
    header = clerk.get("/files/1/download").headers["Content-Disposition"]
    assert parse_options_header(header)[1]["filename"] == "x; filename=evil.html; y='<b>.docx"


def test_the_end_of_a_file_just_opened_is_no_new_reading(app: Flask, auth: Any) -> None:
    clerk, data = auth("clerk"), decision()
    number = stored(app, clerk, data)
    clerk.get("/files/1/download")
    tail = clerk.get("/files/1/download", headers={"Range": "bytes=-50"})
    assert (tail.status_code, tail.data) == (206, data[-50:])
    assert actions(number).count("file:open") == 1
    # As many last bytes as the file has are the whole file.
    whole = clerk.get("/files/1/download", headers={"Range": f"bytes=-{len(data)}"})
    assert (whole.status_code, whole.data) == (206, data)
    assert actions(number).count("file:open") == 2


def test_an_answer_without_bytes_is_no_reading(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, decision())
    head = clerk.head("/files/1/download")
    assert head.status_code == 200
    assert clerk.head("/files/1/download", headers={"Range": "bytes=0-9"}).status_code == 206
    same = clerk.get("/files/1/download", headers={"If-None-Match": head.headers["ETag"]})
    assert same.status_code == 304
    beyond = clerk.get("/files/1/download", headers={"Range": "bytes=99999999-"})
    assert beyond.status_code == 416
    assert actions(number).count("file:open") == 0


def test_a_picture_that_is_not_sent_is_no_preview(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, pdf(2), "a.pdf")
    assert clerk.head("/files/1/pages/1.png").status_code == 200
    assert clerk.get("/files/1/pages/3.png").status_code == 404
    assert actions(number).count("file:preview") == 0
