"""The first run: the five steps of a new administrator, and the page that makes the usual folders and series."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services.start import steps, template
from docmgr.web.kit import forms
from docmgr.web.kit.filters import counted
from docmgr.web.kit.guard import actor, may, requires
from docmgr.web.kit.inputs import Sent

blueprint = Blueprint("first_run", __name__)


@blueprint.get("/start")
@requires("agency:manage")
def index() -> str:
    """Show the steps: which are done, which were left out, and where each is done."""
    return render_template("start/index.html", first_run=steps.first_run(actor()))


@blueprint.post("/start/<key>/skip")
@requires("agency:manage")
def skip(key: str) -> Response:
    """Leave a step out."""
    return forms.act(lambda: steps.skip(actor(), key), _("Đã bỏ qua bước này; có thể làm lại lúc nào cũng được."), url_for(".index"))


@blueprint.post("/start/<key>/resume")
@requires("agency:manage")
def resume(key: str) -> Response:
    """Take up a step that was left out."""
    return forms.act(lambda: steps.skip(actor(), key, skipped=False), _("Bước này lại nằm trong danh sách."), url_for(".index"))


@blueprint.route("/start/filing", methods=["GET", "POST"])
@requires("series:manage")
def filing() -> Response | str | tuple[str, int]:
    """Show the folders and series of the template, and which are there already (GET), or make the chosen ones (POST). A
    clerk may do so as well, since administrators alone make no folders."""
    sent = Sent(request.form)
    if request.method == "POST":
        chosen, series = sent.form.getlist("folders"), sent.form.getlist("series")
        made = sent.try_to(lambda: template.apply(actor(), chosen, series, sent.text("organ").strip()))
        if made is not None:
            folders, numbered = made
            told = [counted("%(n)s thư mục", folders), _("%(n)s dãy số", n=numbered)]
            flash(_("Đã lập: %(made)s.", made=", ".join(told)), "success")
            return redirect(url_for(".index" if may("agency:manage") else "series.index"))
        return _filing(sent, set(chosen), set(series)), 400
    return _filing(sent, set(template.FOLDERS))


def _filing(sent: Sent, folders: set[str], series: set[str] | None = None) -> str:
    """Show the page with these boxes ticked. Without `series`, all of them are, unless numbers were given already."""
    now = template.preview(actor())
    ticked = series if series is not None else set() if now.in_use else set(template.SERIES)
    return render_template(
        "start/filing.html", template=now, folders=folders, series=ticked, kinds=template.SERIES,
        values=sent.form, errors=sent.errors,
    )  # fmt: skip
