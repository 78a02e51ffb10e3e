"""The error pages. One table maps each exception class to an HTTP status and to the words of the page."""

from __future__ import annotations

import errno
import logging
import re
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_babel import lazy_gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    NotFound,
    RequestEntityTooLarge,
    ServiceUnavailable,
)

from docmgr import policy, storage
from docmgr.services import errors, outage
from docmgr.services.message import Message
from docmgr.web.kit import frame, guard
from docmgr.web.kit.words import in_words


@dataclass(frozen=True)
class Answer:
    """One error page: its HTTP status, its title, and `text`, a sentence that tells the person what to do
    next."""

    status: int
    title: str
    text: str


MISSING = Answer(
    404,
    lazy_gettext("Không có trang này"),
    lazy_gettext(
        "Địa chỉ không đúng, hoặc nội dung không có hay không dành cho bạn. Hãy tìm lại từ ô tìm kiếm."
    ),
)
TABLE: dict[type[Exception], Answer] = {
    errors.NotFound: MISSING,
    policy.Denied: MISSING,
    NotFound: MISSING,
    CSRFError: Answer(
        400,
        lazy_gettext("Trang đã hết hạn"),
        lazy_gettext("Chưa có gì được lưu. Hãy quay lại, tải lại trang rồi gửi lần nữa."),
    ),
    BadRequest: Answer(
        400,
        lazy_gettext("Yêu cầu không hợp lệ"),
        lazy_gettext("Chưa có gì được lưu. Hãy quay lại trang trước."),
    ),
    errors.Invalid: Answer(
        400, lazy_gettext("Chưa lưu được"), lazy_gettext("Chưa có gì được lưu. Hãy quay lại và sửa.")
    ),
    errors.Conflict: Answer(
        409,
        lazy_gettext("Người khác vừa sửa nội dung này"),
        lazy_gettext("Chưa có gì được lưu. Hãy quay lại, tải lại trang rồi sửa tiếp."),
    ),
    RequestEntityTooLarge: Answer(
        413, lazy_gettext("Dung lượng gửi lên quá lớn"), lazy_gettext("Hãy chia ra gửi làm nhiều lần.")
    ),
    ServiceUnavailable: Answer(
        503,
        lazy_gettext("Máy chủ đang bận"),
        lazy_gettext("Đang có quá nhiều tệp được gửi lên. Chưa có gì được lưu; hãy gửi lại sau ít phút."),
    ),
    storage.StoreAway: Answer(
        503,
        lazy_gettext("Kho tệp không trả lời"),
        lazy_gettext("Chưa có gì được lưu hay mở. Hãy thử lại sau ít phút; nếu vẫn lỗi, báo cho quản trị."),
    ),
    storage.NotWritable: Answer(
        503,
        lazy_gettext("Máy chủ không ghi được tệp"),
        lazy_gettext("Chưa có gì được lưu. Hãy báo cho quản trị."),
    ),
    storage.DiskFull: Answer(
        507,
        lazy_gettext("Máy chủ gần hết chỗ lưu"),
        lazy_gettext("Chưa có gì được lưu. Hãy báo cho quản trị."),
    ),
}
FAILURE = Answer(
    500,
    lazy_gettext("Có lỗi ở máy chủ"),
    lazy_gettext("Lỗi đã được ghi lại. Hãy thử lại sau; nếu vẫn lỗi, báo cho quản trị."),
)
# When the database cannot be used: what this means for the request, and the reason.
NOT_RECORDED = Answer(
    503,
    lazy_gettext("Chưa mở được văn bản"),
    lazy_gettext("Hệ thống chưa ghi được nhật ký nên chưa mở văn bản. Hãy thử lại sau ít phút."),
)
NOT_SAVED = Answer(
    503,
    lazy_gettext("Chưa lưu được"),
    lazy_gettext("Chưa có gì được lưu. Hãy gửi lại sau ít phút; nếu có chọn tệp thì phải chọn lại."),
)
# A program that sends files still has them.
NOT_TAKEN = lazy_gettext("Chưa có gì được lưu. Hãy gửi lại sau ít phút.")
NOT_SHOWN = Answer(
    503,
    lazy_gettext("Chưa mở được trang"),
    lazy_gettext("Hãy thử lại sau ít phút. Nếu vừa gửi nội dung, hãy mở lại trang để xem đã được lưu chưa."),
)
CAUSES = {
    outage.FULL: lazy_gettext("Ổ đĩa của máy chủ đã hết chỗ; xin báo người quản trị."),
    outage.READ_ONLY: lazy_gettext("Máy chủ không ghi được vào cơ sở dữ liệu; xin báo người quản trị."),
    outage.BUSY: lazy_gettext("Cơ sở dữ liệu đang bận việc khác."),
}
OTHER_CAUSE = lazy_gettext("Cơ sở dữ liệu không trả lời; xin báo người quản trị.")
RETRY_SECONDS = "15"
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
# Fields that are never sent back to the browser.
SECRET_FIELDS = frozenset({"password", "old", "again"})

