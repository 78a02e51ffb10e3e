"""The people, documents, tasks and findings of the demonstration agency. `{year}` in a text is replaced by
the year of the plan. No person is real."""

from __future__ import annotations

from dataclasses import dataclass

from docmgr.demo import kept

AGENCY = "Sở Giáo dục và Đào tạo tỉnh Mẫu"

UNITS = (
    ("Ban Giám đốc Sở", "BGĐ"),
    ("Văn phòng Sở", "VP"),
    ("Phòng Tổ chức cán bộ", "TCCB"),
    ("Phòng Kế hoạch - Tài chính", "KHTC"),
    ("Thanh tra Sở", "TTr"),
    ("Công đoàn cơ quan Sở", "CĐ"),
    ("Trường THPT Mẫu số 1", "THPTM1"),
    ("Trường THPT Mẫu số 2", "THPTM2"),
)


@dataclass(frozen=True)
class Account:
    """A person of the demonstration agency: user name, full name, roles and unit."""

    username: str
    full_name: str
    roles: tuple[str, ...]
    unit: str


ACCOUNTS = (
    Account("quantri", "Quản trị hệ thống", ("administrator",), "VP"),
    Account("vanthu", "Văn thư cơ quan", ("clerk",), "VP"),
    Account("chuyenvien", "Chuyên viên Phòng Tổ chức cán bộ", ("staff",), "TCCB"),
    Account("lanhdao", "Lãnh đạo Sở", ("leader",), "BGĐ"),
    Account("thanhtra", "Thanh tra, kiểm toán", ("auditor",), "TTr"),
    Account("chuyenvien2", "Chuyên viên tổng hợp Phòng Tổ chức cán bộ", ("staff",), "TCCB"),
    Account("truong", "Cán bộ phụ trách Trường THPT Mẫu số 1", ("staff",), "THPTM1"),
)


@dataclass(frozen=True)
class Paper:
    """A document to upload. `text` is the name of its text in `texts/`, `folder` the target folder, and
    `file` the file name."""

    text: str
    folder: str
    file: str


PLAN = "ke-hoach-dan-chu"
PAPERS = (
    Paper(PLAN, "Văn bản đi/Kế hoạch", "Ke hoach 12 dan chu co so.docx"),
    Paper("cong-van-huong-dan", "Văn bản đi/Công văn", "CV 88 huong dan xay dung ke hoach.docx"),
    Paper("nghi-quyet-hoi-nghi", "Hồ sơ hội nghị", "NQ 01 hoi nghi CBCCVC.docx"),
    Paper("quyet-dinh-chi-tieu", "Văn bản đi/Quyết định", "QD 31 quy che chi tieu noi bo.docx"),
    Paper("ke-hoach-truong", "Văn bản đến", "KH 07 THPT Mau so 1.docx"),
    Paper("quyet-dinh-quy-che", "Văn bản đi/Quyết định", "QD 45 quy che dan chu.docx"),
    Paper("quyet-dinh-kiem-tra", "Hồ sơ kiểm tra", "QD 96 thanh lap doan kiem tra.docx"),
    Paper("ket-luan-kiem-tra", "Hồ sơ kiểm tra", "TB 118 ket luan kiem tra.docx"),
    Paper("bao-cao-6-thang", "Văn bản đi/Báo cáo", "BC 150 so ket 6 thang.docx"),
    Paper("bao-cao-giam-sat", "Văn bản đến", "BC 15 THPT Mau so 1.docx"),
    Paper("bien-ban-niem-yet", "Văn bản đi/Biên bản", "BB 09 niem yet quy che chi tieu.docx"),
)
# How its numbers begin: the registers are kept here since the last papers of the year.
ORGAN = "SGDĐT"
FIRST_NUMBERS = {"outgoing": 148, "copies": 1}
REGISTERED = ("bao-cao-6-thang",)
FIELDS_OF_WORK = ("Tổ chức cán bộ", "Tài chính - kế toán", "Thanh tra, kiểm tra")
TAGS = ("dân chủ cơ sở", "cần theo dõi")
# The field of work and the tags of papers, by the names of their texts.
TAGGED = {
    PLAN: ("Tổ chức cán bộ", "dân chủ cơ sở, cần theo dõi"),
    "quyet-dinh-quy-che": ("Tổ chức cán bộ", "dân chủ cơ sở"),
    "quyet-dinh-chi-tieu": ("Tài chính - kế toán", ""),
    "ket-luan-kiem-tra": ("Thanh tra, kiểm tra", "dân chủ cơ sở, kết luận"),
}


