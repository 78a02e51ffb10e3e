"""The signatures of a document on its page and in `show --json`, for those who may read it and nobody else."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from docmgr import db
from docmgr.models import Signature, TrailEvent, Version
from docmgr.policy import COMMAND_LINE
from docmgr.services.access import guard
from docmgr.services.documents import withholding
from docmgr.services.overview import describe
from docmgr.settings import Settings
from tests.filling.desk import work
from tests.reading.signatures.papers import NUMBER_BOX, clerk, fill, paper, root, sign
from tests.support.acting import actor_of, upload
from tests.support.browsers import Auth

SEAL = "Dấu Của Riêng Văn Bản Này"


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.unescape(answer.get_data(as_text=True))))


@pytest.fixture
def trusting(app: Flask, settings: Settings) -> Flask:
    """A site that trusts the root of the tests' certificates."""
    settings.trust_path.mkdir()
    (settings.trust_path / "root.pem").write_bytes(root().pem)
    return app


def stored(app: Flask, auth: Auth, data: bytes, *, publish: bool = True) -> int:
    number = upload(actor_of(auth.people["clerk"]), data, "ky-so.pdf", publish=publish)
    work(app)
    db.release()
    return number


def test_a_sound_signature_is_told(trusting: Flask, auth: Auth) -> None:
    number = stored(trusting, auth, sign(paper(), clerk()))
    for tab in ("", "?tab=files"):
        page = text(auth("staff").get(f"/documents/{number}{tab}"))
        assert "Chữ ký số Trần Văn Ký Hợp lệ" in page
        assert "Ký trên toàn bộ tệp; tệp không bị sửa sau khi ký." in page
        assert "Chứng thư dẫn tới nơi cấp mà đơn vị tin cậy." in page and "theo đồng hồ của người ký" in page
    shown = describe.describe(COMMAND_LINE, number)["signatures"]
    assert len(shown) == 1 and shown[0].pop("at").endswith("+00:00")
    assert shown == [
        {
            "signer": "Trần Văn Ký",
            "covers": "document",
            "valid": True,
            "chain": "trusted",
            "revision": 2,
            "time_stamp": None,
        }
    ]


def test_an_unknown_chain_is_never_called_valid(app: Flask, auth: Auth) -> None:
    number = stored(app, auth, sign(paper(), clerk()))
    page = text(auth("staff").get(f"/documents/{number}"))
    assert "Trần Văn Ký Chưa kiểm chứng được" in page and "Chưa rõ nơi cấp chứng thư" in page
    assert "hợp lệ" not in page.lower()


def test_a_file_that_was_changed(trusting: Flask, auth: Auth) -> None:
    number = stored(trusting, auth, fill(sign(paper(), clerk()), (NUMBER_BOX, "99"), keep=True))
    page = text(auth("staff").get(f"/documents/{number}"))
    assert (
        "Không đạt kiểm tra" in page and "Tệp đã bị sửa sau khi ký." in page and "hợp lệ" not in page.lower()
    )


def test_who_may_not_read_the_document_learns_nothing(trusting: Flask, auth: Auth) -> None:
    data = sign(paper(), clerk(), box=(330, 560, 560, 615), lines=(f"Ký bởi: {SEAL}",))
    number = stored(trusting, auth, data, publish=False)
    answer = auth("staff").get(f"/documents/{number}")
    assert answer.status_code == 404 and SEAL not in text(answer)
    assert SEAL not in text(auth("staff").get("/search?q=dau+cua+rieng+van+ban+nay"))
    page = text(auth("clerk").get(f"/documents/{number}"))
    assert SEAL in page and "Chữ ký số" in page
    with db.read() as session:
        seen = select(TrailEvent.action).where(
            TrailEvent.document_id == number, TrailEvent.action == "document:view"
        )
        assert len(session.scalars(seen).all()) == 1


def test_a_secret_document_keeps_no_signature(trusting: Flask, auth: Auth) -> None:
    number = stored(trusting, auth, sign(paper(), clerk()))
    with db.write() as session:
        guard.locked(session, number)
        version = session.scalars(select(Version).where(Version.document_id == number)).one()
        withholding.withhold(session, version, "Mật")
    with db.read() as session:
        assert session.scalars(select(Signature)).all() == []
