"""What visitors see through a share link: plain pages without the frame of the site.

An opening holds for an hour in the same browser, by the session cookie: for further parts of a text, the documents of a case
file and downloads. The right to read is asked anew at each of them.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug import exceptions
from werkzeug.wrappers import Response

from docmgr.keys import whole
from docmgr.policy import Denied
from docmgr.services.errors import NotFound
from docmgr.services.people.attempts import TooManyAttempts
from docmgr.services.share_links import showing, visiting
from docmgr.services.share_links.showing import SharedDocument
from docmgr.services.share_links.visiting import Admission, WrongPassword
from docmgr.services.texts import parts as text_parts
from docmgr.services.texts import view
from docmgr.services.texts.parts import PagePart
from docmgr.web.documents.files import send_file
from docmgr.web.kit import addresses
from docmgr.web.kit.guard import public
from docmgr.web.kit.inputs import page_number
from docmgr.web.people.sessions import waiting

blueprint = Blueprint("shared", __name__)

VISIT_SECONDS = 3600
# So many links may be open in one browser; the cookie has room for no more than a few.
MOST_VISITS = 10


@blueprint.after_request
def quiet(response: Response) -> Response:
    """Keep search engines away, and do not tell other sites the address, which is a key."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    # With "no-referrer" the form for the password would have no origin either, and would be refused.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@blueprint.errorhandler(NotFound)
@blueprint.errorhandler(Denied)
@blueprint.errorhandler(exceptions.NotFound)
def gone(_error: Exception) -> tuple[str, int]:
    """The same page for every link that does not open, whatever the reason."""
    return render_template("shared/gone.html"), 404


@blueprint.errorhandler(CSRFError)
def stale(_error: CSRFError) -> tuple[str, int]:
    """Lead back to the form when it had expired. Nothing was opened, and it is not told whether the link opens."""
    return render_template("shared/stale.html"), 400


@blueprint.get("/shared/<token>")
@public
def show(token: str) -> str | Response:
    """Open a share link, or ask for its password first. `page` is the page of a case file's list, `part` that of a long text."""
    if request.method != "GET":
        # Who only asks for the headers opens nothing.
        visiting.look(token)
        return ""
    if _visits(token):
        return _opened(token, first=False)
    found = visiting.look(token)
    if found.asks:
        return _ask(found)
    _remember(visiting.open_link(token, None, request.remote_addr or ""))
    return _opened(token, first=True)


@blueprint.post("/shared/<token>")
@public
def enter(token: str) -> str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Open a share link with its password, or one whose openings are few."""
    try:
        found = visiting.open_link(token, request.form.get("password", ""), request.remote_addr or "")
    except WrongPassword:
        return _ask(visiting.look(token), _("Mật khẩu không đúng.")), 401
    except TooManyAttempts as error:
        return _ask(visiting.look(token), waiting(error)), 429, {"Retry-After": str(error.seconds)}
    _remember(found)
    return redirect(url_for(".show", token=token))


@blueprint.get("/shared/<token>/documents/<int:document_id>")
@public
def document(token: str, document_id: int) -> str | Response:
    """Show one document of a case file to a visitor who has opened its link."""
    if not _visits(token):
        return _to_the_first_page(token)
    return _document(token, showing.document(token, document_id))


@blueprint.get("/shared/<token>/documents/<int:document_id>/versions/<int:no>/original")
@public
def original(token: str, document_id: int, no: int) -> Response:
    """Send the original of the version that a visitor was shown. When a newer one has come since, its page is shown instead."""
    if not _visits(token):
        return _to_the_first_page(token)
    opened = showing.original(token, document_id, no)
    if opened is None:
        return redirect(url_for(".document", token=token, document_id=document_id))
    return send_file(opened, lambda later_part: showing.downloaded(token, opened, later_part=later_part))


def _to_the_first_page(token: str) -> Response:
    """Lead who has not opened the link, or not within the last hour, to the page that opens it."""
    visiting.look(token)
    return redirect(url_for(".show", token=token))


def _ask(found: Admission, error: str | None = None) -> str:
    return render_template("shared/ask.html", password=found.link.password_hash is not None, error=error)


def _visits(token: str) -> bool:
    """Whether this browser opened the link within the last hour."""
    held = session.get("shared")
    until = held.get(_key(token)) if isinstance(held, dict) else None
    return isinstance(until, int) and until > time.time()


def _key(token: str) -> str:
    # The cookie is signed, but everybody who has it can read it.
    return visiting.hash_of(token)[:32]


def _remember(found: Admission) -> None:
    now = math.floor(time.time())
    held = session.get("shared")
    kept = {key: until for key, until in held.items() if until > now} if isinstance(held, dict) else {}
    kept.pop(found.link.token_hash[:32], None)
    latest = list(kept.items())[-(MOST_VISITS - 1) :]
    session["shared"] = {**dict(latest), found.link.token_hash[:32]: now + VISIT_SECONDS}


def _opened(token: str, *, first: bool) -> str | Response:
    """Make the first page of a link: the document, or the list of the case file."""
    shown = showing.case(token, page_number(request.args))
    if shown is None:
        return _document(token, showing.document(token, first=first))
    if away := addresses.past_the_end(page_number(request.args), shown.total, showing.PAGE_SIZE):
        return away
    return render_template(
        "shared/case.html", shown=shown, token=token, page=page_number(request.args), per_page=showing.PAGE_SIZE, name_of=showing.name_of
    )


def _document(token: str, shown: SharedDocument) -> str:
    parts = text_parts.cut(shown.text, shown.units, 0)
    part = _part(parts)
    within = range(part.start, part.end) if part else None
    return render_template(
        "shared/document.html", shown=shown, document=shown.document, token=token, parts=parts, part=part,
        passages=view.passages(shown.text, shown.units, (), view.unmarked, within), outline=view.outline(shown.units, within, shown.text),
    )  # fmt: skip


def _part(parts: Sequence[PagePart]) -> PagePart | None:
    """Choose the part of a long text that the address asks for; None when the text has one part."""
    if len(parts) == 1:
        return None
    return parts[min(max(whole(request.args.get("part")) or 1, 1), len(parts)) - 1]
