"""Two clerks confirm the same page of waiting documents at the same moment: each document is confirmed once, and both
answers are true."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from docmgr.context import Context
from tests.filling.desk import hand_in, work
from tests.filling.filing import load
from tests.filling.papers import decision
from tests.support.browsers import Auth
from tests.support.racing import at_once, events
from tests.web.confirming.test_waiting import ADDRESS, form, press

ROWS = 6


@pytest.mark.parametrize("held", [False, True])
def test_two_clerks_confirm_one_page(app: Flask, auth: Auth, site: Context, held: bool) -> None:
    papers = {f"{number}.docx": decision(str(number)) for number in range(10, 10 + ROWS)}
    documents = [int(row["document"]) for row in hand_in(auth("clerk"), papers)]
    work(app)
    clerks = [auth("clerk"), auth("clerk")]
    pages = [clerk.get(ADDRESS).text for clerk in clerks]
    typed = [{f"signer_{one}": f"Người {who}" for one in documents} for who in "AB"]

    def confirming(who: int) -> Any:
        answer = press(clerks[who], pages[who], act="good", **typed[who])
        return answer if answer.status_code == 409 else clerks[who].get(answer.location)

    answers = at_once(site, [lambda: confirming(0), lambda: confirming(1)], held=held)
    done = [_said(answer.text, r"Đã xác nhận (\d+) văn bản") for answer in answers]
    refused = [_said(answer.text, r"(\d+) dòng chưa xác nhận được") for answer in answers]
    assert sum(done) == ROWS and refused == [ROWS - number for number in done]
    assert sorted(event.document_id or 0 for event in events("document:confirm")) == sorted(documents)
    for who, answer in enumerate(answers):
        held_back = {int(number) for number in form(answer.text).get("row", [])} if refused[who] else set()
        mine = {one for one in documents if load(one).signer == f"Người {'AB'[who]}"}
        assert held_back == set(documents) - mine and len(mine) == done[who]
        assert answer.text.count("đã được xác nhận trước đó") == len(held_back)


def _said(page: str, pattern: str) -> int:
    found = re.search(pattern, page)
    return int(found[1]) if found else 0
