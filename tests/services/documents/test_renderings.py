"""Office files are rendered once: kept by hash, said when it cannot be, made again when lost, gone when secret."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from docmgr import db
from docmgr.models import File, Job, Rendering, Version
from docmgr.policy import COMMAND_LINE
from docmgr.reading.formats import convert
from docmgr.reading.process import rendering
from docmgr.reading.process.rendering import Rendered
from docmgr.services import jobs
from docmgr.services.access import guard
from docmgr.services.documents import withholding
from docmgr.services.documents.pictures import layers, previews, renderings
from docmgr.services.documents.places import places
from docmgr.services.errors import NotFound
from docmgr.services.upkeep import backup, checks, health, sweeping
from tests.filling import papers
from tests.support import needs
from tests.support.acting import actor_of, upload, work


@pytest.fixture
def actor(people) -> Any:
    return actor_of(people["clerk"])


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The kinds of files that were rendered. What LibreOffice makes of them is given, since each file takes seconds."""
    kinds: list[str] = []

    @contextlib.contextmanager
    def rendered(_path: Path, kind: str) -> Iterator[Rendered]:
        kinds.append(kind)
        yield Rendered(io.BytesIO(papers.pdf(3, f"Quyet dinh {len(kinds)}")), 3)

    monkeypatch.setattr(rendering, "rendered", rendered)
    monkeypatch.setattr(rendering, "is_possible", lambda _kind: True)
    return kinds


def version_of(document_id: int) -> Version:
    db.release()
    with db.read() as session:
        return session.scalars(select(Version).where(Version.document_id == document_id)).one()


def file_of(document_id: int) -> int:
    return version_of(document_id).files[0].id


def kept() -> Rendering | None:
    db.release()
    with db.read() as session:
        return session.scalars(select(Rendering)).one_or_none()


def waits() -> int:
    db.release()
    with db.read() as session:
        return len(session.scalars(select(Job.id).where(Job.kind == "render")).all())


def test_a_word_file_has_pictures_text_and_places(site, actor) -> None:
    needs.office("writer")
    number = upload(actor, papers.decision())
    work(site)
    assert previews.pictured(actor, version_of(number)) is None
    assert previews.waiting(actor, version_of(number)) == previews.PREPARING
    assert (waits(), renderings.render_some(), waits(), renderings.render_some()) == (1, 1, 0, 0)
    shown = previews.pictured(actor, version_of(number))
    assert shown is not None and (shown.file_id, shown.pages, shown.cut, shown.turns) == (file_of(number), 1, False, ())
    assert previews.waiting(actor, version_of(number)) is None
    assert previews.page_image(actor, shown.file_id, 1).startswith(b"\x89PNG")
    with pytest.raises(NotFound):
        previews.page_image(actor, shown.file_id, 2)
    lines = layers.layers(actor, shown.file_id, range(1, 11))
    number_line = next(line for line in lines[1] if line.text == "Số: 12/QĐ-SGDĐT")
    (place,) = places(actor, shown.file_id, {"number": "12/QĐ-SGDĐT"})["number"]
    assert number_line.left < place.left < number_line.left + number_line.width
    assert abs(number_line.top - place.top) < 0.01 and place.page == 1
    assert checks.check(COMMAND_LINE, full=True) == [] and sweeping.sweep(0) == 0


def test_each_file_once(site, actor, drawn: list[str]) -> None:
    first = upload(actor, papers.decision())
    second = upload(actor, papers.decision("13"), "b.docx")
    with db.write() as session:
        # The same bytes in two documents, as when they are in two folders.
        sha = session.scalars(select(File.sha256).where(File.id == file_of(first))).one()
        session.execute(update(File).where(File.id == file_of(second)).values(sha256=sha))
    work(site)
    while renderings.render_some():
        db.release()
    assert drawn == ["docx"] and waits() == 0
    assert previews.pictured(actor, version_of(second)) is not None


