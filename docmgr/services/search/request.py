"""Convert a search to and from the parameters of its address in the browser; saved and exported searches are stored
in this form too. This module decides which parameters and values there are, and ignores wrong values.
services.search.find searches."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy.orm import Session

from docmgr import db, keys
from docmgr.models import Folder
from docmgr.policy import Actor
from docmgr.services.access import rule
from docmgr.services.search import filters as search_filters
from docmgr.services.search.filters import FILTERS, SearchFilter
from indexer import MAX_CHARACTERS, Note
from legaltext import dates
from legaltext.dates import Period, read_period
from legaltext.text import clean_line
from legaltext.validity import IN_FORCE

# Parameter of the address → its label, in the order in which people read them, after the filters.
DATES = {"since": "Ban hành từ ngày", "until": "Ban hành đến ngày", "at": "Hiệu lực tại ngày"}
WITHIN = "folder_in"
# The parameter `words` with this value: everyday words stand for nothing else.
WORDS, AS_TYPED = "words", "typed"
# The parameter `copies` with this value: each copy of a document is a hit of its own.
COPIES, EACH = "copies", "each"
OTHERS = {WITHIN: "Trong thư mục", **DATES, WORDS: "Từ để tìm", COPIES: "Bản gần giống", "sort": "Sắp xếp"}
ONLY_TYPED, EACH_COPY = "Chỉ từ đã gõ", "Hiện từng bản"
NEWEST_FIRST = "Mới ban hành trước"
VALUE_CHARACTERS, MOST_VALUES = 300, 20
_PARTED = re.compile(r" *([/.-]) *")


@dataclass(frozen=True)
class SearchRequest:
    """A search without the number of its page. `filters` has the chosen values by name of the filter. With `at`,
    documents in force on that day are wanted. `since` and `until` are the first and last day of issue. `folder_in` is
    a folder with all below it. None sets no condition. With `literal`, everyday words stand for nothing else. With `unfolded`,
    copies of a document are hits of their own. `notes` say which parameters are wrong or too long."""

    query: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Literal["relevance", "date"] = "relevance"
    at: dt.date | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    folder_in: int | None = None
    literal: bool = False
    unfolded: bool = False
    notes: tuple[Note, ...] = field(default=(), compare=False)

    @property
    def blank(self) -> bool:
        """Whether the search has no words, filters, days or folder."""
        days = self.since or self.until or self.at
        return not (self.query or self.filters or days or self.folder_in is not None)

    @property
    def chosen(self) -> Mapping[str, tuple[str, ...]]:
        """The values of the filters in this search, by name of the filter. When the day `at` is set, the filter
        "status" also has the value IN_FORCE."""
        if self.at is None:
            return self.filters
        return {**self.filters, "status": tuple(dict.fromkeys((*self.filters.get("status", ()), IN_FORCE)))}

    def parts(self) -> dict[str, list[str]]:
        """Write the search as parameters of an address: lists of values by name. Parameters without a value are left
        out."""
        made = {
            "q": [self.query],
            **{name: list(values) for name, values in self.filters.items()},
            "sort": [self.sort if self.sort == "date" else ""],
            **{name: [day.isoformat() if (day := getattr(self, name)) else ""] for name in DATES},
            WORDS: [AS_TYPED if self.literal else ""],
            COPIES: [EACH if self.unfolded else ""],
            WITHIN: ["" if self.folder_in is None else str(self.folder_in)],
        }
        return {name: values for name, values in made.items() if any(values)}


@dataclass(frozen=True)
class Condition:
    """One condition of a search, to be shown to people. `name` is the parameter of the address, such as "type".
    `values` are its values as people read them, such as "Nghị định". `own` describes a filter by a field that the site defined;
    None for all others."""

    name: str
    values: tuple[str, ...]
    own: SearchFilter | None = None

    def told(self, translated: Callable[[str], str]) -> tuple[str, str]:
        """Return (label, values) of the condition as texts, translated by `translated`."""
        if self.own is not None:
            return self.own.label, ", ".join(map(translated, self.values) if self.own.words else self.values)
        own_words = self.name in ("sort", WORDS, COPIES) or (self.name in FILTERS and FILTERS[self.name].words)
        values = map(translated, self.values) if own_words else self.values
        return translated(labels()[self.name]), ", ".join(values)

    @property
    def line(self) -> str:
        """The condition in the words of the trail, such as "Loại văn bản: Nghị định, Thông tư"."""
        return ": ".join(self.told(str))


def labels() -> dict[str, str]:
    """The Vietnamese labels of the parameters of the address; keys are the names of the parameters."""
    return {**{name: one.label for name, one in FILTERS.items()}, **OTHERS}


def read(parts: Mapping[str, Iterable[str]]) -> SearchRequest:
    """Read the search that the parameters of an address describe; `parts` has their values by name. Unknown
    parameters, values beyond the limits and wrong days are left out; wrong days are noted in the result."""
    held = {name: [clean_line(value) for value in values] for name, values in parts.items()}
    filters = {
        name: tuple(value[:VALUE_CHARACTERS] for value in held.get(name, ()) if value)[:MOST_VALUES]
        for name in (*FILTERS, *filter(search_filters.is_own, held))
    }
    within, at = _first(held, WITHIN), _period(held, "at")
    begin, end = _issued(held)
    query, cut = question(_first(held, "q"))
    return SearchRequest(
        query=query,
        filters={name: values for name, values in filters.items() if values},
        sort="date" if _first(held, "sort") == "date" else "relevance",
        at=at[1] if at else None,
        since=begin[0] if begin else None,
        until=end[1] if end else None,
        folder_in=keys.whole(within),
        literal=_first(held, WORDS) == AS_TYPED,
        unfolded=_first(held, COPIES) == EACH,
        notes=(*cut, *_noted(held)),
    )


def question(typed: str) -> tuple[str, tuple[Note, ...]]:
    """Cut the typed query to the greatest length allowed. Returns (query, notes); there is one note if it was cut,
    else none."""
    # The text is composed (NFC) before it is counted: a decomposed Vietnamese letter may be three characters.
    composed = clean_line(typed)
    cut = (Note("cut_characters"),) if len(composed) > MAX_CHARACTERS else ()
    return composed[:MAX_CHARACTERS].rstrip(), cut


def _noted(held: Mapping[str, list[str]]) -> list[Note]:
    """Make notes on days that were left out because they are wrong, and on first and last days that were swapped.
    `held` has the values of the parameters by name."""
    unread = [day for name in DATES if (day := _first(held, name)) and not _period(held, name)]
    found = [Note("bad_date", day[:VALUE_CHARACTERS]) for day in unread]
    return [*found, Note("swapped_dates")] if _issued(held) != _typed(held) else found


def stored(parts: object) -> SearchRequest:
    """Read the search that a row of the database stores as `parts`. A row from a backup may contain anything, so only
    lists of texts are used, and the search is blank when `parts` is no dict."""
    if not isinstance(parts, dict):
        return SearchRequest()
    return read(
        {
            str(name): [value for value in values if isinstance(value, str)]
            for name, values in parts.items()
            if isinstance(values, list)
        }
    )


def _first(held: Mapping[str, list[str]], name: str) -> str:
    return next(iter(held.get(name, ())), "")


def _period(held: Mapping[str, list[str]], name: str) -> Period | None:
    """Read the period of the parameter `name`, which is a day, a month or a year; return its first and last day. None
    when the value is missing or wrong. `held` has the values of the parameters by name."""
    return read_period(_PARTED.sub(r"\1", _first(held, name)))


def _typed(held: Mapping[str, list[str]]) -> tuple[Period | None, Period | None]:
    return _period(held, "since"), _period(held, "until")


def _issued(held: Mapping[str, list[str]]) -> tuple[Period | None, Period | None]:
    """Read the periods in which the days of issue begin and end. Returns (begin, end), swapped if the end lies
    earlier; each is None when it is missing or wrong. `held` has the values of the parameters by name."""
    begin, end = _typed(held)
    return (end, begin) if begin and end and end[1] < begin[0] else (begin, end)


def conditions(actor: Actor, asked: SearchRequest) -> list[Condition]:
    """Describe the filters, days, folder and order of the search `asked`, one Condition each; the query is left out.
    A folder that the actor may not see is shown as "#" and its id."""
    with db.read() as session:
        return described(session, actor, asked)


def described(session: Session, actor: Actor, asked: SearchRequest) -> list[Condition]:
    """Describe the filters, days, folder and order of the search `asked`, one Condition each; the query is left out.
    A folder that the actor may not see is shown as "#" and its id."""
    found = [
        Condition(name, tuple(_worded(session, actor, name, value) for value in asked.filters[name]))
        for name in FILTERS
        if name in asked.filters
    ]
    found += [Condition(name, values, one) for name, (one, values) in search_filters.told(session, asked.filters).items()]
    if asked.folder_in is not None:
        found.append(Condition(WITHIN, (_folder(session, actor, asked.folder_in),)))
    found += [Condition(name, (dates.printed(day),)) for name in DATES if (day := getattr(asked, name))]
    found += [Condition(WORDS, (ONLY_TYPED,))] if asked.literal else []
    found += [Condition(COPIES, (EACH_COPY,))] if asked.unfolded else []
    return [*found, Condition("sort", (NEWEST_FIRST,))] if asked.sort == "date" else found


def _worded(session: Session, actor: Actor, name: str, value: str) -> str:
    if FILTERS[name].folders and (key := keys.whole(value)) is not None:
        return _folder(session, actor, key)
    return FILTERS[name].words.get(value, value)


def _folder(session: Session, actor: Actor, folder_id: int) -> str:
    folder = session.get(Folder, folder_id)
    seen = folder is not None and (actor.everything or rule.may_read_folder(session, actor, folder_id))
    return folder.name if folder is not None and seen else f"#{folder_id}"
