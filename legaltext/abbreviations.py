"""Abbreviations of administrative language and their full names. A search for "UBND" finds "ủy ban nhân dân"
(people's committee) and the reverse. Several abbreviations of one full name find each other too.

This module finds the word sequences in a query that have another name; ranking decides how much such a match counts. A
site adds its own abbreviations from a table in the database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations
from types import MappingProxyType

from legaltext.text import fold, has_marks, syllables

# One abbreviation a line, as it is printed, then its full name; several full names are separated by "|".
_LIST = """
ATGT an toàn giao thông
ATTP an toàn thực phẩm
BCH ban chấp hành
BĐS bất động sản
BGDĐT Bộ Giáo dục và Đào tạo
BHTN bảo hiểm thất nghiệp
BHXH bảo hiểm xã hội
BHYT bảo hiểm y tế
BLDS Bộ luật Dân sự
BLHS Bộ luật Hình sự
BLLĐ Bộ luật Lao động
BLTTDS Bộ luật Tố tụng dân sự
BLTTHS Bộ luật Tố tụng hình sự
BVMT bảo vệ môi trường
CAND công an nhân dân
CBCC cán bộ, công chức
CBCCVC cán bộ, công chức, viên chức
CBCCVCNLĐ cán bộ, công chức, viên chức, người lao động
CBGV cán bộ, giáo viên
CBQL cán bộ quản lý
CCCD căn cước công dân
CCHC cải cách hành chính
CĐ công đoàn|công điện|cao đẳng
CMND chứng minh nhân dân
CNQSDĐ chứng nhận quyền sử dụng đất
CNTT công nghệ thông tin
CNVC công nhân, viên chức
CP Chính phủ
CSDL cơ sở dữ liệu
CSGD cơ sở giáo dục
CSGT cảnh sát giao thông
CSVC cơ sở vật chất
ĐBQH đại biểu Quốc hội
ĐHQG Đại học Quốc gia
ĐKKD đăng ký kinh doanh
ĐKKH đăng ký kết hôn
GCN giấy chứng nhận
GCNQSDĐ giấy chứng nhận quyền sử dụng đất
GDĐT giáo dục và đào tạo
GD&ĐT giáo dục và đào tạo
GDMN giáo dục mầm non
GDNN giáo dục nghề nghiệp
GDPT giáo dục phổ thông
GDQP giáo dục quốc phòng
GDTX giáo dục thường xuyên
GPLX giấy phép lái xe
GPMB giải phóng mặt bằng
GTĐB giao thông đường bộ
GTGT giá trị gia tăng
GTVT giao thông vận tải
GV giáo viên
GVCN giáo viên chủ nhiệm
HĐLĐ hợp đồng lao động
HĐND Hội đồng nhân dân
HĐQT hội đồng quản trị
HĐTP Hội đồng Thẩm phán
HĐTV hội đồng thành viên
HNGĐ hôn nhân và gia đình
HS học sinh
HSSV học sinh, sinh viên
HTX hợp tác xã
KBNN Kho bạc Nhà nước
KCN khu công nghiệp
KHCN khoa học và công nghệ
KH&CN khoa học và công nghệ
KHĐT kế hoạch và đầu tư
KH&ĐT kế hoạch và đầu tư
KNTC khiếu nại, tố cáo
KTKĐ khảo thí và kiểm định
KTNN Kiểm toán nhà nước
KTXH kinh tế - xã hội
LĐTBXH Lao động - Thương binh và Xã hội
LĐTB&XH Lao động - Thương binh và Xã hội
LĐ-TB&XH Lao động - Thương binh và Xã hội
LĐLĐ Liên đoàn Lao động
MN mầm non
MTTQ Mặt trận Tổ quốc
NCKH nghiên cứu khoa học
NHNN Ngân hàng Nhà nước
NLĐ người lao động
NNPTNT nông nghiệp và phát triển nông thôn
NN&PTNT nông nghiệp và phát triển nông thôn
NSDLĐ người sử dụng lao động
NSNN ngân sách nhà nước
NVQS nghĩa vụ quân sự
PBGDPL phổ biến, giáo dục pháp luật
PCCC phòng cháy, chữa cháy|phòng cháy và chữa cháy
PCTN phòng, chống tham nhũng
PCTT phòng, chống thiên tai
PGDĐT Phòng Giáo dục và Đào tạo
PTNT phát triển nông thôn
QCDC quy chế dân chủ
QH Quốc hội
QLCL quản lý chất lượng
QLNN quản lý nhà nước
QPPL quy phạm pháp luật
QSDĐ quyền sử dụng đất
SGDĐT Sở Giáo dục và Đào tạo
SGK sách giáo khoa
SHTT sở hữu trí tuệ
SV sinh viên
TAND Tòa án nhân dân
TANDTC Tòa án nhân dân tối cao
TCCB tổ chức cán bộ
TCTD tổ chức tín dụng
TH tiểu học
THADS thi hành án dân sự
THCS trung học cơ sở
THPT trung học phổ thông
TNCN thu nhập cá nhân
TNDN thu nhập doanh nghiệp
TNGT tai nạn giao thông
TNHH trách nhiệm hữu hạn
TNHS trách nhiệm hình sự
TNLĐ tai nạn lao động
TNMT tài nguyên và môi trường
TN&MT tài nguyên và môi trường
TTATGT trật tự, an toàn giao thông
TTĐB tiêu thụ đặc biệt
TTg Thủ tướng|Thủ tướng Chính phủ
TTHC thủ tục hành chính
TTND thanh tra nhân dân
TTTT thông tin và truyền thông
TT&TT thông tin và truyền thông
TW trung ương
UBMTTQ Ủy ban Mặt trận Tổ quốc
UBND Ủy ban nhân dân
UBTVQH Ủy ban Thường vụ Quốc hội
VBHN văn bản hợp nhất
VBQPPL văn bản quy phạm pháp luật
VHTTDL văn hóa, thể thao và du lịch
VHTT&DL văn hóa, thể thao và du lịch
VKSND Viện kiểm sát nhân dân
VPHC vi phạm hành chính
VSATTP vệ sinh an toàn thực phẩm
VT văn thư
XHCN xã hội chủ nghĩa
XKLĐ xuất khẩu lao động
XLVPHC xử lý vi phạm hành chính
XPVPHC xử phạt vi phạm hành chính
""".strip()

# Half abbreviated names such as "Sở GDĐT", as most people write them.
_BODIES = {"Bộ": "BGDĐT", "Sở": "SGDĐT", "Phòng": "PGDĐT"}
# "GD" alone is left out: "cơ sở GD" (a school) is no department.
_FIELDS = ("GDĐT", "GD&ĐT", "GD và ĐT")


def _built_in() -> dict[str, tuple[str, ...]]:
    rows = (line.split(" ", 1) for line in _LIST.splitlines())
    table = {short: tuple(names.split("|")) for short, names in rows}
    half = {f"{body} {field}": table[short] for field in _FIELDS for body, short in _BODIES.items()}
    return table | half


# The table that every site begins with: abbreviation as printed → its full names.
BUILT_IN: Mapping[str, tuple[str, ...]] = MappingProxyType(_built_in())
Words = tuple[str, ...]


@dataclass(frozen=True)
class Alternative:
    """A word sequence of a query (`asked`) and one other name of it (`other`); both are normalised syllables."""

    asked: Words
    other: Words


@dataclass(frozen=True)
class _Lookup:
    """A table of names (abbreviations and full names), searched by words without diacritics.

    `others` maps a name without diacritics to pairs (the same name with diacritics, another name of the thing). For
    ("ubnd",) one pair is (("ubnd",), ("ủy", "ban", "nhân", "dân")). `lengths` maps a first word to the lengths of the names
    that begin with it, the greatest first."""

    others: Mapping[Words, tuple[tuple[Words, Words], ...]]
    lengths: Mapping[str, tuple[int, ...]]


def spelling(abbreviation: str) -> str:
    """The key of an abbreviation: its syllables without diacritics, joined by spaces ("GD&ĐT" gives "gd dt")."""
    return " ".join(map(fold, syllables(abbreviation)))


@lru_cache(maxsize=8)
def _lookup(table: tuple[tuple[str, tuple[str, ...]], ...]) -> _Lookup:
    called: dict[Words, list[Words]] = {}
    for short, names in table:
        for name in names:
            called.setdefault(tuple(syllables(name)), []).append(tuple(syllables(short)))
    others: dict[Words, list[tuple[Words, Words]]] = {}
    for full, shorts in called.items():
        # The full name comes first. "Sở GDĐT" also gets the other name "SGDĐT".
        spelled = [one for one in (full, *shorts) if one]
        for written, other in permutations(dict.fromkeys(spelled), 2):
            others.setdefault(tuple(map(fold, written)), []).append((written, other))
    frozen = {folded: tuple(found) for folded, found in others.items()}
    lengths: dict[str, set[int]] = {}
    for folded in frozen:
        lengths.setdefault(folded[0], set()).add(len(folded))
    return _Lookup(frozen, {word: tuple(sorted(own, reverse=True)) for word, own in lengths.items()})


def stretches(runs: Sequence[Words], table: Mapping[str, tuple[str, ...]] = BUILT_IN) -> tuple[Alternative, ...]:
    """Find every word sequence in `runs` that has another name in `table`. `table` maps each abbreviation as printed to its
    full names. Returns one `Alternative` for each other name, () where nothing is found.

    A run is a tuple of neighbouring normalised syllables of a query. A sequence lies within one run, and the longest one
    wins. A typed "ủy" matches only "ủy", but a typed "uy" matches any diacritics."""
    lookup = _BUILT_IN_LOOKUP if table is BUILT_IN else _lookup(tuple(table.items()))
    found: dict[Alternative, None] = {}
    for run in runs:
        folded, place = tuple(map(fold, run)), 0
        while place < len(run):
            # Most words do not begin a name.
            if folded[place] in lookup.lengths and (taken := _at(lookup, run, folded, place)):
                found.update(dict.fromkeys(taken))
                place += len(taken[0].asked)
            else:
                place += 1
    return tuple(found)


def _at(lookup: _Lookup, run: Words, folded: Words, place: int) -> list[Alternative]:
    """Find the alternatives for the longest name that begins at index `place` of the neighbouring syllables `run`;
    [] for none. `lookup` holds the known names, and `folded` is `run` without diacritics."""
    for length in lookup.lengths[folded[place]]:
        asked = run[place : place + length]
        known = lookup.others.get(folded[place : place + length], ())
        fitting = [other for written, other in known if _same(asked, written)]
        if fitting:
            return [Alternative(asked, other) for other in dict.fromkeys(fitting)]
    return []


def _same(asked: Words, written: Words) -> bool:
    return all(word == own or not has_marks(word) for word, own in zip(asked, written, strict=True))


_BUILT_IN_LOOKUP = _lookup(tuple(BUILT_IN.items()))
# Words without diacritics that are, alone, an abbreviation or a full name in the built-in table.
SINGLE = frozenset(folded[0] for folded in _BUILT_IN_LOOKUP.others if len(folded) == 1)
