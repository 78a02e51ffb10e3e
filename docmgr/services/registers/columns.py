"""The columns of the registers as the forms of Annex IV of Decree 30/2020/NĐ-CP have them, for pages and files."""

from __future__ import annotations

from collections.abc import Callable

from docmgr.services.registers import words
from docmgr.services.registers.listing import RegisterLine
from docmgr.writing.tables import Cell
from legaltext import dates

Translated = Callable[[str], str]

# What stands in the place of a document that the actor may not read.
HIDDEN = "Văn bản ngoài quyền xem"
DELETED = "(văn bản đã xóa vào thùng rác)"
DESTROYED = "(văn bản đã hủy cùng hồ sơ)"
HELD_FOR = "giữ cho %(name)s"
# The columns of Annex IV.
COLUMNS = {
    "outgoing": (
        "Số, ký hiệu văn bản", "Ngày tháng văn bản", "Tên loại và trích yếu nội dung văn bản", "Người ký", "Nơi nhận văn bản",
        "Đơn vị, người nhận bản lưu", "Số lượng bản", "Ngày chuyển", "Ký nhận", "Ghi chú",
    ),
    "incoming": (
        "Ngày đến", "Số đến", "Tác giả", "Số, ký hiệu văn bản", "Ngày tháng văn bản", "Tên loại và trích yếu nội dung văn bản",
        "Đơn vị hoặc người nhận", "Ngày chuyển", "Ký nhận", "Ghi chú",
    ),
    "handling": (
        "Số đến", "Tên loại, số, ký hiệu, ngày, tháng và tên cơ quan, tổ chức ban hành văn bản", "Đơn vị hoặc người nhận",
        "Thời hạn giải quyết", "Tiến độ giải quyết", "Số, ký hiệu văn bản trả lời", "Ghi chú",
    ),
}  # fmt: skip


def cells(register: str, one: RegisterLine, translated: Translated) -> tuple[Cell, ...]:
    """The cells of one line of a register, a key of COLUMNS, with the words of the program by `translated`. What the actor
    may not read is not in the line, so that it is in no cell either."""
    entry, document = one.entry, one.document
    day = None if entry.state == "unused" else entry.dated_on
    text = content(one, translated, full=register == "handling")
    to = "; ".join(name for name in (one.unit, one.person) if name)
    if register == "outgoing":
        signer, recipients = (document.signer, "; ".join(document.recipients)) if document else (None, None)
        return (
            one.printed, day, text, signer, recipients, entry.kept_by, entry.copies, entry.moved_on, entry.receipt,
            remark(one, translated),
        )  # fmt: skip
    if register == "incoming":
        number, dated_on = (document.number, document.issued_on) if document else (None, None)
        return (
            day, one.printed, author(one), number, dated_on, text, to, entry.moved_on, entry.receipt, remark(one, translated),
        )  # fmt: skip
    answer = translated(HIDDEN) if one.answer_hidden else one.answer
    return one.printed, text, to, entry.due_on, entry.progress, answer, remark(one, translated)


def author(one: RegisterLine) -> str | None:
    """Who made an incoming document, with the sender where it is another."""
    issuer, sender = one.document.issuer if one.document else None, one.entry.sender
    return f"{issuer} ({sender})" if issuer and sender and sender != issuer else issuer or sender


def content(one: RegisterLine, translated: Translated, *, full: bool = False) -> str:
    """The type and subject of the line's document; with `full` also its number, day and issuer. A line without a document
    has its state here, and one whose document the actor may not read the words HIDDEN."""
    if one.hidden:
        return translated(HIDDEN)
    if one.document is None:
        return translated(words.STATES[one.entry.state])
    document = one.document
    copy = translated(words.COPIES[one.entry.copy_kind]) if one.entry.copy_kind else None
    named = " ".join(part for part in (document.type, document.number if full or copy else None) if part)
    more = (dates.printed(document.issued_on), document.issuer) if full else ()
    parts = [copy, named, *more, document.subject, translated(DELETED) if document.deleted else translated(DESTROYED) if document.destroyed else None]
    return " · ".join(part for part in parts if part)


def remark(one: RegisterLine, translated: Translated) -> str:
    """The last column of a line: why and by whom its number is reserved, released, cancelled or unused, then the note."""
    entry, told = one.entry, ""
    if entry.state != "issued":
        holder = translated(HELD_FOR) % {"name": one.holder} if one.holder and entry.state == "reserved" else None
        by = None if one.hidden else f"{entry.changed_label}, {dates.printed(entry.changed_at)}"
        # A line without a document has its state in the place of the subject.
        state = translated(words.STATES[entry.state]) if one.document or one.hidden else None
        told = "; ".join(part for part in (state, holder, entry.reason, by) if part)
    return ". ".join(part for part in (told, entry.note) if part)