def test_other_kinds_are_not_rendered(site, actor, drawn: list[str]) -> None:
    for name, content in (("a.txt", "Điều 1. Phạm vi".encode()), ("a.pdf", papers.pdf()), ("a.html", b"<html><p>\xc4\x90i\xe1\xbb\x81u 1</p></html>")):
        number = upload(actor, content, name)
        work(site)
        assert waits() == 0 and previews.waiting(actor, version_of(number)) is None


def test_without_libreoffice_it_is_said_and_done_later(site, actor, drawn: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "is_possible", lambda _kind: False)
    monkeypatch.setattr(convert, "is_installed", lambda _kind: False)
    number = upload(actor, papers.decision())
    work(site)
    assert renderings.render_some() == 1 and renderings.retry_missing() == 0
    told = previews.waiting(actor, version_of(number))
    assert told is not None and "LibreOffice" in told.told()
    assert any("Calc" in line for line in health.overview(COMMAND_LINE).missing_readers)
    monkeypatch.setattr(rendering, "is_possible", lambda _kind: True)
    assert renderings.retry_missing() == 1 and waits() == 1 and renderings.render_some() == 1
    assert drawn == ["docx"] and previews.pictured(actor, version_of(number)) is not None


@pytest.mark.parametrize(("fault", "words"), [("too_long", "thời gian"), ("too_large", "quá lớn"), ("crashed", "Không dựng được"), ("broken", "Không dựng được")])
def test_why_not(site, actor, monkeypatch: pytest.MonkeyPatch, drawn: list[str], fault: str, words: str) -> None:
    monkeypatch.setattr(rendering, "rendered", lambda _path, _kind: contextlib.nullcontext(Rendered(io.BytesIO(), 0, fault)))
    number = upload(actor, papers.decision())
    work(site)
    renderings.render_some()
    told = previews.waiting(actor, version_of(number))
    assert told is not None and words in told.told() and waits() == 0
    with pytest.raises(NotFound):
        previews.page_image(actor, file_of(number), 1)


def test_who_may_not_read_it_sees_nothing(site, actor, people, drawn: list[str]) -> None:
    number = upload(actor, papers.decision())
    work(site)
    renderings.render_some()
    other = actor_of(people["staff"])
    for look in (
        lambda file: previews.page_image(other, file, 1),
        lambda file: layers.layers(other, file, range(1, 2)),
        lambda file: places(other, file, {"number": "Quyet"}),
    ):
        for file in (file_of(number), file_of(number) + 1_000):
            with pytest.raises(NotFound):
                look(file)


def test_a_secret_file_takes_its_rendering_along(site, actor, drawn: list[str]) -> None:
    number = upload(actor, papers.decision())
    work(site)
    renderings.render_some()
    row = kept()
    assert row is not None and row.pdf_sha256 is not None and site.storage.exists(row.pdf_sha256)
    with db.write() as session:
        gone = withholding.withhold(session, session.merge(version_of(number)), "Mật")
    assert row.pdf_sha256 in gone and row.sha256 in gone and row.pdf_sha256 in site.storage.condemned()
    assert kept() is None and waits() == 0


def test_a_file_that_becomes_secret_meanwhile(site, actor, monkeypatch: pytest.MonkeyPatch, drawn: list[str]) -> None:
    number = upload(actor, papers.decision())
    work(site)
    stored = {one.sha256 for one in site.storage.list()}

    @contextlib.contextmanager
    def rendered(_path: Path, _kind: str) -> Iterator[Rendered]:
        with db.write() as session:
            withholding.withhold(session, session.merge(version_of(number)), "Mật")
        yield Rendered(io.BytesIO(papers.pdf()), 2)

    monkeypatch.setattr(rendering, "rendered", rendered)
    renderings.render_some()
    assert kept() is None and {one.sha256 for one in site.storage.list()} <= stored


