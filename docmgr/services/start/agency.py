"""Change the name and the logo of the agency, and for how long documents may be taken to edit them. services.people.agency says what they are."""

from __future__ import annotations

import io
from dataclasses import dataclass

from docmgr import context, db, policy
from docmgr.models import Agency
from docmgr.policy import Actor
from docmgr.reading.process import logo as logos
from docmgr.services import forms
from docmgr.services.access import checkouts
from docmgr.services.documents import intake
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.people import agency
from docmgr.services.people.agency import KEY, Logo, ShownAgency
from docmgr.services.trail import log
from legaltext.text import clean_line

HOURS = "Số giờ giữ để sửa"
DAYS = "Báo lãnh đạo sau số ngày quá hạn"
MOST_DAYS = 90
# As before.
KEEP = -1
NAME_LENGTH = 200
MAX_BYTES = 1_000_000
# How a vector picture begins. It is a program of its own, and no browser of a visitor shall run one.
_VECTOR = (b"<svg", b"<?xml", b"<!doctype svg")
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_FAULTS = {
    "picture_too_large": Message("Ảnh có quá nhiều điểm ảnh (nhiều nhất 20 triệu); hãy thu nhỏ ảnh."),
    "broken": Message("Không đọc được ảnh này; hãy lưu lại ảnh ở dạng PNG rồi chọn lại."),
}


@dataclass(frozen=True)
class AgencyForm:
    """The agency for its form: name and logo as pages show them, the stored name, hours and revision. The name is None where
    that of the settings applies, and the revision 0 on a site that stored nothing yet."""

    shown: ShownAgency
    name: str | None
    checkout_hours: int
    escalate_days: int | None
    revision: int


def load(actor: Actor) -> AgencyForm:
    """Load the agency for its form. Raises Denied when the actor is no administrator."""
    policy.require(actor, "agency:manage")
    with db.read() as session:
        row = session.get(Agency, KEY)
        return AgencyForm(agency.of_row(row), row.name if row else None, checkouts.hours(session), row.escalate_days if row else None, row.revision if row else 0)


def edit(
    actor: Actor, *, name: str, logo: bytes | None = None, remove_logo: bool = False, checkout_hours: int | None = None,
    escalate_days: int | None = KEEP, revision: int | None
) -> None:
    """Change the name of the agency, its logo, and after how many hours a document is free again that somebody has taken to
    edit it (None: as before), and after how many days leaders are told of what is overdue (None: never; KEEP: as before).

    A blank `name` gives the name of the settings back. `logo` has the bytes of a PNG or JPEG; None keeps the logo, and
    `remove_logo` takes it away. `revision` is the revision when the form was opened; None means that there was no form.
    Raises Denied when the actor is no administrator, Invalid with the field that is wrong, and Conflict when the revision
    has changed. Raises DiskFull or NotWritable when the storage takes no files.
    """
    policy.require(actor, "agency:manage")
    name = clean_line(name)
    if len(name) > NAME_LENGTH:
        raise Invalid(Message("Tên cơ quan dài nhất %(most)s ký tự.", most=NAME_LENGTH), "name")
    if checkout_hours is not None and not 1 <= checkout_hours <= checkouts.MOST_HOURS:
        raise Invalid(Message("Số giờ giữ để sửa phải từ 1 đến %(most)s.", most=checkouts.MOST_HOURS), "checkout_hours")
    if escalate_days not in (None, KEEP) and not 1 <= escalate_days <= MOST_DAYS:
        raise Invalid(Message("Số ngày phải từ 1 đến %(most)s.", most=MOST_DAYS), "escalate_days")
    new = _stored(logo) if logo else None
    with db.write() as session:
        row = agency.for_change(session)
        if revision is not None:
            forms.check_revision(row.revision, revision)
        before = _shown(row)
        row.name = name or None
        if new is not None:
            # Nobody sweeps the bytes away before the row names them.
            intake.lock(session, new.sha256)
        if new is not None or remove_logo:
            row.logo_sha256, row.logo_width, row.logo_height = (new.sha256, new.width, new.height) if new else (None, None, None)
        row.checkout_hours = checkout_hours or row.checkout_hours
        row.escalate_days = row.escalate_days if escalate_days == KEEP else escalate_days
        changes = forms.differences(before, _shown(row))
        if changes["changes"]:
            forms.bump(row)
            log.record(session, actor, "agency:edit", "site", None, agency.of_row(row).name or "docmgr", details=changes)


def _stored(data: bytes) -> Logo:
    """Make a small PNG of the picture and store it. Raises Invalid when it is none that can be a logo."""
    if len(data) > MAX_BYTES:
        raise Invalid(Message("Ảnh lớn hơn 1 MB; hãy thu nhỏ ảnh."), "logo")
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_VECTOR):
        raise Invalid(Message("Không nhận ảnh SVG, vì tệp ấy có thể chứa mã chạy; hãy lưu ảnh ở dạng PNG."), "logo")
    if not data.startswith(_PICTURES):
        raise Invalid(Message("Biểu trưng phải là ảnh PNG hoặc JPEG."), "logo")
    try:
        png, width, height = logos.made(data)
    except logos.NoLogo as fault:
        raise Invalid(_FAULTS[fault.fault], "logo") from fault
    stored = context.current().storage.put(io.BytesIO(png), len(png))
    return Logo(stored.sha256, width, height)


def _shown(row: Agency) -> forms.Shown:
    hours = str(row.checkout_hours) if row.checkout_hours else None
    return {"Tên cơ quan": row.name, "Biểu trưng (SHA-256)": row.logo_sha256, HOURS: hours, DAYS: str(row.escalate_days) if row.escalate_days else None}
