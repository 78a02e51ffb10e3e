"""A site in which one document contains words that occur nowhere else, and everything that can show them is linked to
it.

It is used by the walk of tests/hard/test_marked_text.py: the world, the states that the document can have, and which
of the words an answer shows.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from dataclasses import dataclass, field

import pypdfium2
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from docmgr import db
from docmgr.models import (
    Document,
    File,
    Finding,
    Folder,
    Grant,
    RecognisedPage,
    TrailEvent,
    Unit,
    User,
    Version,
)
from docmgr.policy import Actor
from docmgr.reading.ocr.words import OcrPage, OcrWord, to_plain
from docmgr.services.cases import contents
from docmgr.services.comments import writing
from docmgr.services.disposal import lists
from docmgr.services.documents import facts, lifecycle, withholding
from docmgr.services.documents import upload as documents
from docmgr.services.folders import tree
from docmgr.services.handover import packages
from docmgr.services.inspection import findings, inspections
from docmgr.services.inspection.findings import FindingInput, RecommendationInput
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.links import links, proving
from docmgr.services.planning import board, plans, tasks
from docmgr.services.planning.occurrences.spread import SpreadInput
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.relations import relations
from docmgr.services.search import saved
from tests.filling.desk import work
from tests.filling.filing import person
from tests.filling.keeping.conferences import resolved
from tests.filling.keeping.disposing import ended
from tests.filling.papers import decision, pdf
from tests.filling.registers import opened
from tests.support.acting import actor_of, upload
from tests.web.inspection import filled

# In the text of provisions and in one heading, never in a subject, a number or a file name.
MARK = "Khoxung Tramvex"
# Only in the PDF whose pages are drawn; and only in a version that nobody has read yet.
PDF_MARK = "Brunzel Quapfit"
UNREAD_MARK = "Wixmund Zelpark"
# Other words near the mark, for queries that do not repeat it.
BESIDE = "thủ trưởng công bố"
ANCHOR = "dieu-1.khoan-1"
STATES = ("published", "draft", "withdrawn", "unread", "deleted", "withheld")
MARKUP = re.compile(r"<[^>]*>")


@dataclass
class World:
    """Ids by name, for the addresses of the walk (`ids`), and the bytes of each file by its id."""

    ids: dict[str, object] = field(default_factory=dict)
    bytes_of: dict[int, tuple[int, bytes]] = field(default_factory=dict)


def body(mark: str) -> tuple[str, ...]:
    """A text with the mark in a provision and in a heading."""
    return (
        "QUYẾT ĐỊNH:",
        "Điều 1. Phạm vi điều chỉnh",
        f"1. {mark} là việc mà {BESIDE} mỗi năm một lần.",
        f"Điều 2. {mark} ở tiêu đề",
        "Người đứng đầu cơ quan công khai kế hoạch công tác trước ngày 31 tháng 01.",
    )


def build(app: Flask, people: dict[str, User], state: str) -> World:
    """The world with its marked document (a DOCX) and a second one (a PDF) in this state."""
    clerk = actor_of(people["clerk"])
    world = World()
    one = upload(clerk, decision(body=body(MARK)), publish=True)
    two = upload(clerk, pdf(2, PDF_MARK), "b.pdf", publish=True)
    other = upload(clerk, decision(number="13", subject="Về việc khác"), "c.docx", publish=True)
    work(app)
    world.ids.update(doc=one, pdf=two, other=other, root=tree.root_id())
    _recognised(two)
    _ties(world, clerk, people["staff"])
    _things(world, clerk, people)
    _into(app, state, clerk, (one, two))
    with db.read() as session:
        for file, version in session.execute(
            select(File, Version).join(Version, Version.id == File.version_id)
        ):
            path = app.extensions["docmgr"].storage.path(file.sha256)
            world.bytes_of[file.id] = (version.document_id, path.read_bytes())
            name = {one: "file", two: "pdf_file"}.get(version.document_id)
            if name:
                world.ids[f"new_{name}" if version.no > 1 else name] = file.id
    db.release()
    for missing in ("file", "pdf_file", "new_file"):
        world.ids.setdefault(missing, 999_999)
    return world


def _recognised(number: int) -> None:
    """The PDF as if its words had been recognised on a picture, so that there is a searchable copy of it."""
    page = OcrPage(1, 595, 842, words=(OcrWord(PDF_MARK, 72, 100, 200, 120, 95, 0),))
    with db.write() as session:
        version = session.scalars(select(Version).where(Version.document_id == number)).one()
        session.add(RecognisedPage(version_id=version.id, number=1, confidence=95, content=to_plain(page)))


def _ties(world: World, clerk: Actor, staff: User) -> None:
    """A plan, a task with its quote, an inspection, a finding and links, all based on the marked words."""
    ids, one = world.ids, int(str(world.ids["doc"]))
    plan = plans.create(clerk, PlanInput("Kế hoạch thử", 2024, document_id=one))
    given = TaskInput(
        "Việc thử", lead_id=staff.unit_id, due_rule="continuous", document_id=one, anchor=ANCHOR
    )
    task = tasks.create(clerk, plan, given)
    asked = InspectionInput("Cuộc thử", inspected_unit_id=staff.unit_id, plan_id=plan)
    inspection = inspections.create(clerk, asked)
    finding = findings.create(clerk, inspection, FindingInput("Phát hiện thử", "medium", task_id=task))
    told = RecommendationInput("Kiến nghị thử", unit_id=staff.unit_id, finding_id=finding)
    ids.update(plan=plan, task=task, inspection=inspection, finding=finding)
    with db.write() as session:
        session.get_one(Finding, finding).pinned_document_id, session.get_one(Finding, finding).pinned_anchor = one, ANCHOR
    ids.update(filled.fill(inspection, staff.unit_id or 0))
    ids["recommendation"] = findings.recommend(clerk, inspection, told)
    for subject in ({"task_id": task}, {"inspection_id": inspection}, {"finding_id": finding}):
        ids["link"] = links.add(clerk, document_id=one, role="evidence", anchor=ANCHOR, **subject)
    each = SpreadInput(fan_out="listed", unit_ids=(staff.unit_id or 0,))
    board_of = board.load(clerk, tasks.create(clerk, plan, TaskInput("Việc từng đơn vị", lead_id=staff.unit_id, due_rule="continuous", spread=each)))
    assert board_of is not None
    ids["occurrence"] = board_of.rows[0].id
    proving.prove(clerk, board_of.rows[0].id, one)
    ids["conference"], ids["vote"] = resolved(clerk, staff.unit_id or 0, one)
    ids["case"] = opened(clerk, person_id=staff.id)
    contents.add(clerk, int(str(ids["case"])), [one, int(str(ids["pdf"])), int(str(ids["other"]))])
    # One that ended is in a list, and in a package that the clerk has asked for and that is made.
    past = ended(clerk, "0/X", (one, int(str(ids["other"]))))
    ids["list"], ids["handover"] = lists.create(clerk, "Danh mục thử"), packages.create(clerk, "Gói thử", [past])
    ids["relation"] = relations.add(
        clerk, one, "guides", int(str(ids["other"])), source_anchor=ANCHOR, quote=f"{MARK} là việc"
    )


def _things(world: World, clerk: Actor, people: dict[str, User]) -> None:
    """The subjects of the other addresses: a folder, a unit, a person, a saved search."""
    with db.write() as session:
        folder = Folder(name="Thử", parent_id=tree.root_id())
        unit = Unit(name="Phòng thử")
        session.add_all([folder, unit])
        session.flush()
        grant = Grant(folder_id=folder.id, role="reader", key="staff")
        session.add(grant)
        session.flush()
        world.ids.update(folder=folder.id, unit=unit.id, grant=grant.id)
    quoted = f"Về câu “{MARK} là việc”"
    world.ids["comment"] = writing.add(clerk, int(str(world.ids["doc"])), quoted, anchor=ANCHOR).id
    writing.add(actor_of(people["staff"]), int(str(world.ids["doc"])), f"{MARK} ở cả văn bản")
    world.ids["user"] = person("them", "staff").id
    world.ids["saved"] = saved.create(clerk, "Tìm thử", {"q": [BESIDE]}, shared=True)
    world.ids["batch"] = "0" * 32
    world.ids["revision"] = facts.form(clerk, int(str(world.ids["doc"]))).document.revision


def _into(app: Flask, state: str, clerk: Actor, ids: tuple[int, int]) -> None:
    """Bring both documents into the state."""
    if state in ("draft", "withdrawn"):
        for number in ids:
            lifecycle.set_workflow(clerk, number, state)
    elif state == "deleted":
        lifecycle.delete(clerk, ids)
    elif state == "withheld":
        _withhold(app, ids)
    work(app)
    if state == "unread":
        # The clerk uploaded it, and the worker has not read it.
        new = io.BytesIO(decision(body=body(UNREAD_MARK)))
        assert documents.add_version(clerk, ids[0], new, "moi.docx", None).outcome == "stored"


def _withhold(app: Flask, ids: tuple[int, int]) -> None:
    for number in ids:
        with db.write() as session:
            version = session.scalars(select(Version).where(Version.document_id == number)).one()
            gone = withholding.withhold(session, version, "Thử.")
        for sha256 in gone:
            app.extensions["docmgr"].storage.remove(sha256)


def shown(world: World, answer: TestResponse, path: str) -> set[str]:
    """The marks that an answer shows: "doc", "pdf", "unread". Images and bytes of files are recognised by their
    address."""
    names = {world.ids["doc"]: "doc", world.ids["pdf"]: "pdf"}
    if path.startswith("/files/") and answer.status_code in (200, 206) and answer.data:
        file_id = int(path.split("/")[2])
        document_id, content = world.bytes_of[file_id]
        assert answer.mimetype == "image/png" or path.endswith(".pdf") or answer.data in content
        own = "unread" if file_id == world.ids["new_file"] else names.get(document_id)
        return {own} if own else set()
    text = words(answer.data)
    marks = {MARK: "doc", PDF_MARK: "pdf", UNREAD_MARK: "unread"}
    return {name for mark, name in marks.items() if mark in text}


def words(data: bytes) -> str:
    """The words of an answer without markup: of a page, of JSON, of an office file, of a PDF."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            data = b" ".join(packed.read(name) for name in packed.namelist() if name.endswith(".xml"))
    elif data.startswith(b"%PDF"):
        paper = pypdfium2.PdfDocument(data)
        return " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in paper)
    text = MARKUP.sub("", data.decode("utf-8", "replace"))
    # Twice, for text inside an attribute or JSON.
    plain = f"{text} {data.decode('utf-8', 'replace')}".replace('", "match": false}, {"text": "', "")
    return " ".join(html.unescape(plain).split())


def events(after: int) -> list[TrailEvent]:
    """The events since then."""
    db.release()
    with db.read() as session:
        return list(
            session.scalars(select(TrailEvent).where(TrailEvent.seq > after).order_by(TrailEvent.seq))
        )


def named(event: TrailEvent, document_id: object) -> bool:
    """Whether an event records that this document was read: by itself, or among those whose words a search showed."""
    return event.document_id == document_id or document_id in (event.details.get("documents") or ())


def last_event() -> int:
    """The number of the newest event."""
    db.release()
    with db.read() as session:
        return session.scalar(select(TrailEvent.seq).order_by(TrailEvent.seq.desc()).limit(1)) or 0


def document(number: object) -> Document:
    """The document as it is now."""
    with db.read() as session:
        return session.get_one(Document, number)
