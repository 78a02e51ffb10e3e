"""Hostile parameters in the address of every page and for every role: no failure, no link off the site, no changed
path.

The parameters are names that building an address uses itself, names of parts of other addresses, and known
parameters with values that are lists, huge, or not text; and a Host header that is not the site's.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from docmgr import db, policy, worker
from docmgr.context import Context
from docmgr.models import (
    CaseFile,
    Checklist,
    CheckPhoto,
    Comment,
    Conference,
    ConferenceVote,
    Consultation,
    DisposalList,
    Document,
    DueExtension,
    EverydayWord,
    File,
    Finding,
    Folder,
    Handover,
    Inspection,
    InspectionCheck,
    NumberSeries,
    Occurrence,
    Opinion,
    OwnField,
    PaperTemplate,
    PersonGroup,
    Plan,
    PlannedInspection,
    Publication,
    PublicationForm,
    PublicationRule,
    Recommendation,
    RegisterEntry,
    SavedSearch,
    Task,
    TaskSheet,
    Term,
    Unit,
    User,
    VersionObligation,
    Workflow,
)
from docmgr.policy import COMMAND_LINE
from docmgr.services.access import rule as read_rule
from docmgr.services.documents import bin
from docmgr.services.folders import tree
from docmgr.services.handover import packages
from docmgr.services.listing import in_folder
from docmgr.services.people import groups, people
from docmgr.services.search import abbreviations, everyday, saved
from docmgr.services.terms import vocabulary
from docmgr.services.upkeep import demo
from docmgr.web.kit import guard
from tests.filling.keeping import paper_forms
from tests.filling.keeping.consulting import asked
from tests.filling.keeping.publishing import made_public
from tests.filling.keeping.steps import steps_of
from tests.support.browsers import PASSWORD, Auth, Client
from tests.web.inspection import filled

pytestmark = pytest.mark.slow

EVIL = "evil.example"
# Names that no page reads: those that url_for uses itself, and those in the paths of addresses.
NAMES = (
    "_external", "_scheme", "_anchor", "_method", "endpoint", "filename", "values", "self", "app", "_host", "url_scheme",
    "force_external", "append_unknown", "document_id", "folder_id", "task_id", "plan_id", "inspection_id", "finding_id",
    "recommendation_id", "search_id", "user_id", "unit_id", "file_id", "number", "key", "batch", "subject_id",
)  # fmt: skip
VALUES = ("1", "https", f"//{EVIL}/x", f"http://{EVIL}", "home.index", "", "-1", "\x00", "đ" * 3_000, "../../etc/passwd", "\r\nX: y")
# Names that pages read, with invalid values.
KNOWN = ("page", "sort", "q", "tab", "v", "undo", "who", "next", "anchor", "document", "plan", "form", "since", "type", "about", "a", "b", "with")
NONSENSE = ("x" * 2_000, "\x00\x01", f"//{EVIL}", f"https://{EVIL}/", "-1", "9" * 400, "'\"><a href=//evil.example>")
OWN_PATH = re.compile(rb"""\s(?:href|src|action|formaction)\s*=\s*"([^"]*)\"""")
MODELS = {
    "document_id": Document, "folder_id": Folder, "task_id": Task, "plan_id": Plan, "inspection_id": Inspection,
    "finding_id": Finding, "recommendation_id": Recommendation, "search_id": SavedSearch, "user_id": User, "unit_id": Unit,
    "file_id": File, "word_id": EverydayWord, "series_id": NumberSeries, "workflow_id": Workflow, "entry_id": RegisterEntry,
    "case_id": CaseFile, "term_id": Term, "field_id": OwnField, "comment_id": Comment, "list_id": DisposalList, "handover_id": Handover, "group_id": PersonGroup, "occurrence_id": Occurrence, "obligation_id": VersionObligation,
    "checklist_id": Checklist, "check_id": InspectionCheck, "photo_id": CheckPhoto, "planned_id": PlannedInspection, "needed_id": Task, "extension_id": DueExtension, "sheet_id": TaskSheet, "publication_id": Publication, "rule_id": PublicationRule, "form_id": PublicationForm,
    "conference_id": Conference, "vote_id": ConferenceVote, "template_id": PaperTemplate, "consultation_id": Consultation, "opinion_id": Opinion,
}  # fmt: skip


@pytest.fixture
def stage(app: Flask, site: Context, monkeypatch: pytest.MonkeyPatch) -> Context:
    """The demonstration with short pages, so that every list has several pages, and one of each thing that it lacks."""
    monkeypatch.setattr(in_folder, "PAGE_SIZE", 2)
    monkeypatch.setattr(bin, "PAGE_SIZE", 1)
    tree.ensure_root()
    demo.ensure(site, lambda: worker.run_until_idle(site))
    people.create(
        COMMAND_LINE, username="quantri2", full_name="Quản trị hai", roles=["administrator"], unit_id=None, password=PASSWORD, must_change=False
    )
    abbreviations.create(COMMAND_LINE, short="XYZ", names="xa yêu zin")
    vocabulary.create(COMMAND_LINE, "tag", "Nhãn thử")
    groups.create(COMMAND_LINE, "Nhóm thử")
    everyday.create(COMMAND_LINE, word="giấy má", law="văn bản hành chính")
    staff = people.actor_for(people.by_username("chuyenvien"))  # type: ignore[arg-type]
    clerk = people.actor_for(people.by_username("vanthu"))  # type: ignore[arg-type]
    packages.create(clerk, "Gói thử", [packages.choices(clerk)[0].id])
    filled.fill(1, staff.unit_id or 0)
    saved.create(staff, "Của tôi", {"q": ["thời hạn"]}, shared=True)
    with db.read() as session:
        number = session.scalars(select(Document.id).where(Document.workflow == "published", read_rule.editable(clerk)).order_by(Document.id)).first() or 0
    made_public(clerk, number)
    paper_forms.kept(paper_forms.starter())
    asked(clerk, number)
    with db.read() as session:
        plan_id = session.scalars(select(Plan.id).order_by(Plan.id)).first() or 0
    steps_of(clerk, plan_id, staff.unit_id or 0)
    db.release()
    return site


@pytest.fixture
def browsers(app: Flask, stage: Context) -> dict[str, Client]:
    """A browser for each role, and a visitor's browser."""
    auth = Auth(app, {})
    with db.read() as session:
        users = [user for user in session.query(User).order_by(User.id)]
        held = {role: next(user for user in users if any(one.role == role for one in user.roles)) for role in policy.ROLES}
    visitor = app.test_client()
    assert isinstance(visitor, Client)
    return {"visitor": visitor, **{role: known_at(auth.client(user), EVIL) for role, user in held.items()}}