log = logging.getLogger(__name__)


# The last part of these addresses is a key that the log must not keep.
_KEY = re.compile(r"^(/(?:shared|mail/confirm|mail/stop)/)[^/]+")


def init_app(app: Flask) -> None:
    """Register the error handlers of the application. They cover the exceptions in TABLE, other HTTP errors, a full
    disk, a failing database, and unexpected errors."""
    for kind in (*TABLE, HTTPException):
        app.register_error_handler(kind, _known)
    for kind in outage.ERRORS:
        app.register_error_handler(kind, _outage)
    app.register_error_handler(OSError, _disk)
    app.register_error_handler(500, _failure)

    def log_exception(exc_info: Any) -> None:
        app.logger.error("Exception on %s [%s]", _KEY.sub(r"\1…", request.path), request.method, exc_info=exc_info)

    app.log_exception = log_exception  # type: ignore[method-assign]


def _known(error: Exception) -> Response:
    if isinstance(error, HTTPException) and error.code is not None and error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    answer = next((TABLE[kind] for kind in type(error).__mro__ if kind in TABLE), None)
    if answer is None:
        code = getattr(error, "code", None) or 500
        answer = Answer(code, TABLE[BadRequest].title, TABLE[BadRequest].text) if code < 500 else FAILURE
    # The service's own sentence is better than the general one of the table.
    words = error.message if isinstance(error, errors.Refusal) else None
    response = respond(answer, words)
    if answer.status == 503:
        response.headers["Retry-After"] = RETRY_SECONDS
    return response


def respond(answer: Answer, words: Message | None = None) -> Response:
    """Build the response for an error: a page, or JSON when the request asks for JSON. `words` replaces the
    sentence of `answer`; None keeps it."""
    text = in_words(words) if words else str(answer.text)
    if _wants_json():
        return _json(answer, text)
    return make_response(render_template("errors/error.html", answer=answer, text=text), answer.status)


def _wants_json() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def _json(answer: Answer, text: str) -> Response:
    response = jsonify({"error": str(answer.title), "reason": text})
    response.status_code = answer.status
    return response


def _disk(error: OSError) -> Response:
    """Build the response for an OSError that says that the disk is full. Any other OSError is raised again."""
    if error.errno not in NO_ROOM:
        raise error
    log.error("the disk is full: %s", error)
    return _unavailable(NOT_SAVED if request.method == "POST" else NOT_SHOWN, CAUSES[outage.FULL])


def _outage(error: Exception) -> Response:
    """Build the response for a database that is unreachable, locked or full. Any other database error is a fault in the
    program, and is raised again."""
    why = outage.cause(error)
    if why is None:
        raise error
    log.error("the database cannot be used: %s", why)
    if not outage.was_writing(error):
        answer = NOT_SHOWN
    else:
        answer = NOT_RECORDED if request.method in ("GET", "HEAD") else NOT_SAVED
    return _unavailable(answer, CAUSES.get(why, OTHER_CAUSE))


def _unavailable(answer: Answer, why: Any) -> Response:
    guard.ask_nobody()
    frame.ask_nothing()
    text = f"{answer.text} {why}"
    if _wants_json():
        response = _json(answer, f"{NOT_TAKEN} {why}" if answer is NOT_SAVED else text)
    else:
        page = render_template("errors/outage.html", answer=answer, text=text, fields=_typed(answer))
        response = make_response(page, answer.status)
    response.headers["Retry-After"] = RETRY_SECONDS
    return response


def _typed(answer: Answer) -> list[tuple[str, str]]:
    """List the (name, value) pairs of the submitted form, so that the error page can offer to send them again. Empty
    when files or a password were sent, and for all error pages but NOT_SAVED."""
    if answer is not NOT_SAVED or request.files or SECRET_FIELDS & request.form.keys():
        return []
    return list(request.form.items(multi=True))


def _failure(_error: Exception) -> Response:
    # This does not use the database or the session, because they may be what failed.
    guard.ask_nobody()
    frame.ask_nothing()
    return make_response(render_template("errors/failure.html", answer=FAILURE), 500)
