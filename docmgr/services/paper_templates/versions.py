"""The versions of the agency's forms: list them, add one, try it, use it, and go back to what the program writes."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr import context, db, policy
from docmgr.models import PaperTemplate
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.documents import intake
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message, restored
from docmgr.services.paper_templates import running
from docmgr.services.trail import log
from docmgr.storage import BytesMissing
from docmgr.writing.own_forms.fields import ShownField
from legaltext.text import clean_line

if TYPE_CHECKING:
    from docmgr.writing.own_forms.papers import FormPaper

ACTION = "paper_template:manage"
MAX_BYTES, MOST_NOTE, MOST_NAME = 5_000_000, 300, 200
# The versions of a paper: kept, and shown on its page.
MOST_VERSIONS, SHOWN = 500, 50
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True)
class PaperChoice:
    """A paper of the list: its key and name, the number of the version in use (None: the program writes it), and how many versions there are."""

    key: str
    name: str
    active: int | None
    versions: int


@dataclass(frozen=True)
class FormVersion:
    """A version of a form; `problems` are what its trial found."""

    id: int
    paper: str
    no: int
    file_name: str
    note: str | None
    size: int
    active: bool
    problems: tuple[Message, ...]
    created_by: str
    created_at: dt.datetime


@dataclass(frozen=True)
class FormPage:
    """A paper with its fields and the newest versions of its form, the newest first. `active` is the number of that in use."""

    key: str
    name: str
    fields: tuple[ShownField, ...]
    versions: tuple[FormVersion, ...]
    total: int
    active: int | None


@dataclass(frozen=True)
class FormFile:
    """A DOCX to send."""

    name: str
    body: bytes


def papers(actor: Actor) -> list[PaperChoice]:
    """List all papers. Raises Denied when the actor may not manage forms."""
    policy.require(actor, ACTION)
    with db.read() as session:
        used = {key: no for key, no in session.execute(select(PaperTemplate.paper, PaperTemplate.no).where(PaperTemplate.active))}
        counts = {key: count for key, count in session.execute(select(PaperTemplate.paper, func.count()).group_by(PaperTemplate.paper))}
    return [PaperChoice(key, one.name, used.get(key), counts.get(key, 0)) for key, one in _papers().items()]


def page(actor: Actor, paper: str) -> FormPage:
    """Load a paper with its fields and versions. Raises Denied, and NotFound when there is no such paper."""
    policy.require(actor, ACTION)
    known = _paper(paper)
    with db.read() as session:
        rows = session.scalars(select(PaperTemplate).where(PaperTemplate.paper == paper).order_by(PaperTemplate.no.desc()).limit(SHOWN)).all()
        total = session.scalar(select(func.count(PaperTemplate.id)).where(PaperTemplate.paper == paper)) or 0
        active = session.scalar(select(PaperTemplate.no).where(PaperTemplate.paper == paper, PaperTemplate.active))
    return FormPage(paper, known.name, known.shown_fields(), tuple(_row(one) for one in rows), total, active)


def starter(actor: Actor, paper: str) -> FormFile:
    """Write the form to start from. Raises Denied and NotFound."""
    policy.require(actor, ACTION)
    known = _paper(paper)
    return FormFile(f"mau-{known.file}.docx", known.starter())


def upload(actor: Actor, paper: str, name: str, data: bytes, note: str = "") -> FormVersion:
    """Store a version of the form and try it; it is not used yet. Raises Denied, NotFound, and Invalid when the file cannot be a form: no DOCX, too
    large, or with something that reaches outside. Raises DiskFull or NotWritable when the storage takes no files."""
    policy.require(actor, ACTION)
    known = _paper(paper)
    note, name = clean_line(note), clean_line(name)[-MOST_NAME:] or f"{known.file}.docx"
    if len(note) > MOST_NOTE:
        raise Invalid(Message("Ghi chú dài nhất %(most)s ký tự.", most=MOST_NOTE), "note")
    if not data:
        raise Invalid(Message("Hãy chọn tệp DOCX của mẫu."), "file")
    if len(data) > MAX_BYTES:
        raise Invalid(Message("Mẫu lớn hơn %(limit)s MB; hãy thu nhỏ ảnh trong mẫu.", limit=MAX_BYTES // 1_000_000), "file")
    if not data.startswith(_ZIP):
        raise Invalid(running.NOT_DOCX, "file")
    stored = context.current().storage.put(io.BytesIO(data), MAX_BYTES)
    filled = _tried(stored.sha256, paper)
    if filled.unread or filled.busy:
        raise Invalid(filled.problems[0], "file")
    # Nobody sweeps the bytes away before the row names them; those that are known to be secret are removed.
    with intake.deciding(stored.sha256) as session:
        if intake.known_secret(session, [stored.sha256]) is not None:
            # The answer does not show why.
            raise Invalid(running.CRASHED, "file")
        forms.one_at_a_time(session, PaperTemplate)
        last = session.scalar(select(func.max(PaperTemplate.no)).where(PaperTemplate.paper == paper)) or 0
        if last >= MOST_VERSIONS:
            raise Invalid(Message("Mỗi loại giấy tờ có nhiều nhất %(most)s phiên bản mẫu.", most=MOST_VERSIONS), "file")
        row = PaperTemplate(
            paper=paper, no=last + 1, file_name=name, note=note or None, sha256=stored.sha256, size=stored.size, active=False,
            problems=[one.stored() for one in filled.problems], created_by=actor.user_id, created_by_label=actor.label,
        )  # fmt: skip
        session.add(row)
        session.flush()
        _record(session, actor, "paper_template:upload", row)
        return _row(row)


def trial(actor: Actor, template_id: int) -> FormFile:
    """Fill a version with the invented paper. Raises Denied, NotFound, and Invalid with everything that is wrong with it."""
    policy.require(actor, ACTION)
    with db.read() as session:
        row = forms.loaded(session, PaperTemplate, template_id)
    filled = _tried(row.sha256, row.paper)
    if filled.body is None:
        raise Invalid(filled.problems[0])
    return FormFile(f"thu-{_paper(row.paper).file}-mau-{row.no}.docx", filled.body)


def activate(actor: Actor, template_id: int) -> str:
    """Use a version from now on, and return the key of its paper. It is tried again first, since fields may have changed. Raises Denied, NotFound, and
    Invalid when it fails."""
    policy.require(actor, ACTION)
    with db.read() as session:
        row = forms.loaded(session, PaperTemplate, template_id)
    filled = _tried(row.sha256, row.paper)
    if filled.body is None:
        raise Invalid(Message("Chưa dùng được mẫu này: %(why)s", why=filled.problems[0]))
    with db.write() as session:
        forms.one_at_a_time(session, PaperTemplate)
        row = forms.locked(session, PaperTemplate, template_id)
        if row.active:
            return row.paper
        _stop(session, row.paper)
        row.active = True
        session.flush()
        _record(session, actor, "paper_template:use", row)
        return row.paper


def reset(actor: Actor, paper: str) -> None:
    """Have the program write the paper again. Nothing happens when it does. Raises Denied and NotFound."""
    policy.require(actor, ACTION)
    _paper(paper)
    with db.write() as session:
        forms.one_at_a_time(session, PaperTemplate)
        row = _stop(session, paper)
        if row is not None:
            _record(session, actor, "paper_template:reset", row)


def get(actor: Actor, template_id: int) -> FormVersion:
    """Load a version. Raises Denied and NotFound."""
    policy.require(actor, ACTION)
    with db.read() as session:
        return _row(forms.loaded(session, PaperTemplate, template_id))


def file(actor: Actor, template_id: int) -> FormFile:
    """The form as it was uploaded. Raises Denied, and NotFound also when the storage has lost it."""
    policy.require(actor, ACTION)
    with db.read() as session:
        row = forms.loaded(session, PaperTemplate, template_id)
    try:
        with context.current().storage.open(row.sha256) as stream:
            return FormFile(f"mau-{_paper(row.paper).file}-{row.no}.docx", stream.read())
    except BytesMissing:
        raise NotFound from None


def _papers() -> Mapping[str, FormPaper]:
    from docmgr.writing.own_forms.papers import PAPERS

    return PAPERS


def _paper(key: str) -> FormPaper:
    found = _papers().get(key)
    if found is None:
        raise NotFound
    return found


def _tried(sha256: str, paper: str) -> running.FilledForm:
    db.release()
    try:
        with context.current().storage.local(sha256) as path:
            return running.fill(path, paper)
    except BytesMissing:
        raise NotFound from None


def _stop(session: Session, paper: str) -> PaperTemplate | None:
    """Take the version in use out of use, and return it."""
    row = session.scalar(select(PaperTemplate).where(PaperTemplate.paper == paper, PaperTemplate.active).execution_options(populate_existing=True))
    if row is not None:
        row.active = False
        session.flush()
    return row


def _record(session: Session, actor: Actor, action: str, row: PaperTemplate) -> None:
    details = {"Mẫu số": str(row.no), "Tệp": row.file_name, "SHA-256": row.sha256}
    log.record(session, actor, action, "paper_template", row.id, _paper(row.paper).name, details=details)


def _row(row: PaperTemplate) -> FormVersion:
    return FormVersion(
        row.id, row.paper, row.no, row.file_name, row.note, row.size, row.active, tuple(restored(one) for one in row.problems), row.created_by_label, row.created_at
    )
