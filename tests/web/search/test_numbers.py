"""Numbers in addresses and forms that are no valid key never cause a server error."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule

from docmgr import policy
from docmgr.keys import LARGEST, whole
from docmgr.services.bulk import changing
from docmgr.services.cases import contents
from docmgr.services.comments import writing
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.handover import packages
from docmgr.services.inspection import findings, inspections
from docmgr.services.inspection.findings import FindingInput, RecommendationInput
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.links import links
from docmgr.services.own_fields import definitions
from docmgr.services.own_fields.definitions import OwnFieldInput
from docmgr.services.people import delegations, groups
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.occurrences.spread import SpreadInput
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.registers import issue
from docmgr.services.relations import relations
from docmgr.services.search import everyday, saved
from docmgr.services.share_links import listing, making
from docmgr.services.share_links.making import LinkInput
from docmgr.services.terms import vocabulary
from docmgr.services.workflow import choosing
from docmgr.settings import ROOT
from docmgr.web.kit import guard
from docmgr.web.kit.inputs import Sent, page_number, wholes
from legaltext import dates
from tests.filling.desk import stored
from tests.filling.filing import file_document, person
from tests.filling.keeping import paper_forms
from tests.filling.keeping.conferences import resolved
from tests.filling.keeping.consulting import asked
from tests.filling.keeping.disposing import ended, listed
from tests.filling.keeping.publishing import made_public
from tests.filling.keeping.steps import steps_of
from tests.filling.papers import pdf
from tests.filling.registers import delivered, opened, paper, workflow
from tests.support.acting import actor_of
from tests.support.browsers import Client
from tests.web.inspection import filled

HUGE = str(10**30)
# Parameters that contain numbers, on any page.
NAMES = frozenset(
    "page v document unit plan finding task folder year who ids id target document_id task_id unit_id parent_id lead_id"
    " support_ids inspected_unit_id plan_id finding_id revision subject key size user_id a b with take inherit series entry copies"
    " person_id holder_id count up_to before workflow workflow_id source folder_id delegate_id states steps kind lead case number by retention_years handover_months days most_openings receipt part answers see drop child into pick one picked page_no plan_year cut period recurs_every fan_out fan_out_unit_id fan_out_ids document_q occurrence from to to_id needed_id due_task_id due_days expected form_id rule_id rule start_days least_days agree disagree other invited present amount parts".split()
)
# Addresses that end or delete things come last, so that the other pages still have them.
ENDING = re.compile(r"delete|\bend\b|revoke|disable|many|undo|restore|sessions|reset_password")


@pytest.fixture
def all_roles(app: Flask, auth: Any) -> Client:
    """A browser of a person who reaches every page."""
    return auth.client(person("moi-vai", *policy.ROLES))


@pytest.fixture
def things(app: Flask, auth: Any, all_roles: Client) -> dict[str, Any]:
    """One thing of each kind, by the name that addresses use for its number."""
    clerk = actor_of(auth.people["clerk"])
    unit_id = auth.people["staff"].unit_id
    document_id = stored(app, all_roles, pdf(), "a.pdf", publish="1")
    other = file_document(tree.root_id(), "1/QĐ-X")
    folder_id = tree.create(clerk, tree.root_id(), "A").id
    plan_id = plans.create(clerk, PlanInput("Kế hoạch", 2024, document_id=document_id))
    task_id = tasks.create(clerk, plan_id, TaskInput("Việc", unit_id, due_on=dates.today(), document_id=document_id, spread=SpreadInput(fan_out="listed", unit_ids=(unit_id,))))
    inspection_id = inspections.create(clerk, InspectionInput("Kiểm tra", unit_id))
    change_id = sharing.grant(clerk, SharedThing(folder_id=folder_id), "staff", "reader")
    case_id = opened(clerk)
    contents.add(clerk, case_id, [document_id])
    past = ended(clerk, "0/X", (other,))
    conference_id, vote_id = resolved(clerk, unit_id, document_id)
    return {
        **filled.fill(inspection_id, unit_id), "document_id": document_id, "folder_id": folder_id, "plan_id": plan_id, "task_id": task_id, "occurrence_id": 1, "file_id": 1, "conference_id": conference_id, "vote_id": vote_id,
        "inspection_id": inspection_id, "finding_id": findings.create(clerk, inspection_id, FindingInput("Sai")),
        "recommendation_id": findings.recommend(clerk, inspection_id, RecommendationInput("Sửa")),
        "link_id": links.add(clerk, document_id=document_id, role="basis", task_id=task_id), "number": 1,
        "relation_id": relations.add(clerk, document_id, "based_on", other), "change_id": change_id,
        "bulk_id": changing.tag(clerk, [other], tags="x").id,
        "user_id": auth.people["staff"].id, "unit_id": unit_id, "batch": "0" * 32, "key": "ubnd", "sheet": "units",
        "of_year": 2026, "group_id": groups.create(actor_of(person("nhom", *policy.ROLES)), "Nhóm"),
        "word_id": everyday.create(actor_of(person("tu-dien", *policy.ROLES)), word="bầu bí", law="mang thai").id,
        "search_id": saved.create(clerk, "Dân chủ", {"q": ["dân chủ"]}),
        "workflow_id": workflow("outgoing"), "rule_id": choosing.add_rule(clerk, workflow("incoming"), "Thư công", None),
        "delegation_id": delegations.create(clerk, auth.people["leader"].id, dates.today(), dates.today()),
        "series_id": delivered(clerk), "entry_id": issue.issue_number(clerk, paper()), "no": 1, "notice_id": 1, "token": "x",
        "share_link_id": shared(clerk, document_id), "comment_id": writing.add(actor_of(person("nhan-xet", *policy.ROLES)), document_id, "Ý").id,
        "case_id": case_id, "field_id": definitions.create(actor_of(person("truong-rieng", *policy.ROLES)), OwnFieldInput("Kỳ họp")),
        "obligation_id": 1, **steps_of(clerk, plan_id, unit_id), "list_id": listed(clerk), "handover_id": packages.create(clerk, "Gói", [past]), "publication_id": made_public(clerk, document_id), "paper": "plan_report", "template_id": paper_forms.kept(paper_forms.starter()), **asked(clerk, document_id), "form_id": 1, "term_id": vocabulary.create(actor_of(person("danh-muc", *policy.ROLES)), "tag", "Nhãn"),
    }  # fmt: skip


def shared(clerk: Any, document_id: int) -> int:
    making.of_document(clerk, document_id, LinkInput())
    return listing.of_document(clerk, document_id).rows[0].link.id


def rules(app: Flask, method: str) -> list[Rule]:
    """Rules of the site with this method; those that end or delete things come last."""
    found = [
        rule
        for rule in app.url_map.iter_rules()
        if method in (rule.methods or ()) and rule.endpoint not in guard.LIBRARY_RULES
    ]
    return sorted(found, key=lambda rule: (bool(ENDING.search(rule.endpoint)), rule.rule))


def read_by(app: Flask, endpoint: str) -> Iterator[str]:
    """Those of NAMES that occur in the module of the endpoint."""
    module = inspect.getmodule(inspect.unwrap(app.view_functions[endpoint]))
    assert module is not None
    source = inspect.getsource(module)
    yield from sorted(name for name in NAMES if f'"{name}"' in source or name == "page" and "page_number(" in source)


def address(app: Flask, rule: Rule, values: dict[str, Any]) -> str:
    wanted = {name: values[name] for name in rule.arguments}
    return str(app.url_map.bind("localhost").build(rule.endpoint, wanted, method=min(rule.methods or ())))


def test_no_page_fails_at_a_number_in_its_address(
    app: Flask, all_roles: Client, things: dict[str, Any]
) -> None:
    shown = 0
    for rule in rules(app, "GET"):
        path = address(app, rule, things)
        for name in read_by(app, rule.endpoint):
            for value in (HUGE, f"task:{HUGE}" if name == "subject" else str(LARGEST)):
                asked = {"q": "a", "anchor": "a", "name": "anchor", name: value}
                answer = all_roles.get(path, query_string=asked)
                assert answer.status_code < 500, (path, name, value)
                shown += answer.status_code == 200
    assert shown > 100


def test_no_form_fails_at_a_number_that_was_sent(
    app: Flask, all_roles: Client, things: dict[str, Any]
) -> None:
    for rule in rules(app, "POST"):
        path = address(app, rule, things)
        for name in read_by(app, rule.endpoint):
            sent = {"act": "move", "type": "based_on", "anchor": "a", "title": "A", "text": "A", name: HUGE}
            for more in ({}, {"find": name}):
                answer = all_roles.submit(path, {**sent, **more})
                assert answer.status_code < 500, (path, name, more)


@pytest.mark.parametrize("number", [HUGE, str(2**31), "9" * 5000, "٣"])
def test_an_address_with_a_number_that_no_key_can_be_is_missing(
    app: Flask, all_roles: Client, things: dict[str, Any], number: str
) -> None:
    for method in ("GET", "POST"):
        for rule in rules(app, method):
            for name in rule.arguments - {"batch", "key", "token", "sheet", "paper"}:
                path = re.sub(rf"<int:{name}>", number, rule.rule)
                path = re.sub(r"<(?:int:)?(\w+)>", lambda found: str(things[found[1]]), path)
                answer = all_roles.submit(path) if method == "POST" else all_roles.get(path)
                assert answer.status_code == 404, path


def test_the_largest_key_is_still_an_address(app: Flask, all_roles: Client) -> None:
    adapter = app.url_map.bind("localhost")
    assert adapter.match(f"/tasks/{LARGEST}") == ("tasks.show", {"task_id": LARGEST})
    assert all_roles.get(f"/tasks/{LARGEST}").status_code == 404


def test_numbers_are_read_in_one_place() -> None:
    alone = re.compile(r"type=int\b|(?<![\w.])int\(")
    pages = (ROOT / "docmgr" / "web").rglob("*.py")
    found = [page.name for page in (*pages, ROOT / "docmgr" / "keys.py") if alone.search(page.read_text("utf-8"))]
    assert found == ["keys.py"]


@given(st.integers(min_value=0, max_value=LARGEST))
def test_every_key_is_whole(number: int) -> None:
    assert whole(str(number)) == number


@given(st.integers(min_value=LARGEST + 1) | st.integers(max_value=-1) | st.text(alphabet="٣²①x+-_. \0"))
def test_all_else_is_not(value: int | str) -> None:
    assert whole(str(value)) is None


def test_what_is_not_whole_counts_as_not_sent() -> None:
    assert wholes(["1", HUGE, "x", "2"]) == (1, 2)
    assert [page_number({"page": page}) for page in ("3", "0", HUGE, "x")] == [3, 1, 1, 1]
    sent = Sent(MultiDict([("unit_id", HUGE), ("revision", HUGE), ("ids", "4"), ("ids", HUGE)]))
    assert (sent.number("unit_id"), sent.revision, sent.numbers("ids")) == (None, -1, (4,))
    assert set(sent.errors) == {"unit_id"}
