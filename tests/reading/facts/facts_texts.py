"""Documents for the tests of interpretation, as the blocks that a format reader would give."""

from __future__ import annotations

from docmgr.reading.interpret import interpret
from docmgr.reading.types import Block, Interpretation

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"


def blocks(*lines: str | Block) -> list[Block]:
    """Plain lines become paragraphs; blocks stay as they are."""
    return [line if isinstance(line, Block) else Block(line) for line in lines]


def read(*lines: str | Block, kind: str = "docx") -> Interpretation:
    """The interpretation of a document that is given line by line."""
    return interpret(blocks(*lines), kind)


def value(result: Interpretation, field: str) -> str | None:
    """The proposed value of a field, or None."""
    fact = result.facts.get(field)
    return fact.value if fact is not None else None


def strong(*lines: str) -> list[Block]:
    """Lines that are bold and centred, as titles and subjects are printed."""
    return [Block(line, bold=True, centered=True) for line in lines]


def table(number: int, *rows: tuple[str, ...]) -> list[Block]:
    """A layout table; line breaks separate the paragraphs of a cell."""
    return [
        Block(paragraph, kind="cell", table=number, row=row, col=col)
        for row, cells in enumerate(rows)
        for col, cell in enumerate(cells)
        for paragraph in cell.split("\n")
    ]


def heading(
    number: str, date: str, issuer: str = "UBND TỈNH QUẢNG NINH\nSỞ GIÁO DỤC VÀ ĐÀO TẠO"
) -> list[Block]:
    """The two-column heading of Decree 30 as a layout table."""
    return table(0, (issuer, f"{NATION}\n{MOTTO}"), (number, date))


PLAN_BODY = (
    "Căn cứ Luật Thực hiện dân chủ ở cơ sở ngày 10 tháng 11 năm 2022;",
    "I. MỤC ĐÍCH, YÊU CẦU",
    "Nâng cao trách nhiệm của người đứng đầu.",
    "II. NỘI DUNG",
    "1. Công khai",
    "Các đơn vị niêm yết tại trụ sở.",
    "- Niêm yết trong 20 ngày;",
    "+ Trên bảng tin;",
    "- Đăng trên trang thông tin.",
    "a) Nội dung thứ nhất;",
    "đ) Nội dung khác.",
)


def plan(number: str = "Số: 12/KH-SGDĐT", date: str = "Quảng Ninh, ngày 05 tháng 02 năm 2024") -> list[Block]:
    """A plan of a provincial department, with a heading and without a signature."""
    return [
        *heading(number, date),
        Block("KẾ HOẠCH", bold=True, centered=True),
        Block("Thực hiện dân chủ ở cơ sở năm 2024", bold=True, centered=True),
        *blocks(*PLAN_BODY),
    ]


DECISION_TAIL = (
    "Nơi nhận:",
    "- Như Điều 3;",
    "- UBND tỉnh (để báo cáo);",
    "- Lưu: VT, TCCB.",
    "KT. GIÁM ĐỐC",
    "PHÓ GIÁM ĐỐC",
    "Nguyễn Văn A",
)


def decision(effect: str = "Quyết định này có hiệu lực kể từ ngày ký.") -> list[Block]:
    """A decision that issues a regulation, which follows its signature."""
    return [
        *heading("Số: 05/QĐ-SGDĐT", "Quảng Ninh, ngày 15 tháng 3 năm 2024"),
        Block("QUYẾT ĐỊNH", bold=True, centered=True),
        Block("Ban hành Quy chế thực hiện dân chủ", bold=True, centered=True),
        *blocks(
            "GIÁM ĐỐC SỞ GIÁO DỤC VÀ ĐÀO TẠO",
            "Căn cứ Nghị định số 59/2023/NĐ-CP ngày 14 tháng 8 năm 2023 của Chính phủ quy định chi tiết;",
            "QUYẾT ĐỊNH:",
            "Điều 1. Ban hành kèm theo Quyết định này Quy chế thực hiện dân chủ.",
            f"Điều 2. {effect}",
            "Điều 3. Chánh Văn phòng chịu trách nhiệm thi hành Quyết định này./.",
            *DECISION_TAIL,
            "QUY CHẾ",
            "Thực hiện dân chủ trong cơ quan",
            "(Ban hành kèm theo Quyết định số 05/QĐ-SGDĐT ngày 15/3/2024 của Giám đốc Sở)",
            "Chương I",
            "QUY ĐỊNH CHUNG",
            "Điều 1. Phạm vi điều chỉnh",
            "1. Quy chế này quy định việc công khai.",
            "2. Quy chế này có hiệu lực từ ngày 01 tháng 01 năm 2030.",
        ),
    ]
