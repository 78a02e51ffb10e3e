"""What the forms to start from have in common: the layout of the paper that the program writes itself, with fields in the places of values."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from docmgr.writing import sheets_docx
from docmgr.writing.reports import pieces
from docmgr.writing.sheets_docx import SheetEnd, SheetHeading

_FIELD = re.compile(r"{[{%].*?[}%]}")
AGENCY = "{{ co_quan|upper }}"


def begin(title: str, kind: str, number: str, subject: str, day: str = "ngay_lap", agency: str = AGENCY, superior: str = "") -> Any:
    """Begin a form: heading, type and subject. The line of the superior agency stands only where there is one."""
    document = sheets_docx.sheet(title)
    sheets_docx.heading(document, SheetHeading(agency, f"……………, {{{{ {day} }}}}", superior=superior, number=f"        {number}"))
    if superior:
        line = document.tables[0].cell(0, 0).paragraphs[0]
        line.insert_paragraph_before("{%p if cap_tren %}")
        own = document.tables[0].cell(0, 0).paragraphs[2]
        own.insert_paragraph_before("{%p endif %}")
    sheets_docx.title(document, kind, [subject])
    return document


def lines(document: Any, *words: str, italic: bool = False) -> None:
    """Add paragraphs of the body."""
    for one in words:
        sheets_docx.line(document, one, italic=italic)


def each(document: Any, over: str, *words: str, nothing: str = "", italic: bool = False, name: str = "dong") -> None:
    """Add paragraphs that come again for each member of the list `over`; `nothing` is said of an empty one."""
    lines(document, f"{{%p for {name} in {over} %}}", *words, italic=italic)
    lines(document, *(("{%p else %}", nothing) if nothing else ()), "{%p endfor %}")


def when(document: Any, condition: str, *words: str, otherwise: str = "") -> None:
    """Add paragraphs that stand only where the condition holds, else `otherwise`."""
    lines(document, f"{{%p if {condition} %}}", *words, *(("{%p else %}", otherwise) if otherwise else ()), "{%p endif %}")


def table(document: Any, over: str, widths: Sequence[int], names: Sequence[str], cells: Sequence[str], left: Collection[int]) -> None:
    """Add a table with a row for each record of the list `over`."""
    blank = [""] * (len(names) - 1)
    rows = (names, (f"{{%tr for dong in {over} %}}", *blank), cells, ("{%tr endfor %}", *blank))
    pieces.table(document, widths, rows, left)


def figures(document: Any, over: str) -> None:
    """Add a line for each figure of the list `over`."""
    each(document, over, "- {{ dong.noi_dung }}: {{ dong.so_luong }}{{ dong.nguon }}{{ dong.dau }}")


def end(document: Any, recipients: Sequence[str], position: str) -> bytes:
    """Add the end and return the bytes of the form."""
    sheets_docx.end(document, SheetEnd(tuple(recipients), (position,)))
    return body(document)


def body(document: Any) -> bytes:
    """The bytes of the form. Headings are in capitals, the names of fields in them are not."""
    for text in document.element.iter("{*}t"):
        text.text = _FIELD.sub(lambda found: found.group().lower(), text.text or "")
    return sheets_docx.body(document)