def known_at(browser: Client, host: str) -> Client:
    """Make the browser send its cookie to this host too."""
    cookie = browser.get_cookie("docmgr")
    assert cookie is not None
    browser.set_cookie("docmgr", cookie.value, domain=host)
    return browser


def pages(app: Flask) -> list[str]:
    """The path of every GET route, with ids of things that exist."""
    found = {}
    with db.read() as session:
        for name, model in MODELS.items():
            found[name] = session.query(model.id).order_by(model.id).limit(1).scalar()
    db.release()
    missing = sorted(name for name, value in found.items() if value is None)
    assert not missing, f"the demonstration has no {missing}"
    found |= {"number": 1, "no": 1, "key": "XYZ", "token": "x", "sheet": "people", "of_year": 2026, "paper": "plan_report"}
    adapter = app.url_map.bind("localhost")
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and rule.endpoint not in guard.LIBRARY_RULES]
    return sorted({adapter.build(rule.endpoint, {name: found[name] for name in rule.arguments}) for rule in rules})


def links(answer: TestResponse) -> set[str]:
    """The targets of all links and headers of an answer."""
    led = {answer.headers[name] for name in ("Location", "Content-Location", "Refresh", "Link") if name in answer.headers}
    if answer.mimetype == "text/html":
        led |= {unescape(found.decode()) for found in OWN_PATH.findall(answer.data)}
    return led


def elsewhere(answer: TestResponse) -> list[str]:
    """Links that leave the site, or have a parameter that no page reads."""
    odd = []
    for link in links(answer):
        parts = urlsplit(link)
        carried = set(parse_qs(parts.query, keep_blank_values=True)) & set(NAMES)
        if parts.scheme or parts.netloc or link.startswith(("//", "/\\")) or not link.startswith(("/", "#", "?")) or carried:
            odd.append(link[:200])
    return odd


