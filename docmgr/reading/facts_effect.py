"""From when and until when a document is in force, by its own final provisions.

Decides which sentence states the document's own effect ("Nghị định này có hiệu lực …") and computes "kể
từ ngày ký" and "sau 45 ngày kể từ ngày ký" from the date of issue. Effect of single provisions and of
other documents is not the document's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from docmgr.reading import doctypes
from docmgr.reading.dates import DATE, add_days, iso
from docmgr.reading.interpret_types import Fact
from docmgr.reading.names import squeeze

if TYPE_CHECKING:
    from docmgr.reading.types import Block

_OWN = re.compile(
    rf"(?:^|(?<=[.;:]\s))(?:(?:Điều\s+)?\d+[.)]\s*)*(?:(?:Hiệu lực thi hành|Điều khoản thi hành)[.:]?\s*)?"
    rf"(?P<own>(?:{doctypes.CITED})"
    r"(?:\s+(?:này|liên tịch này|của [^.;]{3,80}? này)|(?=\s+có\s+hiệu\s+lực)))"
    r"(?P<rest>[^.;]{0,40}?\s+(?:có|bắt\s+đầu\s+có)\s+hiệu\s+lực\s*(?P<tail>[^;]{0,260}))"
)
_AFTER = re.compile(
    r"sau\s+(?P<count>\d{1,3})\s*(?:\([^)]*\)\s*)?ngày\s*,?\s*(?:làm\s+việc\s+)?(?:kể\s+)?từ\s+ngày\s+(?:ký|ban\s+hành|công\s+bố)"
)
_SIGNING = re.compile(r"(?:kể\s+)?từ\s+ngày\s+(?:được\s+)?(?:ký|ban\s+hành|thông\s+qua)")
_UNTIL = re.compile(r"(?:đến|tới)\s+(?:hết\s+)?(?=ngày\s+\d)")


def effect(body: Sequence[Block], facts: dict[str, Fact]) -> dict[str, Fact]:
    """The facts effective_from and effective_to, as far as the text states them."""
    issued = facts["issued_on"].value if "issued_on" in facts else None
    for block in body:
        if "hiệu lực" not in block.text:
            continue
        found = _OWN.search(squeeze(block.text))
        if found is None:
            continue
        begins = _from(found["tail"], issued)
        if begins is None:
            continue
        quote = squeeze(found["own"] + found["rest"]).split(". ")[0]
        out = {"effective_from": Fact("effective_from", begins, quote, sure=True)}
        ends = _until(found["tail"])
        if ends is not None:
            out["effective_to"] = Fact("effective_to", ends, quote, sure=True)
        return out
    return {}


def _from(tail: str, issued: str | None) -> str | None:
    """The first day in force that the words after "có hiệu lực" name, ISO, or None."""
    after = _AFTER.search(tail)
    if after is not None and after.start() < 30:
        working = "làm việc" in after.group(0)
        return add_days(issued, int(after["count"])) if issued is not None and not working else None
    signing, day = _SIGNING.search(tail), DATE.search(tail)
    if signing is not None and signing.start() < 30:
        return issued
    if day is not None and re.fullmatch(r"(?:thi\s+hành\s*)?,?\s*(?:kể\s+)?(?:từ\s+)?", tail[: day.start()]):
        return iso(day)
    return None


def _until(tail: str) -> str | None:
    """The last day in force ("… đến hết ngày 31/12/2026"), ISO, or None."""
    found = _UNTIL.search(tail)
    day = DATE.match(tail, found.end()) if found is not None else None
    return iso(day) if day is not None else None
