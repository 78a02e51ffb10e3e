"""Find the first and the last day on which a document is in force, as its own final provisions state them.

This module decides which sentence is about the document itself ("Nghị định này có hiệu lực …": this decree
takes effect …). A statement such as "sau 45 ngày kể từ ngày ký" (45 days after signing) is counted from the
date of issue. "Hết hiệu lực từ ngày 01/7/2026" (no longer in force from 1 July 2026) gives 30 June 2026 as
the last day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from docmgr.reading.types import Fact
from legaltext import doctypes
from legaltext.dates import DATE, add_days, iso
from legaltext.letters import squeeze

if TYPE_CHECKING:
    from docmgr.reading.types import Block

_OPENS = (
    r"(?:^|(?<=[.;:]\s))(?:(?:Điều\s+)?\d+[.)\-–]\s*)*(?:(?:Hiệu lực thi hành|Điều khoản thi hành)[.:]?\s*)?"
)
_BARE = r"(?=\s+có\s+hiệu\s+lực)"
_OWN = re.compile(
    rf"{_OPENS}(?P<own>(?:Bản\s+)?(?:{doctypes.CITED})(?:\s+(?:này|liên tịch này|của [^.;]{{3,80}}? này)|{_BARE}))"
    r"(?P<rest>[^.;]{0,40}?\s+(?:có|bắt\s+đầu\s+có)\s+hiệu\s+lực\s*)(?=(?P<tail>[^;]{0,260}))"
)
# "từ ngày ký", and "từ ngày Hội nghị thông qua", which names the body that adopts.
_ISSUING = r"(?:kể\s+)?từ\s+ngày\s+(?:được\s+)?(?P<who>[^\W\d][^.;]{0,80}?\s)??(?:ký|ban\s+hành|thông\s+qua"
_AFTER = re.compile(
    r"sau\s+(?P<count>\d{1,3})\s*(?:\([^)]*\)\s*)?ngày\s*,?\s*(?P<working>làm\s+việc\s*,?\s*)?"
    rf"{_ISSUING}|công\s+bố)(?!\w)"
)
_SIGNING = re.compile(rf"{_ISSUING})(?!\w)")
_UNTIL = re.compile(r"(?:đến|tới)\s+(?:hết\s+)?(?=ngày\s+\d)")
_LAPSE = r"hết\s+hiệu\s+lực\s*(?:thi\s+hành\s*)?,?\s*(?:kể\s+)?từ\s+(?=ngày\s+\d)"
_OWN_LAPSE = re.compile(
    rf"{_OPENS}(?P<own>(?:{doctypes.CITED})(?:\s+(?:này|liên tịch này)|{_BARE}))"
    rf"(?P<rest>(?:[^.;]|\.(?=\d)){{0,160}}?)(?P<lapse>{_LAPSE})"
)
# Words that show that another document, some provisions, or something replaced is meant.
_ANOTHER = rf"(?:{doctypes.CITED})(?!\s+(?:này|liên tịch này))(?!\w)"
_OTHER = re.compile(rf"{_ANOTHER}|văn bản|quy định|chính sách|số\s+\d|Điều\s+\d|khoản|thay thế|bãi bỏ|trừ\s")
_OTHER_DAY = re.compile(rf"{_ANOTHER}|hiệu lực|\d/")
_SENTENCE_END = re.compile(r"\.\s+(?=\w)")


def effect(body: Sequence[Block], facts: dict[str, Fact], signed_on: str | None = None) -> dict[str, Fact]:
    """Find the facts effective_from and effective_to. A fact that the text of `body` does not state is left
    out; of several statements the first one counts. `facts` are the facts found so far; the date of issue and
    the type among them are used. Without a date of issue, "from the day of signing" is counted from `signed_on`
    (ISO 8601)."""
    issued = facts["issued_on"].value if "issued_on" in facts else signed_on
    kind = facts["type"].value if "type" in facts else None
    out: dict[str, Fact] = {}
    for block in body:
        if "hiệu lực" in block.text:
            out = _stated(squeeze(block.text), issued, kind) | out
    return out


def _stated(line: str, issued: str | None, kind: str | None) -> dict[str, Fact]:
    """Find in one line the facts effective_from and effective_to of the document itself, by field name; empty
    when the line states neither. `issued` is the date of issue (ISO 8601) and `kind` the type of the
    document; each is None when unknown."""
    out: dict[str, Fact] = {}
    for found in _OWN.finditer(line):
        if not _is_own(found["own"], kind):
            continue
        words = _SENTENCE_END.split(found["own"] + found["rest"] + found["tail"])[0]
        begins, ends = _from(found["tail"], issued), _until(_SENTENCE_END.split(found["tail"])[0])
        for field, day in (("effective_from", begins), ("effective_to", ends)):
            if day is not None:
                out.setdefault(field, Fact(field, day, squeeze(words), sure=True))
    for found in _OWN_LAPSE.finditer(line):
        named = DATE.match(line, found.end())
        lapsed = iso(named) if named is not None else None
        if named and lapsed and _is_own(found["own"], kind) and not _OTHER.search(found["rest"]):
            quote = squeeze(line[found.start() : named.end()])
            out.setdefault("effective_to", Fact("effective_to", add_days(lapsed, -1), quote, sure=True))
    return out


def _is_own(words: str, kind: str | None) -> bool:
    """Whether `words`, the subject of a sentence such as "… có hiệu lực" (… takes effect), mean the document
    itself. They do if they end with "này" (this) or are only the type of the document ("Nghị quyết",
    resolution). `kind` is that type. When it is None (unknown), the answer is always True."""
    return words.endswith(" này") or kind is None or kind.startswith(words)


def _from(tail: str, issued: str | None) -> str | None:
    """Find the first day in force in the words `tail` after "có hiệu lực" (takes effect), in ISO 8601; None
    when they give no day. `issued` is the document's date of issue, from which days are counted, or None."""
    after = _AFTER.search(tail)
    if after is not None and after.start() < 30:
        computed = issued is not None and not after["working"] and _is_issuing(after)
        return add_days(issued, int(after["count"])) if computed and issued is not None else None
    signing, day = _SIGNING.search(tail), DATE.search(tail)
    if signing is not None and signing.start() < 30 and not re.search(r"\d", tail[: signing.start()]):
        return issued if _is_issuing(signing) else None
    if day is not None and re.fullmatch(r"(?:thi\s+hành\s*)?,?\s*(?:kể\s+)?(?:từ\s+)?", tail[: day.start()]):
        return iso(day)
    return None


def _is_issuing(found: re.Match[str]) -> bool:
    """Whether `found`, a match of words such as "từ ngày ký" (from the day of signing), means the signing
    of this document. False when the words name another document."""
    return found["who"] is None or not _OTHER_DAY.search(found["who"])


def _until(sentence: str) -> str | None:
    """Find the last day in force in a sentence ("… đến hết ngày 31/12/2026": until the end of …), in ISO
    8601; None when it gives no such day."""
    found = _UNTIL.search(sentence)
    if found is None or _OTHER.search(sentence[: found.start()]):
        return None
    day = DATE.match(sentence, found.end())
    return iso(day) if day is not None else None
