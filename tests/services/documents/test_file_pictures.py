"""Every file of a version has page pictures, under the same rules as its first file."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlalchemy import delete, select

from docmgr import db
from docmgr.context import Context
from docmgr.models import Job, PageTurn, RecognisedPage, TrailEvent, Version
from docmgr.policy import Actor
from docmgr.reading.ocr.words import OcrPage, OcrWord, to_plain
from docmgr.services.documents.confirming import renditions
from docmgr.services.documents.pictures import layers, previews, renderings
from docmgr.services.documents.places import places
from docmgr.services.errors import NotFound
from tests.filling.papers import decision, pdf
from tests.support.acting import upload, work


def version_of(document_id: int) -> Version:
    db.release()
    with db.read() as session:
        return session.scalars(select(Version).where(Version.document_id == document_id)).one()


@pytest.fixture
def two(site: Context, clerk: Actor, paper: int) -> tuple[int, int]:
    """A published document with a Word file and a PDF of two pages: (document, id of the PDF)."""
    renditions.add_file(clerk, paper, io.BytesIO(pdf(2)), "ban-ky-so.pdf")
    work(site)
    return paper, version_of(paper).files[1].id


def events(action: str) -> list[Any]:
    db.release()
    with db.read() as session:
        return [event.details.get("file") for event in session.scalars(select(TrailEvent).where(TrailEvent.action == action))]


def test_a_further_file_has_pictures_words_and_places(staff: Actor, two: tuple[int, int]) -> None:
    number, file_id = two
    shown = previews.pictured(staff, version_of(number), file_id)
    assert shown == previews.Pictured(file_id, 2)
    assert previews.page_image(staff, file_id, 2).startswith(b"\x89PNG")
    assert events("file:preview") == ["ban-ky-so.pdf"]
    assert "trang 2" in layers.layers(staff, file_id, range(1, 3))[2][0].text
    assert places(staff, file_id, {"subject": "trang 2"})["subject"][0].page == 2


def test_an_unknown_file_means_the_first_one(staff: Actor, two: tuple[int, int]) -> None:
    number, _ = two
    first = version_of(number).files[0].id
    for wanted in (None, 999_999):
        file = previews.chosen(staff, version_of(number), wanted)
        assert file is not None and file.id == first


def test_until_it_is_looked_through_only_its_uploader_sees_its_pages(site: Context, clerk: Actor, staff: Actor, paper: int) -> None:
    renditions.add_file(clerk, paper, io.BytesIO(pdf(2)), "ban-ky-so.pdf")
    version = version_of(paper)
    hidden = version.files[1].id
    other = previews.chosen(staff, version, hidden)
    assert other is not None and other.id != hidden
    with pytest.raises(NotFound):
        previews.page_image(staff, hidden, 1)
    with pytest.raises(NotFound):
        previews.thumbnail(staff, hidden)


def test_recognised_words_and_turned_pages_are_those_of_the_first_file(site: Context, clerk: Actor, two: tuple[int, int]) -> None:
    number, file_id = two
    page = OcrPage(1, 595, 842, words=(OcrWord("Kholamvu", 72, 100, 200, 120, 95, 0),))
    with db.write() as session:
        version = session.scalars(select(Version)).one()
        session.add(RecognisedPage(version_id=version.id, number=1, confidence=95, content=to_plain(page)))
        session.add(PageTurn(version_id=version.id, number=1, angle=90))
    straight = previews.page_image(clerk, file_id, 1)
    with db.write() as session:
        session.delete(session.scalars(select(PageTurn)).one())
    assert previews.page_image(clerk, file_id, 1) == straight
    assert "Kholamvu" not in str(layers.layers(clerk, file_id, range(1, 3)))
    shown = previews.pictured(clerk, version_of(number), file_id)
    assert shown is not None and list(shown.turns) == []


def test_a_joined_file_keeps_its_pages(site: Context, clerk: Actor, paper: int) -> None:
    draft = upload(clerk, pdf(3), "ky-so.pdf")
    work(site)
    renditions.join(clerk, draft, paper, renditions.RENDITION)
    shown = previews.pictured(clerk, version_of(paper), version_of(paper).files[1].id)
    assert shown is not None and shown.pages == 3


def test_further_office_files_are_rendered_when_they_are_looked_through(site: Context, clerk: Actor, paper: int) -> None:
    with db.write() as session:
        session.execute(delete(Job).where(Job.kind == renderings.KIND))
    renditions.add_file(clerk, paper, io.BytesIO(decision(number="98")), "khac.docx")
    renderings.ask(version_of(paper).id)
    assert rendered_later() == ["ban-word.docx"]
    work(site)
    assert rendered_later() == ["ban-word.docx", "khac.docx"]


def rendered_later() -> list[str]:
    """The names of the files that the waiting job renders."""
    db.release()
    with db.read() as session:
        job = session.scalars(select(Job).where(Job.kind == renderings.KIND)).one()
        return [file.name for file in renderings.waiting_files(session, job)]
