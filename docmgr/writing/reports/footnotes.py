"""Footnotes of a DOCX: the library has none, so the part is written here."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn

from docmgr.writing import paper

_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
# The lines above the notes that Word expects, with the ids that it gives them.
_SEPARATORS = "".join(
    f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
    for number, kind in ((-1, "separator"), (0, "continuationSeparator"))
)
_CLOSE = '<w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/></w:pPr>'
_RAISED = '<w:rPr><w:sz w:val="20"/><w:vertAlign w:val="superscript"/></w:rPr>'


class NoteWriter:
    """The footnotes of one document: add them in their order, then call `save` once."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._notes: list[str] = []

    def add(self, paragraph: Any, words: str) -> None:
        """Add a reference to the note at the end of the paragraph."""
        self._notes.append(paper.cleaned(words))
        run = paragraph.add_run()
        run.font.superscript = True
        reference = OxmlElement("w:footnoteReference")
        reference.set(qn("w:id"), str(len(self._notes)))
        run._r.append(reference)

    def save(self) -> None:
        """Write the notes into the document. Nothing happens when there are none."""
        if not self._notes:
            return
        notes = "".join(
            f'<w:footnote w:id="{number}"><w:p>{_CLOSE}<w:r>{_RAISED}<w:footnoteRef/></w:r>'
            f'<w:r><w:rPr><w:sz w:val="20"/></w:rPr><w:t xml:space="preserve"> {escape(words)}</w:t></w:r></w:p></w:footnote>'
            for number, words in enumerate(self._notes, start=1)
        )
        data = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:footnotes {nsdecls("w")}>{_SEPARATORS}{notes}</w:footnotes>'
        part = Part(PackURI("/word/footnotes.xml"), _KIND, data.encode(), self._document.part.package)
        self._document.part.relate_to(part, _RELATION)
