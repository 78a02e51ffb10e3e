"""Confirm many rows of the table of waiting documents. Each row is a unit of work of its own, so that one that fails
does not hold up the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from docmgr.policy import Actor, Denied, require
from docmgr.services import outage
from docmgr.services.access import guard
from docmgr.services.documents import facts
from docmgr.services.documents.clashes import Clash
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.message import Message

GONE = Message("Văn bản này không còn, hoặc bạn không được sửa nữa.")
CONFIRMED = Message("Văn bản này đã được xác nhận trước đó. Những gì gõ ở dòng này chưa được lưu.")
TAKEN = Message("Số, ký hiệu này đã có ở văn bản khác của cùng cơ quan trong cùng năm. Hãy so sánh ở phiếu xác nhận.")
BLANK = Message("Loại, số, ngày và trích yếu đều trống. Hãy điền ít nhất một mục.")
BUSY = Message("Kho dữ liệu đang bận nên dòng này chưa được lưu. Hãy bấm xác nhận lại.")


@dataclass(frozen=True)
class TypedRow:
    """A row as a person sends it. `revision` is the revision of the document that the table showed, and `values` are
    the typed texts by field."""

    document_id: int
    revision: int
    values: Mapping[str, str]


@dataclass(frozen=True)
class Failure:
    """Why a row was not confirmed. `message` is the sentence for the person, and `field` the cell that is wrong, or
    None. `stale` means that somebody else has changed or confirmed the document meanwhile."""

    message: Message
    field: str | None = None
    stale: bool = False


def confirm(actor: Actor, rows: Iterable[TypedRow], *, publish: bool) -> dict[int, Failure]:
    """Save and confirm the typed facts of each row; `publish` also publishes drafts. Returns the rows that failed, by
    document id; all others are saved. Raises Denied when the actor's roles may not edit documents."""
    require(actor, "document:edit")
    failed: dict[int, Failure] = {}
    busy = False
    for row in rows:
        failure = Failure(BUSY) if busy else _confirm(actor, row, publish)
        # A database that one row has waited for in vain keeps every further row waiting as long.
        busy = busy or (failure is not None and failure.message == BUSY)
        if failure is not None:
            failed[row.document_id] = failure
    return failed


def _confirm(actor: Actor, row: TypedRow, publish: bool) -> Failure | None:
    try:
        facts.save(actor, row.document_id, row.values, revision=row.revision, confirm=True, publish=publish)
    except Invalid as error:
        return Failure(error.message, error.field)
    except Conflict as error:
        return _stale(actor, row.document_id, error)
    except Clash:
        return Failure(TAKEN, "number")
    except facts.Blank:
        return Failure(BLANK, "type")
    except (NotFound, Denied):
        return Failure(GONE)
    except outage.ERRORS as error:
        if outage.cause(error) is None:
            raise
        return Failure(BUSY)
    return None


def _stale(actor: Actor, document_id: int, error: Conflict) -> Failure:
    try:
        confirmed = guard.get_editable(actor, document_id).confirmed_at is not None
    except (NotFound, Denied):
        return Failure(GONE)
    return Failure(CONFIRMED if confirmed else error.message, stale=True)
