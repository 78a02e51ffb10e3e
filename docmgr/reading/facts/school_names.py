"""Find where the proper name of a school or place begins and ends in a line that was printed in capitals.

In "trường THPT hòn gai năm học 2024" (Hòn Gai high school, school year 2024) the proper name is "hòn gai".
The rules come from Decree 30/2020, Annex II, parts III and IV. All other rules for capitals are in
`readable_case`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# The longest comes first, so that a shorter one is not taken for its beginning.
_LEVELS = (
    "phổ thông dân tộc nội trú", "phổ thông dân tộc bán trú", "phổ thông liên cấp", "phổ thông",
    "trung học phổ thông", "trung học cơ sở", "tiểu học", "mầm non", "mẫu giáo", "liên cấp", "PTDTNT",
    "PTDTBT", "THPT", "THCS", "TH", "MN",
)  # fmt: skip
_LEVEL = rf"(?:{'|'.join(_LEVELS)})(?!\w)"
_SCHOOL = re.compile(
    rf"(?<!\w)(?P<many>(?:các|những|mọi|nhiều)\s)?trường (?P<level>{_LEVEL}(?:,? (?:và |& |- )?{_LEVEL}|&{_LEVEL})*)"
    r" (?P<name>[^,;:.()]+)",
    re.IGNORECASE,
)
# Words that are no part of a name and end it, alone or together with the next word.
_ENDS = frozenset("và các của cho về trên tại với theo trong thuộc ngoài".split())
_END_PAIRS = frozenset(
    {
        ("năm", "học"), ("trực", "thuộc"), ("tổ", "chức"), ("đạt", "chuẩn"), ("giai", "đoạn"), ("thực", "hiện"),
        ("lần", "thứ"), ("công", "lập"), ("tư", "thục"), ("ban", "hành"), ("xã", "hội"), ("khóa", "học"),
    }
)  # fmt: skip
_NUMBERED = frozenset({"năm", "khóa", "khoá", "quý", "tháng", "ngày"})
_PLACES = frozenset({"tỉnh", "huyện", "quận", "xã", "phường"})
_PLACE_PAIRS = frozenset({("thành", "phố"), ("thị", "trấn"), ("thị", "xã"), ("đặc", "khu")})
_LONGEST = 8


def ends_name(words: Sequence[str], at: int) -> bool:
    """Whether a proper name ends before the word `words[at]`, as before NĂM in "… QUẢNG NINH NĂM 2024". The
    words may be in any case."""
    word, following = words[at].lower(), words[at + 1].lower() if at + 1 < len(words) else ""
    if word in _ENDS or (word, following.strip(",.;:")) in _END_PAIRS:
        return True
    return word in _NUMBERED and following[:1].isdigit()


def opens_place(words: Sequence[str], at: int) -> bool:
    """Whether `words[at]` is a word such as "tỉnh" (province) or "thành phố" (city), after which the name of
    a place follows. The word "xã" (commune) in "xã hội" (society) does not count."""
    word, before = words[at].lower(), words[at - 1].lower() if at else ""
    return (word in _PLACES or (before, word) in _PLACE_PAIRS) and not ends_name(words, at)


def with_school_names(text: str) -> str:
    """Capitalise the names of schools in a text. The rest of the text must already be in normal case."""
    return _SCHOOL.sub(_named, text)


def _named(found: re.Match[str]) -> str:
    """Capitalise the name of one school. `found` is a match of `_SCHOOL`: "trường THPT hòn gai năm
    học" gives "Trường THPT Hòn Gai năm học". The text stays the same without a name, or after a
    plural word such as "các" (the)."""
    words = found["name"].split(" ")
    end = next((at for at in range(len(words)) if ends_name(words, at)), len(words))
    if found["many"] or end == 0:
        return found.group(0)
    level = re.sub(_LEVEL, lambda m: _capital(m[0]), found["level"], flags=re.IGNORECASE)
    name = [_of_name(words, at) if at < min(end, _LONGEST) else words[at] for at in range(len(words))]
    return " ".join(["Trường", level, *name])


def _of_name(words: Sequence[str], at: int) -> str:
    """Return `words[at]`, a word of a proper name, with a capital. The word "tỉnh" (province) and similar
    words are returned in small letters, and "số" in "số 1" (number 1) too."""
    word, following = words[at].lower(), words[at + 1].lower() if at + 1 < len(words) else ""
    kind = opens_place(words, at) or (word, following) in _PLACE_PAIRS
    numbered = word == "số" and following[:1].isdigit()
    return word if kind or numbered else _capital(words[at])


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]
