"""`reread`: what is read again, what is printed, and the exit code when an old reading was kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from docmgr import db
from docmgr.models import Task
from docmgr.policy import COMMAND_LINE
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from tests.cli.conftest import Answer
from tests.filling import old_readings as old
from tests.filling.papers import decision

pytestmark = pytest.mark.slow

Command = Callable[..., Answer]


@pytest.fixture
def papers(command: Command, tmp_path: Path) -> list[int]:
    for number in ("51", "52"):
        (tmp_path / f"{number}.docx").write_bytes(decision(number=number))
    answer = command("import", *tmp_path.glob("*.docx"), "--wait", "--json")
    return sorted(row["document"] for row in answer.rows)


def test_old_readings_are_read_again(command: Command, papers: list[int]) -> None:
    assert command("reread", "--json").row == {"read": 0, "waiting": 0, "undecided": 0}
    old.age_text(papers[0], "Hội nghị", "Hoi nghi")
    answer = command("reread", "--json")
    assert (answer.code, answer.row) == (0, {"read": 1, "waiting": 0, "undecided": 0})
    assert "Hội nghị" in (old.version_of(papers[0]).text or "")


def test_named_documents_and_all_are_read_though_they_are_new(command: Command, papers: list[int]) -> None:
    assert command("reread", "51/QĐ-SGDĐT", "--json").row["read"] == 1
    assert command("reread", papers[1], papers[0], "--json").row["read"] == 2
    assert command("reread", "--all", "--json").row["read"] == 2
    assert command("reread", "--all", papers[0]).code == 2
    assert command("reread", "999/KHONG-CO").code == 1
    assert "Đã đọc lại 1 phiên bản" in command("reread", papers[0]).err


def test_a_kept_reading_is_told(command: Command, papers: list[int], people) -> None:
    plan = plans.create(COMMAND_LINE, PlanInput("Kế hoạch", 2024))
    unit = people["clerk"].unit_id
    task = tasks.create(COMMAND_LINE, plan, TaskInput("Việc", unit, due_rule="continuous", document_id=papers[0], anchor="dieu-2"))
    old.age_anchors(papers[0], {"dieu-2": "phu-luc.dieu-2"})
    with db.write() as session:
        session.get_one(Task, task).anchor = "phu-luc.dieu-2"
    answer = command("reread", "--json")
    assert (answer.code, answer.row) == (1, {"read": 1, "waiting": 0, "undecided": 1})
