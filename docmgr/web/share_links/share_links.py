"""Make, list and withdraw share links of a document or a case file; the list of all links of the site, and their switch."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from docmgr.policy import may
from docmgr.services.share_links import listing, making, switch, words
from docmgr.services.share_links.listing import ShareLinkList
from docmgr.services.share_links.making import LinkInput
from docmgr.web.kit import addresses, forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, page_number, translated

blueprint = Blueprint("share_links", __name__)


@blueprint.get("/documents/<int:document_id>/share-links")
@requires("document:share")
def document(document_id: int) -> str | Response:
    """List the share links of a document, with the form that makes one."""
    return _page(listing.of_document(actor(), document_id, page_number(request.args)), document_id=document_id)


@blueprint.post("/documents/<int:document_id>/share-links")
@requires("document:share")
def make_for_document(document_id: int) -> str | tuple[str, int]:
    """Make a share link to a document, and show its address this once."""
    return _make(
        lambda given: making.of_document(actor(), document_id, given),
        lambda: listing.of_document(actor(), document_id),
        document_id=document_id,
    )


@blueprint.get("/cases/<int:case_id>/share-links")
@requires("document:share")
def case(case_id: int) -> str | Response:
    """List the share links of a case file, with the form that makes one."""
    return _page(listing.of_case(actor(), case_id, page_number(request.args)), case_id=case_id)


@blueprint.post("/cases/<int:case_id>/share-links")
@requires("document:share")
def make_for_case(case_id: int) -> str | tuple[str, int]:
    """Make a share link to a case file, and show its address this once."""
    return _make(
        lambda given: making.of_case(actor(), case_id, given),
        lambda: listing.of_case(actor(), case_id),
        case_id=case_id,
    )


def _make(make: Callable[[LinkInput], str], rows: Callable[[], ShareLinkList], **thing: int) -> str | tuple[str, int]:
    sent = Sent(request.form)
    given = LinkInput(sent.number("days"), sent.text("password"), sent.number("most_openings"))
    token = sent.try_to(lambda: make(given))
    if token is None:
        return _shown(rows(), sent, thing), 400
    # The address is not stored, so it is shown in the answer and not after a redirect.
    made = current_app.extensions["docmgr"].settings.public_url + url_for("shared.show", token=token)
    return _shown(rows(), Sent(MultiDict()), thing, made)


def _page(links: ShareLinkList, **thing: int) -> str | Response:
    if away := addresses.past_the_end(page_number(request.args), links.total, listing.PAGE_SIZE):
        return away
    return _shown(links, Sent(request.form), thing)


def _shown(links: ShareLinkList, sent: Sent, thing: Mapping[str, int], made: str | None = None) -> str:
    return render_template(
        "share_links/show.html", links=links, errors=sent.errors, sent=sent.form, made=made, states=translated(words.STATES), limits=words,
        page=page_number(request.args), per_page=listing.PAGE_SIZE, document_id=thing.get("document_id"), case_id=thing.get("case_id"),
    )  # fmt: skip


@blueprint.get("/share-links")
@requires("share_link:list")
def index() -> str | Response:
    """List the share links that the person made, for an administrator all of the site."""
    links = listing.of_site(actor(), page_number(request.args))
    if away := addresses.past_the_end(page_number(request.args), links.total, listing.PAGE_SIZE):
        return away
    return render_template(
        "share_links/index.html", links=links, states=translated(words.STATES), page=page_number(request.args), per_page=listing.PAGE_SIZE,
    )  # fmt: skip


@blueprint.post("/share-links/<int:share_link_id>/withdraw")
@requires("share_link:list")
def withdraw(share_link_id: int) -> Response:
    """Withdraw a share link for ever, and return to the list from which it was asked (`of`)."""
    link = making.withdraw(actor(), share_link_id)
    back = url_for(".index")
    if request.form.get("of") == "thing" and may(actor(), "document:share"):
        if link.document_id is not None:
            back = url_for(".document", document_id=link.document_id)
        else:
            back = url_for(".case", case_id=link.case_id)
    flash(_("Đã thu hồi liên kết: từ nay không ai mở được nữa."), "success")
    return redirect(back)


@blueprint.post("/share-links/switch")
@requires("share_link:manage")
def turn() -> Response:
    """Switch the share links of the whole site on or off."""
    on = request.form.get("on") == "1"
    told = _("Đã bật liên kết chia sẻ.") if on else _("Đã tắt liên kết chia sẻ: không liên kết nào mở được cho đến khi bật lại.")
    return forms.act(lambda: switch.turn(actor(), on), told, url_for(".index"))
