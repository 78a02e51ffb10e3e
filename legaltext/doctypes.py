"""The document types by name and by symbol. The symbol of a type is the short form of its name in document
numbers: "NQ" in "18-NQ/TW" stands for Nghị quyết (resolution).

This is the only list of types: reading uses it to find the type of a file, and the search engine uses it to
find types in a query. The module decides which printed names count as a type and which type a symbol means
(Decree 30/2020/NĐ-CP, Article 7 and Annex III, plus the types of legislation).
`docmgr.reading.structure.heading` decides whether a line of a file is a title line.
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

# These names are printed on real documents, though they are not among the 29 of the Decree. They are kept as
# printed rather than forced into a wrong type.
OTHER: tuple[tuple[str, str | None], ...] = (
    ("Kết luận", "KL"), ("Chiến lược", None), ("Nội quy", "NQy"), ("Điều lệ", "ĐL"), ("Lời kêu gọi", None),
    ("Thông tri", "TT"), ("Phụ lục", None), ("Danh sách", None), ("Quy chuẩn kỹ thuật quốc gia", None),
)  # fmt: skip

NAMES: tuple[str, ...] = tuple(
    sorted((name for name, _ in ADMINISTRATIVE + LEGISLATION + OTHER), key=len, reverse=True)
)
BY_SYMBOL: dict[str, str] = {
    symbol.upper(): name for name, symbol in OTHER + LEGISLATION + ADMINISTRATIVE if symbol is not None
} | {"TT": "Thông tư", "CTR": "Chương trình", "TTR": "Tờ trình", "QYĐ": "Quy định"}

# These words before a number in running text do not cite a document.
CITED_NAMES: tuple[str, ...] = tuple(
    name for name in NAMES if name not in ("Phụ lục", "Lệnh", "Danh sách", "Quy chuẩn kỹ thuật quốc gia")
)
CITED = "|".join(re.escape(name) for name in CITED_NAMES)

# Symbols of legislation that name the issuer (Law on Promulgation of Legal Documents, Article 4).
ISSUER_BY_SYMBOL: dict[str, str] = {
    "NĐ-CP": "Chính phủ", "NQ-CP": "Chính phủ", "QĐ-TTG": "Thủ tướng Chính phủ",
    "CT-TTG": "Thủ tướng Chính phủ", "PL-UBTVQH": "Ủy ban Thường vụ Quốc hội",
    "NQ-UBTVQH": "Ủy ban Thường vụ Quốc hội", "UBTVQH": "Ủy ban Thường vụ Quốc hội", "QH": "Quốc hội",
    "L-CTN": "Chủ tịch nước",
}  # fmt: skip


def symbol_of(number: str) -> str:
    """Find the symbol in the document number `number`, that is what follows the serial number and the year:
    "25/KH-UBND" gives "KH-UBND", "18-NQ/TW" gives "NQ/TW". Returns "" where nothing follows. A text that does
    not begin with a serial number is returned whole."""
    party = re.fullmatch(r"\d+[a-zA-Z]?\s*-\s*(.+/.+)", number)
    if party:
        return party.group(1)
    return re.sub(r"^\d+[a-zA-Z]?\s*/\s*(?:\d{4}\s*/\s*)?", "", number).strip()


def type_of_number(number: str) -> str | None:
    """Find the name of the document type in the document number `number`: "25/KH-UBND" gives "Kế hoạch" (plan). Returns
    None for an unknown symbol, and for a symbol without an issuer ("25/KH")."""
    symbol = symbol_of(number)
    if re.fullmatch(r"QH\d+", symbol):
        return "Luật"
    if re.match(r"UBTVQH\d*$", symbol):
        return "Nghị quyết"
    head = re.split(r"[-–/]", symbol, maxsplit=1)[0].strip()
    if head == symbol:
        return None
    return BY_SYMBOL.get(head.upper())


_SYMBOLS: dict[str, str | None] = dict(OTHER + LEGISLATION + ADMINISTRATIVE)
# Types whose numbers name the organ alone: 12/UBND-VX.
_WITHOUT_SYMBOL = frozenset({"Công văn", "Thư công"})
_WITH_YEAR = frozenset(name for name, _ in LEGISLATION)


def symbol_in_numbers(name: str) -> str | None:
    """The symbol that the numbers of documents of the type `name` carry: "Quyết định" gives "QĐ", and "Công văn" gives "",
    because its numbers name the organ alone. Returns None where documents of the type have no number, or there is no such
    type."""
    return "" if name in _WITHOUT_SYMBOL else _SYMBOLS.get(name)


def has_year_in_number(name: str) -> bool:
    """Whether the numbers of documents of the type `name` carry the year: those of legislation do ("30/2020/NĐ-CP")."""
    return name in _WITH_YEAR


def issuer_of_number(number: str) -> str | None:
    """The name of the issuer that the symbol in the document number `number` names ("30/2020/NĐ-CP" gives
    "Chính phủ", the Government). None where ISSUER_BY_SYMBOL does not have the symbol."""
    symbol = re.sub(r"\s", "", symbol_of(number)).upper()
    return ISSUER_BY_SYMBOL.get(re.sub(r"\d+$", "", symbol))


def _told_by(name: str, symbol: str | None) -> str:
    """Write `symbol`, the printed symbol of the document type `name`, in capitals without diacritics: "QĐ" gives "QD".
    Returns "" for a type that its symbol does not identify: "TT" on a "thông tri" is read as "thông tư"."""
    return fold(symbol).upper() if symbol and BY_SYMBOL[symbol.upper()] == name else ""


# Folded name of each type → its symbol in folded capitals ("quyet dinh" → "QD").
TYPE_ABBREVIATIONS: dict[str, str] = {
    fold(name): _told_by(name, symbol) for name, symbol in ADMINISTRATIVE + LEGISLATION + OTHER
}
# Folded names of the types whose documents have a number. A number after any other type counts or dates it
# ("phụ lục 1").
NUMBERED: tuple[str, ...] = tuple(
    name
    for name in TYPE_ABBREVIATIONS
    if name
    not in ("hien phap", "chien luoc", "loi keu goi", "phu luc", "danh sach", "quy chuan ky thuat quoc gia")
)
# Folded names of types that are mostly attached to a decision or a circular and are cited by its number.
ATTACHED = frozenset({"noi quy", "dieu le"})


# Law on Promulgation of Legal Documents, Article 4. A higher rank has a greater number here.
RANKS_OF_TYPES = {
    "hien phap": 7,
    "bo luat": 6,
    "luat": 6,
    "phap lenh": 5,
    "nghi dinh": 4,
    "quyet dinh": 2,
    "thong tu": 1,
}
