"""The document types by name and by symbol.

This is the only list: reading takes from it what a file is, the search engine what a question names. It decides which
printed names count as a type and which type a symbol tells (Decree 30/2020/NĐ-CP Article 7 and Annex III, plus the types
of legislation). Whether a line of a file is a title line is decided in `docmgr.reading.structure.heading`.
"""

from __future__ import annotations

import re

from legaltext.text import fold

ADMINISTRATIVE: tuple[tuple[str, str | None], ...] = (
    ("Nghị quyết", "NQ"), ("Quyết định", "QĐ"), ("Chỉ thị", "CT"), ("Quy chế", "QC"), ("Quy định", "QyĐ"),
    ("Thông cáo", "TC"), ("Thông báo", "TB"), ("Hướng dẫn", "HD"), ("Chương trình", "CTr"),
    ("Kế hoạch", "KH"), ("Phương án", "PA"), ("Đề án", "ĐA"), ("Dự án", "DA"), ("Báo cáo", "BC"),
    ("Biên bản", "BB"), ("Tờ trình", "TTr"), ("Hợp đồng", "HĐ"), ("Công văn", None), ("Công điện", "CĐ"),
    ("Bản ghi nhớ", "BGN"), ("Bản thỏa thuận", "BTT"), ("Giấy ủy quyền", "GUQ"), ("Giấy mời", "GM"),
    ("Giấy giới thiệu", "GGT"), ("Giấy nghỉ phép", "GNP"), ("Phiếu gửi", "PG"), ("Phiếu chuyển", "PC"),
    ("Phiếu báo", "PB"), ("Thư công", None),
)  # fmt: skip

LEGISLATION: tuple[tuple[str, str | None], ...] = (
    ("Hiến pháp", None), ("Bộ luật", None), ("Luật", None), ("Pháp lệnh", "PL"), ("Lệnh", "L"),
    ("Nghị quyết liên tịch", "NQLT"), ("Nghị định", "NĐ"), ("Thông tư liên tịch", "TTLT"),
    ("Thông tư", "TT"), ("Văn bản hợp nhất", "VBHN"),
)  # fmt: skip

# Printed on real documents, though not among the 29; kept as printed rather than forced into a wrong type.
OTHER: tuple[tuple[str, str | None], ...] = (
    ("Kết luận", "KL"), ("Chiến lược", None), ("Nội quy", "NQy"), ("Điều lệ", "ĐL"), ("Lời kêu gọi", None),
    ("Thông tri", "TT"), ("Phụ lục", None),
)  # fmt: skip

NAMES: tuple[str, ...] = tuple(
    sorted((name for name, _ in ADMINISTRATIVE + LEGISLATION + OTHER), key=len, reverse=True)
)
BY_SYMBOL: dict[str, str] = {
    symbol.upper(): name for name, symbol in OTHER + LEGISLATION + ADMINISTRATIVE if symbol is not None
} | {"TT": "Thông tư", "CTR": "Chương trình", "TTR": "Tờ trình", "QYĐ": "Quy định"}

# "Phụ lục" and "Lệnh" before a number in running text cite no document.
CITED_NAMES: tuple[str, ...] = tuple(name for name in NAMES if name not in ("Phụ lục", "Lệnh"))
CITED = "|".join(re.escape(name) for name in CITED_NAMES)

# Issuers that a symbol of legislation tells by itself (Law on Promulgation of Legal Documents, Article 4).
ISSUER_BY_SYMBOL: dict[str, str] = {
    "NĐ-CP": "Chính phủ", "NQ-CP": "Chính phủ", "QĐ-TTG": "Thủ tướng Chính phủ",
    "CT-TTG": "Thủ tướng Chính phủ", "PL-UBTVQH": "Ủy ban Thường vụ Quốc hội",
    "NQ-UBTVQH": "Ủy ban Thường vụ Quốc hội", "UBTVQH": "Ủy ban Thường vụ Quốc hội", "QH": "Quốc hội",
    "L-CTN": "Chủ tịch nước",
}  # fmt: skip


def symbol_of(number: str) -> str:
    """The part of a number behind serial and year: "25/KH-UBND" → "KH-UBND", "18-NQ/TW" → "NQ/TW"."""
    party = re.fullmatch(r"\d+[a-zA-Z]?\s*-\s*(.+/.+)", number)
    if party:
        return party.group(1)
    return re.sub(r"^\d+[a-zA-Z]?\s*/\s*(?:\d{4}\s*/\s*)?", "", number).strip()


def type_of_number(number: str) -> str | None:
    """The type that the symbol of a number tells, or None ("25/KH-UBND" → "Kế hoạch")."""
    symbol = symbol_of(number)
    if re.fullmatch(r"QH\d+", symbol):
        return "Luật"
    if re.match(r"UBTVQH\d*$", symbol):
        return "Nghị quyết"
    head = re.split(r"[-–/]", symbol, maxsplit=1)[0].strip()
    if head == symbol:
        return None
    return BY_SYMBOL.get(head.upper())


def issuer_of_number(number: str) -> str | None:
    """The issuer that the symbol of legislation tells, or None where the symbol is an agency's own."""
    symbol = re.sub(r"\s", "", symbol_of(number)).upper()
    return ISSUER_BY_SYMBOL.get(re.sub(r"\d+$", "", symbol))


def _told_by(name: str, symbol: str | None) -> str:
    """The symbol of a type in folded capitals; "" where it has none, or where that symbol tells another type (TT)."""
    return fold(symbol).upper() if symbol and BY_SYMBOL[symbol.upper()] == name else ""


# Folded name of each type → its symbol in folded capitals ("quyet dinh" → "QD").
TYPE_ABBREVIATIONS: dict[str, str] = {
    fold(name): _told_by(name, symbol) for name, symbol in ADMINISTRATIVE + LEGISLATION + OTHER
}
# Folded names of the types whose documents bear a number: figures behind the others count or date them ("phụ lục 1").
NUMBERED: tuple[str, ...] = tuple(
    name for name in TYPE_ABBREVIATIONS if name not in ("hien phap", "chien luoc", "loi keu goi", "phu luc")
)
# Folded names of numbered types that mostly come attached to a decision or a circular, and are cited by its number.
ATTACHED = frozenset({"noi quy", "dieu le"})


# Law on the promulgation of legal documents, Article 4: the higher the rank, the greater the number.
RANKS_OF_TYPES = {
    "hien phap": 7,
    "bo luat": 6,
    "luat": 6,
    "phap lenh": 5,
    "nghi dinh": 4,
    "quyet dinh": 2,
    "thong tu": 1,
}
