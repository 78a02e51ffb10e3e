"""Headers, cookies, tokens, origins, and redirects that would leave the site."""

from __future__ import annotations

import dataclasses
import gzip

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from docmgr import create_app
from docmgr.settings import Settings
from docmgr.web.kit import guard
from docmgr.web.kit.security import HEADERS, safe_next
from tests.support.browsers import Auth, Client

LEADING_AWAY = [
    "https://evil.example/",
    "http://evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/ /evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "evil.example",
    "evil.example/path",
    "@evil.example",
    "http:evil.example",
    "http:/evil.example",
    "https:///evil.example",
    "//evil.example/%2e%2e",
    "/\x00/evil.example",
    "//[::1",
    "?next=//evil.example",
    "#/",
    "",
]


def test_every_answer_carries_the_headers(app: Flask, auth: Auth, client: Client) -> None:
    @app.get("/breaks")
    @guard.public
    def breaks() -> str:
        raise RuntimeError("on purpose")

    app.config.update(PROPAGATE_EXCEPTIONS=False, MAX_CONTENT_LENGTH=10_000)
    clerk = auth("clerk")
    answers = {
        200: client.get("/login"),
        302: client.get("/documents/1"),
        400: client.post("/login"),
        401: client.submit("/login", {"username": "x", "password": "y"}),
        404: clerk.get("/no-such-page"),
        413: clerk.post("/language", data={"language": "x" * 20_000}),
        500: client.get("/breaks"),
    }
    static = client.get("/static/css/docmgr.css")
    for status, answer in {**answers, 201: static}.items():
        for name, value in HEADERS.items():
            assert answer.headers.get(name) == value, (status, name)
        if answer is not static:
            assert answer.status_code == status
            assert answer.headers["Cache-Control"] == "no-store"


def test_the_page_for_failures_says_nothing_of_the_failure(app: Flask, client: Client) -> None:
    @app.get("/breaks")
    @guard.public
    def breaks() -> str:
        raise RuntimeError("inner words")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    page = client.get("/breaks").get_data(as_text=True)
    assert "Có lỗi ở máy chủ" in page
    assert "inner words" not in page and "Traceback" not in page


def test_the_policy_has_no_loophole() -> None:
    rules = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in rules and "*" not in rules and "http" not in rules
    for needed in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert needed in rules


@pytest.mark.parametrize("role", ["clerk", "administrator", "auditor"])
def test_pages_hold_no_inline_script_or_style(auth: Auth, role: str) -> None:
    page = auth(role).get("/").get_data(as_text=True)
    assert "<script>" not in page and "style=" not in page and "onclick" not in page and "<style" not in page


def test_static_files_are_compressed_and_cached_under_an_address_of_their_bytes(client: Client) -> None:
    page = client.get("/login").get_data(as_text=True)
    address = page.split('href="/bootstrap/static/')[1].split('"')[0]
    plain = client.get(f"/bootstrap/static/{address}")
    packed = client.get(f"/bootstrap/static/{address}", headers={"Accept-Encoding": "gzip"})
    assert plain.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < 60_000 < len(plain.data)


def test_a_first_visit_is_light(client: Client, auth: Auth) -> None:
    """At most 150 kB for the page and static files together."""
    page = auth("clerk").get("/").data
    parts = [piece.split(b'"')[0].decode() for piece in page.split(b'="/')[1:]]
    static = [f"/{part}".replace("&amp;", "&") for part in parts if "static/" in part]
    assert len(static) >= 3
    sizes = [len(client.get(part, headers={"Accept-Encoding": "gzip"}).data) for part in static]
    assert len(page) < 100_000
    assert len(page) + sum(sizes) < 150_000


def test_cookies_over_http(client: Client) -> None:
    cookie = client.get("/login").headers["Set-Cookie"]
    assert cookie.startswith("docmgr=")
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" not in cookie


def test_cookies_over_https(settings: Settings) -> None:
    app = create_app(dataclasses.replace(settings, public_url="https://docs.example.gov.vn"))
    answer = app.test_client().get("/login", headers={"X-Forwarded-Proto": "https"})
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-docmgr=")
    assert all(flag in cookie for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    app.extensions["docmgr"].close()


def test_another_persons_token_is_worth_nothing(auth: Auth) -> None:
    clerk, staff = auth("clerk"), auth("staff")
    token = clerk.csrf_token()
    with staff.session_transaction() as session:
        session["csrf_token"] = "1" * 40
    answer = staff.post("/language", data={"language": "en", "csrf_token": token})
    assert answer.status_code == 400
    assert "Trang đã hết hạn" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
    ids=str,
)
def test_forms_of_other_sites_are_refused_even_with_a_token(auth: Auth, headers: dict[str, str]) -> None:
    assert auth("clerk").submit("/language", {"language": "en"}, headers=headers).status_code == 400
    same = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert auth("clerk").submit("/language", {"language": "en"}, headers=same).status_code == 302


@pytest.mark.parametrize("address", LEADING_AWAY)
def test_addresses_that_lead_away_are_not_followed(client: Client, address: str) -> None:
    assert safe_next(address) is None
    answer = client.submit("/language", {"language": "en", "next": address})
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize(
    "address", ["/", "/search?q=d%C3%A2n+ch%E1%BB%A7", "/documents/7#dieu-5", "/văn-bản"]
)
def test_addresses_of_this_site_are_followed(address: str) -> None:
    assert safe_next(address) == address


@given(st.text(alphabet=st.sampled_from("/\\:@.?#%hte vil\t\n0"), max_size=12))
def test_whatever_is_followed_begins_with_one_slash(address: str) -> None:
    """A browser leaves the site only for a scheme or for two slashes (of either kind) at the start."""
    followed = safe_next(address)
    if followed is not None:
        assert followed[0] == "/" and followed[1:2] not in ("/", "\\")
        assert not set("\\\t\n ") & set(followed)
