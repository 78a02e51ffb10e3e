"""What a staff member sees of related questions, results and completions is the same in two worlds. They differ in documents
that he may not read, and in openings of these."""

from __future__ import annotations

import dataclasses
import itertools
import random
from collections.abc import Iterator
from typing import Any

import pytest

from docmgr import db
from docmgr.context import Context
from docmgr.models import User
from docmgr.policy import Actor
from docmgr.services.clicks import opened, related
from docmgr.services.search import complete, find
from tests.filling.papers import decision
from tests.support import two_worlds
from tests.support.acting import actor_of, upload, work

pytestmark = pytest.mark.slow
SEED, SEEN, HIDDEN = 11, 4, 2
# Words of readable documents, and words that hidden ones have besides.
ASKED = ("hội nghị cán bộ", "kế hoạch kiểm tra", "dân chủ cơ sở", "hội nghị viên chức", "lưu trữ văn thư")
SECRET = ("hội nghị tuyệt mật", "kế hoạch zzq", "hội nghị cán bộ công chức")
CLICKERS = ("clerk", "leader", "auditor")


@pytest.fixture
def counting(site: Context, monkeypatch: pytest.MonkeyPatch) -> Iterator[Context]:
    """The site with the switch on; questions are counted again each time."""
    monkeypatch.setattr(complete, "KEPT_SECONDS", 0.0)
    complete.forget()
    on = dataclasses.replace(site, settings=dataclasses.replace(site.settings, keep_clicks=True))
    with on.bound():
        yield on
    complete.forget()


def paper(dice: random.Random, number: int, words: tuple[str, ...], said: tuple[str, ...]) -> bytes:
    """A decision of random `words`, one provision of which also has two of the phrases `said`."""
    lines = [f"Điều 1. {two_worlds.text(dice, words, 4).capitalize()}", f"{two_worlds.text(dice, words, 30).capitalize()}."]
    lines.append(f"{'; '.join(dice.sample(said, 2)).capitalize()}.")
    return decision(number=str(number), subject=f"Về việc {two_worlds.text(dice, words, 5)}", body=tuple(lines))


def click(people: dict[str, User], question: str, document: int, anchor: str) -> None:
    """Three persons open the provision from the results."""
    for name in CLICKERS:
        actor = actor_of(people[name])
        assert opened.record(actor, document, question, opened.signer(actor, question)(document, anchor))


def seen_by(actor: Actor) -> list[Any]:
    """Results in their order, related questions and completions, for each question."""
    db.release()
    told: list[Any] = []
    for question in (*ASKED, *SECRET):
        page = find.find(actor, question, record=False)
        order = [(hit.document.id, hit.score, hit.provisions) for hit in page.hits]
        typed = [complete.find(actor, question[:length]) for length in (5, len(question) - 1)]
        told.append((question, order, related.questions(actor, question, page.hits), typed))
    return told


def test_hidden_documents_and_openings_of_them_change_nothing(counting: Context, people: dict[str, User]) -> None:
    clerk, staff, dice = actor_of(people["clerk"]), actor_of(people["staff"]), random.Random(SEED)
    papers = [upload(clerk, paper(dice, n, two_worlds.SEEN_WORDS, ASKED), f"{n}.docx", publish=True) for n in range(SEEN)]
    work(counting)
    # What people search for is the same in both worlds.
    for name, question in itertools.product(CLICKERS, (*ASKED, *SECRET)):
        find.find(actor_of(people[name]), question)
    for question in ASKED:
        for document in papers:
            click(people, question, document, "dieu-1")
    # A question about a readable provision with words that no readable text has is told to nobody.
    click(people, SECRET[1], papers[0], "dieu-1")
    before = seen_by(staff)
    assert sum(len(one[2]) for one in before) > len(ASKED) and any(one[3][0].words for one in before)
    assert not {question for one in before for question in one[2]} & set(SECRET)
    drafts = [upload(clerk, paper(dice, n, two_worlds.HIDDEN_WORDS, SECRET), f"{n}-nhap.docx") for n in range(HIDDEN)]
    work(counting)
    for question in (*SECRET, *ASKED, "kế hoạch kiểm tra zzq"):
        for document in drafts:
            click(people, question, document, "dieu-1")
    assert seen_by(staff) == before
    assert seen_by(clerk) != before