@dataclass(frozen=True)
class DemoCase:
    """A case file. `years` is how long it is kept, None for ever. `unit` is the short name of its unit, and `texts` are the
    names of the texts of its papers. Days are ISO; `closed` is None while it is open."""

    code: str
    title: str
    years: int | None
    unit: str
    opened: str
    closed: str | None
    texts: tuple[str, ...]


CASES = (
    DemoCase(
        "01/TCCB", "Hồ sơ thực hiện dân chủ ở cơ sở năm {year}", 20, "TCCB", "{year}-01-10", None,
        ("nghi-quyet-hoi-nghi", PLAN, "quyet-dinh-quy-che", "cong-van-huong-dan", "bao-cao-6-thang"),
    ),
    DemoCase(
        "02/TTr", "Hồ sơ kiểm tra việc thực hiện dân chủ tại Trường THPT Mẫu số 1", None, "TTr", "{year}-04-01", "{year}-05-30",
        ("quyet-dinh-kiem-tra", "ke-hoach-truong", "ket-luan-kiem-tra", PLAN),
    ),
    DemoCase("07/VP", "Hồ sơ thi đua, khen thưởng năm 2014", 5, "VP", "2014-01-06", "2015-01-15", ()),
)  # fmt: skip
# Left for the clerk to confirm; and a scan, which cannot be searched yet.
DRAFT = Paper("to-trinh-tap-huan", "Văn bản đi/Tờ trình", "To trinh tap huan (du thao).docx")
SCAN = ("Hồ sơ hội nghị", "Bien ban hoi nghi (ban quet).pdf")

# Documents in the middle of their way: (text, workflow, steps). A step is (who, transition, receiver or None, comment).
FLOWS = (
    (DRAFT.text, "Văn bản đi", (("vanthu", "submit", "lanhdao", "Kính trình lãnh đạo Sở xem, duyệt."),)),
    (
        "ke-hoach-truong", "Văn bản đến",
        (("lanhdao", "assign", "chuyenvien", "Đề nghị xem xét, trả lời Trường."), ("chuyenvien", "take", None, None)),
    ),
    (
        kept.MISREAD, "Văn bản đi",
        (("vanthu", "submit", "lanhdao", None), ("lanhdao", "approve", None, None), ("vanthu", "number", None, None), ("vanthu", "issue", None, kept.REASON)),
    ),
)  # fmt: skip
# What the readers of the regulation are asked to mind.
RECEIPT_NOTE = "Đọc kỹ trước hội nghị cán bộ, công chức."
FLOW_DUE = "{year}-12-20"


@dataclass(frozen=True)
class Duty:
    """A task of the demonstration plan. `quote` are the words of the plan that require the task. `rule` is its
    Task.due_rule, such as "fixed". `lead` and `support` are short names of units.

    `proof` is the evidence linked to the task, or None. It is a tuple (text, role, anchor, day). `text` is a name
    in `texts/`, `role` the role of the link, and `day` an ISO day. `anchor` is None when the whole document is the
    evidence. A task that recurs says how often (`every`) and from which ISO day (`first`), and one that each of several units
    does has their short names (`each`). `target` are the words of its target figure.
    """

    title: str
    lead: str
    quote: str
    rule: str
    due: str | None = None
    due_note: str | None = None
    support: tuple[str, ...] = ()
    expected: str | None = None
    basis: str | None = None
    state: str = "open"
    proof: tuple[str, str, str | None, str] | None = None
    first: str | None = None
    every: str = "half_year"
    each: tuple[str, ...] = ()
    target: str | None = None


