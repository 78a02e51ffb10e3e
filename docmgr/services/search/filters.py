"""The list of the filters of the search page, in the order in which pages show them, and the filters by fields that the
site defined.

The key of a filter, such as "type", is its parameter in the address. The index offers its values and their counts
under the same key. A new filter is one entry here. The key of one by an own field is the name of the field in forms, such as
"own_ky_hop".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import keys
from docmgr.models import OwnField
from docmgr.policy import HEALTHS
from docmgr.services.own_fields import kinds, values
from docmgr.services.own_fields.kinds import Names, PlainValue
from indexer import STATUS_LABELS, FacetValue


@dataclass(frozen=True)
class SearchFilter:
    """A filter of the search page. `label` is its Vietnamese name. `words` has Vietnamese words for values that are
    codes of this program; other values are texts that documents print. `folders` is true when the values are ids of
    folders, whose names only some people may see."""

    label: str
    words: Mapping[str, str] = field(default_factory=dict)
    folders: bool = False


FILTERS = {
    "type": SearchFilter("Loại văn bản"),
    "issuer": SearchFilter("Cơ quan ban hành"),
    "year": SearchFilter("Năm"),
    "status": SearchFilter("Hiệu lực", words=STATUS_LABELS),
    "folder": SearchFilter("Thư mục", folders=True),
    "health": SearchFilter("Chất lượng chữ", words=HEALTHS),
    "field_of_work": SearchFilter("Lĩnh vực"),
    "tag": SearchFilter("Nhãn"),
}

_NAME = re.compile(r"own_[a-z][a-z0-9_]{0,29}")
# A code, a colon and a value, which is in quotes where it has several words.
_TYPED = re.compile(r"""(?<!\S)([A-Za-z][A-Za-z0-9_]{0,29}):(?:"([^"]+)"|“([^”]+)”|([^\s"“”]+))(?!\S)""")
# A year is shown for a day, so the newest come first.
_BY_VALUE = frozenset({"date"})

Facets = Mapping[str, tuple[FacetValue, ...]]
Filters = Mapping[str, tuple[str, ...]]


def is_own(name: str) -> bool:
    """Whether a filter with this name is one by a field that the site defined, or could be."""
    return _NAME.fullmatch(name) is not None


def named(session: Session, facets: Facets, chosen: Filters) -> tuple[dict[str, SearchFilter], Facets]:
    """Describe the filters among `facets` and the chosen ones by fields in use, in the order of the fields. Returns (filter by
    name, its values by name); values have the words that people read, and chosen ones are always among them."""
    wanted = {name for name in (*facets, *chosen) if is_own(name)}
    if not wanted:
        return {}, {}
    fields = [one for one in values.in_use(session) if kinds.key(one) in wanted and one.kind in kinds.FILTERED]
    held = {kinds.key(one): _with_chosen(facets.get(kinds.key(one), ()), chosen.get(kinds.key(one), ())) for one in fields}
    names = _names(session, fields, {name: [value.value for value in own] for name, own in held.items()})
    told = {kinds.key(one): _told(one, held[kinds.key(one)], names) for one in fields}
    return {kinds.key(one): _filter(one) for one in fields}, told


def told(session: Session, chosen: Filters) -> dict[str, tuple[SearchFilter, tuple[str, ...]]]:
    """Put the chosen values of filters by own fields into words: returns (filter, values) by name. A field that does not exist
    is told by its code."""
    wanted = [name for name in chosen if is_own(name)]
    if not wanted:
        return {}
    codes = [name.removeprefix("own_") for name in wanted]
    fields = {kinds.key(one): one for one in session.scalars(select(OwnField).where(OwnField.code.in_(codes)))}
    names = _names(session, fields.values(), chosen)
    return {
        name: (_filter(fields[name]), tuple(_words(fields[name], value, names) for value in chosen[name]))
        if name in fields
        else (SearchFilter(name.removeprefix("own_")), chosen[name])
        for name in wanted
    }


def _filter(field: OwnField) -> SearchFilter:
    return SearchFilter(field.label, words=kinds.YES_NO if field.kind == "yes_no" else {})


def _with_chosen(found: tuple[FacetValue, ...], chosen: Iterable[str]) -> list[FacetValue]:
    have = {one.value for one in found}
    return [*found, *(FacetValue(value, value, 0) for value in chosen if value not in have)]


def _told(field: OwnField, found: list[FacetValue], names: Names) -> tuple[FacetValue, ...]:
    worded = [replace(one, label=_words(field, one.value, names)) for one in found]
    return tuple(sorted(worded, key=lambda one: one.value, reverse=True) if field.kind in _BY_VALUE else worded)


def _names(session: Session, fields: Iterable[OwnField], held: Mapping[str, Iterable[str]]) -> Names:
    meant = ((one, keys.whole(value)) for one in fields if one.kind in kinds.NAMED for value in held.get(kinds.key(one), ()))
    return values.named(session, ((field, PlainValue("", number=number)) for field, number in meant if number is not None))


def _words(field: OwnField, value: str, names: Names) -> str:
    if field.kind == "yes_no":
        return kinds.YES_NO.get(value, value)
    number = keys.whole(value) if field.kind in kinds.NAMED else None
    return names.get((field.kind, number), f"#{number}") if number is not None else value


def typed(session: Session, query: str) -> tuple[str, dict[str, tuple[str, ...]]]:
    """Take the conditions on own fields out of a typed query, such as `ky_hop:"Thường lệ"`. Returns (the rest of the query, the
    chosen values by name of the filter). What names no field in use, or no value that it can have, stays in the query."""
    if ":" not in query:
        return query, {}
    known = {one.code: one for one in values.in_use(session) if one.kind in kinds.FILTERED}
    found: dict[str, list[str]] = {}

    def taken(piece: re.Match[str]) -> str:
        field = known.get(piece[1].casefold())
        value = values.meant(session, field, next(filter(None, piece.groups()[1:]))) if field else None
        if field is None or value is None:
            return piece[0]
        found.setdefault(kinds.key(field), []).append(value)
        return " "

    rest = _TYPED.sub(taken, query)
    return " ".join(rest.split()) if found else query, {name: tuple(own) for name, own in found.items()}