def paths(answer: TestResponse) -> set[str]:
    """The links without their parameters."""
    return {urlsplit(link).path for link in links(answer)}


def attacks(dice: random.Random, number: int | None) -> Iterator[str]:
    """Query strings: all names at once, each with a drawn value, twice; then single ones, `number` of them or all."""
    yield urlencode([(name, value) for name in NAMES for value in ("1", "https")])
    yield urlencode([(name, dice.choice(VALUES)) for name in NAMES * 2])
    every = itertools.product(NAMES, VALUES)
    yield from (urlencode({name: value}) for name, value in (every if number is None else dice.sample(list(every), number)))


def nonsense(dice: random.Random, number: int | None) -> Iterator[str]:
    """Query strings of known parameters with invalid values, with lists, and with truncated octets."""
    yield urlencode([(name, value) for name in KNOWN for value in NONSENSE[:3]])
    yield "&".join(f"{name}=%ff%fe&{name}[]=1&{name}" for name in KNOWN)
    every = itertools.product(KNOWN, NONSENSE)
    yield from (urlencode({name: value}) for name, value in (every if number is None else dice.sample(list(every), number)))


def test_no_parameter_bends_an_address(
    app: Flask, browsers: dict[str, Client], full_size: bool
) -> None:
    # An exception must become an answer with status 500 here, and not end the test.
    app.config["PROPAGATE_EXCEPTIONS"] = False
    dice, wrong, asked, built, opened = random.Random(12), [], 0, 0, set()
    for path, (role, browser) in itertools.product(pages(app), browsers.items()):
        plain = browser.get(path)
        queries = [*attacks(dice, None if full_size else 0)]
        if not full_size and (plain.status_code != 200 or path in opened):
            queries = queries[:1]
        if plain.status_code == 200:
            opened.add(path)
        for query in queries:
            answer = browser.get(f"{path}?{query}", headers={"Host": EVIL, "X-Forwarded-Host": EVIL})
            asked += 1
            built += len(links(answer))
            odd = elsewhere(answer)
            # A parameter that a page does not read must not change where its links lead.
            bent = sorted(paths(answer) ^ paths(plain)) if answer.status_code == plain.status_code == 200 else []
            if answer.status_code >= 500 or odd or bent or answer.status_code != plain.status_code:
                wrong.append((role, path, query[:120], plain.status_code, answer.status_code, odd[:3], bent[:3]))
    assert not wrong, f"{len(wrong)} of {asked}: {wrong[:12]}"
    assert asked > 300 and built > 5_000 and len(opened) > 40


def test_nonsense_in_known_parameters_is_no_failure(
    app: Flask, browsers: dict[str, Client], full_size: bool
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    dice, wrong, opened = random.Random(13), [], set()
    for path, (role, browser) in itertools.product(pages(app), browsers.items()):
        if not full_size and (path in opened or browser.get(path).status_code != 200):
            continue
        opened.add(path)
        for query in nonsense(dice, None if full_size else 0):
            answer = browser.get(f"{path}?{query}", headers={"Host": EVIL})
            if answer.status_code >= 500 or elsewhere(answer):
                wrong.append((role, path, query[:120], answer.status_code, elsewhere(answer)[:3]))
    assert not wrong, f"{len(wrong)}: {wrong[:12]}"
    assert len(opened) > 40


@pytest.mark.parametrize("path", ["//login", "//evil.example/login", "///documents", "/search//help", "/./login", "/login//"])
def test_doubled_slashes_lead_nowhere_else(client: Client, auth: Auth, path: str) -> None:
    """A redirect that removes doubled slashes must not lead to the host in the Host header."""
    for browser in (client, known_at(auth("clerk"), EVIL)):
        answer = browser.get("/", base_url=f"http://{EVIL}", environ_overrides={"PATH_INFO": path})
        assert answer.status_code in (200, 302, 404), path
        assert not elsewhere(answer), (path, answer.headers.get("Location"))


def test_a_sign_in_page_leads_back_only_to_this_site(client: Client) -> None:
    for wanted in (f"//{EVIL}", f"https://{EVIL}", f"/\\{EVIL}", f"\\\\{EVIL}", f"/\t/{EVIL}", "javascript:alert(1)", "/" * 3 + EVIL):
        page = client.get(f"/login?next={quote(wanted)}").text
        assert EVIL not in page.split("<main")[1], wanted
