"""Send a file that a service made, as an attachment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO

from flask import current_app, flash, redirect, request, url_for
from werkzeug.wrappers import Response
from werkzeug.wsgi import FileWrapper, wrap_file

from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.storage import RemoteStream
from docmgr.web.kit.words import in_words

PIECE_BYTES = 256 * 1024
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def attachment(name: str, media_type: str, body: bytes) -> Response:
    """Make the response that sends these bytes under a name."""
    response = Response(body, content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def paper(name: str, body: bytes, notice: Message | None) -> Response:
    """Make the response that sends a paper as DOCX. The next page tells the notice, that the agency's own form of it failed."""
    if notice is not None:
        flash(in_words(notice), "warning")
    return attachment(name, DOCX, body)


def from_stream(stream: BinaryIO) -> Any:
    """Make the body of a response from a stream, which is closed at its end. A file of this machine is read by the loop of the web
    process; what may wait for another machine is read by the thread of the request."""
    return FileWrapper(stream, PIECE_BYTES) if isinstance(stream, RemoteStream) else wrap_file(request.environ, stream)


def archive(name: str, size: int, stream: BinaryIO) -> Response:
    """Make the response that sends a ZIP of `size` bytes, which is read while it is sent."""
    response = Response(mimetype="application/zip", direct_passthrough=True)
    response.content_length = size
    response.response = from_stream(stream)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def file_or_back(make: Callable[[], Response], back: str) -> Response:
    """Send the file of `make`; where it is refused, say why on the page `back`."""
    try:
        return make()
    except Invalid as refused:
        flash(in_words(refused.message), "danger")
        return redirect(back)


def public_address(endpoint: str, **chosen: Any) -> str:
    """The address of a page for a file that is read long after and elsewhere: with the host of the site and not of the request."""
    return str(current_app.extensions["docmgr"].settings.public_url) + url_for(endpoint, **chosen)
