"""The rules of addressees: "Kính gửi" and the names behind or below it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from docmgr.writing.layout.checks import Found, at, number
from docmgr.writing.layout.page_checks import OLD
from docmgr.writing.layout.rules import rows
from docmgr.writing.layout.sheet import LaidLine, LaidSheet
from docmgr.writing.layout.text_checks import PARAGRAPHS
from legaltext.text import fold

_HEAD = re.compile(r"kính gửi\s*:?\s*", re.IGNORECASE)
_DASH = re.compile(r"[-–—]")
# What people do not see of dashes below each other, and of dashes below the colon, in millimetres.
_LEVEL, _BELOW = 2.0, 10.0


def addressed(sheet: LaidSheet) -> Iterator[Found]:
    """A letter names its addressees. In old fonts neither the type nor "Kính gửi" can be read."""
    letter = sheet.of("letter")
    if letter and not sheet.of("addressee") and not any(OLD.match(run.look.font) for line in letter for run in line.runs):
        yield Found(None, "“Kính gửi”", "có trong công văn", "không thấy")


def proposal_addressed(sheet: LaidSheet) -> Iterator[Found]:
    """A proposal (tờ trình) goes to the superior agency, and names it."""
    if [fold(line.words).strip(" .:") for line in sheet.of("type")] == ["to trinh"] and not sheet.of("addressee"):
        yield Found(None, "“Kính gửi”", "có trong tờ trình", "không thấy")


def above_body(sheet: LaidSheet) -> Iterator[Found]:
    """The addressees stand above the body."""
    for line in sheet.of("addressee")[:1]:
        place = next(number for number, one in enumerate(sheet.lines) if one is line)
        if any(one.role in PARAGRAPHS and not one.boxed for one in sheet.lines[:place]):
            yield at(line, "trên nội dung văn bản", "sau nội dung văn bản")


def _parts(sheet: LaidSheet) -> tuple[LaidLine, str, list[LaidLine]] | None:
    """The line with "Kính gửi", the names in it, and the lines below it; None where there is none."""
    lines = sheet.of("addressee")
    if not lines or _HEAD.match(lines[0].words) is None:
        return None
    return lines[0], _HEAD.sub("", lines[0].words, count=1), lines[1:]


def _names(lines: list[LaidLine]) -> list[LaidLine]:
    """The first line of each addressee; a line without a dash goes on where the one before has no mark at its end."""
    goes_on = (not _begins_dashed(line) and not before.words.endswith((";", ".")) for before, line in pairwise(lines))
    return [*lines[:1], *(line for line, is_rest in zip(lines[1:], goes_on, strict=True) if not is_rest)]


def _begins_dashed(line: LaidLine) -> bool:
    return _DASH.match(line.words) is not None or line.look.listed


def one_line(sheet: LaidSheet) -> Iterator[Found]:
    """A single addressee stands in the line of "Kính gửi"."""
    parts = _parts(sheet)
    if parts is not None and not parts[1] and len(_names(parts[2])) == 1 and parts[2][0].cell == parts[0].cell:
        yield at(parts[2][0], "trên cùng một dòng với “Kính gửi:”", "ở dòng dưới")


def own_lines(sheet: LaidSheet) -> Iterator[Found]:
    """Several addressees stand below "Kính gửi:", each in a line of its own."""
    parts = _parts(sheet)
    if parts is None or not parts[1]:
        return
    head, names, below = parts
    if ";" in names.rstrip(" ;.") or any(map(_begins_dashed, below)):
        yield at(head, "xuống dòng sau “Kính gửi:”, mỗi nơi nhận một dòng riêng", "tên nơi nhận cùng dòng với “Kính gửi:”")


def dashed(sheet: LaidSheet) -> Iterator[Found]:
    """Each of several addressees begins with a dash."""
    parts = _parts(sheet)
    names = _names(parts[2]) if parts is not None else []
    for line in names if len(names) > 1 else ():
        if not _begins_dashed(line):
            yield at(line, "đầu dòng có gạch đầu dòng (-)", f"“{line.words[:12].rstrip()}”")


def ended(sheet: LaidSheet) -> Iterator[Found]:
    """Each of several addressees ends with a semicolon, the last with a full stop."""
    parts = _parts(sheet)
    lines = parts[2] if parts is not None else []
    starts = {id(line) for line in _names(lines)}
    if len(starts) < 2:
        return
    lasts = [line for line, following in zip(lines, [*lines[1:], None], strict=True) if following is None or id(following) in starts]
    for line in lasts:
        wanted = "." if line is lines[-1] else ";"
        if not line.words.endswith(wanted):
            yield at(line, f"cuối dòng có dấu “{wanted}”", f"cuối dòng có “{line.words[-1:]}”")


def level(sheet: LaidSheet) -> Iterator[Found]:
    """The dashes stand below each other, and below the colon, as far as their places are known."""
    parts = _parts(sheet)
    if parts is None:
        return
    head, _, below = parts
    dashes = [(line, place) for line in below if _DASH.match(line.words) and (place := _begin(line)) is not None]
    for line, place in dashes[1:]:
        if abs(place - dashes[0][1]) > _LEVEL and line.cell == dashes[0][0].cell:
            yield at(line, "gạch đầu dòng thẳng hàng với dòng trên", f"lệch {number(abs(place - dashes[0][1]))} mm")
            return
    start = _begin(head)
    if dashes and start is not None and head.cell == dashes[0][0].cell and len(_names(below)) > 1:
        away = dashes[0][1] - start - _colon(head)
        if abs(away) > _BELOW:
            yield at(dashes[0][0], "gạch đầu dòng dưới dấu hai chấm của “Kính gửi:”", f"lệch {number(abs(away))} mm")


def _begin(line: LaidLine) -> float | None:
    """Where the words begin, in millimetres from the left edge of the text; None where tabs or spaces decide, or the width is not known."""
    if not line.runs or line.look.listed or any("\t" in run.text for run in line.runs) or line.runs[0].text[:1].isspace():
        return None
    if line.look.align in ("left", "both"):
        return line.look.left + line.look.first
    if line.look.align != "center" or line.room is None:
        return None
    return line.look.left + max(0.0, line.room - line.look.left - line.look.right - line.long) / 2


def _colon(head: LaidLine) -> float:
    """How far behind the first letter the colon stands."""
    return head.long * min(1.0, len("Kính gửi") / max(len(head.words), 1))


_SAYS = (
    "Nếu gửi cho một nơi thì “Kính gửi” và tên nơi nhận trên cùng một dòng; gửi cho hai nơi trở lên thì xuống dòng, mỗi nơi một dòng riêng, đầu dòng có gạch đầu dòng (-), "
    "cuối dòng có dấu chấm phẩy (;), cuối dòng cuối cùng có dấu chấm (.); các gạch đầu dòng thẳng hàng với nhau dưới dấu hai chấm (:)."
)
LETTERS = (
    *rows(
        "II.9.d", "Công văn, Tờ trình và Báo cáo gửi cơ quan cấp trên có phần “Kính gửi”, đặt trên nội dung văn bản.",
        addressee__present=addressed, addressee__proposal__advice=proposal_addressed, addressee__place=above_body,
    ),
    *rows(
        "II.9.d", _SAYS, addressee__one=one_line, addressee__lines=own_lines, addressee__dash=dashed, addressee__end=ended, addressee__level=level,
    ),
)  # fmt: skip
