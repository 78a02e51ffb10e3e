"""Write a whole inspection into a ZIP: its papers, the findings and recommendations as tables, the files of the documents that are tied to it,
and a manifest with the SHA-256 hash of every file.

The ZIP has what the actor may read, and says of that what it could not take and why; of other documents it says nothing. It is written to a
file without a name on the disk of the data folder, each file copied piece by piece.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO, cast

from docmgr import context, db
from docmgr.models import Inspection
from docmgr.policy import Actor
from docmgr.services.access import guard
from docmgr.services.cases import packing
from docmgr.services.cases.export import slug
from docmgr.services.cases.package import CasePackage
from docmgr.services.cases.packing import PackedFile
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.inspection import inspections
from docmgr.services.inspection.inspections import InspectionView
from docmgr.services.inspection.lists import FINDING_STATES, SEVERITIES, STATES
from docmgr.services.links.links import LinkRow
from docmgr.services.message import Message
from docmgr.services.reports import inspection_papers
from docmgr.services.reports.wording import Address
from docmgr.services.trail import log
from docmgr.writing import formats
from docmgr.writing.tables import Table
from legaltext.dates import VIETNAM

MANIFEST, READ_ME, FOLDER = "manifest.json", "doc-truoc.txt", "van-ban"
TOLD = "Gói này gồm biên bản, thông báo kết luận, các phát hiện, kiến nghị của cuộc kiểm tra và những văn bản đã gắn mà người xuất được quyền đọc tại thời điểm xuất."
NOT_SENT = "chưa đọc xong, hoặc tệp không gửi ra ngoài được"
LOST = "kho không còn tệp"
# The most findings, recommendations and links of one package.
MOST_ROWS = 5_000
_FINDINGS = ("TT", "Nội dung", "Mức độ", "Đơn vị khắc phục", "Thời hạn", "Trạng thái", "Nhiệm vụ")
_RECOMMENDATIONS = ("TT", "Nội dung", "Đơn vị thực hiện", "Ngày nhận", "Hạn trả lời", "Trả lời", "Ngày trả lời")


@dataclass
class _Contents:
    """What was written into the package so far: a row of the manifest for each file, and each document that was left out with the
    reason, what is said of papers whose form failed, and by title of a paper the form in which it was made."""

    made: zipfile.ZipFile
    files: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[dict[str, str]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    forms: dict[str, Any] = field(default_factory=dict)

    def add(self, path: str, body: bytes) -> None:
        """Write a file that was made here."""
        self.made.writestr(path, body, zipfile.ZIP_DEFLATED)
        self.files.append({"path": path, "bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()})


def make(actor: Actor, inspection_id: int, address: Address) -> CasePackage:
    """Write the inspection into a ZIP, and record that its documents were exported. `address` makes addresses as in inspection_papers.
    Raises Denied and NotFound, and Invalid when there is too much for one package or the disk has no room for it."""
    view = inspections.get(actor, inspection_id, limit=MOST_ROWS)
    held = inspection_papers.tied(actor, inspection_id, MOST_ROWS + 1)
    if max(view.row.findings, view.recommendations_total, len(held)) > MOST_ROWS:
        raise Invalid(Message("Cuộc kiểm tra có hơn %(most)s phát hiện, kiến nghị hoặc văn bản, không lập được một gói.", most=MOST_ROWS))
    stored = _stored(actor, held)
    stream = cast(BinaryIO, tempfile.TemporaryFile(dir=context.current().settings.home))
    try:
        with zipfile.ZipFile(stream, "w", allowZip64=True) as made:
            contents = _Contents(made)
            _write_papers(contents, actor, view, held, address)
            sent = _write_documents(contents, held, stored)
            _describe(contents, actor, view, held)
        _record(actor, inspection_id, sent, contents.forms)
        size = stream.seek(0, 2)
        stream.seek(0)
    except BaseException:
        stream.close()
        raise
    return CasePackage(f"kiem-tra-{slug(view.row.title)}.zip", stream, size)


def _stored(actor: Actor, held: Sequence[LinkRow]) -> dict[int, list[tuple[str, str, int]]]:
    """The files of the tied documents that may be sent, as (name, hash, size) by document id. Raises Invalid when they are too large."""
    found = packing.stored_files(actor, sorted({link.document.id for link in held}))
    files = {number: [(file.name, file.sha256, file.size) for file, _pdf in own] for number, own in found.items()}
    total = sum(size for own in files.values() for _, _, size in own)
    if total > packing.MOST_BYTES:
        raise Invalid(Message("Các tệp của cuộc kiểm tra lớn hơn %(limit)s GB, không lập được một gói.", limit=packing.MOST_BYTES >> 30))
    packing.refuse_full(total)
    return files


def _write_papers(contents: _Contents, actor: Actor, view: InspectionView, held: Sequence[LinkRow], address: Address) -> None:
    paper = inspection_papers.gather(actor, view, held, address)
    for name, (title, file_name) in inspection_papers.PAPERS.items():
        made = inspection_papers.written(paper, name)
        contents.add(f"{file_name}.docx", made.body)
        contents.notices += [made.notice.told()] if made.notice else []
        if told := made.details():
            contents.forms[title] = told
    findings = [
        (place, one.text, SEVERITIES[one.severity], one.unit, one.due_on, FINDING_STATES[one.state], one.task_title)
        for place, one in enumerate(view.findings, start=1)
    ]
    answers = [
        (place, one.text, one.unit, one.received_on, one.due_on, one.answer, one.answered_on) for place, one in enumerate(view.recommendations, start=1)
    ]
    for table, name in (
        (Table("PHÁT HIỆN", (view.row.title,), _FINDINGS, findings), "phat-hien"),
        (Table("KIẾN NGHỊ", (view.row.title,), _RECOMMENDATIONS, answers), "kien-nghi"),
    ):
        for form in ("xlsx", "csv"):
            contents.add(f"{name}.{form}", formats.write(table, form)[0])


def _write_documents(contents: _Contents, held: Sequence[LinkRow], stored: dict[int, list[tuple[str, str, int]]]) -> list[int]:
    """Copy the files of the documents, a folder for each. Returns the ids of the documents of which something was copied."""
    sent = []
    for place, (number, label) in enumerate({link.document.id: link.document.label for link in held}.items(), start=1):
        folder, taken = packing.safe_name(f"{place:04d} {label}"), set[str]()
        if number not in stored:
            contents.left_out.append({"document": label, "why": NOT_SENT})
        for name, sha256, size in stored.get(number, ()):
            path = f"{FOLDER}/{folder}/{packing.free_name(packing.safe_name(name), taken)}"
            if packing.copied(contents.made, PackedFile(number, path, sha256), ""):
                contents.files.append({"path": path, "bytes": size, "sha256": sha256})
                sent.append(number)
            else:
                contents.left_out.append({"document": f"{label}: {name}", "why": LOST})
    return sorted(set(sent))


def _describe(contents: _Contents, actor: Actor, view: InspectionView, held: Sequence[LinkRow]) -> None:
    """Write the note about what the package has, and last the manifest, which names all other files."""
    told = [TOLD, *contents.notices, *([""] if contents.left_out else []), *(f"Không có trong gói: {one['document']} ({one['why']})." for one in contents.left_out)]
    contents.add(READ_ME, ("\n".join(told) + "\n").encode())
    row = view.row
    values = {
        "inspection": {
            "id": row.id, "title": row.title, "unit": row.unit, "team": view.team, "period": view.period, "state": STATES[row.state],
            "started_on": row.started_on, "ended_on": row.ended_on, "plan": view.plan_title, "conclusion": view.conclusion,
        },
        "made": {"at": dt.datetime.now(VIETNAM).isoformat(timespec="seconds"), "by": actor.label},
        "findings": [_plain(asdict(one), ("id", "text", "severity", "unit", "due_on", "state", "task_title")) for one in view.findings],
        "recommendations": [
            _plain(asdict(one), ("id", "finding_id", "text", "unit", "received_on", "due_on", "answer", "answered_on")) for one in view.recommendations
        ],
        "documents": [
            {"document": link.document.label, "role": link.role, "provision": link.anchor, "of": link.subject.kind, "of_id": link.subject.id}
            for link in held
        ],
        "files": contents.files,
        "left_out": contents.left_out,
    }  # fmt: skip
    body = json.dumps(values, ensure_ascii=False, indent=1, default=str).encode()
    contents.made.writestr(MANIFEST, body, zipfile.ZIP_DEFLATED)


def _plain(row: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _record(actor: Actor, inspection_id: int, document_ids: Sequence[int], papers: dict[str, Any]) -> None:
    """Record the export of the inspection, and of each document whose files it has: text of theirs leaves the site."""
    with db.write() as session:
        inspection = session.get(Inspection, inspection_id)
        if inspection is None:
            raise NotFound
        for number in document_ids:
            # Who lost the right meanwhile gets nothing.
            document = guard.readable(session, actor, number)
            log.document_event(session, actor, "document:export", document, {"format": "zip"})
        details = {"format": "zip", "documents": len(document_ids), **papers}
        log.record(session, actor, "inspection:package", "inspection", inspection_id, inspection.title, details=details)
