"""Find the numbers of documents in a line, also numbers with a small fault in them ("127/2007NĐ-CP", "58
CT/TW"), and the numbers of technical regulations and standards ("QCVN 41:2019/BGTVT", "TCVN 6909:2001").

Whether what looks like a number is one, is decided in `citations`.
"""

from __future__ import annotations

import re

from legaltext.letters import squeeze
from legaltext.numbers import OLD, PARTY, WRITTEN, tidy_number

_NO, _YEAR = r"(?P<no>\d{1,5}[a-zA-Z]?)", r"(?P<year>(?:19|20)\d\d)"
# The slash after the year is missing.
_GLUED = re.compile(
    rf"(?<![\w/.\-]){_NO}\s?/\s?{_YEAR}(?P<symbol>[A-ZĐ]{{1,4}}[a-zđ]?\s?[-–]\s?[A-ZĐƯƠÔ]{{1,10}}[a-z]?(?:-[A-ZĐƯƠÔ]+)*)(?!\w)"
)
# A blank stands where a hyphen should be, or within the symbol of the Standing Committee.
_TORN = re.compile(
    rf"(?<![\w/.\-]){_NO}/{_YEAR}/(?P<symbol>(?:NĐ|TT|QĐ|NQ|CT)\s(?:CP|TTg|B[A-ZĐ]{{2,8}}|UBND|HĐND|NHNN|TANDTC)|UBTV\s?QH\s?\d{{1,2}})(?!\w)"
)
_TORN_PARTY = re.compile(
    r"(?:(?<=số )|(?<=thị )|(?<=quyết )|(?<=định )|(?<=luận )|(?<=báo )|(?<=dẫn )|(?<=hoạch )|(?<=văn ))"
    r"(?P<no>\d{1,4})\s(?P<symbol>(?:CT|NQ|QĐ|TB|KL|TT|QyĐ|HD|KH|CV|TC)/(?:TW|TƯ|TU|ĐU|HU|[A-ZĐ]{2,6}))(?!\w)"
)
_PATTERNS = (WRITTEN, PARTY, OLD, _GLUED, _TORN, _TORN_PARTY)
STANDARD = re.compile(
    r"(?<![\w/])(?P<type>QCVN|TCVN|TCXDVN|TCXD|TCCS|QCĐP)(?P<body>\s?[/-]\s?[A-Z]{2,4}|\s[A-Z]{2,5}(?:/[A-Z]{2,5})?)?"
    r"\s?(?P<no>\d{1,6}(?:[-.]\d{1,5})*)(?P<year>\s?[:–-]\s?(?:19|20)\d\d)?(?P<issuer>\s?/\s?[A-ZĐ]{2,12})?(?!\w|[-\w]{0,20}\.(?:docx?|xlsx?|pdf))"
)


def number_matches(line: str) -> list[re.Match[str]]:
    """Find what looks like the number of a document, in order and without overlaps. Each match has the groups
    `no` and `symbol`, and `year` when its pattern has one."""
    found = sorted(
        (match for pattern in _PATTERNS for match in pattern.finditer(line)),
        key=lambda m: (m.start(), -m.end()),
    )
    kept: list[re.Match[str]] = []
    for match in found:
        if not kept or match.start() >= kept[-1].end():
            kept.append(match)
    return kept


def number_of(match: re.Match[str]) -> str:
    """The number as its document prints it, without the fault: "127/2007NĐ-CP" gives "127/2007/NĐ-CP"."""
    if match.re is _GLUED:
        return tidy_number(f"{match['no']}/{match['year']}/{match['symbol']}")
    if match.re is _TORN:
        joint = "" if match["symbol"].startswith("UBTV") else "-"
        return tidy_number(f"{match['no']}/{match['year']}/{joint.join(match['symbol'].split())}")
    if match.re is _TORN_PARTY:
        return tidy_number(f"{match['no']}-{match['symbol']}")
    return tidy_number(match.group(0))


def standard_matches(line: str) -> list[re.Match[str]]:
    """Find the numbers of technical regulations and standards in a line, in order. A number without its year
    counts when it has at least three digits. A line that has nothing else is a heading, and gives none."""
    found = [match for match in STANDARD.finditer(line) if _is_standard(match)]
    return [] if len(found) == 1 and found[0].group(0) == line.strip() else found


def _is_standard(match: re.Match[str]) -> bool:
    return bool(match["year"] or re.search(r"-(?:19|20)\d\d$", match["no"]) or len(match["no"]) >= 3)


def standard_key(number: str) -> str:
    """The number of a standard without blanks, to compare it with others."""
    return "".join(number.split())


def standard_of(match: re.Match[str]) -> str:
    """The number of a standard without stray blanks: "QCVN 41: 2011/BTNMT" gives "QCVN 41:2011/BTNMT"."""
    return re.sub(r"\s*([:/])\s*", r"\1", squeeze(match.group(0)))
