"""Two sets of queries made from the list of documents by fixed rules: document numbers as people type them in haste,
and laws by the names that people use.

This module decides which document is right. When several laws have a name, each of them is. A law whose title is
missing in the list cannot be asked for by name and is left out.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from indexer import fold

SEED = 20_251_124
NUMBERS = 300
LAW_TYPES = ("Luật", "Bộ luật", "Pháp lệnh")
_NUMBER = re.compile(r"(?P<no>\d+[a-zA-Z]?)[/-](?:(?P<year>(?:19|20)\d\d)[/-])?(?P<symbol>.+)")
_AMENDING = re.compile(r"sửa đổi|bổ sung một số", re.IGNORECASE)
_KIND = re.compile(r"^(bộ\s+)?lu[ậâ]t\s+|^pháp\s+lệnh\s+", re.IGNORECASE)
_TAIL = re.compile(r"\s+việt nam$")
ABBREVIATIONS = {
    "Luật": "luat", "Bộ luật": "bo luat", "Pháp lệnh": "pl", "Nghị định": "nd", "Nghị quyết": "nq", "Quyết định": "qd",
    "Thông tư": "tt", "Thông tư liên tịch": "ttlt", "Chỉ thị": "ct", "Nghị quyết liên tịch": "nqlt",
}  # fmt: skip
# Names in everyday use that no rule derives from the title.
SPOKEN: Mapping[str, tuple[str, ...]] = {
    "10/2022/QH15": ("luật dân chủ cơ sở", "luật dân chủ ở cơ sở"),
    "91/2015/QH13": ("luật dân sự", "BLDS"),
    "100/2015/QH13": ("luật hình sự", "BLHS"),
    "101/2015/QH13": ("luật tố tụng hình sự", "BLTTHS"),
    "92/2015/QH13": ("luật tố tụng dân sự", "BLTTDS"),
    "45/2019/QH14": ("luật lao động", "BLLĐ"),
    "95/2015/QH13": ("luật hàng hải",),
    "52/2014/QH13": ("luật hôn nhân gia đình", "luật hôn nhân"),
    "25/2008/QH12": ("luật BHYT",),
    "84/2015/QH13": ("luật an toàn lao động",),
    "36/2018/QH14": ("luật chống tham nhũng", "luật tham nhũng"),
    "73/2021/QH14": ("luật ma túy", "luật chống ma túy"),
    "44/2019/QH14": ("luật rượu bia", "luật phòng chống tác hại rượu bia"),
    "09/2012/QH13": ("luật thuốc lá", "luật phòng chống tác hại thuốc lá"),
    "64/2006/QH11": ("luật HIV", "luật phòng chống HIV/AIDS"),
    "42/2013/QH13": ("luật tiếp dân",),
    "44/2013/QH13": ("luật chống lãng phí", "luật tiết kiệm chống lãng phí"),
    "15/2017/QH14": ("luật tài sản công", "luật quản lý tài sản công"),
    "83/2015/QH13": ("luật ngân sách", "luật NSNN"),
    "97/2015/QH13": ("luật phí lệ phí",),
    "85/2015/QH13": ("luật bầu cử", "luật bầu cử quốc hội"),
    "87/2015/QH13": ("luật hoạt động giám sát", "luật giám sát của quốc hội"),
    "10/2017/QH14": ("luật bồi thường nhà nước", "luật bồi thường của nhà nước"),
    "29/2018/QH14": ("luật bí mật nhà nước",),
    "33/2013/QH13": ("luật thiên tai",),
    "03/2007/QH12": ("luật bệnh truyền nhiễm",),
    "04/2017/QH14": ("luật doanh nghiệp nhỏ và vừa",),
    "98/2015/QH13": ("luật quân nhân chuyên nghiệp",),
    "30/2013/QH13": ("luật giáo dục quốc phòng",),
    "04/2007/QH12": ("luật thuế TNCN",),
    "14/2008/QH12": ("luật thuế TNDN",),
    "19/2023/QH15": ("luật bảo vệ người tiêu dùng", "luật người tiêu dùng"),
    "23/2004/QH11": ("luật đường thủy nội địa", "luật giao thông đường thủy"),
    "66/2006/QH11": ("luật hàng không", "luật hàng không dân dụng"),
    "86/2015/QH13": ("luật an toàn thông tin",),
    "46/2010/QH12": ("luật ngân hàng nhà nước",),
    "63/2014/QH13": ("luật tổ chức viện kiểm sát",),
    "37/2018/QH14": ("luật CAND", "luật công an"),
    "58/2020/QH14": ("luật hòa giải đối thoại",),
    "05/2007/QH12": ("luật chất lượng sản phẩm",),
    "16/2012/QH13": ("luật quảng cáo",),
    "102/2016/QH13": ("luật trẻ em",),
    "58/2010/QH12": ("luật viên chức",),
}
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """The typed text, and the document numbers of which one must be the first result."""

    asked: str
    right: frozenset[str]


def number_cases(rows: Sequence[Row], seed: int = SEED) -> list[Case]:
    """Five careless spellings of each of 300 numbers drawn from the list."""
    split = {row["number"]: _NUMBER.fullmatch(row["number"]) for row in rows}
    same = Counter(
        (row["type"], found["no"], found["year"]) for row in rows if (found := split[row["number"]])
    )
    drawn = random.Random(seed).sample([row for row in rows if split[row["number"]]], NUMBERS)
    cases = []
    for row in drawn:
        found = split[row["number"]]
        assert found is not None
        alone = found["year"] is not None and same[row["type"], found["no"], found["year"]] == 1
        typed = _careless(row["type"], found["no"], found["year"], found["symbol"], alone)
        cases += [Case(text, frozenset({row["number"]})) for text in typed]
    return cases


def _careless(kind: str, no: str, year: str | None, symbol: str, alone: bool) -> tuple[str, ...]:
    """The number without signs; type and issuer abbreviated; the type in words, the symbol only when the rest fits
    several documents; the symbol joined in lower case; spaces around every sign."""
    parts = re.findall(r"\w+", fold(symbol))
    plain, name = " ".join(parts), ABBREVIATIONS.get(kind, fold(kind))
    issuer = "".join(parts[1:] if parts[0] == name else parts)
    dated = [part for part in (no, year) if part]
    return (
        " ".join([*dated, plain]),
        f"{name} {'/'.join(dated)} {issuer}",
        f"{fold(kind)} {' '.join(dated)}" + ("" if alone else f" {plain}"),
        "/".join([*dated, re.sub(r"[-–]", "", symbol.lower())]),
        f"{kind} " + " / ".join([*dated, re.sub(r"\s*[-–]\s*", " - ", symbol)]),
    )


def law_cases(rows: Sequence[Row]) -> list[Case]:
    """Laws by type and title as people type them (no capitals, no commas, with and without diacritics), and by their
    names in everyday use."""
    named: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        title = row.get("title") or ""
        if row["type"] not in LAW_TYPES or not title or _AMENDING.search(title):
            continue
        for name in (*_short_names(row["type"], title), *SPOKEN.get(row["number"], ())):
            named[name].add(row["number"])
    both = [Case(name, frozenset(numbers)) for name, numbers in sorted(named.items())]
    return [*both, *(Case(fold(case.asked), case.right) for case in both)]


def _short_names(kind: str, title: str) -> set[str]:
    """Type and title in lower case, and the same without "Việt Nam" at the end."""
    name = re.sub(r"[,.;]", "", " ".join(_KIND.sub("", title.strip()).lower().split()))
    return {f"{kind.lower()} {name}", f"{kind.lower()} {_TAIL.sub('', name)}"}


def misses(cases: Iterable[Case], first: Callable[[str], str | None]) -> list[tuple[Case, str | None]]:
    """The cases in which `first` (a function from a query to the number of the first document) gives another
    document."""
    answered = ((case, first(case.asked)) for case in cases)
    return [(case, number) for case, number in answered if number not in case.right]
