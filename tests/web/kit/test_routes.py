"""The walk over all addresses: every address has a rule, and every role gets what the rule of the address says."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask

from docmgr import create_app, policy
from docmgr.policy import Actor
from docmgr.settings import Settings
from docmgr.web.kit import guard
from tests.support.browsers import Auth, Client

NO_SUCH_ID = 999_999
# Pages whose subject is in their parameters; without it they answer 400 or 404.
ABOUT_SOMETHING = {
    "health.figures": 404,  # No token is set.
    "health.ready": 503,  # There is no index yet.
    "links.documents": 404,
    "links.provisions": 404,
    "links.subjects": 404,
    "links.tasks": 404,
    "search_explain.show": 404,
    # The logo, where there is none.
    "agency.logo": 404,
    # The public page, which is off.
    "made_public.index": 404,
}


@dataclass(frozen=True)
class Address:
    """One method of one endpoint; its parameters are ids of things that do not exist."""

    endpoint: str
    method: str
    path: str
    filled: bool


def addresses(app: Flask) -> Iterator[Address]:
    """All addresses of the site except static files."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint in guard.LIBRARY_RULES:
            continue
        values = {name: NO_SUCH_ID for name in rule.arguments}
        path = adapter.build(rule.endpoint, values, method=min(rule.methods or {"GET"}))
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Address(rule.endpoint, method, path, bool(rule.arguments))


def action_of(app: Flask, endpoint: str) -> str | None:
    rule = guard.rule_of(app, endpoint)
    assert rule is not None
    return rule.action


def allowed(role: str, action: str | None) -> bool:
    return action is None or policy.may(Actor(1, "x", roles=frozenset({role})), action)


def neutral(page: bytes) -> bytes:
    """A page without its expected differences: CSRF tokens, and the address in the language form."""
    page = re.sub(rb'name="csrf_token" value="[^"]*"', b"", page)
    return re.sub(rb'name="next" value="[^"]*"', b"", page)


def test_the_walk_sees_the_site(app: Flask) -> None:
    seen = {(address.endpoint, address.method) for address in addresses(app)}
    assert {("sessions.create", "POST"), ("people.show", "POST"), ("home.index", "GET")} <= seen
    assert len(seen) >= 20


def test_a_site_with_a_bare_endpoint_does_not_start(app: Flask) -> None:
    guard.check(app)
    app.add_url_rule("/bare", "bare", lambda: "seen")
    with pytest.raises(RuntimeError, match="bare"):
        guard.check(app)


def test_an_unknown_action_is_refused_when_the_view_is_made() -> None:
    with pytest.raises(KeyError):
        guard.requires("document:juggle")


def test_visitors_are_sent_to_sign_in_wherever_they_knock(app: Flask, client: Client) -> None:
    for address in addresses(app):
        if action_of(app, address.endpoint) is None:
            continue
        answer = client.open(address.path, method=address.method)
        assert answer.status_code == 302, address
        assert answer.headers["Location"].startswith("/login"), address


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE"])
def test_a_missing_address_answers_a_visitor_like_an_existing_one(client: Client, method: str) -> None:
    existing = client.open("/people/1", method=method)
    missing = client.open("/peopel/1", method=method)
    assert existing.status_code == missing.status_code == 302
    assert existing.headers["Location"].replace("people", "peopel") == missing.headers["Location"]
    assert existing.data.replace(b"people", b"peopel") == missing.data


@pytest.mark.parametrize("role", policy.ROLES)
def test_each_role_at_each_page(app: Flask, auth: Auth, role: str) -> None:
    browser = auth(role)
    for address in addresses(app):
        if address.method != "GET":
            continue
        answer = browser.get(address.path)
        if not allowed(role, action_of(app, address.endpoint)) or address.filled:
            assert answer.status_code == 404, address
        elif address.endpoint in ABOUT_SOMETHING:
            assert answer.status_code == ABOUT_SOMETHING[address.endpoint], address
        else:
            assert answer.status_code in (200, 302), (address, answer.status_code)


@pytest.mark.parametrize("role", policy.ROLES)
def test_nothing_is_done_without_the_hidden_token(app: Flask, auth: Auth, role: str) -> None:
    browser = auth(role)
    for address in addresses(app):
        if address.method == "GET":
            continue
        answer = browser.open(address.path, method=address.method)
        expected = 400 if allowed(role, action_of(app, address.endpoint)) else 404
        assert answer.status_code == expected, address


@pytest.mark.parametrize("role", policy.ROLES)
def test_forms_for_others_answer_like_missing_pages(app: Flask, auth: Auth, role: str) -> None:
    browser = auth(role)
    for address in addresses(app):
        if address.method == "POST" and not allowed(role, action_of(app, address.endpoint)):
            assert browser.submit(address.path).status_code == 404, address


def test_a_page_for_others_and_a_missing_page_are_the_same(auth: Auth) -> None:
    browser = auth("staff")
    browser.get("/")  # The first page of a browser sets the cookie.
    forbidden, missing = browser.get("/people"), browser.get("/no-such-page")
    assert forbidden.status_code == missing.status_code == 404
    assert neutral(forbidden.data) == neutral(missing.data)
    assert sorted(forbidden.headers.keys()) == sorted(missing.headers.keys())


def test_healthz_is_for_everybody(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.get_json()) == (200, {"ok": True, "problems": []})


def test_healthz_says_when_the_database_is_away(settings: Settings) -> None:
    away = create_app(dataclasses.replace(settings, database_url="sqlite:////no/such/folder/docmgr.sqlite"))
    answer = away.test_client().get("/healthz")
    assert (answer.status_code, answer.get_json()) == (503, {"ok": False, "problems": ["database"]})
    away.extensions["docmgr"].close()
