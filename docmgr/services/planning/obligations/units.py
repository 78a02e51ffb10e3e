"""Find the units of the site that an obligation means by the names printed in the document.

A name of many ("các đơn vị trực thuộc") is never matched with one unit: whether each unit below another one is meant, a person says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr.models import Unit
from docmgr.services.people.unit_names import UnitNames
from legaltext.text import clean_line

_MANY = re.compile(r"(?:các|những|từng|mỗi|mọi|toàn thể|tất cả|một số)(?!\w)", re.IGNORECASE)
# Who leads a unit stands for it.
_HEAD = re.compile(
    r"(?:thủ trưởng|người đứng đầu|hiệu trưởng|giám đốc|lãnh đạo|chánh(?= văn phòng)|chánh(?= thanh tra)|trưởng(?= (?:phòng|ban)))\s+", re.IGNORECASE
)
_LEADERS = re.compile(r"(?:thủ trưởng|người đứng đầu|hiệu trưởng|giám đốc|lãnh đạo|trưởng)\s+", re.IGNORECASE)
# Words with which the names of all units of one kind begin. "Các phòng, ban" are of several kinds.
_ONE_KIND = re.compile(r"(trường|phòng|trung tâm)(?!\w|\s*[,;]|\s+(?:và|ban)(?!\w))", re.IGNORECASE)
_KIND = re.compile(r"(?:phòng|ban|trường|văn phòng)\s+", re.IGNORECASE)
_OWN = re.compile(r"\s+(?:của\s+)?(?:Sở|cơ quan)$")


@dataclass
class SiteUnits:
    """The units of the site: `names` by id, and what they are called. `superior` are the ids of those with other units below."""

    names: dict[int, str]
    _called: UnitNames[int] = field(repr=False)
    superior: frozenset[int] = frozenset()

    def meant(self, printed: str) -> int | None:
        """The id of the unit that a printed name means; None when it means many, none, or one of several."""
        words = clean_line(printed).strip(" ,;.:")
        if not words or _MANY.match(words):
            return None
        bare = _HEAD.sub("", words, count=1)
        for way in dict.fromkeys((words, bare, _OWN.sub("", bare), f"{bare} Sở", _KIND.sub("", bare, count=1))):
            found = self._called.meant(way)
            if len(found) == 1:
                return next(iter(found))
            if found:
                return None
        return None

    def all_meant(self, printed: Iterable[str]) -> list[int]:
        """The ids of the units that the printed names mean, in their order; names that mean none are left out."""
        found = (self.meant(one) for one in printed)
        return list(dict.fromkeys(one for one in found if one is not None))

    def pairs(self, ids: Sequence[int]) -> tuple[tuple[int, str], ...]:
        """(id, name) of those of the units `ids` that still exist."""
        return tuple((number, self.names[number]) for number in ids if number in self.names)


def kind_of_many(printed: Iterable[str]) -> str | None:
    """With which words the names of the units begin that printed names of many mean: "Trường" for "các trường trực thuộc", "" for
    "thủ trưởng các đơn vị", where all may be meant. None when no printed name means many."""
    for name in printed:
        if many := _MANY.match(_LEADERS.sub("", clean_line(name).strip(" ,;.:"), count=1)):
            kind = _ONE_KIND.match(many.string[many.end() :].strip())
            return kind[1].capitalize() if kind else ""
    return None


def of_site(session: Session) -> SiteUnits:
    """Load all units of the site."""
    rows = session.execute(select(Unit.id, Unit.name, Unit.abbreviation, Unit.parent_id)).all()
    called = UnitNames((row.name, row.abbreviation, row.id) for row in rows)
    return SiteUnits({row.id: row.name for row in rows}, called, frozenset(row.parent_id for row in rows if row.parent_id is not None))
