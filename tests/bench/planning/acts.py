"""What is done once: a task is given to each unit, and a plan of 30 pages is read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import docx
from sqlalchemy import func, select

from docmgr import db
from docmgr.models import (
    Conference,
    Consultation,
    Finding,
    Inspection,
    InspectionCheck,
    Occurrence,
    Plan,
    Publication,
    Recommendation,
    Task,
    Unit,
)
from docmgr.policy import Actor
from docmgr.reading.process.runner import Reader
from docmgr.services.planning import tasks
from docmgr.services.planning.occurrences.spread import SpreadInput
from docmgr.services.planning.tasks import TaskInput
from legaltext import dates
from tests.bench.measure import percentile
from tests.bench.planning.filling import Agency
from tests.bench.planning.measuring import Spent, timed

ROUNDS, PAGES, LINES = 5, 30, 32
FAN_OUT_MS, READ_MS = 2_000, 2_000
_COUNTED = {
    Unit: "units", Plan: "plans", Task: "tasks", Occurrence: "occurrences", Inspection: "inspections", InspectionCheck: "lines of inspections", Finding: "findings",
    Recommendation: "recommendations", Conference: "conferences", Publication: "publications", Consultation: "consultations",
}  # fmt: skip
SENTENCES = (
    "Phòng Tổ chức cán bộ chủ trì, phối hợp với Văn phòng rà soát, sửa đổi quy chế số {n}, hoàn thành trước ngày 15 tháng {month} năm 2026.",
    "Thủ trưởng các đơn vị trực thuộc báo cáo kết quả thực hiện nội dung {n} định kỳ 6 tháng và hằng năm về Sở.",
    "Việc thực hiện nội dung {n} trong thời gian qua đã đạt nhiều kết quả tích cực, được cán bộ, viên chức và người lao động đồng tình.",
    "Giao Thanh tra Sở kiểm tra việc thực hiện nội dung {n} tại ít nhất 20% đơn vị trong năm học.",
)


def counted_rows() -> str:
    """How many there are of each thing."""
    with db.read() as session:
        return ", ".join(f"{session.scalar(select(func.count()).select_from(model)):,} {name}" for model, name in _COUNTED.items())


def measure(made: Agency, work: Path) -> None:
    """Print what each costs."""
    clerk = Actor(made.clerk, "clerk", roles=frozenset({"clerk"}))
    _tell(f"give a task to the {len(made.units) - 1} units below one", timed(lambda: _fan_out(clerk, made), ROUNDS), FAN_OUT_MS)
    path = plan_of_pages(work / "ke-hoach.docx", PAGES)
    with Reader() as reader:
        spent = [(reader.read(path, name=path.name), reader.last["cpu_s"], reader.last["wall_s"]) for _ in range(ROUNDS)]
    told = spent[-1][0].interpretation
    found = len(told.obligations) if told else 0
    both = Spent(tuple(float(one[1]) * 1000 for one in spent), tuple(float(one[2]) * 1000 for one in spent))
    _tell(f"read a plan of {PAGES} pages ({found} obligations found)", both, READ_MS)


def _tell(what: str, spent: Spent, most_ms: float) -> None:
    processor, clock = ([percentile(values, share) for share in (0.5, 0.95)] for values in (spent.processor, spent.clock))
    told = "yes" if processor[1] <= most_ms else "SHORT"
    print(f"{what}: least {min(spent.processor):.0f}, p50 {processor[0]:.0f}, p95 {processor[1]:.0f} ms of processor time, by the clock {clock[0]:.0f} and {clock[1]:.0f}; at most {most_ms:.0f}: {told}", flush=True)


def _fan_out(clerk: Actor, made: Agency) -> None:
    each = SpreadInput(fan_out="below", unit_id=made.units[0])
    tasks.create(clerk, made.plans[0], TaskInput("Việc của từng đơn vị", made.units[0], due_on=dates.today() + dt.timedelta(days=30), spread=each))
    db.release()


def plan_of_pages(path: Path, pages: int) -> Path:
    """A plan as DOCX with so many pages of 32 lines; three of four sentences oblige somebody."""
    paper = docx.Document()
    for line in ("SỞ GIÁO DỤC VÀ ĐÀO TẠO", "Số: 77/KH-SGDĐT", "Tỉnh Mẫu, ngày 10 tháng 01 năm 2026", "KẾ HOẠCH", "Thực hiện dân chủ ở cơ sở năm 2026"):
        paper.add_paragraph(line)
    # A sentence takes about two lines of a page.
    for n in range(pages * LINES // 2):
        if n % 16 == 0:
            paper.add_paragraph(f"{n // 16 + 1}. Nội dung thứ {n // 16 + 1}")
        paper.add_paragraph("- " + SENTENCES[n % len(SENTENCES)].format(n=n + 1, month=n % 12 + 1))
    paper.save(str(path))
    return path
