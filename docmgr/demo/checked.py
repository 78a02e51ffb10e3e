"""What the demonstration agency inspects: the plan of the year, a checklist, and what was found with it."""

from __future__ import annotations

from dataclasses import dataclass

SUBJECT = "Kiểm tra việc thực hiện dân chủ ở cơ sở"
# The plan of the year: subject, month, units and a note.
PLANNED = (
    (SUBJECT, 4, ("THPTM1",), "Đoàn do Thanh tra Sở chủ trì."),
    ("Kiểm tra lại việc khắc phục sau kết luận", 10, ("THPTM1", "THPTM2"), "Tập trung vào nội dung đã chưa đạt."),
    ("Kiểm tra việc công khai tài chính đầu năm học", 11, ("THPTM2",), None),
)
HEAD, MEMBERS = "lanhdao", ("chuyenvien", "vanthu")

CHECKLIST = "Danh mục kiểm tra việc thực hiện dân chủ ở cơ sở"
LINES = """Có sổ ghi ý kiến, kiến nghị và việc trả lời
Bảng công khai đặt ở nơi dễ thấy, nội dung còn trong thời hạn
Hội nghị viên chức, người lao động có biên bản, nghị quyết
Hòm thư góp ý được mở định kỳ"""
# Words of the regulation and places in agency.DUTIES that give lines too.
REGULATION, PROVISIONS, TASKS = "quyet-dinh-quy-che", ("Thời hạn công khai chậm nhất là 05 ngày làm việc", "trong thời hạn 15 ngày"), (10,)
# The line that is asked no more.
DROPPED = 3

# For each line: result and note.
FIRST = (
    ("passed", None),
    ("failed", "Bảng công khai để trong phòng họp, phụ huynh không vào được."),
    ("passed", "Đủ biên bản và nghị quyết."),
    ("not_applicable", "Trường nhận góp ý qua trang thông tin điện tử."),
    ("failed", "Quyết toán năm {previous} niêm yết chậm 12 ngày làm việc."),
    ("passed", None),
    ("passed", "Kế hoạch số 07/KH-THPTM1."),
)
# The second inspection is under way.
SECOND = (
    ("passed", None),
    ("failed", "Bảng đã chuyển ra sảnh nhưng còn thiếu mục thu, chi."),
    ("passed", None),
    ("failed", "Dự toán được giao ngày 05 mới niêm yết ngày 19."),
    ("open", None),
    ("open", None),
)
OWN = (("passed", "Đã lập sổ."), ("passed", None), ("passed", None), ("passed", None), ("failed", "Còn 02 kiến nghị trả lời sau 15 ngày."), ("passed", None))
# The line that has a photo, that of late publication with a document as its evidence, and why it came to that.
BOARD, LATE, PROOF = 1, 4, "bien-ban-niem-yet"
CAUSE = "Chưa phân công người theo dõi thời hạn công khai."


@dataclass(frozen=True)
class Asked:
    """A recommendation of the second inspection. `ago` is how many days ago it was received, None when it was not; then what the unit answered,
    and what the inspectors said of that in turn, as (verdict, note)."""

    text: str
    ago: int | None = None
    answer: str | None = None
    verdicts: tuple[tuple[str, str | None], ...] = ()


ASKED = (
    Asked("Phân công một viên chức theo dõi thời hạn công khai của từng loại văn bản."),
    Asked("Bổ sung mục thu, chi vào bảng công khai.", 18),
    Asked("Lập sổ theo dõi kiến nghị theo mẫu của Sở.", 10, "Trường đã lập sổ và phân công Văn phòng ghi hằng ngày."),
    Asked("Niêm yết lại dự toán đủ 20 ngày.", 12, "Trường đã niêm yết lại.", (("returned", "Chưa có ảnh hoặc biên bản niêm yết."),)),
    Asked("Họp rút kinh nghiệm về việc công khai chậm.", 16, "Đã họp, có biên bản lưu tại Văn phòng Trường.", (("accepted", None),)),
    Asked("Công bố lịch tiếp phụ huynh hằng tháng.", 16, "Đã công bố trên trang thông tin của Trường.", (("accepted", None), ("closed", "Đoàn đã xem lịch trên trang."))),
)
