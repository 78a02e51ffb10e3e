"""The search page: every filter, order and page is an address; and the page that explains the language.

Decides how a question is read from the address and what is offered when nothing is found. Leaves finding and rights to
services.search, and the words of what was not understood to services.query_notes.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from docmgr.services import asked as address_parts
from docmgr.services import days, index_footer, recent, search, status, text_view
from docmgr.services.asked import DATES, WITHIN, Asked
from docmgr.services.query_notes import LIMITS, told
from docmgr.services.search import SearchPage
from docmgr.web.documents import QUERY_CHARS
from docmgr.web.guard import actor, requires
from docmgr.web.inputs import page_number
from indexer.query import Note

blueprint = Blueprint("search", __name__)

PER_PAGE = 20
# Of each document; the others are behind “+ n chỗ khác”.
PROVISIONS = 2
MAX_PAGE = 500
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
class Question(Asked):
    """What the address asks for; `notes` say what of it makes no sense."""

    page: int = 1
    notes: tuple[Note, ...] = ()

    @property
    def words(self) -> str:
        """The question as typed."""
        return self.query

    def address(self, **changes: str | int | tuple[str, ...] | None) -> str:
        """The address of this question with some parts changed; the page goes back to the first."""
        parts: dict[str, Any] = {**self.parts(), **changes}
        kept: dict[str, Any] = {
            name: list(v) if isinstance(v, tuple) else v
            for name, v in parts.items()
            if v not in (None, "", ())
        }
        return url_for("search.find", **kept)


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
    footer = index_footer.footer(actor())
    if asked.blank:
        return render_template(
            "search/start.html", recent=recent.documents(actor()), asked=asked, footer=footer
        )
    found = search.find(
        actor(),
        asked.query,
        filters=asked.filters,
        sort=asked.sort,
        page=asked.page,
        per_page=PER_PAGE,
        at=asked.at,
        since=asked.since,
        until=asked.until,
        folder_in=asked.folder_in,
        provisions=PROVISIONS,
        # A HEAD asks for no answer, so it is no search.
        record=request.method == "GET",
    )
    return render_template(
        "search/find.html",
        asked=asked,
        found=found,
        notes=told((*asked.notes, *found.notes), gettext),
        limits=_limits(asked, found),
        facets={name: _choices(asked, found, name) for name in FACETS},
        facet_labels=FACETS,
        sorts=SORTS,
        pages=min(-(-found.total // PER_PAGE), MAX_PAGE),
        ways_on=_ways_on(asked, found),
        status_of=lambda document: status.status_at(document, found.at or status.today()),
        # A day that was typed in the question shows in its field.
        at=asked.at or (found.at if found.at != status.today() else None),
        footer=footer,
    )


@blueprint.get("/search/help")
@requires("search:find")
def help() -> str:
    """The language of the search box, with examples to follow."""
    return render_template("search/help.html", limits=LIMITS)


def _question() -> Question:
    typed = unicodedata.normalize("NFC", request.args.get("q", "").strip())
    asked = address_parts.read({**dict(request.args.lists()), "q": [typed]})
    notes = [Note("cut_characters")] if len(typed) > QUERY_CHARS else []
    for name in DATES:
        day = request.args.get(name, "").strip()
        if day and getattr(asked, name) is None:
            notes.append(Note("bad_date", day[:QUERY_CHARS]))
    return Question(**vars(asked), page=min(page_number(request.args), MAX_PAGE), notes=tuple(notes))


def _limits(asked: Question, found: SearchPage) -> list[WayOn]:
    """What narrows the search beside words and filters, each with the address without it."""
    limits = []
    if found.folder is not None:
        limits.append(
            WayOn(_l("Trong thư mục: %(name)s", name=found.folder.name), asked.address(**{WITHIN: None}))
        )
    if asked.since or asked.until:
        limits.append(WayOn(_range(asked.since, asked.until), asked.address(since=None, until=None)))
    return limits


def _range(since: dt.date | None, until: dt.date | None) -> str:
    first, last = days.printed(since), days.printed(until)
    if since and until:
        return gettext("Ban hành từ %(first)s đến %(last)s", first=first, last=last)
    return (
        gettext("Ban hành từ %(first)s", first=first)
        if since
        else gettext("Ban hành đến %(last)s", last=last)
    )


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
    """Drop a word, a filter, a limit, search without marks, look through the folders."""
    if found.total:
        return []
    ways = _without_a_word(asked, found)
    for name in asked.filters:
        ways.append(
            WayOn(
                _l("Bỏ lọc theo %(filter)s", filter=str(FACETS[name]).lower()), asked.address(**{name: None})
            )
        )
    ways += [
        WayOn(_l("Bỏ giới hạn “%(limit)s”", limit=str(limit.label)), limit.address)
        for limit in _limits(asked, found)
    ]
    if '"' in asked.words:
        ways.append(WayOn(_l("Tìm từng từ, không theo cụm"), asked.address(q=asked.words.replace('"', " "))))
    bare = _without_marks(asked.words)
    if bare.casefold() != asked.words.casefold():
        ways.append(WayOn(_l("Tìm không dấu"), asked.address(q=bare)))
    ways.append(WayOn(_l("Xem theo thư mục"), url_for("folders.index")))
    return ways


def _without_a_word(asked: Question, found: SearchPage) -> list[WayOn]:
    """The question less one word, or less all of its fields where it has some."""
    said = address_parts.understood(actor(), asked)
    if said.filters or said.since or said.until or said.numbered:
        words = " ".join(word for run in said.runs for word in run)
        return [WayOn(_l("Chỉ tìm từ, bỏ các mục"), asked.address(q=words))] if words else []
    parts = asked.words.split()
    # Where each word is somewhere and no document has all of them, any may be the one too many.
    dropped = found.missing_words or dict.fromkeys(part.strip('"') for part in parts[:WORDS_TO_DROP])
    rests = {
        word: [part for part in parts if part.casefold().strip('"') != word.casefold()] for word in dropped
    }
    return [
        WayOn(_l("Bỏ từ “%(word)s”", word=word), asked.address(q=" ".join(rest)))
        for word, rest in rests.items()
        if rest
    ]


def _without_marks(words: str) -> str:
    """The question without diacritics; OR keeps its capitals."""
    return " ".join(
        "OR" if word in ("OR", "HOẶC") else text_view.without_marks(word) for word in words.split()
    )
