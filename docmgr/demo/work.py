"""How the demonstration agency carries its plan out: who waits for whom, who asks for more time, what the units report. Tasks are named by
their place in agency.DUTIES, units and people by their short names."""

from __future__ import annotations

from dataclasses import dataclass

TRAINING, SCHOOL_CHECKS, REPORT, SUPERVISION, SUMMARY = 1, 9, 11, 12, 13
# A task, the one that must be done before, and why it need not, if somebody said so.
NEEDS = (
    (REPORT, SUMMARY, None),
    (8, TRAINING, "Thành viên đoàn kiểm tra đã được tập huấn năm {previous}."),
)
# The summary is due so many working days after the schools.
SUMMARY_DAYS = 15

# A task, the day asked for and why; then what the leader answered, granted or not, or None.
EXTENSIONS: tuple[tuple[int, str, str, tuple[bool, str] | None], ...] = (
    (TRAINING, "{year}-09-30", "Báo cáo viên bận phục vụ kỳ thi tốt nghiệp trung học phổ thông.", (True, "Đồng ý; mở lớp trước khi vào năm học.")),
    (TRAINING, "{year}-12-25", "Chờ phân bổ kinh phí tập huấn đợt hai.", None),
    (8, "{following}-01-31", "Cần thêm thời gian kiểm tra đơn vị thứ hai.", (False, "Phải xong trong năm để kịp báo cáo Ủy ban nhân dân tỉnh.")),
)
# Who had the report to write, who has it now, and why.
HANDED = (REPORT, "chuyenvien", "chuyenvien2", "Bàn giao khi phân công lại nhiệm vụ trong Phòng.")


@dataclass(frozen=True)
class Supervised:
    """What became of the supervision of one unit in one quarter. `ends` is how it stands: doing, waiting, done, returned or not_applicable;
    `paper` is its evidence, the name of a text; `said` is the note, or the reason."""

    unit: str
    number: int
    ends: str
    said: str
    paper: str | None = None


SUPERVISED = (
    Supervised("THPTM1", 1, "done", "Đã giám sát việc thu, chi và công khai; có báo cáo.", "bao-cao-giam-sat"),
    Supervised("THPTM1", 2, "waiting", "Đã giám sát thực hiện chế độ, chính sách; không phát hiện sai phạm."),
    Supervised("THPTM1", 3, "doing", "Đã họp Ban, đang tổng hợp ý kiến của các tổ chuyên môn."),
    Supervised("THPTM2", 1, "done", "Đã giám sát việc thực hiện nghị quyết hội nghị."),
    Supervised("THPTM2", 2, "not_applicable", "Ban Thanh tra nhân dân của Trường hết nhiệm kỳ, đang bầu lại."),
    Supervised("THPTM2", 3, "returned", "Báo cáo chưa nêu kết quả thực hiện các kiến nghị của quý trước."),
)

# The plan of the school that answers that of the department, and its tasks: title, words of its document, day, evidence.
SCHOOL, SCHOOL_PLAN, SCHOOL_PAPER = "THPTM1", "Kế hoạch thực hiện dân chủ trong hoạt động của Trường THPT Mẫu số 1 năm {year}", "ke-hoach-truong"
SCHOOL_TASKS = (
    ("Công khai chất lượng giáo dục và thu, chi tài chính", "Công khai chất lượng giáo dục", "{year}-09-30", "Ảnh niêm yết, biên bản", "done"),
    ("Tổ chức Hội nghị viên chức, người lao động của Trường", "Tổ chức Hội nghị viên chức, người lao động", "{year}-10-15", "Nghị quyết hội nghị", "doing"),
    ("Hiệu trưởng đối thoại với học sinh, cha mẹ học sinh", "đối thoại với học sinh, cha mẹ học sinh", "{year}-12-31", "Biên bản đối thoại", "open"),
)
