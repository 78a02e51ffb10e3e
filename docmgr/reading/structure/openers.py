"""Recognise where an appendix, a form, a technical standard or another attached document begins.

Only the heading of such a part is looked at. `parts` decides which of them divide a document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from docmgr.reading.structure.heading import TITLE
from legaltext.anchors import ordinal, spell
from legaltext.letters import UPPER, squeeze

if TYPE_CHECKING:
    from docmgr.reading.types import Block

_APPENDIX = re.compile(
    r"^(?:PHỤ LỤC|Phụ lục)(?:\s+(?:(?:số|SỐ)\s*:?\s*)?(?P<no>[IVXLC]+|\d+[a-zA-Z]?|[A-H]))?"
    rf"(?=\s*$|\s*[.:\-–(]|\s+[{UPPER}]{{2}})"
)
_FORM = re.compile(
    r"^(?:Mẫu|MẪU|Biểu mẫu|BIỂU MẪU|Biểu|BIỂU)\s*(?:số|SỐ|Số)?\s*:?\s*"
    r"(?P<no>\d+[a-zđA-ZĐ]?(?:[./\-][\w\-]+)*)"
    # What follows is a title, or names the document that has the form; a sentence about the form does not count.
    rf"(?=\s*$|\s*[.:(\-–]|\s+(?:[{UPPER}\d“\"]|ban\s+hành\s+kèm|kèm\s+theo))"
)
STANDARD = re.compile(r"^QCVN\s+\d+\s*:")
ATTACHED = re.compile(
    # A list or a paper that goes with a record or an application is no document of its own.
    r"^(?:\(?\s*(?:(?:được\s+)?Ban\s+hành\s+)?kèm\s+theo|\(\s*Ban\s+hành\s+theo)\s+(?!biên\s+bản|đơn|hồ\s+sơ)",
    re.IGNORECASE,
)


def opener_of(blocks: Sequence[Block], at: int) -> tuple[str, str, str] | None:
    """Recognise the beginning of an appendix, a form, a technical standard (QCVN) or another attached
    document at the block `at`. Returns (kind, numeral, label): the kind as in TextPart, the numeral or "",
    and the label as printed. None when none begins there."""
    block = blocks[at]
    if block.table is not None or block.kind in ("header", "footer", "footnote"):
        return None
    text = squeeze(block.text)
    appendix = _APPENDIX.match(text)
    if appendix and (text.isupper() or len(text) < 25 or block.bold or block.centered) and len(text) < 300:
        return (
            "phu_luc",
            ordinal(appendix["no"]) if appendix["no"] else "",
            appendix.group(0).rstrip(" .:-–("),
        )
    form = _FORM.match(text)
    if form and len(text) < 700 and not text.endswith((";", ",")):
        return "mau", spell(form["no"]), form.group(0)
    if STANDARD.match(text) and len(text) < 40:
        return "kem_theo", "", text
    # A list goes with a form or a letter as often as it is issued as a document.
    own = not text.startswith("DANH SÁCH") or any("an hành kèm" in b.text for b in blocks[at + 1 : at + 4])
    if own and TITLE.match(text) and len(text) < 200 and _is_attached(blocks, at):
        return "kem_theo", "", text if len(text) < 60 else text[:60]
    return None


def _is_attached(blocks: Sequence[Block], at: int) -> bool:
    """Whether the title in the block `at` is the heading of an attached document: "(Ban hành kèm theo …)"
    (issued together with …) follows it."""
    return any(ATTACHED.match(b.text) for b in blocks[at + 1 : at + 7])


def listed_forms(blocks: Sequence[Block], forms: Sequence[int]) -> set[int]:
    """Find the entries of lists of forms, which are no forms: at least two follow one another without any text
    between them. `forms` are the indexes of the blocks that name a form, in order. Returns the indexes of the
    entries. The last of such lines is a form itself when a line above it has the same number."""
    listed: set[int] = set()
    named: set[str] = set()
    for place, at in enumerate(forms):
        number = _form_number(blocks[at])
        last = forms[place + 1 : place + 2] != [at + 1]
        if not last or (at - 1 in forms[place - 1 : place] and number not in named):
            listed.add(at)
        named.add(number)
    return listed


def _form_number(block: Block) -> str:
    form = _FORM.match(squeeze(block.text))
    return spell(form["no"]) if form is not None else ""
