"""The private calendar: the page on which a person makes its address, and the calendar itself, which needs no sign-in."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services.people.attempts import TooManyAttempts
from docmgr.services.planning.feed import days, secrets
from docmgr.web.kit.guard import actor, public, requires
from docmgr.web.kit.network import network

blueprint = Blueprint("feeds", __name__)
MEDIA_TYPE = "text/calendar; charset=utf-8"


@blueprint.get("/account/calendar")
@requires("plan:read")
def show() -> str:
    """Show whether the person has a private calendar."""
    return render_template("account/calendar.html", made_at=secrets.made_at(actor()), address=None)


@blueprint.post("/account/calendar")
@requires("plan:read")
def make() -> str:
    """Make a new address, which is shown this once."""
    address = url_for(".send", token=secrets.make(actor()), _external=True)
    return render_template("account/calendar.html", made_at=secrets.made_at(actor()), address=address)


@blueprint.post("/account/calendar/withdraw")
@requires("plan:read")
def withdraw() -> Response:
    """Withdraw the address."""
    secrets.withdraw(actor())
    flash(_("Đã thu hồi địa chỉ lịch."), "success")
    return redirect(url_for(".show"))


@blueprint.get("/calendar/<token>.ics")
@public
def send(token: str) -> Response:
    """Send the calendar whose address has this secret."""
    try:
        whose = secrets.owner(token, network(request.remote_addr or ""))
    except TooManyAttempts as error:
        return Response("", 429, {"Retry-After": str(error.seconds)}, mimetype="text/plain")
    response = Response(days.written(whose, _address, urlsplit(request.host_url).hostname or "docmgr"), content_type=MEDIA_TYPE)
    # The address is a key.
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _address(task_id: int, occurrence_id: int | None) -> str:
    if occurrence_id is not None:
        return url_for("occurrences.show", occurrence_id=occurrence_id, _external=True)
    return url_for("tasks.show", task_id=task_id, _external=True)
