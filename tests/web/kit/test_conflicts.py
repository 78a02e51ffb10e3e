"""Every form by which a second saver might overwrite what the first has saved: the second is shown both, and loses nothing.

tests/hard/test_race_forms.py does the same with the forms of RACED, at the same moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from flask import Flask, request_finished
from flask import request as flask_request
from markupsafe import escape
from werkzeug.wrappers import Response

from docmgr import db
from docmgr.mail_settings import SmtpServer
from docmgr.models import User
from docmgr.policy import Actor
from docmgr.services.disposal import deciding, lists
from docmgr.services.documents import lifecycle
from docmgr.services.folders import tree
from docmgr.services.own_fields import definitions
from docmgr.services.own_fields.definitions import OwnFieldInput
from docmgr.services.people import groups
from docmgr.services.registers import reserving
from docmgr.services.search import everyday
from docmgr.services.terms import vocabulary
from docmgr.services.workflow import starting
from docmgr.settings import Settings
from legaltext import dates
from tests.filling.filing import file_document, load
from tests.filling.keeping.disposing import ended, listed, rows
from tests.filling.registers import delivered, opened, paper, running, workflow
from tests.support.acting import actor_of
from tests.support.browsers import Auth
from tests.web.kit.form_fields import form_fields
from tests.web.kit.typed_acts import case_files, others, registered

# Endpoints whose conflict is tried elsewhere, at the same moment.
RACED = {
    "facts.save", "people.show", "units.show", "folders.edit", "abbreviations.show", "saved_searches.edit", "plans.edit", "tasks.edit", "inspections.edit",
    "findings.edit", "recommendations.edit", "recommendations.answer", "sharing.change", "folders.move",
}  # fmt: skip
# Endpoints that are walked below.
WALKED = {
    "agency.show", "cases.edit", "cases.reopen", "cases.close", "cases.archive", "terms.show", "series.show", "registers.line", "registers.release",
    "registers.explain", "registers.cancel", "everyday_words.show", "workflows.show", "notices.choose", "notices.choose_mail", "flow.stop", "flow.move",
    "documents.set_workflow", "documents.move", "checkout.withdraw", "workflows.add_rule",
    "groups.show", "own_fields.show", "handovers.record", "disposal.send_back", "disposal.decide", "disposal.edit",
}  # fmt: skip
# Those whose next page tells what was refused: nothing is typed there.
TOLD = {"documents.set_workflow", "documents.move"}
# The rest, by why nobody overwrites anything there.
OTHERS = {
    "adds something, beside what others added": {
        "cases.new", "case_contents.add", "case_contents.put", "versions.add_version", "joined.add_file", "relations.add", "uploads.create", "folders.create",
        "findings.new", "inspections.new", "recommendations.new", "links.create", "following.add", "people.create", "units.index", "plans.new", "tasks.new",
        "registers.reserve", "series.index", "abbreviations.index", "everyday_words.index", "saved_searches.create", "terms.index", "delegations.index",
        "workflows.copy", "first_run.filing", "imports.check", "imports.confirm", "numbering.number", "numbering.record", "numbering.copy", "numbering.arrival",
        "holds.hold_document", "holds.hold_case", "flow.start", "compare.restore", "checkout.take", "comments.add", "copies.make", "folders.duplicate",
        "disposal.new", "groups.index", "groups.add", "handovers.new", "own_fields.index", "receipts.ask", "share_links.make_for_case",
        "share_links.make_for_document", "occurrences.prove", "task_evidence.prove", "checks.take", "checks.add", "checks.shoot", "checks.prove", "checks.begin", "checks.find",
        "checklists.create", "checklists.add", "inspected.attach", "inspected.join", "planned.new", "planned.start", "task_steps.need", "task_sheets.upload", "publications.new", "publication_rules.new", "publication_rules.new_form",
        "conferences.new", "conference_votes.new", "conference_papers.add", "conference_papers.check", "conference_rules.add", "paper_forms.add", "consultations.new", "consultation_rules.add", "consultation_people.invite",
    },
    "names what it ends or undoes, or carries a revision, and has nothing typed that could be lost": {
        "relations.end", "relations.restore", "links.end", "links.restore", "holds.release_document", "holds.release_case", "workflows.remove_rule",
        "delegations.end", "sharing.undo", "undoing.undo", "comments.delete", "comments.resolve", "disposal.propose", "disposal.start", "disposal.delete",
        "groups.delete", "groups.remove", "handovers.again", "own_fields.remove", "own_fields.restore", "receipts.confirm", "receipts.withdraw",
        "share_links.withdraw", "site_roles.reset", "stars.mark", "people.enable", "tasks.set_state", "occurrences.confirm", "occurrences.join", "task_steps.need_no_more", "task_steps.inherit_no_more", "task_steps.withdraw", "abbreviations.delete", "abbreviations.restore",
        "everyday_words.delete", "rereading.decide", "case_contents.remove", "checkout.give_back", "following.stop", "saved_searches.delete", "bin.undo",
        "checks.unshoot", "checks.send", "inspected.receive",
        "bin.restore_folder", "bin.restore_document", "notices.mark", "notices.open_one", "mails.confirm", "mails.stop", "sessions.end", "obligations.undo", "obligations.split",
        "publications.end", "publications.withdraw",
        "conference_votes.delete", "conference_papers.remove", "consultations.close", "opinions.withdraw",
    },
    "sets what the same button sets again": {
        "people.disable", "units.delete", "series.close", "series.reopen", "series.delete", "terms.close", "terms.reopen", "first_run.skip", "first_run.resume",
        "documents.delete", "folders.delete", "folders.many", "folders.order", "conversion.change", "files.turn", "case_contents.move", "case_contents.sort",
        "folders.columns", "share_links.turn", "checklists.drop", "paper_forms.use", "paper_forms.reset", "feeds.make", "feeds.withdraw", "publication_rules.turn",
    },
    "carries a revision, and is tried with the other tests of its room": {
        "comments.edit", "home.save", "local_roles.index", "site_roles.index", "calendar.edit", "obligations.edit",
        "checks.save", "checklists.rename", "inspected.judge", "planned.edit", "plan_drafts.superior",
        "occurrences.save", "occurrences.report", "occurrences.give_back", "occurrences.skip", "task_steps.waive", "task_steps.ask", "task_steps.ask_for_occurrence", "task_steps.decide",
        "task_steps.hand", "task_steps.hand_occurrence", "task_steps.inherit", "work_moves.move", "task_sheets.make", "publications.edit", "publication_rules.edit", "publication_rules.edit_form",
        "conferences.edit", "conferences.announce", "conference_votes.edit", "consultations.edit", "opinions.answer", "opinions.settle",
    },
    "carries a revision for each row, with a page of its own": {"waiting.confirm", "obligations.decide", "desk.many", "steps.make", "many_facts.save", "many_rights.give"},
    "proves by the old password, or gives a new one": {"account.change_password", "people.reset_password", "sessions.create"},
    "changes nothing": {
        "case_contents.download", "case_contents.whole_case", "effects.moved_documents", "steps.choose", "many_facts.choose", "many_rights.choose", "registers.download", "slips.download", "plan_reports.download", "plan_drafts.download", "register_reports.download", "plan_drafts.file", "inspection_papers.download", "inspection_papers.whole", "matrix.send_plan", "matrix.send_all", "matrix.tasks", "result_export.download", "imports.keys",
        "trail.export", "trail.export_document", "sessions.language", "disposal.download", "handovers.download", "shared.enter", "openness.as_file", "conference_papers.draft", "conference_papers.sheet", "paper_forms.trial", "consultations.paper",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Saved:
    """A form: who uses it, its page, the field in which both type, and the end of its address, "" for that of the page."""

    role: str
    page: str
    field: str
    action: str = ""


@pytest.fixture(scope="module")
def posted() -> dict[str, set[int]]:
    """The statuses with which forms were answered in the tests of this file, by endpoint; "ran " and a name for each test that ended."""
    return {}


@pytest.fixture(autouse=True)
def noted(posted: dict[str, set[int]], request: pytest.FixtureRequest) -> Iterator[None]:
    """Note each form that a test sends, and its answer."""

    def note(_app: Flask, response: Response, **_more: object) -> None:
        if flask_request.method == "POST":
            posted.setdefault(flask_request.endpoint or "", set()).add(response.status_code)

    with request_finished.connected_to(note):
        yield
    posted.setdefault(f"ran {request.function.__name__}", set())


@pytest.fixture
def leader(people: dict[str, User]) -> Actor:
    """The leader as an actor."""
    return actor_of(people["leader"])


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A site that sends mails."""
    return replace(settings, mail=SmtpServer("127.0.0.1", 25, "smtp", "vanban@so.example"))


