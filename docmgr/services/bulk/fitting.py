"""What keeps facts of a document from being changed or put back: the site's own fields, and what rests on a confirmation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr.models import Document, DocumentFlow, FlowStep, OwnField, OwnValue, RegisterEntry
from docmgr.services.documents import facts
from docmgr.services.message import Message
from docmgr.services.own_fields import values as own_values
from legaltext.text import name_key

OWN_VALUES = Message("Trường riêng của loại cũ đang có nội dung; hãy đổi loại riêng văn bản này.")
CLASHES = Message("Văn bản khác của cơ quan ấy đã có số này trong cùng năm.")

UNNAMED = Message("Văn bản đã xác nhận sẽ không còn loại, số, ngày ban hành hay trích yếu nào để nhận ra.")
STEPPED = Message("Văn bản đã đi một bước quy trình sau khi được xác nhận.")
REGISTERED = Message("Văn bản đã có số trong sổ; hãy hủy số ở sổ trước.")


def own_faults(session: Session, documents: Sequence[Document], type_name: str | None, given: Collection[int] = ()) -> dict[int, Message]:
    """Find, by id, the documents whose own values the new type has no field for, and the confirmed ones that lack a value that it
    needs, with the reason. `given` are the ids of fields whose values come with the type. It takes two queries for any number of
    documents."""
    fields = own_values.in_use(session)
    turned = [one for one in documents if name_key(one.type or "") != name_key(type_name or "")]
    if not fields or not turned:
        return {}
    have: dict[int, set[int]] = defaultdict(set)
    for document_id, field_id in session.execute(select(OwnValue.document_id, OwnValue.field_id).where(OwnValue.document_id.in_([one.id for one in turned]))):
        have[document_id].add(field_id)
    return {one.id: why for one in turned if (why := _fault(fields, have[one.id], set(given), type_name, one.confirmed_at is not None)) is not None}


def _fault(fields: Sequence[OwnField], have: set[int], given: set[int], type_name: str | None, complete: bool) -> Message | None:
    for field in fields:
        if not own_values.fits(field, type_name) and field.id in have:
            return OWN_VALUES
        if complete and field.required and own_values.fits(field, type_name) and field.id not in have | given:
            return Message("Hãy điền “%(field)s”.", field=field.label)
    return None


def loses_name(document: Document, values: Mapping[str, Any]) -> bool:
    """Whether a confirmed document, which something names, would have nothing of the kind with these facts, by field."""
    held = {field: getattr(document, field) for field in facts.NAMING}
    return document.confirmed_at is not None and not facts.unnamed(held) and facts.unnamed({**held, **values})


def confirmation_fault(session: Session, document: Document) -> Message | None:
    """Say why the confirmation of the facts of a document, which the caller has locked, cannot be taken back: a step of a workflow was
    made since, whose condition it may have been, or a register has the document. None when it can, or there is no confirmation."""
    if document.confirmed_at is None:
        return None
    steps = select(FlowStep.id).join(DocumentFlow, DocumentFlow.id == FlowStep.flow_id).where(DocumentFlow.document_id == document.id)
    if session.scalar(steps.where(FlowStep.at >= document.confirmed_at).limit(1)) is not None:
        return STEPPED
    entered = select(RegisterEntry.id).where(RegisterEntry.document_id == document.id, RegisterEntry.state == "issued")
    return REGISTERED if session.scalar(entered.limit(1)) is not None else None
