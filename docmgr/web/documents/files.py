"""The bytes of a file: download, and pages of a PDF as pictures.

Decides headers. Nothing is ever shown inline but pictures that this program drew itself.
"""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, make_response, request
from werkzeug.wrappers import Response
from werkzeug.wsgi import wrap_file

from docmgr.services.documents import previews
from docmgr.services.documents.files import OpenedFile
from docmgr.web.kit.guard import actor, requires

blueprint = Blueprint("files", __name__)

SANDBOX = "sandbox; default-src 'none'"
_TOKEN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


@blueprint.get("/files/<int:file_id>/download")
@requires("document:read")
def download(file_id: int) -> Response:
    """The original bytes as an attachment; a later part of a download is no new reading."""
    opened = previews.find(actor(), file_id)
    response = _empty(opened)
    if _gives_bytes(response):
        _fill(response, opened)
        previews.opened(actor(), file_id, later_part=_is_later_part(response))
    response.headers["Content-Disposition"] = disposition(opened.name)
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


@blueprint.get("/files/<int:file_id>/pages/<int:number>.png")
@requires("document:read")
def page(file_id: int, number: int) -> Response:
    """A picture of one page of a PDF."""
    response = make_response(previews.page_image(actor(), file_id, number, record=request.method == "GET"))
    response.mimetype = "image/png"
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def disposition(name: str) -> str:
    """Content-Disposition of an attachment (RFC 6266): a plain ASCII name, and the whole one in UTF-8 (RFC 8187)."""
    plain = "".join(char if char in _TOKEN else "_" for char in name).lstrip(".") or "tep"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _empty(file: OpenedFile) -> Response:
    """The answer without its bytes: all, a part, or "not modified". Raises RequestedRangeNotSatisfiable (416)."""
    response = Response(mimetype="application/octet-stream", direct_passthrough=True)
    response.content_length = file.size
    response.set_etag(file.sha256)
    response.cache_control.no_cache = True
    return response.make_conditional(request.environ, accept_ranges=True, complete_length=file.size)


def _fill(response: Response, file: OpenedFile) -> None:
    """Let the server send the bytes by itself: a thread that passed them on in pieces would be held until the last one is
    taken. Raises NotFound."""
    start = response.content_range.start or 0
    response.response = wrap_file(request.environ, previews.content(file, start, response.content_length or 0))


def _gives_bytes(response: Response) -> bool:
    # Not where only headers go out, or "not modified"; a range that the file does not have never comes here.
    return request.method == "GET" and response.status_code in (200, 206)


def _is_later_part(response: Response) -> bool:
    # What is sent decides, not how it was asked for: "the last 50 bytes" may be all of a small file.
    return response.status_code == 206 and (response.content_range.start or 0) > 0