def test_every_form_is_looked_at(app: Flask) -> None:
    posted = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())} - {"static"}
    others = [one for group in OTHERS.values() for one in group]
    assert posted == {*RACED, *WALKED, *others} and len(others) == len(set(others) - RACED - WALKED)


def _typed(clerk: Actor, admin: Actor) -> dict[str, Saved]:
    series, case = delivered(clerk), opened(clerk)
    term = vocabulary.create(admin, "field", "Giáo dục")
    word = everyday.create(admin, word="lương hưu sớm", law="nghỉ hưu trước tuổi").id
    (line,) = reserving.reserve(clerk, series, "Giữ cho phòng")
    return {
        "agency": Saved("administrator", "/agency", "name"),
        "case": Saved("clerk", f"/cases/{case}/edit", "title"),
        "term": Saved("administrator", f"/terms/{term}", "name"),
        "series": Saved("clerk", f"/series/{series}", "name"),
        "group": Saved("administrator", f"/groups/{groups.create(admin, 'Tổ công tác')}", "name"),
        "own field": Saved("administrator", f"/own-fields/{definitions.create(admin, OwnFieldInput('Kỳ họp'))}", "label"),
        "everyday": Saved("administrator", f"/everyday-words/{word}", "law"),
        "line": Saved("clerk", f"/registers/lines/{line}", "note"),
        "workflow": Saved("administrator", f"/workflows/{workflow('incoming')}", "name"),
        "workflow state": Saved("administrator", f"/workflows/{workflow('outgoing')}", "state-0-name"),
    }


