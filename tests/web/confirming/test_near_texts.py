"""A text that is nearly that of another document is offered at confirming, with how equal it is; never of what is hidden."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from docmgr import context
from docmgr.models import User
from docmgr.services.documents.confirming import near_texts
from indexer import IndexUnusable
from tests.filling.desk import revision, stored, work
from tests.filling.filing import load
from tests.filling.papers import decision
from tests.filling.registers import hide
from tests.support.acting import actor_of

WORDS = tuple(
    f"Điều {number}. Các phòng, đơn vị thứ {number} tổ chức hội nghị cán bộ, công chức hằng năm theo mẫu {number * 7} và báo cáo kết quả về Văn phòng Sở."
    for number in range(1, 9)
)


def paper(app: Flask, clerk: Any, number: str, *, changed: str = "", **form: str) -> int:
    """A decision with these words; `changed` is added to the last of them."""
    return stored(app, clerk, decision(number=number, body=("QUYẾT ĐỊNH:", *WORDS[:-1], WORDS[-1] + changed)), **form)


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The SELECTs that a block sends."""
    engine, found = app.extensions["docmgr"].database.engine, []  # type: ignore[var-annotated]

    def hear(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("SELECT"):
            found.append(statement)

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", hear)


def test_nearly_the_same_text_is_offered_and_joined(app: Flask, auth: Any, people: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, actor = auth("clerk"), actor_of(people["clerk"])
    first, other = paper(app, clerk, "12", publish="1"), paper(app, clerk, "77", changed=" Như trên.", publish="1")
    draft = paper(app, clerk, "", changed=" Kính báo.")
    work(app)
    page = clerk.get(f"/documents/{draft}/facts").text
    assert "Nội dung giống khoảng" in page and f'value="version-{first}"' in page and f'value="rendition-{other}"' in page
    assert 'value="apart"' in page and 'value="separate"' not in page
    (one, two) = near_texts.of(actor, load(draft))
    assert {one.document.id, two.document.id} == {first, other} and 85 <= two.percent <= one.percent < 100
    # What is confirmed waits for nothing.
    assert near_texts.of(actor, load(first)) == ()
    with counted(app) as several:
        near_texts.of(actor, load(draft))
    hide(other)
    work(app)
    assert [found.document.id for found in near_texts.of(actor, load(draft))] == [first] and f"rendition-{other}" not in clerk.get(f"/documents/{draft}/facts").text
    with counted(app) as few:
        near_texts.of(actor, load(draft))
    assert len(several) == len(few) <= 8

    def unusable(*_: Any) -> None:
        raise IndexUnusable("không đọc được")

    with monkeypatch.context() as patch:
        patch.setattr(type(context.current().backend), "alike", unusable)
        answer = clerk.get(f"/documents/{draft}/facts")
    assert answer.status_code == 200 and "Nội dung giống" not in answer.text
    sent = {"number": "", "type": "Quyết định", "confirm": "1", "despite_doubt": "1", "revision": revision(clerk, draft), "same": f"version-{first}"}
    assert clerk.submit(f"/documents/{draft}/facts", sent).status_code == 302
    assert load(draft).merged_into == first and load(first).current_no == 2


def test_another_number_and_a_separate_choice_leave_it_as_it_is(app: Flask, auth: Any, people: dict[str, User]) -> None:
    clerk = auth("clerk")
    paper(app, clerk, "12", publish="1")
    numbered = paper(app, clerk, "77", changed=" Như trên.")
    draft = paper(app, clerk, "", changed=" Kính báo.")
    # One with another number is another paper.
    assert [one.document.id for one in near_texts.of(actor_of(people["clerk"]), load(numbered))] == [draft]
    sent = {"type": "Quyết định", "confirm": "1", "despite_doubt": "1", "revision": revision(clerk, draft), "same": "apart"}
    assert clerk.submit(f"/documents/{draft}/facts", sent).status_code == 302
    assert load(draft).merged_into is None and load(draft).confirmed_at is not None
    # The choice does not agree to a number that is taken.
    sent = {"number": "12/QĐ-SGDĐT", "confirm": "1", "despite_doubt": "1", "revision": revision(clerk, numbered), "same": "apart"}
    assert clerk.submit(f"/documents/{numbered}/facts", sent).status_code == 409 and load(numbered).confirmed_at is None
