"""What people see when something goes wrong: one table from error class to status and words."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_babel import lazy_gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadRequest, HTTPException, NotFound, RequestEntityTooLarge

from docmgr import policy, storage
from docmgr.services import errors
from docmgr.web.words import said


@dataclass(frozen=True)
class Answer:
    """Status, title and the sentence that says what to do next."""

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


def init_app(app: Flask) -> None:
    """Register one handler for every class of the table, for other HTTP errors, and for what nobody expected."""
    for kind in (*TABLE, HTTPException):
        app.register_error_handler(kind, _known)
    app.register_error_handler(500, _failure)


def _known(error: Exception) -> Response:
    if isinstance(error, HTTPException) and error.code is not None and error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    answer = next((TABLE[kind] for kind in type(error).__mro__ if kind in TABLE), None)
    if answer is None:
        code = getattr(error, "code", None) or 500
        answer = Answer(code, TABLE[BadRequest].title, TABLE[BadRequest].text) if code < 500 else FAILURE
    # What a service says to the person is better than the table's general sentence.
    words = getattr(error, "message", None)
    return respond(answer, words)


def respond(answer: Answer, words: str | None = None) -> Response:
    """The page, or JSON where the caller asked for it."""
    text = said(words) if words else str(answer.text)
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        response = jsonify({"error": str(answer.title), "reason": text})
        response.status_code = answer.status
        return response
    return make_response(render_template("errors/error.html", answer=answer, text=text), answer.status)


def _failure(_error: Exception) -> Response:
    # Does not touch the database or the session: they may be what failed.
    return make_response(render_template("errors/failure.html", answer=FAILURE), 500)
