"""The footnotes that name the list of each figure. A value carries its address in a mark, and a filled form gets the note in its place."""

from __future__ import annotations

import copy
import io
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docmgr.writing.reports.footnotes import NoteWriter

# Private letters, which no text of a record may have (`unmarked`).
_BEGIN, _END = "\ue0f0", "\ue0f1"
NOTE = "(chú thích cuối trang)"
_MARK = re.compile(f"{_BEGIN}([^{_END}]*){_END}")


def mark(address: str) -> str:
    """What a value has so that a footnote comes there; "" where there is no list."""
    return f"{_BEGIN}Danh sách: {unmarked(address)}{_END}" if address else ""


def is_mark(value: Any) -> bool:
    """Whether a value is such a mark."""
    return isinstance(value, str) and value.startswith(_BEGIN)


def unmarked(text: str) -> str:
    """A text of a record without the letters of marks."""
    return text.replace(_BEGIN, "").replace(_END, "")


def noted(data: bytes) -> bytes:
    """Write a footnote for each mark. A form with footnotes of its own gets the words in parentheses."""
    import docx
    from docx.oxml.ns import qn

    from docmgr.writing.reports.footnotes import NoteWriter

    document = docx.Document(io.BytesIO(data))
    own = any(relation.reltype.endswith("/footnotes") for relation in document.part.rels.values())
    notes = None if own else NoteWriter(document)
    for run in [run for run in document.element.iter(qn("w:r")) if _BEGIN in "".join(run.itertext())]:
        _replace(document, run, notes)
    if notes is not None:
        notes.save()
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _replace(document: Any, run: Any, notes: NoteWriter | None) -> None:
    """Split a run at its marks, so that each note stands where its mark stood."""
    from docx.oxml.ns import qn
    from docx.text.paragraph import Paragraph

    parts = _MARK.split("".join(text.text or "" for text in run.iter(qn("w:t"))))
    parent, holder = run.getparent(), run
    for place, words in enumerate(parts):
        if place % 2 and notes is not None:
            scratch = Paragraph(copy.deepcopy(parent), document)
            for child in list(scratch._p):
                scratch._p.remove(child)
            notes.add(scratch, words)
            made = scratch._p[0]
        else:
            made = copy.deepcopy(run)
            for child in list(made):
                if child.tag != qn("w:rPr"):
                    made.remove(child)
            text = made.makeelement(qn("w:t"), {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
            text.text = f" ({words})" if place % 2 else words
            made.append(text)
        holder.addnext(made)
        holder = made
    parent.remove(run)
