"""The page of a list of documents: a folder, or everything that the person may read; with the folder tree at the side, the
filters of a search, and the columns that the person chose."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import render_template, request
from flask_babel import gettext

from docmgr import policy
from docmgr.keys import whole
from docmgr.services.cases import contents as case_contents
from docmgr.services.folders import tree
from docmgr.services.folders.tree import FolderNode
from docmgr.services.listing import columns, facets, in_folder
from docmgr.services.listing.in_folder import FolderPage
from docmgr.services.listing.wanted import FILTERS, VALUE_CHARACTERS
from docmgr.services.own_fields import values as own_values
from docmgr.services.search.filters import FILTERS as SEARCH_FILTERS
from docmgr.services.terms import of_documents as terms
from docmgr.web.kit.addresses import with_args
from docmgr.web.kit.guard import actor
from docmgr.web.kit.inputs import page_number, translated
from indexer import FacetValue
from legaltext import dates, validity

# Folders of one parent that the tree at the side shows; the page of the parent lists all.
SIDE = 40
NEAR = 100
STATE_LABEL = "Trạng thái"


@dataclass(frozen=True)
class ListFilter:
    """One value of a filter of the list. Following `address` chooses it, or takes it away when `chosen` is true. `count` is the
    number of documents that would be shown."""

    label: str
    count: int
    chosen: bool
    address: str


def page(folder_id: int, *, below: bool = False, errors: dict[str, str] | None = None, name: str = "") -> str:
    """Show the documents of the folder, or those below it too. `errors` and `name` belong to the form for a new folder."""
    everything, asked = request.endpoint == "folders.index", request.args.get("sort", "")
    sort = asked.removeprefix("-")
    direction = None if sort not in columns.SORTS else "desc" if asked.startswith("-") else "asc"
    chosen = {name: (value[:VALUE_CHARACTERS],) for name in FILTERS if (value := request.args.get(name, "").replace("\0", "").strip())}
    found = in_folder.contents(
        actor(), folder_id, sort=sort, direction=direction, page=page_number(request.args),
        folders_page=whole(request.args.get("folders")) or 1, chosen=chosen, below=below, inner=not everything,
    )  # fmt: skip
    nodes = tree.tree(actor())
    shown = side(nodes, [one.id for one in found.path] or [found.folder.id])
    return render_template(
        "folders/show.html",
        page=found,
        everything=everything,
        below=below,
        current=("-" if found.direction == "desc" else "") + found.sort,
        columns=translated(columns.COLUMNS),
        always=columns.ALWAYS,
        sorts=columns.SORTS,
        chosen=chosen,
        facets=_facets(found, {} if "workflow" in chosen else facets.offered(actor(), found.folder, chosen, below), chosen),
        facet_labels={"workflow": gettext(STATE_LABEL), **{name: gettext(one.label) for name, one in SEARCH_FILTERS.items()}},
        unfiltered=with_args(**dict.fromkeys((*FILTERS, "page"))),
        tree=shown,
        per_page=in_folder.PAGE_SIZE,
        subfolders_per_page=in_folder.SUBFOLDERS,
        may_change=any(row.may_edit for row in found.rows),
        targets=near(nodes, shown, -1 if everything else folder_id),
        cases=case_contents.choices(actor()),
        fields_of_work=terms.fields(actor()),
        listed=own_values.for_lists(actor(), [row.document.id for row in found.rows]),
        status_of=functools.partial(validity.status_at, day=dates.today()),
        errors=errors or {},
        name=name,
    )


def targets(but: int | None = None) -> list[tuple[int, str]]:
    """List the folders to which documents can be moved, as (id, path from the root) pairs. The folder with
    the id `but` is left out, if any."""
    return [(node.id, node.trail) for node in tree.tree(actor()) if node.may_add and node.id != but]


def side(nodes: Sequence[FolderNode], path: Sequence[int]) -> list[tuple[FolderNode, bool]]:
    """Choose the folders for the tree at the side: those without a parent, and the children of each folder of `path`, at most
    SIDE of each. Returns (folder, whether it is the last of the path) in the order of the tree. Folders of the path itself are
    always shown."""
    open_ones, shown, counts = set(path), [], dict[int | None, int]()
    for node in nodes:
        if node.parent_id is not None and node.parent_id not in open_ones:
            continue
        counts[node.parent_id] = counts.get(node.parent_id, 0) + 1
        if counts[node.parent_id] <= SIDE or node.id in open_ones:
            shown.append((node, bool(path) and node.id == path[-1]))
    return shown


def near(nodes: Sequence[FolderNode], shown: Sequence[tuple[FolderNode, bool]], but: int) -> list[tuple[int, str]]:
    """List the folders to which documents can be moved at once, as (id, path from the root) pairs without the folder `but`. Of more
    than NEAR, only those of the tree at the side are listed; the page for moving lists all."""
    found = [node for node in nodes if node.may_add and node.id != but]
    if len(found) > NEAR:
        held = {node.id for node, _ in shown}
        found = [node for node in found if node.id in held]
    return [(node.id, node.trail) for node in found]


def _facets(
    found: FolderPage, offered: Mapping[str, tuple[FacetValue, ...]], chosen: Mapping[str, tuple[str, ...]]
) -> dict[str, list[ListFilter]]:
    """Make the choices of each filter; one that is chosen is always among them, so that it can be taken away."""
    held = {name: [(one.value, one.label, one.count) for one in offered.get(name, ())] for name in FILTERS}
    held["workflow"] = [(code, code, found.workflows.get(code, 0)) for code in policy.WORKFLOWS if found.workflows.get(code)]
    for name, values in chosen.items():
        if not any(value in values for value, _, _ in held[name]):
            held[name].append((values[0], values[0], 0))
    order = ("workflow", *(name for name in SEARCH_FILTERS if name in FILTERS))
    return {name: [_choice(name, *one, chosen.get(name, ())) for one in held[name]] for name in order}


def _choice(name: str, value: str, label: str, count: int, chosen: tuple[str, ...]) -> ListFilter:
    words = policy.WORKFLOWS if name == "workflow" else SEARCH_FILTERS[name].words
    told, taken = gettext(words[value]) if value in words else label, value in chosen
    return ListFilter(told, count, taken, with_args(**{name: None if taken else value, "page": None}))

