"""The search page, and the page that explains the query language. Every combination of query, filters, order and page
number has its own address. This module decides what is suggested when nothing is found.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from docmgr.services.documents import recent
from docmgr.services.own_fields import values as own_values
from docmgr.services.scans.shown import recognised_among
from docmgr.services.search import find as search
from docmgr.services.search import footer as index_footer
from docmgr.services.search import request as address_parts
from docmgr.services.search.filters import FILTERS, SearchFilter
from docmgr.services.search.find import MAX_PAGE, PER_PAGE
from docmgr.services.search.notes import LIMITS, told
from docmgr.services.search.request import AS_TYPED, COPIES, EACH, WITHIN, WORDS, SearchRequest
from docmgr.services.search.types import SearchPage
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import page_number
from docmgr.web.search import addresses, clicks, ways_on
from docmgr.web.search.ways_on import WayOn
from indexer import parts as question_parts
from indexer import syllables
from legaltext import dates
from legaltext.validity import IN_FORCE

blueprint = Blueprint("search", __name__)

# How many provisions of each document are shown; the others are behind “+ n vị trí khác”.
PROVISIONS = 2
SORTS = {"relevance": _l("Liên quan nhất"), "date": _l("Mới ban hành trước")}


@dataclass(frozen=True)
class PagedRequest(SearchRequest):
    """The search that the address of the page describes, with the page number of the results (from 1)."""

    page: int = 1

    @property
    def words(self) -> str:
        """The query as it was typed."""
        return self.query

    def address(self, **changes: str | int | tuple[str, ...] | None) -> str:
        """Build the address of the first page of this search with the parameters in `changes` replaced. The
        values None, "" and () remove a parameter."""
        written = {name: addresses.written(name, value) for name, value in changes.items()}
        return addresses.joined(self._place, {**self._written, **written})

    @cached_property
    def _place(self) -> str:
        return url_for("search.find")

    @cached_property
    def _written(self) -> dict[str, str]:
        return {name: addresses.written(name, values) for name, values in self.parts().items()}


@dataclass(frozen=True)
class FacetChoice:
    """One value of a filter on the search page. `count` is the number of results with this value. Following
    `address` selects the value, or deselects it when `chosen` is true."""

    label: str
    count: int
    chosen: bool
    address: str


@blueprint.get("/search")
@requires("search:find")
def find() -> str:
    """Show the results for the query `q` and the filters. Without a query and filters, show how to search."""
    asked = question()
    if asked.blank:
        footer = index_footer.footer(actor())
        return render_template("search/start.html", recent=recent.documents(actor()), asked=asked, footer=footer)
    found = search.find(
        actor(),
        asked,
        page=asked.page,
        provisions=PROVISIONS,
        # A HEAD needs no results, so it is no search.
        record=request.method == "GET",
        once=not asked.unfolded, deep=True,
    )
    parts = question_parts.split(found.query.text)
    typed = question_parts.in_force(parts)
    untyped = _untyped(parts, typed)
    shown = {**FILTERS, **found.own_filters}
    return render_template(
        "search/find.html",
        asked=asked,
        found=found,
        notes=told((*asked.notes, *found.notes), gettext),
        limits=[*_limits(asked, found), *_typed(asked, parts, typed)],
        facets={name: _choices(asked, found, name, untyped.get(name)) for name in shown},
        facet_labels={name: one.label if name in found.own_filters else gettext(one.label) for name, one in shown.items()},
        sorts=SORTS,
        pages=min(-(-found.hit_count // PER_PAGE), MAX_PAGE),
        ways_on=_ways_on(asked, found, parts, typed),
        has_words=not found.query.blank,
        also=found.law_words,
        typed_only=asked.address(**{WORDS: AS_TYPED}),
        each_copy=asked.address(**{COPIES: EACH}),
        in_one_place=found.query.one_provision,
        listed=own_values.for_lists(actor(), [hit.document.id for hit in found.hits]),
        status_of=found.status_of,
        recognised=recognised_among(actor(), (hit.document.id for hit in found.hits)),
        cause_of=found.cause_of,
        document_address=addresses.of_documents(),
        **clicks.on_results(asked.words, asked.page, found),
        # A day that was typed in the query is shown in its field.
        at=asked.at or (found.at if found.at != dates.today() else None),
        footer=index_footer.footer(actor(), found.findable),
    )


@blueprint.get("/search/help")
@requires("search:find")
def help() -> str:
    """Show the page about the query language, whose examples are links to searches."""
    return render_template("search/help.html", limits=LIMITS, **clicks.on_help())


def question() -> PagedRequest:
    """Read the search and its page number, which is at most MAX_PAGE, from the address of this page."""
    page = min(page_number(request.args), MAX_PAGE)
    asked = search.own_conditions(actor(), address_parts.read(dict(request.args.lists())))
    return PagedRequest(**vars(asked), page=page)


def _limits(asked: PagedRequest, found: SearchPage) -> list[WayOn]:
    """List the restrictions of the search `asked` that are no filters: folder, days, and only the words typed. Each
    has the address of the same search without this restriction. `found` has the results of the search."""
    limits = []
    if found.folder is not None:
        limits.append(
            WayOn(_l("Trong thư mục: %(name)s", name=found.folder.name), asked.address(**{WITHIN: None}))
        )
    if asked.since or asked.until:
        limits.append(WayOn(_range(asked.since, asked.until), asked.address(since=None, until=None)))
    if asked.literal:
        limits.append(WayOn(gettext("Chỉ từ đã gõ"), asked.address(**{WORDS: None})))
    if asked.unfolded:
        limits.append(WayOn(gettext("Hiện từng bản"), asked.address(**{COPIES: None})))
    if asked.at:
        limits.append(WayOn(gettext("Có hiệu lực ngày %(day)s", day=dates.printed(asked.at)), asked.address(at=None)))
    return limits


def _range(since: dt.date | None, until: dt.date | None) -> str:
    first, last = dates.printed(since), dates.printed(until)
    if since and until:
        return gettext("Ban hành từ %(first)s đến %(last)s", first=first, last=last)
    return (
        gettext("Ban hành từ %(first)s", first=first)
        if since
        else gettext("Ban hành đến %(last)s", last=last)
    )


def _typed(asked: PagedRequest, parts: list[question_parts.QueryPart], typed: list[question_parts.QueryPart]) -> list[WayOn]:
    """List the conditions typed in the query, such as `năm:2024`. Each has the address of the search without this
    condition. `parts` are all parts of the query, and `typed` the conditions among them."""
    return [
        WayOn(part.shown, asked.address(q=question_parts.joined(question_parts.without(parts, part))))
        for part in typed
    ]


def _untyped(parts: list[question_parts.QueryPart], typed: list[question_parts.QueryPart]) -> dict[str, str]:
    """Build, for each filter that has conditions typed in the query, the query without these conditions. Returns the
    queries by name of the filter. For `loại:"nghị định" giá` it is {"type": "giá"}."""
    said = {part: question_parts.conditions([part]).filters for part in typed}
    return {
        name: question_parts.joined(part for part in parts if name not in said.get(part, ()))
        for name in {name for own in said.values() for name in own}
    }


def _choices(asked: PagedRequest, found: SearchPage, name: str, untyped: str | None) -> list[FacetChoice]:
    """List the values of the filter `name`, with the number of results for each. Selected values are listed even when
    no result has them. `untyped` is the query without the conditions typed for this filter, or None when none were typed."""
    chosen = asked.chosen.get(name, ())
    values = {value.value: (value.label, value.count) for value in found.facets.get(name, ())}
    if untyped is not None and len(values) == 1 and (not chosen or set(values) <= set(chosen)):
        (only,) = values
        chosen, held = (*chosen, only), {only: replace(asked, query=untyped)}
    else:
        held = {}
    for value in chosen:
        values.setdefault(value, ("" if name == "folder" else value, 0))
    return [
        FacetChoice(
            _label(found.own_filters.get(name) or FILTERS[name], value, label),
            count,
            value in chosen,
            _turned(held.get(value, asked), name, value, value in chosen),
        )
        for value, (label, count) in values.items()
    ]


def _label(one: SearchFilter, value: str, label: str) -> str:
    """Return the text to show for one `value` of a filter: translated words for a status, otherwise `label`.
    For an empty `label` it is "Thư mục khác" (another folder)."""
    if words := one.words:
        return gettext(words[value]) if value in words else value
    return label or gettext("Thư mục khác")


def _turned(asked: PagedRequest, name: str, value: str, chosen: bool) -> str:
    """Build the address of the search in which `value` of the filter `name` is selected. If it is `chosen` now, it is
    deselected instead."""
    ticked = asked.filters.get(name, ())
    if not chosen:
        return asked.address(**{name: (*ticked, value)})
    left: dict[str, Any] = {name: tuple(one for one in ticked if one != value)}
    return asked.address(**left, **({"at": None} if name == "status" and value == IN_FORCE else {}))


def _ways_on(
    asked: PagedRequest, found: SearchPage, parts: list[question_parts.QueryPart], typed: list[question_parts.QueryPart]
) -> list[WayOn]:
    """List suggestions of other searches when nothing was found, or nothing near; empty otherwise. `parts` are all parts
    of the query, and `typed` the conditions among them."""
    if found.total and not found.far:
        return []
    missing = frozenset(syllable for word in found.missing_words for syllable in syllables(word))

    def to(question: str) -> str:
        return asked.address(q=question)

    ways = ways_on.less(parts, typed, missing, to)
    for name in asked.filters:
        own = found.own_filters.get(name)
        named = own.label if own else gettext(FILTERS[name].label).lower() if name in FILTERS else name.removeprefix("own_")
        label = gettext("Bỏ lọc theo %(filter)s", filter=named)
        ways.append(WayOn(label, asked.address(**{name: None})))
    for limit in _limits(asked, found):
        ways.append(WayOn(gettext("Bỏ giới hạn “%(limit)s”", limit=str(limit.label)), limit.address))
    ways += ways_on.looser(parts, to)
    return [*ways, WayOn(gettext("Xem theo thư mục"), url_for("folders.index"))]
