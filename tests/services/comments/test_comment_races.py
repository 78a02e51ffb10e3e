"""Comments of several people at the same moment, and while their document's content is taken away."""

from __future__ import annotations

import pytest
from sqlalchemy import true

from docmgr import db
from docmgr.context import Context
from docmgr.models import Comment, Favourite
from docmgr.services.access import guard
from docmgr.services.comments import settling, writing
from docmgr.services.documents import withholding
from docmgr.services.overview import favourites
from tests.filling.planning import LAW_WORDS, World, world
from tests.support.racing import at_once, count

__all__ = ["world"]


@pytest.mark.parametrize("held", [False, True])
def test_comments_at_once(world: World, site: Context, held: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    staff, clerk = world.actors["staff"], world.actors["clerk"]
    law = world.document("10/2022/QH15", "Luật", LAW_WORDS)
    monkeypatch.setattr(writing, "PER_HOUR", 1)
    done = at_once(site, [lambda: writing.add(staff, law, "Một"), lambda: writing.add(staff, law, "Hai")], held=held)
    assert sorted(type(one).__name__ for one in done) == ["Invalid", "SavedComment"] and count(Comment) == 1
    monkeypatch.setattr(writing, "PER_HOUR", 60)
    monkeypatch.setattr(writing, "MOST_ANSWERS", 1)
    (made,) = [one.id for one in done if isinstance(one, writing.SavedComment)]
    done = at_once(site, [lambda: writing.add(clerk, law, "Một", answers=made), lambda: writing.add(staff, law, "Hai", answers=made)], held=held)
    assert sorted(type(one).__name__ for one in done) == ["Invalid", "SavedComment"] and count(Comment) == 2
    done = at_once(site, [lambda words=words: writing.edit(staff, law, made, words, revision=1) for words in ("Ba", "Bốn")], held=held)
    assert sorted(type(one).__name__ for one in done) == ["Conflict", "SavedComment"]
    at_once(site, [lambda: settling.settle(staff, law, made, resolved=True), lambda: settling.settle(clerk, law, made, resolved=True)], held=held)
    assert len(world.events("comment:resolve")) == 1
    done = at_once(site, [lambda: settling.delete(staff, law, made), lambda: settling.delete(clerk, law, made)], held=held)
    assert sorted(type(one).__name__ for one in done) == ["NoneType", "NotFound"] and len(world.events("comment:delete")) == 1


@pytest.mark.parametrize("held", [False, True])
def test_nothing_stays_of_a_comment_on_what_is_withheld_meanwhile(world: World, site: Context, held: bool) -> None:
    law = world.document("10/2022/QH15", "Luật", LAW_WORDS)

    def withhold() -> None:
        with db.write() as session:
            document = guard.locked(session, law)
            withholding.remove_versions(session, law, true())
            document.state, document.workflow = "withheld", "draft"

    at_once(site, [withhold, lambda: writing.add(world.actors["clerk"], law, "Trích: …", anchor="dieu-63")], held=held)
    assert count(Comment) == 0


@pytest.mark.parametrize("held", [False, True])
def test_one_star_for_two_clicks(world: World, site: Context, held: bool) -> None:
    law = world.document("10/2022/QH15", "Luật", LAW_WORDS)
    done = at_once(site, [lambda: favourites.add(world.actors["staff"], "document", law)] * 2, held=held)
    assert done == [None, None] and count(Favourite) == 1
