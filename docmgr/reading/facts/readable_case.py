"""Write in normal case the names that documents print in capitals.

"ỦY BAN NHÂN DÂN TỈNH QUẢNG NINH" becomes "Ủy ban nhân dân tỉnh Quảng Ninh". If the running text of the same
document contains the name, its spelling there is used; otherwise the rules of Decree 30/2020, Annex II,
apply. `issuer`, `heading` and `signature` decide which words are a name.
"""

from __future__ import annotations

import re
from collections import Counter

from docmgr.reading.facts.school_names import ends_name, opens_place, with_school_names
from legaltext.letters import LOWER, capitalise, is_capitals, squeeze

_ENOUGH = 50
# A single letter is a name ("CÔNG TY TNHH A"), but for those that are words or syllables ("Y TẾ", "Ý KIẾN").
_LETTERS = frozenset("ABCDEFGHIKLMNPQRSTVX")
_VOWELS = frozenset(LOWER) - frozenset("bcdđfghjklmnpqrstvwxz")

ABBREVIATIONS = frozenset(
    {
        "UBND", "HĐND", "MTTQ", "UBMTTQ", "THPT", "THCS", "TH", "MN", "GDĐT", "GD&ĐT", "TW", "TƯ", "TP",
        "ĐHQG", "PTDTNT", "PTDTBT", "GDTX", "GDNN", "XHCN", "TNCS", "QH", "NĐ", "CP", "BGDĐT", "SGDĐT", "QCVN",
        "TCVN", "II", "III", "IV", "VI", "VII", "VIII", "IX", "XI", "XII", "XIII", "XIV", "XV", "XVI",
        "XVII", "XVIII", "XIX", "XX",
    }
)  # fmt: skip
_KEPT_LOWER = frozenset(
    {"và", "các", "của", "cho", "về", "trên", "tại", "với", "theo", "trong", "trực", "thuộc", "trưởng"}
)
# Spellings that no rule gives (Decree 30 Annex II, parts IV and V).
PHRASES: tuple[str, ...] = (
    "Ủy ban nhân dân", "Hội đồng nhân dân", "Ủy ban Thường vụ Quốc hội", "Thủ tướng Chính phủ", "Chính phủ",
    "Ủy ban Mặt trận Tổ quốc Việt Nam", "Mặt trận Tổ quốc Việt Nam", "Việt Nam", "Quốc hội", "Chủ tịch nước",
    "Cộng hòa xã hội chủ nghĩa Việt Nam", "Công đoàn", "Ban Thường trực", "Ban Thường vụ", "Ban Chấp hành", "Đoàn đại biểu Quốc hội", "Nhà nước",
    "Giáo dục và Đào tạo", "Khoa học và Công nghệ", "Nông nghiệp và Môi trường", "Giao thông vận tải",
    "Văn hóa, Thể thao và Du lịch", "Dân tộc và Tôn giáo", "Lao động - Thương binh và Xã hội",
    "Tài nguyên và Môi trường", "Thông tin và Truyền thông", "Kế hoạch và Đầu tư", "Thủ đô Hà Nội",
    "Tòa án nhân dân", "Viện kiểm sát nhân dân", "Kiểm toán nhà nước", "Tổng Liên đoàn Lao động",
    "Trung học phổ thông", "Trung học cơ sở", "Hồ Chí Minh", "Hà Nội", "Quảng Ninh", "Trung ương Đảng",
    "Đảng Cộng sản Việt Nam", "Chánh Văn phòng", "Chánh Thanh tra",
)  # fmt: skip
# Sorted so that a longer name is applied after a shorter one: "Ủy ban Thường vụ" must win over "Ban Thường vụ".
_BY_LENGTH = tuple(sorted(PHRASES, key=len))
# After one of these words the next word begins the name of a field of work: "Sở Nội vụ", "Phòng Tổ chức cán bộ".
_HEADS = frozenset({"bộ", "sở", "phòng", "cục", "vụ", "viện", "trường", "ban"})


def readable(name: str, text: str) -> str:
    """Write the name in normal case; a name that is not in capitals stays as it is. `text` is the text of the
    document, in which the name is looked up in normal case."""
    name = squeeze(name)
    if not is_capitals(name):
        return name
    flat = text.replace("\n", " ")
    found = _as_in(name, flat)
    return capitalise(found if found is not None else by_rule(name))


def _as_in(name: str, flat: str) -> str | None:
    """Find the most frequent spelling of `name` in the running text `flat` (without line breaks); spellings
    in capitals do not count. None when the name does not occur, or only in capitals."""
    lowered = flat.lower()
    if len(lowered) != len(flat):
        return None
    wanted = name.lower()
    seen: Counter[str] = Counter()
    at = lowered.find(wanted)
    while at >= 0 and seen.total() < _ENOUGH:
        words = flat[at : at + len(wanted)]
        if not is_capitals(words):
            seen[words] += 1
        at = lowered.find(wanted, at + len(wanted))
    # When both cases are equally frequent the capitals win: small letters may be a font of capitals read as text.
    return max(seen, key=lambda words: (seen[words], sum(c.isupper() for c in words))) if seen else None


def by_rule(name: str) -> str:
    """Write a name that is printed in capitals with only its first word capitalised. Abbreviations stay in
    capitals. Names of places and schools, and phrases with a fixed spelling such as "Quốc hội", keep their
    own capitals."""
    out: list[str] = []
    in_place = False
    words = name.split(" ")
    for at, raw in enumerate(words):
        previous = out[-1].lower() if out else ""
        in_place = in_place and not ends_name(words, at)
        out.append(raw if _kept(raw) else _cased(raw.lower(), previous, in_place))
        in_place = opens_place(words, at) or (in_place and not raw.endswith((",", ";")))
    text = with_school_names(" ".join(out))
    for phrase in _BY_LENGTH:
        text = re.sub(rf"(?<!\w){re.escape(phrase)}(?!\w)", phrase, text, flags=re.IGNORECASE)
    return capitalise(text)


def _kept(raw: str) -> bool:
    """Whether a word stays in capitals: a known abbreviation, a word with a digit, a single letter, or letters
    without a vowel."""
    bare = raw.strip(',.;:()“”"')
    joined = all(part in ABBREVIATIONS for part in re.split(r"[-–&]", bare))
    if joined or bare in ABBREVIATIONS or bare in _LETTERS or any(c.isdigit() for c in bare):
        return True
    return len(bare) > 1 and bare.isalpha() and not _VOWELS & set(bare.lower())


def _cased(word: str, previous: str, in_place: bool) -> str:
    """Return the lower-case word `word`, with a capital if it needs one. It needs one inside the name of a
    place (`in_place`), and directly after a kind of office, such as "sở" (department). `previous` is the word
    before it."""
    opens = (in_place and word not in ("ủy", "uỷ")) or (previous in _HEADS and (previous, word) != ("ban", "hành"))
    return capitalise(word) if opens and word not in _KEPT_LOWER else word
