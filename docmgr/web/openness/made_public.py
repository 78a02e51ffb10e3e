"""The public page ("Công khai"): what everybody reads without signing in, as plain pages without the frame of the site.

Nothing of who asks is kept: no cookie is set, and only numbers are counted. Who is signed in sees the same as everybody.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug import exceptions
from werkzeug.wrappers import Response

from docmgr.keys import whole
from docmgr.policy import Denied
from docmgr.services.documents.page import ProvisionExtent
from docmgr.services.errors import NotFound
from docmgr.services.openness import finding, showing
from docmgr.services.texts import parts as text_parts
from docmgr.services.texts import view
from docmgr.services.texts.parts import PagePart
from docmgr.web.documents.files import send_file
from docmgr.web.kit import addresses
from docmgr.web.kit.guard import public
from docmgr.web.kit.inputs import page_number
from docmgr.web.openness.limiter import Limiter

blueprint = Blueprint("made_public", __name__)
_KEY = "docmgr_public_limiter"


@blueprint.before_request
def limit() -> tuple[str, int, dict[str, str]] | None:
    """Refuse an address that asks too often, before the database is asked."""
    limiter: Limiter = current_app.extensions.setdefault(_KEY, Limiter())
    kind = "search" if request.endpoint == "made_public.index" and request.args.get("q", "").strip() else "page"
    seconds = limiter.wait(kind, request.remote_addr or "")
    if not seconds:
        return None
    return render_template("made_public/wait.html", seconds=seconds), 429, {"Retry-After": str(seconds)}


@blueprint.errorhandler(NotFound)
@blueprint.errorhandler(Denied)
@blueprint.errorhandler(exceptions.NotFound)
def gone(_error: Exception) -> tuple[str, int]:
    """The same page for everything that is not public now, whatever the reason."""
    return render_template("made_public/gone.html"), 404


@blueprint.get("/cong-khai")
@public
def index() -> str | Response:
    """List what is public, or what matches the query `q` of that."""
    query, number = request.args.get("q", "").replace("\0", "")[: finding.LONGEST].strip(), page_number(request.args)
    if query:
        found = finding.find(query, number)
        rows, total = [(hit.row, hit.provision) for hit in found.hits], found.total
    else:
        found = None
        listed, total = showing.page(number)
        rows = [(row, None) for row in listed]
    if away := addresses.past_the_end(number, total, showing.PAGE_SIZE):
        return away
    return render_template(
        "made_public/index.html", rows=rows, total=total, query=query, found=found, page=number, per_page=showing.PAGE_SIZE, name_of=showing.name_of,
        longest=finding.LONGEST,
    )  # fmt: skip


@blueprint.get("/cong-khai/<int:document_id>")
@public
def show(document_id: int) -> str:
    """Show the facts and the text of a document that is public now. `part` is the part of a long text, or the one that has the
    provision `at`."""
    shown = showing.document(document_id, count=request.method == "GET")
    parts = text_parts.cut(shown.text, shown.units, 0)
    part = _part(parts, shown.units)
    within = range(part.start, part.end) if part else None
    return render_template(
        "made_public/show.html", shown=shown, document=shown.row.document, parts=parts, part=part,
        passages=view.passages(shown.text, shown.units, (), view.unmarked, within), outline=view.outline(shown.units, within, shown.text),
    )  # fmt: skip


@blueprint.get("/cong-khai/<int:document_id>/versions/<int:no>/original")
@public
def original(document_id: int, no: int) -> Response:
    """Send the original of the version that was shown. When a newer one has come since, its page is shown instead."""
    opened = showing.original(document_id, no)
    if opened is None:
        return redirect(url_for(".show", document_id=document_id))
    return send_file(opened, lambda later_part: None if later_part else showing.downloaded(opened))


def _part(parts: Sequence[PagePart], units: Sequence[ProvisionExtent]) -> PagePart | None:
    """Choose the part of a long text that the address asks for, by its number or by a provision in it; None when the text has one part."""
    if len(parts) == 1:
        return None
    number = whole(request.args.get("part")) or text_parts.holding(parts, units, request.args.get("at", ""))
    return parts[min(max(number, 1), len(parts)) - 1]
