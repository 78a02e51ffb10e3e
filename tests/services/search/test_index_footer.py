"""The line below the results: counts of what the actor may read; the state of the index for administrators only."""

from __future__ import annotations

import pytest

from docmgr import db
from docmgr.policy import Denied
from docmgr.services.documents import lifecycle
from docmgr.services.search import footer
from tests.filling.filing import person
from tests.filling.papers import BODY, decision, scan
from tests.filling.recognition import blank
from tests.support.acting import actor_of, upload, work


def test_counts_are_of_what_one_may_read(site, people, monkeypatch) -> None:
    blank(monkeypatch)
    clerk, staff = actor_of(people["clerk"]), actor_of(people["staff"])
    shown = upload(clerk, decision(body=BODY), publish=True)
    work(site)
    before = footer.footer(staff)
    assert (before.documents, before.waiting, before.waiting_since, before.without_text) == (1, 0, None, 0)
    # Three articles, and perhaps the opening lines.
    assert before.provisions >= 3 and before.whole is None
    upload(clerk, decision(number="40"), "b.docx")
    upload(clerk, scan(), "quet.pdf")
    assert footer.footer(staff) == before
    assert footer.footer(clerk).waiting == 2 and footer.footer(clerk).waiting_since is not None
    work(site)
    db.release()
    mine = footer.footer(clerk)
    assert (mine.documents, mine.without_text, mine.unreadable, mine.waiting) == (3, 1, 0, 0)
    assert footer.footer(staff) == before
    lifecycle.set_workflow(clerk, shown, "withdrawn")
    assert (footer.footer(staff).documents, footer.footer(staff).provisions) == (0, 0)


def test_what_could_not_be_read_is_counted_apart(site, people, monkeypatch) -> None:
    blank(monkeypatch)
    clerk, staff = actor_of(people["clerk"]), actor_of(people["staff"])
    upload(clerk, decision()[:3000], "hong.docx")
    upload(clerk, scan(), "quet.pdf")
    work(site)
    db.release()
    assert [(mine.without_text, mine.unreadable) for mine in map(footer.footer, (clerk, staff))] == [
        (1, 1),
        (0, 0),
    ]


def test_the_whole_index_is_for_administrators(site, people) -> None:
    both = actor_of(person("quan.tri.hai", "administrator", "staff"))
    upload(actor_of(people["clerk"]), decision(), "b.docx")
    work(site)
    whole = footer.footer(both).whole
    assert whole is not None and whole.documents == 1
    assert footer.footer(both).documents == 0
    with pytest.raises(Denied):
        footer.footer(actor_of(people["administrator"]))
