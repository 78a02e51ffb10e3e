"""Through service and database: what a staff member finds does not change when documents are added that they may not
read."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
from typing import Any

import pytest

from docmgr import context
from docmgr.context import Context
from docmgr.policy import COMMAND_LINE, Actor
from docmgr.services.documents import lifecycle
from docmgr.services.search import everyday, find
from docmgr.services.search.request import SearchRequest
from indexer.opensearch import gather
from tests.engines import opensearch
from tests.filling.papers import decision
from tests.support import two_worlds
from tests.support.acting import actor_of, upload, work

pytestmark = pytest.mark.slow
SEED, SEEN, HIDDEN, QUESTIONS = 7, 8, 6, 100
# OpenSearch takes some requests for each question.
OVER_THE_WIRE = 24
Pages = list[dict[str, Any]]
# What the site lets these stand for is in documents that may be read, in hidden ones only, or in none.
EVERYDAY = ("họp phiếc", "chuyện kín", "chuyện đâu đâu")


def paper(dice: random.Random, number: int, words: tuple[str, ...]) -> bytes:
    """A decision that contains these words."""
    articles = [f"Điều {place}. {two_worlds.text(dice, words, 5).capitalize()}" for place in (1, 2)]
    body = [
        line
        for article in articles
        for line in (article, f"{two_worlds.text(dice, words, 14).capitalize()}.")
    ]
    return decision(
        number=str(number), subject=f"Về việc {two_worlds.text(dice, words, 6)}", body=tuple(body)
    )


def pages(actor: Actor, questions: int = QUESTIONS) -> Pages:
    """The results of the same queries, without times."""
    dice, told = random.Random(SEED), []
    for number in range(questions):
        query, sort = two_worlds.draw_query(dice), dice.choice(("relevance", "relevance", "date"))
        if number % 4 == 0:
            query = f"{dice.choice(EVERYDAY)} {query}"
        page = find.find(
            actor,
            SearchRequest(query, sort=sort),
            day=dt.date(2025, 1, 1),
            page=dice.choice((1, 1, 2)),
            per_page=5,
            record=False,
        )
        said = {
            field.name: getattr(page, field.name)
            for field in dataclasses.fields(page)
            if field.name != "took_ms"
        }
        said["mark"] = page.mark(" ".join(two_worlds.HIDDEN_WORDS))
        said["hits"] = [(hit.document.id, hit.score, hit.provisions, hit.more) for hit in page.hits]
        told.append({**said, "understood": page.query, "query": query})
    return told


def same(before: Pages, after: Pages) -> None:
    """Fail with the first query whose results differ."""
    for first, second in zip(before, after, strict=True):
        assert first == second


def test_hidden_documents_change_nothing_that_staff_find(site, people) -> None:
    hide_and_compare(site, people, QUESTIONS)


def test_hidden_documents_change_nothing_on_opensearch(site, people, monkeypatch) -> None:
    backend = opensearch.backend()
    # So few candidates are read that most questions have more.
    monkeypatch.setattr(gather, "CANDIDATES", 6)
    monkeypatch.setattr(gather, "_EACH", 1)
    with dataclasses.replace(site, backend=backend).bound():
        hide_and_compare(context.current(), people, OVER_THE_WIRE)
    backend.discard()


def hide_and_compare(site: Context, people: dict[str, Any], questions: int) -> None:
    """Fail where staff find anything else when there are documents that they may not read."""
    clerk, staff, dice = actor_of(people["clerk"]), actor_of(people["staff"]), random.Random(SEED)
    for word, law in zip(EVERYDAY, ("hội nghị cán bộ", "tuyệt mật", "không nơi nào có"), strict=True):
        everyday.create(COMMAND_LINE, word=word, law=law)
    for number in range(SEEN):
        upload(clerk, paper(dice, number, two_worlds.SEEN_WORDS), f"{number}.docx", publish=True)
    work(site)
    before = pages(staff, questions)
    assert sum(page["total"] > 0 for page in before) > questions / 4
    # What else is searched is told, whether or not anything has it.
    assert {" ".join(one.law) for page in before for one in page["understood"].expansions} >= {"tuyệt mật", "không nơi nào có"}
    drafts = [
        upload(clerk, paper(dice, number, two_worlds.HIDDEN_WORDS), f"{number}-nhap.docx")
        for number in range(HIDDEN)
    ]
    same(before, pages(staff, questions))  # Waiting to be read.
    work(site)
    same(before, pages(staff, questions))  # In the index, as drafts.
    assert pages(clerk, questions) != before
    for document in drafts[::2]:
        lifecycle.delete(clerk, [document])
    same(before, pages(staff, questions))  # In the bin, still in the index.
    work(site)
    same(before, pages(staff, questions))
