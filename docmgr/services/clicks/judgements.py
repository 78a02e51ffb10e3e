"""Write what people opened as judged questions, in the files on which the weights of ranking are fitted (`make model`).

Only provisions that every signed-in person may read are written, and only questions that led at least LEAST_PERSONS
persons to one of them."""

from __future__ import annotations

import errno
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Click, Document
from docmgr.policy import Actor
from docmgr.services.access import rule
from docmgr.services.chunks import chunks
from docmgr.services.indexing import entries
from docmgr.services.search import complete
from docmgr.services.trail import log, readings
from indexer import Entry
from legaltext.anchors import is_inside

CORPUS, QUERIES, QRELS = "corpus.jsonl", "queries.jsonl", "qrels.tsv"
# The highest grade of a provision. Each grade takes LEAST_PERSONS more.
BEST = 3
# Question → document id → anchor that was opened → the most persons under one key.
Counted = Mapping[str, Mapping[int, Mapping[str, int]]]


@dataclass(frozen=True)
class WrittenJudgements:
    """How many questions were written, how many right provisions they have together, and how many documents are in the
    corpus."""

    questions: int
    answers: int
    documents: int


def write(actor: Actor, folder: Path) -> WrittenJudgements:
    """Write the files CORPUS, QUERIES and QRELS into `folder`, which is created. Without any question that counts, nothing is
    written. Records an event, and a reading of each document. Raises Denied when the actor is no administrator, and
    FileExistsError when one of the files is there; then nothing is written or recorded."""
    policy.require(actor, "health:read")
    with db.read() as session:
        readable = _readable_by_all(session)
        graded = _graded(session, _counted(session, readable))
    if not graded:
        return WrittenJudgements(0, 0, 0)
    folder.mkdir(parents=True, exist_ok=True)
    for name in (CORPUS, QUERIES, QRELS):
        if (folder / name).exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(folder / name))
    _write(folder / CORPUS, _corpus(actor, readable))
    numbered = list(enumerate(sorted(graded), 1))
    _write(folder / QUERIES, (_line({"qid": str(number), "text": question}) for number, question in numbered))
    right = [f"{n}\t{place}\t{grade}" for n, question in numbered for place, grade in sorted(graded[question].items())]
    _write(folder / QRELS, right)
    done = WrittenJudgements(len(graded), len(right), len(readable))
    with db.write() as session:
        log.record(session, actor, "index:judge", "site", None, "Chỉ mục", details={"count": done.questions})
    return done


def _readable_by_all(session: Session) -> list[int]:
    anybody = Actor(user_id=0, label="")
    return list(session.scalars(select(Document.id).where(rule.visible(anybody)).order_by(Document.id)))


def _counted(session: Session, readable: Iterable[int]) -> Counted:
    persons, held = func.count(), frozenset(readable)
    place = (Click.question, Click.document_id, Click.anchor)
    query = select(*place, persons.label("persons")).group_by(Click.series, *place)
    found: dict[str, dict[int, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for row in session.execute(query.having(persons >= complete.LEAST_PERSONS)):
        if row.document_id in held:
            own = found[row.question][row.document_id]
            own[row.anchor] = max(own.get(row.anchor, 0), row.persons)
    return found


def _graded(session: Session, counted: Counted) -> dict[str, dict[str, int]]:
    """Give a grade to each provision of the corpus that was opened: question → id of the provision → grade."""
    documents = {document for places in counted.values() for document in places}
    known = {document: _anchors(session, document) for document in sorted(documents)}
    graded: dict[str, dict[str, int]] = defaultdict(dict)
    for question, places in counted.items():
        for document, opened in places.items():
            for anchor, persons in opened.items():
                if (entry := _entry_of(anchor, known[document])) is not None:
                    name, grade = _name(document, entry), min(BEST, persons // complete.LEAST_PERSONS)
                    graded[question][name] = max(grade, graded[question].get(name, 0))
    return dict(graded)


def _anchors(session: Session, document_id: int) -> list[str]:
    return [entry.anchor for entry in entries.entries_of(session, session.get_one(Document, document_id))]


def _entry_of(anchor: str, known: Iterable[str]) -> str | None:
    """Choose the entry that has the provision `anchor`. For khoản 2 of Điều 4 it is Điều 4. None where the document has no such
    provision any more."""
    return max((one for one in known if one == anchor or is_inside(anchor, one)), key=len, default=None)


def _name(document_id: int, anchor: str) -> str:
    return f"{document_id}:{anchor}"


def _corpus(actor: Actor, readable: Iterable[int]) -> Iterator[str]:
    for some in chunks(list(readable)):
        readings.record(actor, some)
        with db.read() as session:
            for document in session.scalars(select(Document).where(Document.id.in_(some)).order_by(Document.id)):
                for entry in entries.entries_of(session, document):
                    yield _line(_row(entry))
        db.release()


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "id": _name(entry.document, entry.anchor), "number": entry.number, "doc_title": entry.doc_title,
        "doc_type": entry.doc_type, "article": entry.label.removeprefix("Điều ") if entry.label.startswith("Điều ") else "",
        "title": entry.title, "text": entry.text,
        "effective": entry.effective_from.strftime("%d/%m/%Y") if entry.effective_from else None,
    }  # fmt: skip


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False)


def _write(path: Path, lines: Iterable[str]) -> None:
    with path.open("x", encoding="utf-8") as out:
        out.writelines(f"{line}\n" for line in lines)
