"""The walk with marked words: wherever a document's words are shown, its reader is in the trail, and nobody else sees
them.

Every address of the site is requested by every role, with a document in every state. HEAD requests show and record
nothing.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from docmgr.models import TrailEvent
from docmgr.policy import ROLES
from docmgr.services.trail import readings
from docmgr.web.kit import guard
from tests.filling.filing import seen
from tests.hard.marked_routes import OWN_PAGES, SHOWING, Request
from tests.hard.marked_routes import ROWS as MAIN
from tests.support import marked
from tests.support.acting import actor_of
from tests.support.browsers import Auth, Client
from tests.support.marked import World
from tests.web.cases.marked_cases import CASES
from tests.web.conferences.marked_conferences import CONFERENCES
from tests.web.consulting.marked_rows import CONSULTING
from tests.web.folders.marked_lists import LISTS
from tests.web.inspection.marked_checks import CHECKS
from tests.web.inspection.marked_papers import PAPERS
from tests.web.openness.marked_rows import OPENNESS
from tests.web.paper_templates.marked_rows import FORMS
from tests.web.planning.marked_views import VIEWS
from tests.web.planning.marked_work import WORK
from tests.web.share_links.marked_rows import SHARING

PARTS = {**LISTS, **VIEWS, **SHARING, **OPENNESS, **FORMS, **CASES, **CHECKS, **PAPERS, **WORK, **CONFERENCES, **CONSULTING}
# The main rows end with the deletion of the document, so what only shows is asked before them.
ROWS = {**{key: row for key, row in PARTS.items() if key.startswith("GET ")}, **MAIN, **PARTS}
# The roles in `make test`: the one that reaches most pages of a document it may read, and one that may not read it.
SHORT = {"published": ("clerk",), "draft": ("staff",)}


def rules(app: Flask) -> set[str]:
    """"METHOD rule" of every address, as in the rows."""
    return {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in guard.LIBRARY_RULES
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_address_has_a_row(app: Flask) -> None:
    assert rules(app) == set(ROWS)


def test_the_walk_would_notice_a_new_address(app: Flask) -> None:
    app.add_url_rule("/moi", "moi", lambda: "x")
    assert rules(app) - set(ROWS) == {"GET /moi"}


@pytest.mark.parametrize("state", marked.STATES)
def test_words_show_to_readers_alone_and_leave_their_trace(
    app: Flask, auth: Auth, full_size: bool, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not full_size and state not in SHORT:
        pytest.skip("one of the states of the full walk (make check-hard)")
    # No visits here: each answer needs an event of its own, or the first would cover all others within the hour.
    monkeypatch.setattr(readings, "VISIT", dt.timedelta(0))
    monkeypatch.setattr(readings, "TABS", dt.timedelta(0))
    world = marked.build(app, auth.people, state)
    faults, showing = [], set()
    # The clerk comes last, because that walk ends with restoring the document from the bin.
    for role in sorted(ROLES, key=lambda role: role == "clerk") if full_size else SHORT[state]:
        browser = auth(role)
        for key, requests in ROWS.items():
            for request in requests:
                found, shown = look(world, auth, role, browser, key, request)
                faults += [f"{role} {key} {filled(request[0], world)}: {fault}" for fault in found]
                showing |= {key} if shown else set()
    assert faults == []
    # A walk that sees no marked words proves nothing.
    if state in ("published", "unread") or (full_size and state in ("draft", "withdrawn")):
        # The clerk uploaded the version that waits, so the form of facts shows that one.
        assert SHOWING - (set(OWN_PAGES[1:]) if state == "unread" else set()) <= showing
    if state in ("deleted", "withheld"):
        assert showing == set()


def look(
    world: World, auth: Auth, role: str, browser: Client, key: str, request: Request
) -> tuple[list[str], set[str]]:
    """What is wrong with one answer, and which marks it shows."""
    person = auth.people[role]
    readable = seen(actor_of(person))
    if request[1] is None:
        before = marked.last_event()
        browser.head(filled(request[0], world), headers=request[2])
        if read := [event.action for event in of_readings(before, person.id)]:
            return [f"a HEAD left {read}"], set()
    before = marked.last_event()
    answer = ask(world, browser, request)
    if answer.status_code >= 500:
        return [f"answered {answer.status_code}"], set()
    own = [event for event in marked.events(before) if event.actor_id == person.id]
    shown = marked.shown(world, answer, filled(request[0], world))
    faults = []
    for name in sorted(shown):
        number = world.ids["doc" if name == "unread" else name]
        if number not in readable or (name == "unread" and role != "clerk"):
            faults.append(f"{answer.status_code} shows the words of {name}")
        if not any(marked.named(event, number) for event in own):
            faults.append(f"{answer.status_code} shows the words of {name} without a trace")
    faults += untrue(world, key, shown, own)
    return faults, shown


def untrue(world: World, key: str, shown: set[str], own: list[TrailEvent]) -> list[str]:
    """Recorded readings of words that were not shown."""
    if key in OWN_PAGES or shown:
        return []
    numbers = {world.ids["doc"], world.ids["pdf"]}
    views = [event for event in own if event.action == readings.VIEW and event.document_id in numbers]
    told = [event for event in own if numbers & set(event.details.get("documents") or ())]
    return ["recorded a reading of words that do not show"] if views or told else []


def of_readings(after: int, user_id: int) -> list[TrailEvent]:
    """The recorded readings of this person since then."""
    read = {readings.VIEW, "file:open", "file:preview", "search:find"}
    return [event for event in marked.events(after) if event.actor_id == user_id and event.action in read]


def ask(world: World, browser: Client, request: Request) -> TestResponse:
    """Send one request with the ids of the world."""
    address, form, headers = request
    if form is None:
        return browser.get(filled(address, world), headers=headers)
    data = {name: filled_value(value, world) for name, value in form.items()}
    return browser.submit(filled(address, world), data, headers=headers)


def filled(text: str, world: World) -> str:
    """An address or a value with the ids of the world inserted."""
    return text.format_map(world.ids)


def filled_value(value: Any, world: World) -> Any:
    """The same for a value of a form, which may be a list."""
    return [filled(one, world) for one in value] if isinstance(value, list) else filled(value, world)


@pytest.mark.parametrize("line", [("show", "{doc}"), ("search", marked.BESIDE), ("search", "12/QĐ-SGDĐT")])
def test_words_on_the_command_line_leave_their_trace(
    app: Flask, auth: Auth, site: Any, line: tuple[str, ...]
) -> None:
    world = marked.build(app, auth.people, "published")
    runner = app.test_cli_runner()
    for form in ([], ["--json"]):
        before = marked.last_event()
        said = runner.invoke(args=[*(filled(part, world) for part in line), *form]).stdout
        if form:
            assert json.loads(said)
            said = said.replace('", "match": true}, {"text": "', "").replace(
                '", "match": false}, {"text": "', ""
            )
        assert marked.MARK in marked.words(said.replace("[", "").replace("]", "").encode())
        own = [event for event in marked.events(before) if event.via == "cli"]
        assert any(marked.named(event, world.ids["doc"]) for event in own), [event.action for event in own]


def test_a_person_on_the_command_line_is_named(app: Flask, auth: Auth, site: Any) -> None:
    world = marked.build(app, auth.people, "published")
    before = marked.last_event()
    app.test_cli_runner().invoke(args=["search", marked.BESIDE, "--as", "staff"])
    (event,) = marked.events(before)
    assert (event.actor_id, event.action) == (auth.people["staff"].id, "search:find")
    assert event.details["documents"] == [world.ids["doc"]]
