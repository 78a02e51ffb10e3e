"""Build the address of the current page with some parameters changed, for pagers and sortable headings. Only
the parameters that this module lists for a page are kept. So a visitor cannot pass names that have a meaning
for `url_for`.
"""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from docmgr import paging

# A parameter that is longer than the longest field of a filter form does not come from one of our pages.
LONGEST = 1_000
MOST_VALUES = 20
_TRAIL = ("who", "unit", "action", "group", "since", "until", "about")
_FILTERS = ("type", "issuer", "year", "status", "field_of_work", "tag", "health", "workflow")
# The key in the environment of a request under which its own parameters are kept.
_KEPT = "docmgr_carried"
# Endpoint → the parameters that its page reads, including the page number.
CARRIED: dict[str, tuple[str, ...]] = {
    "bin.index": ("page",),
    "checklists.index": ("page",),
    "checks.index": ("result", "page"),
    "inspected.compare": ("year", "page"),
    "planned.index": ("year", "page"),
    "cases.index": ("state", "year", "unit", "about", "page"),
    "cases.show": ("page",),
    "conferences.index": ("year", "state", "plan", "page"),
    "consultations.index": ("view", "document", "page"),
    "consultations.show": ("page",),
    "compare.show": ("a", "b", "with", "page"),
    "desk.index": ("kind", "page"),
    "desk.sent": ("page",),
    "disposal.index": ("page",),
    "documents.show": ("tab", "v", "q", "file", "page"),
    "everyday_words.index": ("page",),
    "facts.show": ("view", "file", "page", "zoom"),
    "followed.index": ("state", "unit", "page"),
    "folders.index": (*_FILTERS, "sort", "page"),
    "folders.show": (*_FILTERS, "below", "sort", "page"),
    "gaps.index": ("kind", "page"),
    "handovers.index": ("page",),
    "inspections.index": ("state", "plan", "since", "until", "page"),
    **dict.fromkeys(("matrix.of_plan", "matrix.all_plans"), ("list", "basis", "place", "page")),
    "obligations.show": ("page",),
    "openness.index": ("state", "year", "unit", "rule", "page"),
    "made_public.index": ("q", "page"),
    "made_public.show": ("part",),
    "people.index": ("page",),
    "plan_views.mine": ("who", "page"),
    "plans.index": ("year", "page"),
    **dict.fromkeys(("plans.coverage", "plans.coverage_of_all"), ("list", "page")),
    **dict.fromkeys(("registers.outgoing", "registers.incoming", "registers.handling"), ("year", "series", "since", "until", "page")),
    "recent.index": ("page",),
    "sees.show": ("q", "page"),
    "receipts.show": ("page",),
    **dict.fromkeys(("share_links.document", "share_links.case", "share_links.index"), ("page",)),
    "shared.show": ("part", "page"),
    "shared.document": ("part",),
    "tasks.index": ("q", "plan", "unit", "lead", "state", "overdue", "unproven", "kind", "who", "since", "until", "section", "basis", "place", "typed", "baseless", "inspected", "target", "page"),
    "tasks.show": ("q", "state", "period", "page"),
    "tombstones.index": ("about", "page"),
    "trail.document": (*_TRAIL, "readings", "page"),
    "trail.index": (*_TRAIL, "document", "page"),
}
# Parameters of which all values are kept, as checkboxes of a filter send them.
REPEATED = frozenset({"group"})
# A refused form is answered with the page on which the form is, so links on the answer are those of that page.
SHOWN_BY = {
    "facts.save": "facts.show", "folders.create": "folders.show", "receipts.ask": "receipts.show",
    "conference_rules.add": "conference_rules.index", "consultation_rules.add": "consultation_rules.index",
    "share_links.make_for_document": "share_links.document",
    "share_links.make_for_case": "share_links.case",
}  # fmt: skip


def with_args(**changes: Any) -> str:
    """Build the address of the current page with the parameters in `changes` replaced. The value None removes
    a parameter. Of a repeated parameter, only the first value is kept, unless it is one of REPEATED."""
    endpoint = SHOWN_BY.get(request.endpoint or "", request.endpoint or "home.index")
    # A list with filters asks for a hundred addresses.
    if (kept := request.environ.get(_KEPT)) is None:
        given = {name: request.args.getlist(name)[: MOST_VALUES if name in REPEATED else 1] for name in CARRIED.get(endpoint, ())}
        short = {name: [value for value in values if len(value) <= LONGEST] for name, values in given.items()}
        kept = request.environ[_KEPT] = {name: values for name, values in short.items() if values}
    return url_for(endpoint, **{**kept, **changes, **(request.view_args or {})})


def past_the_end(number: int, total: int, per_page: int) -> Response | None:
    """Redirect to the last page of a list when page `number` (from 1) is after the end; otherwise return
    None. The list has `total` rows, `per_page` on each page. Without the redirect, the page would say that
    the list is empty."""
    last = paging.count(total, per_page)
    return redirect(with_args(page=last if last > 1 else None)) if number > last else None
