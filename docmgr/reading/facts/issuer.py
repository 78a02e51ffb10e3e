"""Read the issuing organisation from the heading.

This module decides which lines of the left column are names, and which name is the issuer. The lowest name is
the issuer, because the superior body is printed above it (Decree 30/2020, Annex I).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from docmgr.reading.facts.heading import is_stamp
from docmgr.reading.facts.readable_case import readable
from docmgr.reading.structure.heading import ABOUT, HeadingLine
from docmgr.reading.types import Fact
from legaltext.letters import is_capitals, squeeze

_SOLO = re.compile(r"^(?:BAN THƯỜNG TRỰC|BAN THƯỜNG VỤ|BAN CHẤP HÀNH|THƯỜNG TRỰC|VĂN PHÒNG|BAN BÍ THƯ)$")
# A line that begins with one of these names an organisation; any other line continues the line before it.
_ORG_HEADS = (
    "BỘ", "UỶ BAN", "ỦY BAN", "UBND", "UB", "SỞ", "PHÒNG(?!,)", "TRƯỜNG", "HỘI", "CHÍNH PHỦ",
    "QUỐC HỘI", "BAN", "BQL", "CỤC", "TỔNG", "VỤ", "VIỆN", "TRUNG TÂM", "CÔNG ĐOÀN", "LIÊN ĐOÀN", "ĐẢNG",
    "TỈNH ỦY", "TỈNH UỶ", "THÀNH ỦY", "HUYỆN ỦY", "QUẬN ỦY", "CHI BỘ", "CHI CỤC", "VĂN PHÒNG",
    "TIỂU BAN", "TỔ(?! QUỐC)", "ĐOÀN", "THANH TRA", "TÒA ÁN", "TOÀ ÁN", "THỦ TƯỚNG", "CHỦ TỊCH",
    "NGÂN HÀNG", "KHO BẠC", "BẢO HIỂM", "THƯỜNG TRỰC", "HỌC VIỆN", "ĐẠI HỌC", "CÔNG AN", "CÔNG TY",
    "KIỂM TOÁN", "HĐND", "MTTQ", "MẶT TRẬN", "NHÀ", "BÁO", "KHOA", "QUỸ", "CƠ QUAN", "ĐÀI",
)  # fmt: skip
_ORG = re.compile(rf"^(?:{'|'.join(_ORG_HEADS)})(?!\w)")
_PLACE_LINE = re.compile(r"^(?:TỈNH|THÀNH PHỐ|TP|HUYỆN|QUẬN|XÃ|PHƯỜNG|THỊ|ĐẶC KHU)(?!\w)")


def _fact(value: str, quote: str) -> Fact:
    return Fact("issuer", value, squeeze(quote), sure=True)


def issuer(pieces: Sequence[HeadingLine], text: str) -> Fact | None:
    """Find the fact `issuer` in the heading lines `pieces`. It is the last of the names in the left column,
    because the superior body is printed above the issuer. A name that says little alone, such as "VĂN PHÒNG"
    (office), is followed by the name above it. None when no name is found. `text` is the text of the
    document."""
    names = _names(_issuer_pieces(pieces))
    names = [name for name in names if " " in name and not re.search(r"[.…]{3}", name)]
    if not names or not _ORG.match(names[-1].upper()):
        return None
    quote = " ".join(names)
    # Small letters occur here when a font of capitals was read as text: "bộ tài chính".
    last = _joint(names[-1].upper(), text)
    if _SOLO.match(names[-1].upper()) and len(names) > 1:
        return _fact(f"{last} {readable(names[-2].upper(), text)}", quote)
    return _fact(last, quote)


def _joint(name: str, text: str) -> str:
    """Write `name` in normal case, and each of the organisations that issue a document together ("BỘ TÀI CHÍNH - BỘ
    NỘI VỤ") as a name of its own. `text` is the text of the document."""
    parts: list[str] = []
    for part in re.split(r"\s+[-–]\s+", name):
        if parts and not _ORG.match(part):
            # "LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI" is one name.
            parts[-1] = f"{parts[-1]} - {part}"
        else:
            parts.append(part)
    return " - ".join(readable(part, text) for part in parts)


def _names(lines: Sequence[HeadingLine]) -> list[str]:
    """Join heading lines to whole names; return one string for each name, from top to bottom. A line that
    does not begin with a kind of organisation continues the name above it."""
    names: list[str] = []
    block = -1
    for piece in lines:
        clean = piece.text.strip(" -–—_*.")
        if names and not _starts_name(clean, names[-1]):
            if piece.block - block > 2:
                break
            names[-1] = f"{names[-1]} {clean}"
        elif _ORG.match(clean.upper()) or not names:
            names.append(clean)
        block = piece.block
    return names


def _starts_name(line: str, before: str) -> bool:
    open_ends = (",", "-", "–", "&", " VÀ", " THƯỜNG VỤ", " CỦA", " TRUNG ƯƠNG", " CHỦ TỊCH")
    if before.upper().endswith(open_ends):
        return False
    return bool(_ORG.match(line.upper())) and not _PLACE_LINE.match(line.upper())


def _issuer_pieces(pieces: Sequence[HeadingLine]) -> list[HeadingLine]:
    """Choose the heading lines that belong to names of organisations in the left column, from top to
    bottom. Empty when there are none."""
    end = next((i for i, p in enumerate(pieces) if p.kind in ("title", "appendix", "body")), len(pieces))
    number = next((p for p in pieces[:end] if p.kind == "number"), None)
    nation = next((p for p in pieces[:end] if p.kind == "nation"), None)
    mottos = {p.block for p in pieces[:end] if p.kind == "motto" and p.table is None}
    lines: list[HeadingLine] = []
    for piece in pieces[:end]:
        if piece is number and (nation is None or piece.table is None):
            break
        if piece.kind != "text" or is_stamp(piece.text) or _beside(piece, nation):
            continue
        beside_motto = bool(lines) and piece.block in mottos and lines[-1].block == piece.block - 1
        beside_motto = beside_motto and any(c.isalpha() for c in piece.text)
        if _is_name(piece, bool(lines), nation is not None) or beside_motto:
            lines.append(piece)
        elif lines and (ABOUT.match(piece.text) or not piece.text.strip(" -–—_*.&=")):
            continue
        elif lines:
            break
    return lines


def _beside(piece: HeadingLine, nation: HeadingLine | None) -> bool:
    """Whether the heading line `piece` is in the right column, below or above the national title `nation`.
    False when there is no national title (None) or no table."""
    if nation is None or nation.table is None or piece.table != nation.table:
        return False
    return piece.col == nation.col


def _is_name(piece: HeadingLine, goes_on: bool, headed: bool) -> bool:
    """Whether the heading line `piece` is the name of an organisation or a part of such a name. `goes_on`
    says that a name was found above it. `headed` says that the heading has a national title; only then a
    name may be in small letters."""
    if is_capitals(piece.text):
        return True
    short = headed and len(piece.text) < 60 and not re.search(r"[\d:;(]", piece.text)
    return short and (
        bool(_ORG.match(piece.text.upper())) or (goes_on and bool(_PLACE_LINE.match(piece.text.upper())))
    )
