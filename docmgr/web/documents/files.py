"""Send the bytes of a stored file: as a download, or one page of a PDF as an image.

This module decides the HTTP headers. Browsers must download every file; only images that this program has
drawn are displayed.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from flask import Blueprint, flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services.documents.files import OpenedFile
from docmgr.services.documents.pictures import previews
from docmgr.services.scans import copies, turns
from docmgr.web.documents.pictures import PREVIEW_PAGES
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.sending import from_stream

blueprint = Blueprint("files", __name__)

SANDBOX = "sandbox; default-src 'none'"
_TOKEN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


@blueprint.get("/files/<int:file_id>/download")
@requires("document:read")
def download(file_id: int) -> Response:
    """Send the original bytes of a file as an attachment, and record a reading. A request for a later byte
    range of the same file is not a new reading."""
    return send_file(previews.find(actor(), file_id), lambda later_part: previews.opened(actor(), file_id, later_part=later_part))


def send_file(opened: OpenedFile, record: Callable[[bool], object]) -> Response:
    """Build the response that sends a file as an attachment. When bytes are sent, `record` is called before with whether they are
    a later part of the file."""
    response = _empty(opened)
    if _gives_bytes(response):
        _fill(response, opened)
        record(_is_later_part(response))
    response.headers["Content-Disposition"] = disposition(opened.name)
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


@blueprint.get("/files/<int:file_id>/pages/<int:number>.png")
@requires("document:read")
def page(file_id: int, number: int) -> Response:
    """Send one page of a PDF as a PNG image; `number` counts pages from 1."""
    return _picture(previews.page_image(actor(), file_id, number, record=request.method == "GET"))


def _picture(drawn: bytes) -> Response:
    response = make_response(drawn)
    response.mimetype = "image/png"
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


@blueprint.get("/files/<int:file_id>/thumbnail.png")
@requires("document:read")
def thumbnail(file_id: int) -> Response:
    """Send a small picture of the first page of a file as a PNG image."""
    return _picture(previews.thumbnail(actor(), file_id, record=request.method == "GET"))


@blueprint.post("/files/<int:file_id>/pages/<int:number>/turn")
@requires("document:edit")
def turn(file_id: int, number: int) -> Response:
    """Turn one page of a scan by a quarter, to the left or right, and show the page again."""
    document_id, no = turns.turn(actor(), file_id, number, request.form.get("by", ""))
    flash(_("Đã xoay trang %(no)s. Chữ trên trang sẽ được nhận dạng lại.", no=number), "success")
    screen = (number - 1) // PREVIEW_PAGES + 1
    shown = url_for("documents.show", document_id=document_id, v=no, tab="files", page=screen if screen > 1 else None)
    return redirect(f"{shown}#trang-{number}")


@blueprint.get("/files/<int:file_id>/searchable.pdf")
@requires("document:read")
def searchable(file_id: int) -> Response:
    """Send the searchable copy of a scan as an attachment, and record a reading of the file. When the copy cannot be
    made, a page says why."""
    copy = copies.searchable(actor(), file_id, record=request.method == "GET")
    response = make_response(copy.data)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = disposition(copy.name)
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def disposition(name: str) -> str:
    """Build the Content-Disposition header (RFC 6266) of an attachment called `name`. It contains an ASCII
    form of the name, and the full name in UTF-8 (RFC 8187)."""
    plain = "".join(char if char in _TOKEN else "_" for char in name).lstrip(".") or "tep"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _empty(file: OpenedFile) -> Response:
    """Build the response for a file: headers and status, but no bytes yet. The status is 200, 206 (a byte
    range) or 304 (not modified). A requested range outside the file raises RequestedRangeNotSatisfiable
    (416)."""
    response = Response(mimetype="application/octet-stream", direct_passthrough=True)
    response.content_length = file.size
    response.set_etag(file.sha256)
    response.cache_control.no_cache = True
    return response.make_conditional(request.environ, accept_ranges=True, complete_length=file.size)


def _fill(response: Response, file: OpenedFile) -> None:
    """Give the file to the response as a stream (see sending.from_stream). Raises
    NotFound when the storage lacks the file."""
    start = response.content_range.start or 0
    response.response = from_stream(previews.content(file, start, response.content_length or 0))


def _gives_bytes(response: Response) -> bool:
    # Not when only headers are sent, or "not modified"; an invalid range never gets here.
    return request.method == "GET" and response.status_code in (200, 206)


def _is_later_part(response: Response) -> bool:
    # What is sent decides, not the request: "the last 50 bytes" may be all of a small file.
    return response.status_code == 206 and (response.content_range.start or 0) > 0
