"""The columns of lists of documents: which there are, which can be sorted by, and which ones each person chose."""

from __future__ import annotations

from collections.abc import Iterable

from docmgr import db
from docmgr.models import ListChoice
from docmgr.policy import Actor, require
from docmgr.services.errors import Invalid
from docmgr.services.message import Message

# Column → its heading, in the order of the table. "number" is always shown, because it leads to the document.
COLUMNS = {
    "number": "Số, ký hiệu",
    "subject": "Trích yếu",
    "type": "Loại",
    "date": "Ngày",
    "issuer": "Cơ quan ban hành",
    "signer": "Người ký",
    "field_of_work": "Lĩnh vực",
    "tags": "Nhãn",
    "folder": "Thư mục",
    "state": "Tình trạng",
    "creator": "Người tải lên",
    "created": "Ngày tải lên",
    "changed": "Thay đổi",
}
ALWAYS = "number"
USUAL = ("number", "subject", "type", "date", "state", "changed")
# Column → the first direction of sorting by it: the one that people need most.
SORTS = {"changed": "desc", "number": "asc", "date": "desc", "type": "asc", "subject": "asc", "issuer": "asc", "created": "desc"}


def chosen(actor: Actor) -> tuple[str, ...]:
    """The columns that the actor sees, in the order of COLUMNS; USUAL when nothing was chosen."""
    if actor.user_id is None:
        return USUAL
    with db.read() as session:
        kept = session.get(ListChoice, actor.user_id)
        return _ordered(kept.columns) if kept else USUAL


def choose(actor: Actor, columns: Iterable[str]) -> tuple[str, ...]:
    """Keep the columns that the actor wants to see in all lists of documents; ALWAYS is among them in any case. The last
    choice counts. Raises Invalid when a column does not exist."""
    require(actor, "account:own")
    wanted = set(columns) | {ALWAYS}
    if not wanted <= set(COLUMNS):
        raise Invalid(Message("Có cột không tồn tại. Hãy chọn lại."), "columns")
    with db.write() as session:
        kept = session.get(ListChoice, actor.user_id, with_for_update=True)
        if kept is None:
            session.add(ListChoice(user_id=actor.user_id, columns=list(_ordered(wanted))))
        else:
            kept.columns = list(_ordered(wanted))
    return _ordered(wanted)


def _ordered(columns: Iterable[str]) -> tuple[str, ...]:
    held = set(columns)
    return tuple(name for name in COLUMNS if name in held)
