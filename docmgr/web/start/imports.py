"""Units and people from a workbook, in two steps: the rows are checked and shown, and then confirmed.

Between the steps the server keeps nothing. The page sends the rows again, signed, so that they are the rows that were
shown; the service checks them again. One-time passwords go the same way from the page that shows them into a workbook.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from docmgr import policy
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.start import people_file, sheets, units_file
from docmgr.services.start.sheets import Columns, SheetRow
from docmgr.web.kit import messages
from docmgr.web.kit.filters import counted
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent
from docmgr.web.kit.sending import attachment

blueprint = Blueprint("imports", __name__)
# In seconds: how long the shown rows may be confirmed.
LIFE = 3600
# In characters. Forms may be half a megabyte, without their files.
LONGEST = 400_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GONE = Message("Bản xem trước đã quá một giờ; hãy chọn lại tệp.")
NOTES = {
    "units": ("Mỗi dòng là một đơn vị; xóa các dòng ví dụ. Đơn vị cấp trên: tên hoặc tên viết tắt, để trống nếu không có.",),
    "people": (
        "Mỗi dòng là một người; xóa các dòng ví dụ. Nhiều vai trò thì cách nhau bằng dấu chấm phẩy.",
        "Vai trò: Quản trị; Văn thư; Chuyên viên; Lãnh đạo; Thanh tra, kiểm toán.",
    ),
}
TITLES = {"units": "Danh sách đơn vị", "people": "Danh sách người dùng"}
NAMES = {"units": "don-vi.xlsx", "people": "nguoi-dung.xlsx"}


@dataclass(frozen=True)
class _Kind:
    columns: Columns
    sample: Sequence[Sequence[str]]
    most: int
    plan: Callable[..., Any]


KINDS = {
    "units": _Kind(units_file.COLUMNS, units_file.SAMPLE, units_file.MOST, units_file.plan),
    "people": _Kind(people_file.COLUMNS, people_file.SAMPLE, people_file.MOST, people_file.plan),
}


def _kind(kind: str) -> _Kind:
    if kind not in KINDS:
        raise NotFound
    return KINDS[kind]


@blueprint.get("/import/<sheet>")
@requires("people:manage")
def show(sheet: str) -> str:
    """Show what a workbook needs, with the form to choose one. `sheet` is units or people."""
    return _page(sheet, {})


@blueprint.get("/import/<sheet>/sample.xlsx")
@requires("people:manage")
def sample(sheet: str) -> Response:
    """Send a workbook to fill in."""
    about = _kind(sheet)
    return _workbook(sheets.sample(_(TITLES[sheet]), [_(note) for note in NOTES[sheet]], about.columns, about.sample, _), NAMES[sheet])


@blueprint.post("/import/<sheet>")
@requires("people:manage")
def check(sheet: str) -> str | tuple[str, int]:
    """Read a workbook, and show what its rows would make and what is wrong with them. Nothing is stored."""
    about, sent = _kind(sheet), Sent(request.form)
    chosen = request.files.get("file")
    data = chosen.stream.read(sheets.MAX_BYTES + 1) if chosen and chosen.filename else b""
    rows = sent.try_to(lambda: sheets.read(data, about.columns, about.most))
    return (_page(sheet, sent.errors), 400) if rows is None else _preview(sheet, rows, sent)


@blueprint.post("/import/<sheet>/confirm")
@requires("people:manage")
def confirm(sheet: str) -> Response | str | tuple[str, int]:
    """Make everything that the shown rows describe, or nothing."""
    _kind(sheet)
    sent = Sent(request.form)
    rows = sent.try_to(lambda: _sent_again(sheet, sent.text("rows")))
    if rows is None:
        return _page(sheet, sent.errors), 400
    made = sent.try_to(lambda: MAKE[sheet](rows))
    return made if made is not None else _preview(sheet, rows, sent)


def _make_units(rows: Sequence[SheetRow]) -> Response:
    made = units_file.make(actor(), rows)
    messages.tell(counted("Đã thêm %(n)s đơn vị.", made), to=(_("Bắt đầu"), url_for("first_run.index")))
    return make_response(redirect(url_for("units.index")))


def _make_people(rows: Sequence[SheetRow]) -> Response:
    made = [(one.username, one.full_name, one.password) for one in people_file.make(actor(), rows)]
    return make_response(render_template("start/keys.html", keys=made, signed=_signer("keys").dumps([actor().user_id, made])))


MAKE: dict[str, Callable[[Sequence[SheetRow]], Response]] = {"units": _make_units, "people": _make_people}


@blueprint.post("/people/keys.xlsx")
@requires("people:manage")
def keys() -> Response:
    """Send the one-time passwords that the page before has shown as a workbook."""
    try:
        whose, made = _signer("keys").loads(request.form.get("keys", ""), max_age=LIFE)
    except BadData:
        raise Invalid(GONE) from None
    if whose != actor().user_id:
        raise Invalid(GONE)
    return _workbook(people_file.keys_file(actor(), [tuple(one) for one in made], _), "mat-khau-mot-lan.xlsx")


def _page(kind: str, errors: dict[str, str]) -> str:
    about = _kind(kind)
    return render_template("start/import.html", kind=kind, columns=about.columns, most=about.most, notes=NOTES[kind], errors=errors)


def _preview(kind: str, rows: Sequence[SheetRow], sent: Sent) -> str | tuple[str, int]:
    signed = _signer(kind).dumps([actor().user_id, [[row.number, dict(row.cells)] for row in rows]])
    if len(signed) > LONGEST:
        return _page(kind, {"file": _("Tệp có quá nhiều dòng hoặc quá nhiều chữ; hãy chia ra nhiều tệp.")}), 400
    plan = KINDS[kind].plan(actor(), rows)
    shown = render_template(
        "start/preview.html", kind=kind, columns=KINDS[kind].columns, plan=plan, signed=str(signed), errors=sent.errors, roles=policy.ROLES
    )
    return (shown, 400) if plan.faults or sent.errors else shown


def _sent_again(kind: str, text: str) -> tuple[SheetRow, ...]:
    """Read the rows that the page has sent again. Raises Invalid when they are not those that this person was shown within
    the last hour."""
    try:
        whose, rows = _signer(kind).loads(text, max_age=LIFE)
    except BadData:
        raise Invalid(GONE, "file") from None
    if whose != actor().user_id:
        raise Invalid(GONE, "file")
    return tuple(SheetRow(number, cells) for number, cells in rows)


def _signer(what: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=f"docmgr-import-{what}")


def _workbook(body: bytes, name: str) -> Response:
    return attachment(name, XLSX, body)