LAW = "Luật Thực hiện dân chủ ở cơ sở số 10/2022/QH15"

DUTIES = (
    Duty(
        "Đăng tải Luật và văn bản hướng dẫn trên trang thông tin điện tử của Sở", "VP",
        "Văn phòng Sở chủ trì đăng tải Luật Thực hiện dân chủ ở cơ sở", "fixed", "{year}-02-28",
        expected="Địa chỉ trang đã đăng", state="done",
    ),
    Duty(
        "Mở lớp tập huấn nghiệp vụ công tác dân chủ cho các đơn vị trực thuộc", "TCCB",
        "mở 01 lớp tập huấn nghiệp vụ cho người được giao phụ trách công tác dân chủ", "fixed", "{year}-06-30",
        support=("VP",), expected="Quyết định mở lớp, danh sách tham dự", state="doing",
    ),
    Duty(
        "Sửa đổi Quy chế thực hiện dân chủ trong hoạt động của cơ quan Sở", "TCCB",
        "rà soát, sửa đổi Quy chế thực hiện dân chủ trong hoạt động của cơ quan Sở", "fixed", "{year}-03-31",
        support=("VP", "CĐ"), expected="Quyết định ban hành quy chế", basis=LAW, state="done",
        proof=("quyet-dinh-quy-che", "evidence", "dieu-1", "{year}-02-25"),
    ),
    Duty(
        "Sửa đổi Quy chế chi tiêu nội bộ và công khai dự toán, quyết toán", "KHTC",
        "sửa đổi Quy chế chi tiêu nội bộ và công khai dự toán, quyết toán theo quy định", "fixed", "{year}-03-31",
        expected="Quyết định ban hành, hồ sơ công khai", state="done",
        proof=("quyet-dinh-chi-tieu", "evidence", None, "{year}-02-10"),
    ),
    Duty(
        "Tổ chức Hội nghị cán bộ, công chức, viên chức, người lao động", "VP",
        "tổ chức Hội nghị cán bộ, công chức, viên chức, người lao động năm {year} trong quý I", "fixed",
        "{year}-03-31", support=("CĐ",), expected="Nghị quyết hội nghị", basis=LAW, state="done",
        proof=("nghi-quyet-hoi-nghi", "result", None, "{year}-02-05"),
    ),
    Duty(
        "Kiểm tra, đánh giá việc thực hiện Nghị quyết hội nghị", "CĐ",
        "kiểm tra, đánh giá kết quả thực hiện Nghị quyết hội nghị", "recurring", "{year}-12-31",
        due_note="Sáu tháng một lần", support=("VP",), expected="Biên bản, thông báo kết quả", first="{year}-06-30",
    ),
    Duty(
        "Công khai các nội dung phải công khai trong thời hạn 05 ngày làm việc", "VP",
        "công khai các nội dung phải công khai chậm nhất 05 ngày làm việc", "event",
        due_note="05 ngày làm việc kể từ ngày có quyết định, văn bản", expected="Hồ sơ công khai", state="doing",
    ),
    Duty(
        "Tổ chức tiếp công dân, xử lý kiến nghị, phản ánh", "TTr",
        "tổ chức tiếp công dân định kỳ, tổng hợp, xử lý kiến nghị, phản ánh", "continuous",
        due_note="Thường xuyên, kịp thời", expected="Sổ tiếp công dân", state="doing",
    ),
    Duty(
        "Kiểm tra việc thực hiện dân chủ tại ít nhất 02 đơn vị trực thuộc", "TTr",
        "kiểm tra việc thực hiện dân chủ tại ít nhất 02 đơn vị trực thuộc", "fixed", "{year}-12-31",
        support=("TCCB", "CĐ"), expected="Quyết định, kết luận kiểm tra", state="doing",
        proof=("ket-luan-kiem-tra", "evidence", None, "{year}-04-25"), target="ít nhất 02 đơn vị",
    ),
    Duty(
        "Các đơn vị trực thuộc tự kiểm tra và gửi báo cáo về Sở", "THPTM1",
        "tự kiểm tra và gửi báo cáo về Sở", "fixed", "{year}-10-30", support=("THPTM2",),
        expected="Báo cáo tự kiểm tra", each=("THPTM1", "THPTM2"),
    ),
    Duty(
        "Các đơn vị trực thuộc xây dựng kế hoạch của đơn vị mình", "THPTM1",
        "xây dựng kế hoạch của đơn vị mình và gửi về Sở", "fixed", "{year}-02-15", support=("THPTM2",),
        expected="Kế hoạch của mỗi đơn vị", state="done",
        proof=("ke-hoach-truong", "evidence", None, "{year}-02-12"),
    ),
    Duty(
        "Báo cáo kết quả thực hiện dân chủ về Ủy ban nhân dân tỉnh", "TCCB",
        "báo cáo kết quả về Ủy ban nhân dân tỉnh (qua Sở Nội vụ)", "recurring", "{year}-12-15",
        due_note="6 tháng, một năm và theo yêu cầu", expected="Báo cáo 6 tháng, báo cáo năm", state="doing",
        proof=("bao-cao-6-thang", "evidence", None, "{year}-06-28"),
    ),
    Duty(
        "Ban Thanh tra nhân dân giám sát và báo cáo kết quả hằng quý", "CĐ",
        "báo cáo kết quả hằng quý", "recurring", "{year}-12-31",
        due_note="Hằng quý", expected="Báo cáo giám sát quý", basis=LAW, first="{year}-03-31", every="quarter", each=("THPTM1", "THPTM2"),
    ),
    Duty(
        "Tổng hợp kết quả tự kiểm tra của các đơn vị trực thuộc", "TTr",
        "tự kiểm tra và gửi báo cáo về Sở", "fixed", "{year}-11-20", support=("TCCB",), expected="Báo cáo tổng hợp", state="doing",
    ),
)  # fmt: skip

