"""Checklists: their list, and the page on which lines are added from typed text, provisions of a document, and tasks of a plan."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.keys import whole
from docmgr.services.documents import references
from docmgr.services.errors import NotFound
from docmgr.services.inspection.checklists import templates
from docmgr.services.inspection.checklists.words import AT_ONCE
from docmgr.services.planning import lists as task_lists
from docmgr.services.planning.views import month
from docmgr.services.planning.wanted.filters import TaskFilter
from docmgr.services.search import pick as search_pick
from docmgr.web.kit import addresses, forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, document_choice, page_number, provision_choice

blueprint = Blueprint("checklists", __name__)
PAGE_SIZE = 50


@blueprint.get("/checklists")
@requires("inspection:read")
def index() -> str | Response:
    """List the checklists."""
    number, total = page_number(request.args), templates.count(actor())
    if away := addresses.past_the_end(number, total, PAGE_SIZE):
        return away
    rows = templates.listing(actor(), limit=PAGE_SIZE, skip=(number - 1) * PAGE_SIZE)
    return render_template("checklists/index.html", rows=rows, number=number, total=total, per_page=PAGE_SIZE)


@blueprint.post("/checklists")
@requires("inspection:edit")
def create() -> forms.Answer:
    """Make a checklist."""
    title, made = Sent(request.form).text("title"), list[int]()
    done = forms.act_typed(lambda: made.append(templates.create(actor(), title)), _("Đã lập danh mục."), url_for(".index"), forms.Typed({"title": "Tên danh mục"}))
    if made and isinstance(done, Response):
        done.location = url_for(".show", checklist_id=made[0])
    return done


@blueprint.get("/checklists/<int:checklist_id>")
@requires("inspection:read")
def show(checklist_id: int) -> str:
    """Show a checklist. `document_q` finds a document, `document` shows its provisions to choose from, `plan` the tasks of a plan."""
    view = templates.get(actor(), checklist_id)
    q = Sent(request.args).text("document_q")[:200]
    more = _offered() if view.may_edit else {}
    found = [document_choice(one) for one in search_pick.documents(actor(), q)] if q and view.may_edit else []
    return render_template("checklists/show.html", view=view, q=q, found=found, **more)


def _offered() -> dict[str, Any]:
    document_id, plan_id = whole(request.args.get("document")), whole(request.args.get("plan"))
    choices = None
    if document_id is not None:
        try:
            choices = references.choose(actor(), document_id, limit=AT_ONCE)
        except NotFound:
            choices = None
    tasks = task_lists.find(actor(), TaskFilter(plan_id=plan_id), per_page=AT_ONCE)[0] if plan_id is not None else []
    return {
        "document_id": document_id, "choices": choices, "provisions": [provision_choice(one) for one in choices.shown] if choices else [],
        "plan_id": plan_id, "tasks": tasks, "plans": dict(month.plans_offered(actor())),
    }  # fmt: skip


@blueprint.post("/checklists/<int:checklist_id>")
@requires("inspection:edit")
def rename(checklist_id: int) -> forms.Answer:
    """Change the title of a checklist."""
    sent = Sent(request.form)

    def now() -> tuple[int | None, list[tuple[str, str]]]:
        view = templates.get(actor(), checklist_id)
        return view.revision, [(_("Tên danh mục"), view.title)]

    typed = forms.Typed({"title": "Tên danh mục"}, now)
    return forms.act_typed(lambda: templates.rename(actor(), checklist_id, sent.text("title"), revision=sent.revision), _("Đã lưu."), _page(checklist_id), typed)


@blueprint.post("/checklists/<int:checklist_id>/lines")
@requires("inspection:edit")
def add(checklist_id: int) -> forms.Answer:
    """Add lines: those that were typed, the chosen provisions of a document, or the chosen tasks."""
    sent = Sent(request.form)
    document_id, anchors, tasks = sent.number("document"), request.form.getlist("anchor"), sent.numbers("task")

    def store() -> None:
        if document_id is not None:
            templates.add_provisions(actor(), checklist_id, document_id, anchors)
        elif tasks:
            templates.add_tasks(actor(), checklist_id, tasks)
        else:
            templates.add_text(actor(), checklist_id, sent.text("text"))

    return forms.act_typed(store, _("Đã thêm nội dung."), _page(checklist_id), forms.Typed({"text": "Nội dung kiểm tra"}))


@blueprint.post("/checklist-lines/<int:line_id>/drop")
@requires("inspection:edit")
def drop(line_id: int) -> Response:
    """Let no more inspections take a line, or with `back` let them again."""
    back, owner = bool(request.form.get("back")), list[int]()
    done = forms.act(lambda: owner.append(templates.drop(actor(), line_id, dropped=not back)), _("Đã lưu."), url_for(".index"))
    done.location = _page(owner[0])
    return done


def _page(checklist_id: int) -> str:
    return url_for("checklists.show", checklist_id=checklist_id)
