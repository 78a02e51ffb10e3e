"""Forms of the agency's own: stored without a trial, and files that are forms of all kinds."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

import docx

from docmgr import context, db
from docmgr.models import PaperTemplate
from docmgr.writing.own_forms.papers import PAPERS


def kept(data: bytes, paper: str = "plan_report", *, no: int = 1, active: bool = False) -> int:
    """Store a version of a form as it is, and return its id."""
    stored = context.current().storage.put(io.BytesIO(data), 1 << 30)
    with db.write() as session:
        row = PaperTemplate(
            paper=paper, no=no, file_name="mau.docx", sha256=stored.sha256, size=stored.size, problems=[], active=active, created_by_label="Thử"
        )
        session.add(row)
        session.flush()
        return row.id


def starter(paper: str = "plan_report") -> bytes:
    """The form to start from."""
    return PAPERS[paper].starter()


def form(*lines: str) -> bytes:
    """A form with these paragraphs."""
    document, out = docx.Document(), io.BytesIO()
    for words in lines:
        document.add_paragraph(words)
    document.save(out)
    return out.getvalue()


def changed(data: bytes, parts: Mapping[str, Callable[[bytes], bytes]], more: Mapping[str, bytes] | None = None) -> bytes:
    """A package with some of its parts changed, and `more` parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name, bytes)(old.read(name)))
        for name, body in (more or {}).items():
            new.writestr(name, body)
    return out.getvalue()


def words(data: bytes) -> list[str]:
    """The paragraphs with text of a DOCX, those of tables too."""
    found = ("".join(text.text or "" for text in line.iter("{*}t")) for line in docx.Document(io.BytesIO(data)).element.body.iter("{*}p"))
    return [line for line in found if line.strip()]
