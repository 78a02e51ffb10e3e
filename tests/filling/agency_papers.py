"""Papers of an agency as Decree 30/2020 lays them out, with the values that stand in them: a decision, a plan, a letter, an
announcement and a proposal. Their words are made up."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH


@dataclass(frozen=True)
class AgencyPaper:
    """One paper. `values` are its fields as they are read, but for those that follow from other lines here; `sent_to` are
    its recipients, with the addressees in the place of "Như trên" and without the archive."""

    name: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    title: tuple[str, ...]
    body: tuple[str, ...]
    recipients: tuple[str, ...]
    sent_to: tuple[str, ...]
    office: str
    signer: str
    values: dict[str, str]


STATE = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
PAPERS = (
    AgencyPaper(
        "decision",
        ("UBND TỈNH MẪU", "SỞ GIÁO DỤC VÀ ĐÀO TẠO", "Số: 127/QĐ-SGDĐT"),
        (*STATE, "Tỉnh Mẫu, ngày 12 tháng 3 năm 2024"),
        ("QUYẾT ĐỊNH", "Về việc thành lập Hội đồng tự đánh giá"),
        (
            "GIÁM ĐỐC SỞ GIÁO DỤC VÀ ĐÀO TẠO",
            "Căn cứ Luật Giáo dục ngày 14 tháng 6 năm 2019;",
            "Căn cứ Quyết định số 45/2022/QĐ-UBND ngày 10 tháng 11 năm 2022 của Ủy ban nhân dân tỉnh;",
            "Theo đề nghị của Chánh Văn phòng Sở.",
            "QUYẾT ĐỊNH:",
            "Điều 1. Thành lập Hội đồng tự đánh giá gồm các ông, bà có tên sau đây.",
            "Điều 2. Hội đồng có nhiệm vụ lập kế hoạch và viết báo cáo tự đánh giá.",
            "Điều 3. Quyết định này có hiệu lực kể từ ngày 01 tháng 4 năm 2024.",
        ),
        ("Như Điều 2", "UBND tỉnh (để báo cáo)", "Lưu: VT, TCCB"),
        ("Như Điều 2", "UBND tỉnh (để báo cáo)"),
        "GIÁM ĐỐC",
        "Phạm Thị Hòa",
        {
            "type": "Quyết định", "number": "127/QĐ-SGDĐT", "issuer": "Sở Giáo dục và Đào tạo", "place": "Tỉnh Mẫu",
            "issued_on": "2024-03-12", "effective_from": "2024-04-01", "subject": "Về việc thành lập Hội đồng tự đánh giá",
            "position": "Giám đốc",
        },
    ),
    AgencyPaper(
        "plan",
        ("SỞ GIÁO DỤC VÀ ĐÀO TẠO", "TRƯỜNG THPT HÒN MẪU", "Số: 25/KH-THPTHM"),
        (*STATE, "Hòn Mẫu, ngày 05 tháng 9 năm 2023"),
        ("KẾ HOẠCH", "Kiểm tra nội bộ năm học 2023 - 2024"),
        (
            "I. MỤC ĐÍCH, YÊU CẦU",
            "1. Mục đích",
            "Đánh giá việc thực hiện nhiệm vụ của các tổ chuyên môn.",
            "2. Yêu cầu",
            "Việc kiểm tra bảo đảm đúng kế hoạch, công khai.",
            "II. NỘI DUNG",
            "Kiểm tra hồ sơ, sổ sách theo Công văn số 612/SGDĐT-TTr ngày 20 tháng 8 năm 2023.",
        ),
        ("Sở GDĐT (để báo cáo)", "Các tổ chuyên môn", "Lưu: VT"),
        ("Sở GDĐT (để báo cáo)", "Các tổ chuyên môn"),
        "HIỆU TRƯỞNG",
        "Nguyễn Văn Minh",
        {
            "type": "Kế hoạch", "number": "25/KH-THPTHM", "issuer": "Trường THPT Hòn Mẫu", "place": "Hòn Mẫu",
            "issued_on": "2023-09-05", "subject": "Kiểm tra nội bộ năm học 2023 - 2024", "position": "Hiệu trưởng",
        },
    ),
    AgencyPaper(
        "letter",
        ("UBND TỈNH MẪU", "SỞ NỘI VỤ", "Số: 318/SNV-CCHC", "V/v báo cáo công tác cải cách hành chính"),
        (*STATE, "Tỉnh Mẫu, ngày 21 tháng 11 năm 2024", ""),
        ("Kính gửi: Các sở, ban, ngành thuộc tỉnh",),
        (
            "Thực hiện Kế hoạch số 15/KH-UBND ngày 08 tháng 01 năm 2024 của Ủy ban nhân dân tỉnh, Sở Nội vụ đề nghị các cơ quan báo cáo.",
            "Báo cáo gửi về Sở Nội vụ trước ngày 05 tháng 12 năm 2024 để tổng hợp.",
        ),
        ("Như trên", "Giám đốc Sở", "Lưu: VT, CCHC"),
        ("Các sở, ban, ngành thuộc tỉnh", "Giám đốc Sở"),
        "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC",
        "Lê Quang Tuấn",
        {
            "type": "Công văn", "number": "318/SNV-CCHC", "issuer": "Sở Nội vụ", "place": "Tỉnh Mẫu", "issued_on": "2024-11-21",
            "subject": "báo cáo công tác cải cách hành chính", "position": "Phó Giám đốc",
        },
    ),
    AgencyPaper(
        "announcement",
        ("UBND HUYỆN MẪU", "PHÒNG GIÁO DỤC VÀ ĐÀO TẠO", "Số: 09/TB-PGDĐT"),
        (*STATE, "Huyện Mẫu, ngày 02 tháng 02 năm 2025"),
        ("THÔNG BÁO", "Về việc nghỉ Tết Nguyên đán năm 2025"),
        (
            "Phòng Giáo dục và Đào tạo thông báo lịch nghỉ như sau:",
            "1. Học sinh nghỉ từ ngày 25 tháng 01 năm 2025.",
            "2. Các trường phân công trực và bảo đảm an toàn.",
        ),
        ("Các trường trực thuộc", "Lưu: VT"),
        ("Các trường trực thuộc",),
        "TRƯỞNG PHÒNG",
        "Trần Thị Lan",
        {
            "type": "Thông báo", "number": "09/TB-PGDĐT", "issuer": "Phòng Giáo dục và Đào tạo", "place": "Huyện Mẫu",
            "issued_on": "2025-02-02", "subject": "Về việc nghỉ Tết Nguyên đán năm 2025", "position": "Trưởng phòng",
        },
    ),
    AgencyPaper(
        "proposal",
        ("ỦY BAN NHÂN DÂN", "XÃ MẪU SƠN", "Số: 41/TTr-UBND"),
        (*STATE, "Mẫu Sơn, ngày 30 tháng 6 năm 2024"),
        ("TỜ TRÌNH", "Về việc phê duyệt dự toán sửa chữa trường mầm non"),
        (
            "Kính gửi: Ủy ban nhân dân huyện Mẫu",
            "Ủy ban nhân dân xã kính trình Ủy ban nhân dân huyện phê duyệt dự toán với các nội dung sau:",
            "1. Tên công trình: Sửa chữa trường mầm non.",
            "2. Kinh phí: 450.000.000 đồng.",
        ),
        ("Như trên", "Lưu: VT"),
        ("Ủy ban nhân dân huyện Mẫu",),
        "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH",
        "Hoàng Văn Sơn",
        {
            "type": "Tờ trình", "number": "41/TTr-UBND", "issuer": "Ủy ban nhân dân xã Mẫu Sơn", "place": "Mẫu Sơn",
            "issued_on": "2024-06-30", "subject": "Về việc phê duyệt dự toán sửa chữa trường mầm non", "position": "Chủ tịch",
        },
    ),
)  # fmt: skip


def as_docx(paper: AgencyPaper, path: Path) -> Path:
    """The paper as a DOCX."""
    made = docx.Document()
    head = made.add_table(rows=1, cols=2)
    for cell, lines in zip(head.rows[0].cells, (paper.left, paper.right), strict=True):
        cell.text = "\n".join(lines).rstrip()
        for paragraph in cell.paragraphs:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    made.add_paragraph()
    for line in paper.title:
        paragraph = made.add_paragraph(line)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.runs[0].bold = True
    for line in paper.body:
        made.add_paragraph(line)
    end = made.add_table(rows=1, cols=2)
    end.cell(0, 0).text = "Nơi nhận:\n" + "\n".join(f"- {one}{'.' if one == paper.recipients[-1] else ';'}" for one in paper.recipients)
    end.cell(0, 1).text = f"{paper.office}\n\n\n\n{paper.signer}"
    end.cell(0, 1).paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    made.save(str(path))
    return path


def as_text(paper: AgencyPaper) -> str:
    """The paper as plain text, with its head in two columns."""
    head = [f"{one:<45}{other}" for one, other in zip(paper.left, paper.right, strict=True)]
    return "\n".join((*head, "", *_below(paper))) + "\n"


def as_markdown(paper: AgencyPaper) -> str:
    """The paper in Markdown: a paragraph for each line, one column of its head after the other."""
    return "\n\n".join((*paper.left, *filter(None, paper.right), *_below(paper))) + "\n"


def _below(paper: AgencyPaper) -> list[str]:
    """The lines below the head."""
    recipients = (f"- {one};" for one in paper.recipients)
    return [*paper.title, "", *paper.body, "", "Nơi nhận:", *recipients, "", *paper.office.split("\n"), "", paper.signer]
