"""The definitions of fields, which administrators keep.

Code and kind of a field never change, because addresses, exports and stored values depend on them. A field that documents
have values of is retired, not deleted: values stay and can be read, and nobody is asked for them any more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Document, Job, OwnField, OwnValue
from docmgr.policy import Actor, require
from docmgr.services import forms
from docmgr.services.chunks import chunks
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message, Words
from docmgr.services.own_fields import kinds
from docmgr.services.own_fields.kinds import KINDS
from docmgr.services.trail import log
from legaltext import doctypes
from legaltext.text import clean_line, fold

# So many fields a site has, retired ones included, and so many items the list of one.
MOST_FIELDS, MOST_CHOICES = 100, 200
LONGEST_LABEL, LONGEST_CODE, LONGEST_CHOICE, LONGEST_HELP = 100, 30, 200, 300
TYPES = doctypes.NAMES
# Names of fields that the search box knows already.
RESERVED = frozenset({"loai", "so", "nam", "tu", "den"})
_CODE = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class OwnFieldInput:
    """What an administrator typed about a field. A blank `code` is made from the label. `types` are names of document types,
    empty for all; `choices` has one item a line; None as `position` puts the field behind the others. Code and kind count for
    a new field only."""

    label: str
    code: str = ""
    kind: str = "text"
    types: tuple[str, ...] = ()
    required: bool = False
    choices: str = ""
    help: str = ""
    position: int | None = None
    in_lists: bool = False


def listing(actor: Actor) -> list[OwnField]:
    """List all fields, the retired ones last. Raises Denied when the actor may not manage them."""
    require(actor, "field:manage")
    with db.read() as session:
        return list(session.scalars(select(OwnField).order_by(OwnField.retired_at.is_not(None), OwnField.position, OwnField.id)))


def get(actor: Actor, field_id: int) -> OwnField:
    """Load one field. Raises NotFound when there is none, and Denied when the actor may not manage it."""
    require(actor, "field:manage")
    with db.read() as session:
        found = session.get(OwnField, field_id)
    if found is None:
        raise NotFound
    return found


def create(actor: Actor, given: OwnFieldInput) -> int:
    """Define a field and return its id. Raises Denied, and Invalid with what is wrong: the code exists, a choice is there
    twice, or there are MOST_FIELDS fields."""
    require(actor, "field:manage")
    kind = forms.one_of(given.kind, KINDS, "kind")
    with db.write() as session:
        forms.one_at_a_time(session, OwnField)
        if (session.scalar(select(func.count()).select_from(OwnField)) or 0) >= MOST_FIELDS:
            raise Invalid(Message("Đã có %(most)s trường riêng, không thêm được nữa.", most=MOST_FIELDS))
        field = OwnField(kind=kind, types=[], choices=[], position=0)
        field.position = _behind(session)
        _fill(field, given)
        field.code = _code(given.code, field.label)
        if session.scalar(select(OwnField.id).where(OwnField.code == field.code)) is not None:
            raise Invalid(Message("Mã “%(code)s” đã có ở trường khác.", code=field.code), "code")
        session.add(field)
        session.flush()
        log.record(session, actor, "field:create", "field", field.id, field.label, details=forms.filled(_shown(field)))
        return field.id


def edit(actor: Actor, field_id: int, given: OwnFieldInput, *, revision: int | None) -> None:
    """Change a field; code and kind stay. `revision` is the revision when the form was opened; None means that there was no
    form. Raises Denied, NotFound, Conflict, and Invalid with what is wrong."""
    require(actor, "field:manage")
    with db.write() as session:
        forms.one_at_a_time(session, OwnField)
        field = forms.for_change(session, OwnField, field_id, revision)
        before, label = _shown(field), field.label
        _fill(field, given)
        changes = forms.differences(before, _shown(field))
        if not changes["changes"]:
            return
        forms.bump(field)
        if field.label != label and field.kind in kinds.SEARCHED:
            _reindex(session, field)
        log.record(session, actor, "field:edit", "field", field.id, field.label, details=changes)


def remove(actor: Actor, field_id: int) -> bool:
    """Delete a field that no document has a value of, or else retire it. Returns whether it was deleted. Raises Denied and
    NotFound."""
    require(actor, "field:manage")
    with db.write() as session:
        forms.one_at_a_time(session, OwnField)
        # Values that somebody is just storing are waited for, and then counted.
        field = forms.locked(session, OwnField, field_id, to_remove=True)
        if session.scalar(select(OwnValue.field_id).where(OwnValue.field_id == field.id).limit(1)) is None:
            log.record(session, actor, "field:delete", "field", field.id, field.label)
            session.delete(field)
            return True
        if field.retired_at is None:
            field.retired_at = db.now()
            forms.bump(field)
            log.record(session, actor, "field:retire", "field", field.id, field.label)
        return False


def restore(actor: Actor, field_id: int) -> None:
    """Ask for a retired field again. Raises Denied and NotFound."""
    require(actor, "field:manage")
    with db.write() as session:
        field = forms.for_change(session, OwnField, field_id, None)
        if field.retired_at is not None:
            field.retired_at = None
            forms.bump(field)
            log.record(session, actor, "field:restore", "field", field.id, field.label)


def _fill(field: OwnField, given: OwnFieldInput) -> None:
    label = forms.required(clean_line(given.label), Message("Hãy ghi tên trường."), "label", LONGEST_LABEL)
    types = tuple(dict.fromkeys(map(clean_line, given.types)))
    for one in types:
        if one not in TYPES:
            raise Invalid(Message("Không có loại văn bản “%(type)s”.", type=one[:100]), "types")
    choices = _choices(field.kind, given.choices)
    place = given.position if given.position is not None else field.position
    if not 0 <= place <= 10_000:
        raise Invalid(Message("Thứ tự là số từ 0 đến 10000."), "position")
    hint = forms.cleaned(clean_line(given.help), "help", LONGEST_HELP)
    field.label, field.types, field.choices, field.position, field.help = label, list(types), choices, place, hint
    field.required, field.in_lists = given.required, given.in_lists


def _choices(kind: str, typed: str) -> list[str]:
    lines = [one for line in typed.splitlines() if (one := clean_line(line))]
    if kind not in kinds.LISTED:
        if lines:
            raise Invalid(Message("Chỉ trường chọn mục mới có danh sách mục."), "choices")
        return []
    if not lines:
        raise Invalid(Message("Hãy ghi các mục để chọn, mỗi mục một dòng."), "choices")
    if len(lines) > MOST_CHOICES:
        raise Invalid(Message("Danh sách có nhiều nhất %(most)s mục.", most=MOST_CHOICES), "choices")
    seen: set[str] = set()
    for one in lines:
        if len(one) > LONGEST_CHOICE:
            raise Invalid(Message("Mục “%(item)s…” dài quá %(limit)s ký tự.", item=one[:30], limit=LONGEST_CHOICE), "choices")
        if one.casefold() in seen:
            raise Invalid(Message("Mục “%(item)s” có hai lần trong danh sách.", item=one), "choices")
        seen.add(one.casefold())
    return lines


def _code(typed: str, label: str) -> str:
    """Check the code, or make one from the label: "Kỳ họp" gives "ky_hop". Raises Invalid when it is no code."""
    blank = not typed.strip()
    code = re.sub(r"[^a-z0-9]+", "_", fold(label)).strip("_")[:LONGEST_CODE].rstrip("_") if blank else typed.strip()
    if len(code) > LONGEST_CODE or not _CODE.fullmatch(code):
        message = Message("Mã gồm chữ thường không dấu, chữ số và dấu gạch dưới, bắt đầu bằng chữ, nhiều nhất %(most)s ký tự, ví dụ ky_hop.", most=LONGEST_CODE)
        raise Invalid(message, "code")
    if code in RESERVED:
        raise Invalid(Message("Mã “%(code)s” đã có nghĩa khác ở ô tìm; hãy chọn mã khác.", code=code), "code")
    return code


def _behind(session: Session) -> int:
    last = session.scalar(select(func.max(OwnField.position)))
    return 10 if last is None else min(last + 10, 10_000)


def _shown(field: OwnField) -> dict[str, Words | None]:
    return {
        "Mã": field.code,
        "Tên trường": field.label,
        "Kiểu": Message(KINDS[field.kind]),
        "Loại văn bản": ", ".join(field.types) or None,
        "Bắt buộc": Message("Có") if field.required else None,
        "Các mục": "; ".join(field.choices) or None,
        "Gợi ý": field.help,
        "Thứ tự": str(field.position),
        "Hiện trong danh sách": Message("Có") if field.in_lists else None,
    }


def _reindex(session: Session, field: OwnField) -> None:
    """Let the index follow the new label in all documents that have a value."""
    session.flush()
    ids = list(session.scalars(select(OwnValue.document_id).where(OwnValue.field_id == field.id).distinct().order_by(OwnValue.document_id)))
    for some in chunks(ids):
        session.execute(update(Document).where(Document.id.in_(some)).values(revision=Document.revision + 1))
        session.execute(insert(Job), [{"kind": "index", "document_id": number} for number in some])