def test_the_second_saver_sees_both(auth: Auth, clerk: Actor, people: dict[str, User]) -> None:
    for name, form in _typed(clerk, actor_of(people["administrator"])).items():
        browser = auth(form.role)
        fields = form_fields(browser.get(form.page).text, form.field)
        first, second = f"Chữ đầu của {name}", f"Chữ sau của {name}"
        saved = browser.submit(form.page, _with(fields, form.field, first))
        assert saved.status_code == 302, (name, saved.text)
        refused = browser.submit(form.page, _with(fields, form.field, second))
        assert refused.status_code == 409, name
        assert first in refused.text and second in refused.text, name
        # Saving once more is over what was shown.
        again = form_fields(refused.text, form.field)
        assert second in again[form.field] and again["revision"] != fields["revision"], name
        assert browser.submit(form.page, again.to_dict(flat=False)).status_code == 302, name
        assert second in browser.get(form.page).text, name


def _with(fields: object, field: str, words: str) -> dict[str, object]:
    return {**fields.to_dict(flat=False), field: words}  # type: ignore[attr-defined]


def test_what_is_typed_beside_a_button_is_not_lost(auth: Auth, clerk: Actor, leader: Actor, staff: Actor) -> None:
    for name, act in {**registered(clerk), **case_files(clerk), **others(clerk, leader, staff)}.items():
        browser, typed = auth(act.role), "Lý do của <tôi>" if act.field in ("reason", "receiver") else "05/02/2024"
        fields = form_fields(browser.get(act.page).text, act.field, act.action)
        act.first()
        db.release()
        refused = browser.submit(act.action, _with(fields, act.field, typed))
        assert refused.status_code == 409 and str(escape(typed)) in refused.text and "Làm lại với nội dung này" in refused.text, (name, refused.text)
        again = form_fields(refused.text, act.field)
        # Every field of the form is there again, with what was typed into it.
        assert again.keys() == fields.keys() and again[act.field] == typed and act.stored in refused.text, name
        assert "revision" not in fields or again["revision"] != fields["revision"], name
        assert browser.submit(act.action, again.to_dict(flat=False)).status_code == act.again, name


