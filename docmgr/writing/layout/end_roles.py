"""What the lines at the end are for: the recipients, the authority and position of who signs, and the name."""

from __future__ import annotations

import re

from docmgr.writing.layout.body_roles import begins_part, is_decision
from docmgr.writing.layout.parts.annex_roles import fill_annexes
from docmgr.writing.layout.sheet import LaidLine
from legaltext.letters import is_capitals
from legaltext.text import fold

_RECIPIENTS = re.compile(r"nơi\s+nhận\s*[:.;]?$", re.IGNORECASE)
_AUTHORITY = re.compile(r"(?:(?:TM|KT|TL|TUQ)\s*[.,/ ]|Q\s*[.,])\s*[A-ZĐÂĂÊÔƠƯÁÀẢÃẠẤẦẨẪẬẮẰẲẴẶÉÈẺẼẸẾỀỂỄỆÍÌỈĨỊÓÒỎÕỌỐỒỔỖỘỚỜỞỠỢÚÙỦŨỤỨỪỬỮỰÝỲỶỸỴ ]{4,}")
_POSITION = re.compile(
    r"(?:pho )?(?:giam doc|cuc truong|vu truong|chu tich|bo truong|thu truong|tong giam doc|hieu truong|truong phong|chanh van phong|chanh thanh tra|truong ban|"
    r"vien truong|chi cuc truong|thu ky|thu tuong)\b"
)
_SIDES = re.compile(r"(?:dai dien|nguoi lap|chu toa|thu ky)\b")
# A note in parentheses may take several lines.
_NOTE = re.compile(r"\(.*|.*\)\d?|\[.*\]|đã ký\.?", re.IGNORECASE)
_APPENDIX = re.compile(r"phụ lục\b|mẫu số\b|\(?kèm theo\b", re.IGNORECASE)
# So many lines without recipients may hold the signature.
_SIGNATURE = 14


def fill_end(lines: list[LaidLine], after: int) -> int:
    """Give the lines of the end their roles, and those behind it the role `annex`. `after` is the place where the body begins. Returns
    the place where the body ends."""
    head = next((place for place in range(after, len(lines)) if _RECIPIENTS.fullmatch(lines[place].words)), None)
    if head is None:
        start = _start_without(lines, after)
        stop = min(start + _SIGNATURE, len(lines))
        signed = lines[start:stop]
    elif lines[head].cell is not None:
        table = lines[head].cell[0]  # type: ignore[index]
        inside = [place for place in range(after, len(lines)) if lines[place].cell is not None and lines[place].cell[0] == table]  # type: ignore[index]
        start, stop = inside[0], inside[-1] + 1
        column = lines[head].cell[2]  # type: ignore[index]
        _recipients([line for line in lines[head:stop] if line.cell is not None and line.cell[2] == column])
        signed = [line for line in lines[start:stop] if line.cell is not None and line.cell[2] != column]
    else:
        start = _start_without(lines[:head], after, near=head)
        signed = lines[start:head]
        stop = _recipients(_block(lines, head)) + head
        signed = signed or lines[stop : stop + _SIGNATURE]
        stop = min(max(stop, head + 1), len(lines))
    _signature(signed)
    for line in lines[stop:]:
        line.role = line.role or "annex"
    fill_annexes(lines[stop:])
    for line in lines[start:stop]:
        line.role = line.role or ("other" if line.words else "blank")
    return start


def _block(lines: list[LaidLine], head: int) -> list[LaidLine]:
    """The lines of the recipients outside a table: as long as they are a list."""
    stop = head + 1
    while stop < len(lines) and stop < head + 60 and (not lines[stop].words or lines[stop].words[0] in "-–+•"):
        stop += 1
    return lines[head:stop]


def _recipients(block: list[LaidLine]) -> int:
    block[0].role = "recipients"
    for line in block[1:]:
        if _is_signing(line):
            break
        line.role = "recipient" if line.words else "blank"
    return len(block)


def _start_without(lines: list[LaidLine], after: int, near: int | None = None) -> int:
    """Where the signature begins: at the first line of the last block of short lines that name an authority or a position, or the two sides
    of minutes, and are no running text. The end of the lines when there is none. `near` is a line that it may be at most a block away
    from. Who decides stands above the legal bases in the same words, and an annex may name positions too."""
    first = max(after, near - _SIGNATURE) if near is not None else after
    found = [place for place in range(first, len(lines)) if _is_signing(lines[place]) and not _decides(lines, place)]
    annex = next((place for place in range(first, len(lines)) if _is_annex_head(lines[place])), len(lines))
    found = [place for place in found if place < annex] or found
    start = found[-1] if found else len(lines)
    for place in reversed(found[:-1]):
        if start - place > _SIGNATURE or any(begins_part(line) for line in lines[place:start]):
            break
        start = place
    return start


def _decides(lines: list[LaidLine], place: int) -> bool:
    """Whether the line names who decides: legal bases or the word of the decision follow."""
    return any(begins_part(line, bases_only=True) or is_decision(line) for line in lines[place + 1 : place + 1 + _SIGNATURE])


def _is_annex_head(line: LaidLine) -> bool:
    return len(line.words) < 40 and _APPENDIX.match(line.words) is not None


def _is_signing(line: LaidLine) -> bool:
    words = line.words.strip(" .*")
    if not 4 <= len(words) <= 70 or _APPENDIX.match(words):
        return False
    folded = fold(words)
    capitals = is_capitals(line.shown)
    return bool((capitals and (_AUTHORITY.match(line.shown.strip()) or _POSITION.match(folded) or _SIDES.match(folded))) or _is_alone(line, folded))


def _is_alone(line: LaidLine, folded: str) -> bool:
    """Whether a position stands in small letters, which it should not."""
    return line.look.align in ("center", "right") and _POSITION.fullmatch(folded) is not None


def _signature(signed: list[LaidLine]) -> None:
    """Sort the block of who signs. What stands above the first gap names the authority and the position; the last line is the name,
    unless only blank lines or notes follow the position."""
    block = [line for line in signed if not line.role]
    start = next((place for place, line in enumerate(block) if line.words), len(block))
    column = block[start].cell[2] if start < len(block) and block[start].cell is not None else None  # type: ignore[index]
    if any(line.cell is not None and line.cell[2] != column for line in block[start:] if line.words):
        # Two sides sign side by side, each with a form of its own.
        for line in block:
            line.role = ("sides" if is_capitals(line.shown) else "note") if line.words else "blank"
        return
    gap = next((place for place in range(start, len(block)) if not block[place].words or _NOTE.fullmatch(block[place].words)), len(block))
    while gap - start > 1 and not is_capitals(block[gap - 1].shown) and gap == len(block):
        gap -= 1
    for line in block[start:gap]:
        line.role = "authority"
    for line in block[gap:]:
        line.role = "blank" if not line.words else "note" if _NOTE.fullmatch(line.words) or not any(map(str.isalpha, line.words)) else "place"
    named = [line for line in block[gap:] if line.role == "place"]
    if column is None:
        # Outside a table anything may follow; the first line with words is the name or there is none.
        named = named[:1]
    if named and _is_name(named[-1].words):
        named[-1].role = "signer"


def _is_name(words: str) -> bool:
    """Whether the words may be a person's name: the last two begin with capitals, and there are no digits."""
    parts = words.split()
    return 2 <= len(parts) <= 9 and all(part[0].isupper() for part in parts[-2:]) and not re.search(r"\d|[;:,]$", words)
