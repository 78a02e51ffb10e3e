"""The page on which leaders move all open work of a person to somebody else: first what would move, then the move."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from docmgr.keys import whole
from docmgr.services.errors import Conflict
from docmgr.services.planning.work import handing
from docmgr.services.planning.work.handing import MovePreview
from docmgr.web.kit import messages
from docmgr.web.kit.filters import counted
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent
from docmgr.web.kit.words import in_words

blueprint = Blueprint("work_moves", __name__)


@blueprint.get("/tasks/move")
@requires("work:move")
def show() -> str | tuple[str, int]:
    """Show who has open work, and what would move from one person (`from`) to another (`to`)."""
    sent = Sent(request.args)
    chosen = whole(sent.text("from")), whole(sent.text("to"))
    found = sent.try_to(lambda: handing.preview(actor(), chosen[0] or 0, chosen[1] or 0)) if None not in chosen else None
    return _page(sent, chosen[0], chosen[1], found)


@blueprint.post("/tasks/move")
@requires("work:move")
def move() -> Response | str | tuple[str, int]:
    """Move what the preview showed."""
    sent = Sent(request.form)
    from_id, to_id, expected = (sent.number(name) or 0 for name in ("from", "to", "expected"))
    try:
        moved = sent.try_to(lambda: handing.move(actor(), from_id, to_id, sent.text("note"), expected=expected))
    except Conflict as conflict:
        sent.errors[""] = in_words(conflict.message)
        moved = None
    if moved is None:
        again = Sent(request.form)
        status = 400 if "" not in sent.errors else 409
        page = _page(sent, from_id, to_id, again.try_to(lambda: handing.preview(actor(), from_id, to_id)))
        return page, status
    messages.tell(counted("Đã chuyển %(n)s việc.", moved))
    return redirect(url_for(".show"))


def _page(sent: Sent, from_id: int | None, to_id: int | None, found: MovePreview | None) -> str:
    return render_template(
        "work/move.html", holders=handing.holders(actor()), people=handing.people(actor(), None), from_id=from_id, to_id=to_id, found=found,
        errors=sent.errors, note=sent.form.get("note", ""), shown=handing.SHOWN,
    )  # fmt: skip