@pytest.mark.parametrize("how", ["lost", "changed"])
def test_lost_and_damaged_renderings_are_made_again(site, actor, drawn: list[str], how: str) -> None:
    number = upload(actor, papers.decision())
    work(site)
    renderings.render_some()
    row = kept()
    assert row is not None and row.pdf_sha256 is not None
    path = site.storage.path(row.pdf_sha256)
    path.chmod(0o600)
    if how == "lost":
        path.unlink()
        assert checks.check(COMMAND_LINE, full=True) == []
    else:
        path.write_bytes(path.read_bytes()[:-1] + b"!")
        assert [fault.kind for fault in checks.check(COMMAND_LINE, full=True)] == ["wrong_hash"]
        assert checks.check(COMMAND_LINE) == []
    with pytest.raises(NotFound):
        previews.page_image(actor, file_of(number), 1)
    assert previews.waiting(actor, version_of(number)) == previews.PREPARING
    assert renderings.render_some() == 1
    assert previews.page_image(actor, file_of(number), 1).startswith(b"\x89PNG")


def test_a_worker_that_is_killed_begins_again(site, actor, monkeypatch: pytest.MonkeyPatch, drawn: list[str]) -> None:
    class Killed(BaseException):
        pass

    def dies(_path: Path, _kind: str) -> None:
        raise Killed

    number = upload(actor, papers.decision())
    work(site)
    with monkeypatch.context() as patch:
        patch.setattr(rendering, "rendered", dies)
        with pytest.raises(Killed):
            renderings.render_some()
        db.release()
        assert renderings.render_some() == 0 and kept() is None
        # Each start of a worker releases what dead ones held; a file that kills it each time is given up.
        for _ in range(jobs.MAX_ATTEMPTS - 1):
            jobs.release_leases()
            with pytest.raises(Killed):
                renderings.render_some()
            db.release()
        jobs.release_leases()
        assert renderings.render_some() == 1
    assert previews.waiting(actor, version_of(number)) == previews.FAILED
    renderings.forget(version_of(number).files[0].sha256)
    assert previews.waiting(actor, version_of(number)) == previews.PREPARING and renderings.render_some() == 1
    assert drawn == ["docx"] and guard.get(actor, number).state == "findable"


def test_stopping_gives_the_job_back(site, actor, drawn: list[str]) -> None:
    upload(actor, papers.decision())
    work(site)
    assert renderings.render_some(lambda: True) == 1 and drawn == [] and waits() == 1
    assert renderings.render_some() == 1 and drawn == ["docx"]


def test_what_no_file_names_is_swept(site, actor, drawn: list[str]) -> None:
    upload(actor, papers.decision())
    other = upload(actor, b"Dieu 1. Pham vi", "b.txt")
    work(site)
    renderings.render_some()
    row = kept()
    assert row is not None and row.pdf_sha256 is not None
    with db.write() as session:
        session.execute(update(File).where(File.sha256 == row.sha256).values(sha256=version_of(other).files[0].sha256))
    assert {fault.kind for fault in checks.check(COMMAND_LINE)} >= {"orphan_file"}
    assert sweeping.sweep(0) == 2 and kept() is None and not site.storage.exists(row.pdf_sha256)


def test_a_backup_leaves_renderings_out(site, actor, empty_site, tmp_path: Path, drawn: list[str]) -> None:
    number = upload(actor, papers.decision())
    work(site)
    renderings.render_some()
    backup.write(COMMAND_LINE, tmp_path / "copy.tar")
    db.release()
    with empty_site.bound():
        backup.restore(COMMAND_LINE, tmp_path / "copy.tar")
        assert kept() is None and checks.check(COMMAND_LINE, full=True) == []
        assert previews.waiting(COMMAND_LINE, version_of(number)) == previews.PREPARING and waits() == 1


def test_what_is_no_office_file_is_refused(tmp_path: Path) -> None:
    needs.office("writer")
    path = tmp_path / "a.docx"
    path.write_bytes(b"Khong phai la DOCX")
    with rendering.rendered(path, "docx") as made:
        assert (made.fault, made.pages, made.stream.read()) == ("broken", 0, b"")