def test_what_cannot_be_read_is_not_lost(auth: Auth, clerk: Actor) -> None:
    browser, acts = auth("clerk"), case_files(clerk)
    for name, field in (("close", "closed_on"), ("archive", "archived_on"), ("hand over", "handed_on")):
        act = acts[name]
        fields = form_fields(browser.get(act.page).text, field, act.action)
        more = {"receiver": "Bà <Lưu>"} if name == "hand over" else {}
        refused = browser.submit(act.action, {**_with(fields, field, "31/02/2024"), **more})
        assert refused.status_code == 400 and "Ngày không đúng" in refused.text and "31/02/2024" in refused.text, name
        again = form_fields(refused.text, field)
        assert again["revision"] == fields["revision"] and again.get("receiver") == more.get("receiver"), name
        assert browser.submit(act.action, _with(again, field, dates.today().isoformat())).status_code == 302, name


def test_answers_about_a_list_are_not_lost(auth: Auth, clerk: Actor, leader: Actor) -> None:
    ended(clerk, "1/X"), ended(clerk, "2/X")
    number, browser = listed(clerk), auth("leader")
    page, (a, b) = f"/disposal/{number}", (row.id for row in rows(number))
    fields = form_fields(browser.get(page).text, "decision_number", "/decide")
    typed = {f"agreed-{a}": "no", f"reason-{a}": "Còn <dùng>", f"agreed-{b}": "yes", f"reason-{b}": "", "decision_number": "9/QĐ", "decision_on": "05/02/2024"}
    sent = {**fields.to_dict(flat=False), **typed}
    deciding.send_back(leader, number, "Sửa lại")
    gone = browser.submit(f"{page}/decide", sent)
    shown = gone.text.split("Bạn đã nhập (chưa lưu):")[1].split("</dl>")[0]
    assert gone.status_code == 409 and "<dt>1/X</dt><dd>Không đồng ý; Còn &lt;dùng&gt;</dd>" in shown and "<dt>2/X</dt><dd>Đồng ý</dd>" in shown
    assert "9/QĐ" in shown and "05/02/2024" in shown
    lists.propose(clerk, number)
    refused = browser.submit(f"{page}/decide", sent)
    again = form_fields(refused.text, "decision_number", "/decide")
    assert refused.status_code == 409 and "Bạn đã nhập" not in refused.text and {name: again[name] for name in typed} == typed
    wrong = browser.submit(f"{page}/decide", {**again.to_dict(flat=False), f"reason-{a}": ""})
    assert wrong.status_code == 400 and form_fields(wrong.text, "decision_number", "/decide")[f"agreed-{a}"] == "no"
    assert browser.submit(f"{page}/decide", again.to_dict(flat=False)).status_code == 302


def test_what_is_typed_into_a_list_is_not_lost(auth: Auth, clerk: Actor) -> None:
    ended(clerk, "1/X")
    number, browser = listed(clerk, proposed=False), auth("clerk")
    page, (row,) = f"/disposal/{number}", rows(number)
    fields = form_fields(browser.get(page).text, f"note-{row.id}", "/edit").to_dict(flat=False)
    assert browser.submit(f"{page}/edit", {**fields, "title": "Chữ đầu", f"note-{row.id}": "Lời đầu"}).status_code == 302
    refused = browser.submit(f"{page}/edit", {**fields, "title": "Chữ sau", f"note-{row.id}": "Lời sau"})
    assert refused.status_code == 409 and "Đang lưu: Hủy; Lời đầu" in refused.text and "<h1 class=\"work-title\">Chữ đầu" in refused.text
    again = form_fields(refused.text, f"note-{row.id}", "/edit")
    assert (again["title"], again[f"note-{row.id}"]) == ("Chữ sau", "Lời sau")
    lists.propose(clerk, number)
    gone = browser.submit(f"{page}/edit", again.to_dict(flat=False))
    assert gone.status_code == 409 and "<dt>1/X</dt><dd>Hủy; Lời sau</dd>" in gone.text and "<dd>Chữ sau</dd>" in gone.text


