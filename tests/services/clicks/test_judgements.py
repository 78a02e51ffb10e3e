"""Opened provisions as judged questions: three persons, provisions that everybody may read, files that training takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import insert

from docmgr import db
from docmgr.context import Context
from docmgr.models import Click, TrailEvent, User
from docmgr.policy import COMMAND_LINE, Actor, Denied
from docmgr.services.clicks import judgements
from indexer.evaluate.corpus import documents_of, read_questions
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload, work
from tests.support.racing import count, events
from training import weights

FILES = (judgements.CORPUS, judgements.QUERIES, judgements.QRELS)
TEXT = ("Điều 1. Nghỉ phép năm", "1. Mười hai ngày.", "2. Thêm một ngày sau năm năm.", "Điều 2. Tiền thưởng", "Một tháng lương, cả khi nghỉ có phép.")


@pytest.fixture
def papers(site: Context, people: dict[str, User]) -> tuple[int, int]:
    """A published decision, and a draft."""
    clerk = actor_of(people["clerk"])
    public = upload(clerk, decision(number="7", subject="Về chế độ nghỉ", body=TEXT), "7.docx", publish=True)
    draft = upload(clerk, decision(number="8", subject="Về chuyện kín", body=TEXT), "8.docx")
    work(site)
    db.release()
    return public, draft


def opened(question: str, document: int, anchor: str, persons: int, series: str = "a") -> None:
    """So many persons opened the provision in one month."""
    rows = [
        {"mark": f"{question}{document}{anchor}{series}{n}"[-64:], "series": series, "question": question, "document_id": document, "anchor": anchor}
        for n in range(persons)
    ]
    with db.write() as session:
        session.execute(insert(Click), rows)


def test_training_takes_what_three_people_opened(papers: tuple[int, int], tmp_path: Path) -> None:
    public, draft = papers
    opened("nghỉ phép", public, "dieu-1", 3)
    opened("nghỉ phép", public, "dieu-1.khoan-2", 6)
    opened("nghỉ phép", public, "dieu-2", 2)
    opened("nghỉ phép", public, "dieu-2", 2, "b")  # Perhaps the same two persons in another month.
    opened("thưởng tháng", public, "dieu-2", 30)
    opened("thưởng tháng", public, "dieu-99", 3)  # Of an earlier version.
    opened("chuyện kín", draft, "dieu-1", 5)
    assert judgements.write(COMMAND_LINE, tmp_path / "a") == judgements.WrittenJudgements(2, 2, 1)
    files = [tmp_path / "a" / name for name in FILES]
    asked = {one.text: dict(one.right) for one in read_questions(files[1], files[2], None)}
    assert asked == {"nghỉ phép": {f"{public}:dieu-1": 2}, "thưởng tháng": {f"{public}:dieu-2": 3}}
    (entries,) = documents_of(files[0]).values()
    assert [(one.anchor, one.label, one.number) for one in entries if "dieu" in one.anchor] == [
        (f"{public}:dieu-1", "Điều 1", "7/QĐ-SGDĐT"), (f"{public}:dieu-2", "Điều 2", "7/QĐ-SGDĐT"),
    ]  # fmt: skip
    assert all("kín" not in path.read_text(encoding="utf-8") for path in files)
    fitted = weights.fit_all([files], lambda _told: None)
    assert len(fitted) > 10 and any(fitted.values())
    (event,) = events("index:judge")
    assert event.details["count"] == 2
    read = [one.document_id for one in events("document:view")]
    assert read == [public]


def test_without_such_a_question_nothing_is_written(papers: tuple[int, int], tmp_path: Path) -> None:
    opened("nghỉ phép", papers[0], "dieu-1", 2)
    opened("chuyện kín", papers[1], "dieu-1", 9)
    before = count(TrailEvent)
    assert judgements.write(COMMAND_LINE, tmp_path / "a").questions == 0
    assert not (tmp_path / "a").exists() and count(TrailEvent) == before


def test_files_that_are_there_stay(papers: tuple[int, int], tmp_path: Path, staff: Actor) -> None:
    opened("nghỉ phép", papers[0], "dieu-1", 3)
    before = count(TrailEvent)
    for name in FILES:
        (tmp_path / name).write_text("của tôi")
        with pytest.raises(FileExistsError):
            judgements.write(COMMAND_LINE, tmp_path)
        there = {one.name: one.read_text() for one in tmp_path.iterdir() if one.name in FILES}
        assert there == {name: "của tôi"} and count(TrailEvent) == before
        (tmp_path / name).unlink()
    assert judgements.write(COMMAND_LINE, tmp_path).questions == 1
    with pytest.raises(Denied):
        judgements.write(staff, tmp_path)


def test_the_command_says_how_to_train(papers: tuple[int, int], tmp_path: Path, runner: FlaskCliRunner) -> None:
    def run(*arguments: str) -> Any:
        return runner.invoke(args=["index", "judgements", str(tmp_path / "a"), *arguments])

    nothing = run()
    assert nothing.exit_code == 1 and "Chưa có câu hỏi nào" in nothing.output
    opened("nghỉ phép", papers[0], "dieu-1", 3)
    done = run()
    assert done.exit_code == 0 and "1 câu hỏi, 1 điều, 1 văn bản." in done.output
    assert 'QUESTIONS="' in done.output and judgements.QRELS in done.output
    again = run("--json")
    assert again.exit_code == 1 and "Đã có tệp" in json.loads(again.stdout.splitlines()[0]).get("error", again.output)
