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
    for part in document.part.package.iter_parts():
        root = getattr(part, "element", None)
        for run in [] if root is None else [one for one in root.iter(qn("w:r")) if any(_BEGIN in (text.text or "") for text in one.findall(qn("w:t")))]:
            # Only the body has footnotes.
            _replace(document, run, notes if part is document.part else None)
    if notes is not None:
        notes.save()
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _replace(document: Any, run: Any, notes: NoteWriter | None) -> None:
    """Split a run at its marks, so that each note stands where its mark stood."""
    from docx.oxml.ns import qn

    parent, holder = run.getparent(), run
    for child in [one for one in run if one.tag != qn("w:rPr")]:
        # What is no text (tabs, breaks, pictures) keeps its place.
        text = child.tag == qn("w:t")
        for place, words in enumerate(_MARK.split(child.text or "") if text else [""]):
            made = _note(document, parent, notes, words) if place % 2 and notes is not None else _run_like(run, child, f" ({words})" if place % 2 else words if text else None)
            holder.addnext(made)
            holder = made
    parent.remove(run)


def _note(document: Any, parent: Any, notes: NoteWriter, words: str) -> Any:
    """A run with the sign of a new footnote."""
    from docx.text.paragraph import Paragraph

    scratch = Paragraph(copy.deepcopy(parent), document)
    for child in list(scratch._p):
        scratch._p.remove(child)
    notes.add(scratch, words)
    return scratch._p[0]


def _run_like(run: Any, child: Any, words: str | None) -> Any:
    """A run that looks like `run`, with these words, or with a copy of its part `child` for None."""
    from docx.oxml.ns import qn

    made = copy.deepcopy(run)
    for part in list(made):
        if part.tag != qn("w:rPr"):
            made.remove(part)
    inside = copy.deepcopy(child)
    if words is not None:
        inside.text = words
        inside.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    made.append(inside)
    return made