INSPECTION = "Kiểm tra việc thực hiện dân chủ tại Trường THPT Mẫu số 1 năm {year}"
TEAM = "Thanh tra Sở (Trưởng đoàn), Phòng Tổ chức cán bộ, Công đoàn cơ quan Sở"
PERIOD = "Từ 01/01/{previous} đến ngày kiểm tra"
CONCLUSION = "Trường đã thực hiện cơ bản đầy đủ; còn chậm công khai quyết toán và chưa sửa đổi quy chế dân chủ."


@dataclass(frozen=True)
class DemoFault:
    """A finding of the demonstration inspection. `due` is the ISO day by which it must be corrected. `severity`
    is low, medium or high, and `state` is open, fixing or closed. `duty` is the index in DUTIES of the task
    that it concerns."""

    text: str
    severity: str
    due: str
    state: str
    duty: int


FAULTS = (
    DemoFault(
        "Quyết toán thu chi năm {previous} được công khai chậm 12 ngày làm việc so với quy định.", "medium",
        "{year}-05-31", "closed", 6,
    ),
    DemoFault(
        "Quy chế dân chủ của Trường chưa được sửa đổi theo Luật Thực hiện dân chủ ở cơ sở.", "high",
        "{year}-05-31", "fixing", 10,
    ),
    DemoFault("Biên bản lấy ý kiến viên chức chưa ghi đủ ý kiến không đồng ý.", "low", "{year}-06-30", "open", 10),
)  # fmt: skip

# (words, day of receipt, index of the finding in FAULTS, answer and its day or None).
RECOMMENDATIONS = (
    (
        "Công khai đúng thời hạn, lưu hồ sơ công khai theo năm.", "{year}-04-27", 0,
        ("Trường đã công khai bổ sung và lập hồ sơ công khai năm {year}.", "{year}-05-08"),
    ),
    ("Sửa đổi quy chế dân chủ của Trường theo Luật, gửi Sở bản đã ban hành.", "{year}-04-27", 1, None),
)  # fmt: skip
