"""Browsers for tests, and the five people who use them."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from docmgr import db
from docmgr.models import User
from docmgr.services.people import sessions

PASSWORD = "Bưởi chín đầu ngõ 27"
REVISION = re.compile(r'name="revision" value="(\d+)"')
ROLES = {
    "administrator": ("Quản trị thử", "Văn phòng Sở"),
    "clerk": ("Văn thư thử", "Văn phòng Sở"),
    "staff": ("Chuyên viên thử", "Phòng Giáo dục Trung học"),
    "leader": ("Lãnh đạo thử", "Ban Giám đốc"),
    "auditor": ("Thanh tra thử", "Thanh tra Sở"),
}


class Client(FlaskClient):
    """A browser that can send forms: `submit` adds the hidden token that a page would contain."""

    def submit(self, address: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """POST a form."""
        return self.post(address, data={**(data or {}), "csrf_token": self.csrf_token()}, **more)

    def fill(
        self, address: str, data: dict[str, Any], *, page: str | None = None, **more: Any
    ) -> TestResponse:
        """POST a form that was just opened: with the revision on its page (the same address)."""
        found = REVISION.search(self.get(page or address).get_data(as_text=True))
        assert found is not None, f"no form at {page or address}"
        return self.submit(address, {"revision": found[1], **data}, **more)

    def csrf_token(self) -> str:
        """The token that a page of this browser would contain."""
        with self.session_transaction() as session:
            raw = session.setdefault("csrf_token", "0" * 40)
        return URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token").dumps(raw)

    def open(self, *args: Any, **more: Any) -> TestResponse:
        """Send a request; afterwards the test's own reads see its changes."""
        response = super().open(*args, **more)
        with contextlib.suppress(RuntimeError):
            db.release()
        return response


@dataclass(frozen=True)
class Auth:
    """Signed-in browsers: `auth("clerk")`, or `auth.client(user)` for any other person."""

    app: Flask
    people: dict[str, User]

    def __call__(self, role: str) -> Client:
        """A browser of the person with this role."""
        return self.client(self.people[role])

    def client(self, user: User) -> Client:
        """A browser of this person, without using the slow sign-in form."""
        with db.write() as session:
            token = sessions.open_session(session, user.id, "127.0.0.1")
        browser = self.app.test_client()
        assert isinstance(browser, Client)
        with browser.session_transaction() as cookie:
            cookie["_user_id"] = token
        return browser
