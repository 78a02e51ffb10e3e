"""The address of this very page with some parameters changed: for pagers, headings that sort, and "refresh".

Decides which parameters a page carries on. What is not listed is dropped, since `url_for` takes some names for itself
(`_external`, `_scheme`, `_anchor`, `_method`, `endpoint`) and others for parts of the path.
"""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from docmgr import paging

# A parameter longer than the longest field of a filter form is none that a page of ours has made.
LONGEST = 1_000
_TRAIL = ("who", "unit", "action", "since", "until", "about")
# Endpoint → the parameters that its page reads, the number of the page among them.
CARRIED: dict[str, tuple[str, ...]] = {
    "bin.index": ("page",),
    "documents.show": ("tab", "v", "q", "page"),
    "folders.index": ("sort", "page"),
    "folders.show": ("sort", "page"),
    "inspections.index": ("state", "page"),
    "people.index": ("page",),
    "plans.index": ("year", "page"),
    "tasks.index": ("q", "unit", "state", "overdue", "unproven", "page"),
    "trail.document": (*_TRAIL, "page"),
    "trail.index": (*_TRAIL, "document", "page"),
}
# A form that was refused shows the page that it stands on; the links of this one are that page's.
SHOWN_BY = {"folders.create": "folders.show"}


def with_args(**changes: Any) -> str:
    """This page's address with some parameters changed; None takes one away. Of a parameter given twice the first
    counts, as it does for the page."""
    endpoint = SHOWN_BY.get(request.endpoint or "", request.endpoint or "home.index")
    given = {name: request.args.get(name) for name in CARRIED.get(endpoint, ())}
    kept = {name: value for name, value in given.items() if value is not None and len(value) <= LONGEST}
    return url_for(endpoint, **{**kept, **changes, **(request.view_args or {})})


def past_the_end(number: int, total: int, per_page: int) -> Response | None:
    """The way to the last page where the one asked for (from 1) lies behind it; a list never says that it is empty then."""
    last = paging.count(total, per_page)
    return redirect(with_args(page=last if last > 1 else None)) if number > last else None
