"""The table of all documents that wait for confirmation, in which many are checked and confirmed at once.

The table shows facts, which are labels of documents, and no text. So no reading is recorded, as in other lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from docmgr.keys import whole
from docmgr.services.documents import facts
from docmgr.services.documents.waiting import confirming, listing
from docmgr.services.documents.waiting.confirming import Failure, TypedRow
from docmgr.services.documents.waiting.listing import WaitingRow
from docmgr.services.folders import tree
from docmgr.services.texts import conversion
from docmgr.web.kit.filters import counted, typed_day
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, page_number, wholes
from docmgr.web.kit.words import in_words

blueprint = Blueprint("waiting", __name__)

# The field of a form that holds a fact of a row, such as "number-12" for document 12.
_FIELD = "{}-{}"


@dataclass(frozen=True)
class TableRow:
    """A row as the page shows it. `row` is the stored row, None when the actor may no longer edit the document.
    `values` are the texts in the cells by field, and `revision` goes into the form. `told` says what is to know of
    the text, or is None. `failure` says why the row was not confirmed, or is None."""

    document_id: int
    row: WaitingRow | None
    revision: int
    values: Mapping[str, str]
    told: str | None = None
    failure: Failure | None = None
    picked: bool = False
    stored: Mapping[str, str] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether the button for all good rows confirms this row."""
        return self.row is not None and self.row.good and self.failure is None

    @property
    def changed(self) -> bool:
        """Whether a cell has another text than the stored one; blanks do not count."""
        return any(text.split() != self.stored.get(name, "").split() for name, text in self.values.items())


@dataclass(frozen=True)
class TableFilter:
    """What the address of the table asks for: a folder, a key of listing.LOOKS (None means all), and a page number."""

    folder_id: int | None
    look: str | None
    page: int

    @property
    def narrowed(self) -> bool:
        """Whether some waiting documents are left out."""
        return self.folder_id is not None or self.look is not None

    def address(self, endpoint: str) -> str:
        """Build the address of `endpoint` with the same filter and page."""
        page = self.page if self.page > 1 else None
        return url_for(endpoint, folder=self.folder_id, look=self.look, page=page)


@blueprint.get("/documents/waiting")
@requires("document:edit")
def show() -> str:
    """Show one page of the table. Parameters of the address: `folder`, `look` (a key of listing.LOOKS) and `page`."""
    asked = _asked()
    found = listing.table(actor(), folder_id=asked.folder_id, look=asked.look, page=asked.page)
    nodes = tree.tree(actor())
    return render_template(
        "waiting/show.html",
        rows=[_fresh(row) for row in found.rows],
        found=found,
        per_page=listing.PAGE_SIZE,
        folders=[(node.id, node.trail) for node in nodes if node.id in found.folders],
        # A table of one folder need not name it in every row.
        places={node.id: node.trail for node in nodes} if asked.folder_id is None else {},
        unpublished=False,
        **_common(),
    )


@blueprint.post("/documents/waiting")
@requires("document:edit")
def confirm() -> Response | tuple[str, int]:
    """Confirm rows of the table: one, the chosen ones, or all good ones. Rows that fail come back with their reason
    and with everything that was typed; so do all rows while other typed text is not saved."""
    sent = _sent()
    wanted = _wanted()
    acted = [row for row in sent if row.document_id in wanted]
    unpublished = request.form.get("unpublished") == "1"
    failed = confirming.confirm(actor(), acted, publish=not unpublished)
    done = {row.document_id for row in acted} - failed.keys()
    unsaved = [row for row in sent if row.document_id not in done]
    left = _left(unsaved, failed) if unsaved else []
    if done:
        flash(counted("Đã xác nhận %(n)s văn bản.", len(done)), "success")
    if acted and not failed and not any(row.changed for row in left):
        return redirect(_asked().address(".show"))
    page = render_template(
        "waiting/show.html", rows=left, found=None, places={node.id: node.trail for node in tree.tree(actor())},
        chose_nothing=not acted, failed=len(failed), unpublished=unpublished, **_common(),
    )  # fmt: skip
    return page, _status(acted, failed)


def _status(acted: list[TypedRow], failed: Mapping[int, Failure]) -> int:
    if not acted or (failed and all(failure.field for failure in failed.values())):
        return 400
    return 409 if failed else 200


def _common() -> dict[str, object]:
    return {
        "fields": {name: facts.FIELDS[name] for name in listing.FIELDS},
        "limits": facts.LIMITS,
        "labels": facts.FIELDS,
        "looks": listing.LOOKS,
        "asked": _asked(),
    }


def _asked() -> TableFilter:
    look = request.args.get("look")
    return TableFilter(
        request.args.get("folder", type=whole), look if look in listing.LOOKS else None, page_number(request.args)
    )


def _sent() -> list[TypedRow]:
    """Read the rows of the form, at most one page of them."""
    sent = Sent(request.form)
    ids = list(dict.fromkeys(sent.numbers("row")))[: listing.PAGE_SIZE]
    return [
        TypedRow(
            number,
            -1 if (revision := whole(sent.text(_FIELD.format("revision", number)))) is None else revision,
            {name: sent.text(key) for name in listing.FIELDS if (key := _FIELD.format(name, number)) in sent.form},
        )
        for number in ids
    ]


def _wanted() -> frozenset[int]:
    """Return the ids of the documents that the pressed button confirms. For "good" they are the rows that the page
    showed as good, so that the button never confirms more than its number said."""
    if one := wholes([request.form.get("one", "")]):
        return frozenset(one)
    name = {"good": "good", "chosen": "pick"}.get(request.form.get("act", ""))
    return frozenset(wholes(request.form.getlist(name))) if name else frozenset()


def _left(unsaved: list[TypedRow], failed: Mapping[int, Failure]) -> list[TableRow]:
    """Return the rows that are not saved, as the page shows them again: with what was typed."""
    stored = listing.rows_of(actor(), [row.document_id for row in unsaved])
    picked = frozenset(wholes(request.form.getlist("pick")))
    return [_again(row, stored.get(row.document_id), failed.get(row.document_id), picked) for row in unsaved]


def _again(row: TypedRow, stored: WaitingRow | None, failure: Failure | None, picked: frozenset[int]) -> TableRow:
    number = row.document_id
    if stored is None:
        return TableRow(number, None, row.revision, row.values, failure=failure or Failure(confirming.GONE))
    fresh = _fresh(stored)
    # Only who was told of the other's change may save over it.
    revision = fresh.revision if failure and failure.stale else row.revision
    return TableRow(number, stored, revision, {**fresh.values, **row.values}, fresh.told, failure, number in picked, fresh.values)


def _fresh(row: WaitingRow) -> TableRow:
    values = {name: typed_day(cell.value) if name in facts.DATES else cell.value for name, cell in row.cells.items()}
    told = conversion.told(row.version)
    return TableRow(
        row.document.id, row, row.document.revision, values, in_words(told) if told else None, stored=values
    )
