"""The search page: every filter, order and page is an address.

Decides how a question is read from the address and what is offered when nothing is found. Leaves finding and rights to
services.search.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from docmgr.services import days, recent, search, status, text_view
from docmgr.services.search import SearchPage
from docmgr.web.documents import QUERY_CHARS
from docmgr.web.guard import actor, requires
from docmgr.web.inputs import page_number

blueprint = Blueprint("search", __name__)

PER_PAGE = 20
MAX_PAGE = 500
MAX_VALUES = 20
WORDS_TO_DROP = 6
FACETS = {
    "type": _l("Loại văn bản"),
    "issuer": _l("Cơ quan ban hành"),
    "year": _l("Năm"),
    "status": _l("Hiệu lực"),
    "folder": _l("Thư mục"),
}
SORTS = {"relevance": _l("Liên quan nhất"), "date": _l("Mới ban hành trước")}


@dataclass(frozen=True)
class Question:
    """What the address asks for; `cut` says that the words were too many."""

    words: str
    filters: dict[str, tuple[str, ...]]
    sort: Literal["relevance", "date"]
    page: int
    at: dt.date | None
    cut: bool = False

    def address(self, **changes: str | int | tuple[str, ...] | None) -> str:
        """The address of this question with some parts changed; the page goes back to the first."""
        parts: dict[str, str | int | tuple[str, ...] | None] = {
            "q": self.words,
            **self.filters,
            "sort": None if self.sort == "relevance" else self.sort,
            "at": self.at.isoformat() if self.at else None,
            **changes,
        }
        kept = {
            name: list(v) if isinstance(v, tuple) else v
            for name, v in parts.items()
            if v not in (None, "", ())
        }
        return url_for("search.find", **kept)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Choice:
    """A value of a filter: ticking or unticking it is following its address."""

    label: str
    count: int | None
    chosen: bool
    address: str


@dataclass(frozen=True)
class WayOn:
    """Something to try when nothing was found."""

    label: str
    address: str


@blueprint.get("/search")
@requires("search:find")
def find() -> str:
    """Documents for `q` and filters; without both, how to search."""
    asked = _question()
    if not asked.words and not asked.filters:
        return render_template("search/start.html", recent=recent.documents(actor()), asked=asked)
    found = search.find(
        actor(),
        asked.words,
        filters=asked.filters,
        sort=asked.sort,
        page=asked.page,
        per_page=PER_PAGE,
        at=asked.at,
        # A HEAD asks for no answer, so it is no search.
        record=request.method == "GET",
    )
    return render_template(
        "search/find.html",
        asked=asked,
        found=found,
        facets={name: _choices(asked, found, name) for name in FACETS},
        facet_labels=FACETS,
        sorts=SORTS,
        pages=min(-(-found.total // PER_PAGE), MAX_PAGE),
        ways_on=_ways_on(asked, found),
        status_of=lambda document: status.status_at(document, asked.at or status.today()),
        query_chars=QUERY_CHARS,
    )


def _question() -> Question:
    typed = " ".join(request.args.get("q", "").split())
    filters = {name: tuple(filter(None, request.args.getlist(name)))[:MAX_VALUES] for name in FACETS}
    return Question(
        words=typed[:QUERY_CHARS],
        filters={name: values for name, values in filters.items() if values},
        sort="date" if request.args.get("sort") == "date" else "relevance",
        page=min(page_number(request.args), MAX_PAGE),
        at=_day(request.args.get("at", "")),
        cut=len(typed) > QUERY_CHARS,
    )


def _day(text: str) -> dt.date | None:
    try:
        return days.parse(text)
    except ValueError:
        return None


def _choices(asked: Question, found: SearchPage, name: str) -> list[Choice]:
    """Values of one filter, the chosen ones kept even where they count nothing."""
    chosen = asked.filters.get(name, ())
    values = {value.value: (value.label, value.count) for value in found.facets.get(name, ())}
    for value in chosen:
        values.setdefault(value, (value, None))  # type: ignore[arg-type]
    # Only the labels of force are this program's own words; a template's _() would take the others for safe markup.
    words = gettext if name == "status" else str
    return [
        Choice(words(label), count, value in chosen, asked.address(**{name: _toggled(chosen, value)}))
        for value, (label, count) in values.items()
    ]


def _toggled(chosen: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(v for v in chosen if v != value) if value in chosen else (*chosen, value)


def _ways_on(asked: Question, found: SearchPage) -> list[WayOn]:
    """Drop a word, drop a filter, search without marks, look through the folders."""
    if found.total:
        return []
    ways = []
    parts = [part.strip('"') for part in asked.words.split()]
    # Where each word is somewhere and no document has all of them, any may be the one too many.
    for word in found.missing_words or dict.fromkeys(parts[:WORDS_TO_DROP]):
        rest = " ".join(part for part in asked.words.split() if part.casefold().strip('"') != word.casefold())
        if rest:
            ways.append(WayOn(_l("Bỏ từ “%(word)s”", word=word), asked.address(q=rest)))
    for name in asked.filters:
        ways.append(
            WayOn(
                _l("Bỏ lọc theo %(filter)s", filter=str(FACETS[name]).lower()), asked.address(**{name: None})
            )
        )
    if '"' in asked.words:
        ways.append(WayOn(_l("Tìm từng từ, không theo cụm"), asked.address(q=asked.words.replace('"', " "))))
    bare = text_view.without_marks(asked.words)
    if bare != asked.words.casefold():
        ways.append(WayOn(_l("Tìm không dấu"), asked.address(q=bare)))
    ways.append(WayOn(_l("Xem theo thư mục"), url_for("folders.index")))
    return ways