def test_what_one_wants_to_hear_of(auth: Auth, people: dict[str, User]) -> None:
    browser = auth("staff")
    fields = form_fields(browser.get("/notices/settings").text, "reason").to_dict(flat=False)
    every = fields["reason"]
    assert browser.submit("/notices/settings", {**fields, "reason": [one for one in every if one != "overdue"]}).status_code == 302
    refused = browser.submit("/notices/settings", {**fields, "reason": [one for one in every if one != "returned"]})
    assert refused.status_code == 409 and "Văn bản trả lại tôi" in refused.text and "<dt>Muốn được báo</dt>" in refused.text
    again = form_fields(refused.text, "reason")
    assert "returned" not in again.getlist("reason") and "overdue" in again.getlist("reason") and "overdue" not in again["seen"].split()
    assert browser.submit("/notices/settings", again.to_dict(flat=False)).status_code == 302
    mail = form_fields(browser.get("/notices/settings").text, "address").to_dict(flat=False)
    assert browser.submit("/notices/mail", {**mail, "address": "mot@example.vn", "mode": "daily"}).status_code == 302
    refused = browser.submit("/notices/mail", {**mail, "address": "hai@example.vn", "mode": "at_once"})
    assert refused.status_code == 409 and "<dd>mot@example.vn</dd>" in refused.text and 'value="hai@example.vn"' in refused.text
    assert browser.submit("/notices/mail", form_fields(refused.text, "address").to_dict(flat=False)).status_code == 302


def test_what_a_button_showed(auth: Auth, clerk: Actor) -> None:
    browser, document = auth("clerk"), paper()
    fields = form_fields(browser.get(f"/documents/{document}").text, "workflow").to_dict(flat=False)
    lifecycle.set_workflow(clerk, document, "withdrawn")
    told = browser.submit(f"/documents/{document}/workflow", {**fields, "workflow": "draft"}, follow_redirects=True)
    assert "Người khác vừa đổi trạng thái" in told.text and load(document).workflow == "withdrawn"
    one, two = (tree.create(clerk, tree.root_id(), name).id for name in ("Một", "Hai"))
    moving = browser.get(f"/documents/{document}/moving?folder={two}&seen={tree.root_id()}").text
    fields = form_fields(moving, "seen").to_dict(flat=False)
    lifecycle.move(clerk, [document], one)
    told = browser.submit(f"/documents/{document}/move", fields, follow_redirects=True)
    assert "Người khác vừa đổi" in told.text and load(document).folder_id == one


def test_a_rule_that_is_there_keeps_what_was_chosen(auth: Auth, clerk: Actor) -> None:
    browser, folder = auth("clerk"), tree.create(clerk, tree.root_id(), "Đi").id
    sent = {"workflow_id": str(workflow("outgoing")), "type": "Quyết định", "folder_id": str(folder)}
    assert browser.submit("/workflows/rules", sent).status_code == 302
    refused = browser.submit("/workflows/rules", {**sent, "workflow_id": str(workflow("publication"))})
    assert refused.status_code == 400 and "đã có quy trình" in refused.text
    assert f'<option value="{workflow("publication")}" selected>' in refused.text and "<option selected>Quyết định" in refused.text


def test_a_comment_on_a_step_is_not_lost(auth: Auth, clerk: Actor) -> None:
    document = running(clerk, "outgoing", created_by=clerk.user_id)
    browser = auth("clerk")
    stale = form_fields(browser.get(f"/documents/{document}/flow?step=submit").text, "comment", "/flow").to_dict(flat=False)
    starting.stop(clerk, document, "Thôi", revision=None)
    file_document(tree.root_id())
    starting.start(clerk, document, workflow("publication"))
    refused = browser.submit(f"/documents/{document}/flow", {**stale, "revision": "99", "comment": "Ý kiến dài"})
    assert refused.status_code == 409 and "Ý kiến dài" in refused.text


def test_each_of_these_forms_was_sent(posted: dict[str, set[int]], request: pytest.FixtureRequest) -> None:
    ran = {name.removeprefix("ran ") for name in posted if name.startswith("ran ")}
    if ran != {name for name in vars(request.module) if name.startswith("test_")} - {request.function.__name__}:
        pytest.skip("only some tests of this file ran")
    refused = {endpoint for endpoint, statuses in posted.items() if statuses & {400, 409}}
    assert not WALKED - refused - TOLD and TOLD <= posted.keys()
