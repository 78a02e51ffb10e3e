"""The rules: each is a row with what Annex I of Decree 30/2020/NĐ-CP says, where, and the check. Roman numerals name sections of its Part I."""

from __future__ import annotations

from dataclasses import dataclass

from docmgr.writing.layout import page_checks as page
from docmgr.writing.layout import text_checks as text
from docmgr.writing.layout.checks import (
    Check,
    aligned,
    bold,
    capitals,
    italic,
    light,
    present,
    rule_long,
    ruled_below,
    sized,
    small,
    upright,
    written,
)
from docmgr.writing.layout.roles import LAW_SYMBOL

ERROR, ADVICE = "error", "advice"
SEVERITIES = {ERROR: "Sai", ADVICE: "Nên xem lại"}


@dataclass(frozen=True, slots=True)
class LayoutRule:
    """A rule: its `key`, the `place` in the annex, what it `says` there, how grave a deviation is, and the check."""

    key: str
    place: str
    says: str
    severity: str
    check: Check


def rows(place: str, says: str, **checks: Check) -> tuple[LayoutRule, ...]:
    """The rules that one sentence of the annex gives; the keys have a point where the names have two underscores. Names that end with
    `advice` only advise."""
    return tuple(
        LayoutRule(
            name.removesuffix("__advice").replace("__", "."), f"Phụ lục I, phần I, mục {place}", says, ADVICE if name.endswith("__advice") else ERROR, check
        )
        for name, check in checks.items()
    )


_SYMBOL = r"(?:[A-ZĐ][A-Za-zĐđƯư0-9&]*)"
_SERIAL = rf"(?:\d+|\d+/\d{{4}}(?= ?/{LAW_SYMBOL})|[\s.…_]*)"

PAGE = (
    *rows("I.1", "Khổ giấy: Khổ A4 (210 mm x 297 mm).", page__size=page.paper),
    *rows(
        "I.3", "Cách mép trên và mép dưới 20 - 25 mm, cách mép trái 30 - 35 mm, cách mép phải 15 - 20 mm.",
        page__top=page.margin("top", 20, 25), page__bottom=page.margin("bottom", 20, 25), page__left=page.margin("left", 30, 35),
        page__right=page.margin("right", 15, 20),
    ),
    *rows(
        "I.4", "Phông chữ tiếng Việt Times New Roman, bộ mã ký tự Unicode theo Tiêu chuẩn Việt Nam TCVN 6909:2001, màu đen.",
        font__name=page.font, font__unicode=page.old_encoding, font__composed__advice=page.composed, font__colour=page.colour,
    ),
    *rows(
        "I.7", "Số trang được đánh từ số 1, bằng chữ số Ả Rập, cỡ chữ 13 đến 14, kiểu chữ đứng, canh giữa trong phần lề trên, không hiển thị số trang "
        "thứ nhất.",
        pages__numbered=page.numbered, pages__top=page.number_on_top, pages__centred=page.number_centred, pages__first=page.number_not_first,
        pages__look=page.number_look, pages__digits=page.number_digits, pages__start=page.number_from_one,
    ),
)  # fmt: skip

HEADING = (
    *rows(
        "II.1.a", "Quốc hiệu “CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM”: chữ in hoa, cỡ chữ từ 12 đến 13, kiểu chữ đứng, đậm, ở phía trên cùng, bên phải trang "
        "đầu tiên.",
        state__present=present("Quốc hiệu", "state"), state__capitals=capitals("state"), state__size=sized(12, 13, "state"),
        state__bold=bold("state"), state__upright=upright("state"), state__right=text.left_of_state,
    ),
    *rows(
        "II.1.b", "Tiêu ngữ “Độc lập - Tự do - Hạnh phúc”: chữ in thường, cỡ chữ từ 13 đến 14, kiểu chữ đứng, đậm, canh giữa dưới Quốc hiệu; giữa các cụm "
        "từ có gạch nối (-), có cách chữ; phía dưới có đường kẻ ngang, nét liền, có độ dài bằng độ dài của dòng chữ.",
        motto__present=present("Tiêu ngữ", "motto"), motto__words=written("Độc lập - Tự do - Hạnh phúc", "“Độc lập - Tự do - Hạnh phúc”", "motto"),
        motto__size=sized(13, 14, "motto"), motto__bold=bold("motto"), motto__upright=upright("motto"), motto__centred=aligned("center", "motto"),
        motto__rule=ruled_below("motto", "agency"), motto__length=rule_long(1, 1, "bằng", "motto"),
    ),
    *rows(
        "II.2.b", "Tên cơ quan, tổ chức ban hành văn bản: chữ in hoa, cỡ chữ từ 12 đến 13, kiểu chữ đứng, đậm, canh giữa dưới tên cơ quan chủ quản trực "
        "tiếp; phía dưới có đường kẻ ngang, nét liền, có độ dài bằng từ 1/3 đến 1/2 độ dài của dòng chữ.",
        agency__present=present("tên cơ quan ban hành", "agency"), agency__capitals=capitals("agency"), agency__size=sized(12, 13, "agency"),
        agency__bold=bold("agency"), agency__upright=upright("agency"), agency__centred=aligned("center", "agency"),
        agency__rule=ruled_below("agency", "motto"), agency__length=rule_long(1 / 3, 1 / 2, "bằng từ 1/3 đến 1/2", "agency"),
    ),
    *rows(
        "II.2.b", "Tên cơ quan, tổ chức chủ quản trực tiếp được trình bày bằng chữ in hoa, cỡ chữ từ 12 đến 13, kiểu chữ đứng.",
        superior__capitals=capitals("superior"), superior__size=sized(12, 13, "superior"), superior__light=light("superior"),
        superior__upright=upright("superior"),
    ),
    *rows(
        "II.3.c", "Từ “Số” bằng chữ in thường, cỡ chữ 13, kiểu chữ đứng, sau có dấu hai chấm (:); số nhỏ hơn 10 phải ghi thêm số 0 phía trước; ký hiệu in hoa, "
        "cỡ chữ 13; giữa số và ký hiệu có dấu gạch chéo (/), giữa các nhóm chữ viết tắt có dấu gạch nối (-), không cách chữ.",
        number__present=present("số, ký hiệu", "number"),
        number__form=written(rf"(?:Số|(?:Luật|Pháp lệnh|Nghị quyết) số): ?{_SERIAL} ?/{_SYMBOL}(?:-{_SYMBOL})*", "“Số: <số>/<ký hiệu>”, như “Số: 15/QĐ-BNV”", "number"),
        number__zero=text.serial_zero, number__size=sized(13, 13, "number"), number__upright=upright("number"),
        number__centred=aligned("center", "number"),
    ),
    *rows(
        "II.4.b", "Thời gian ban hành phải được viết đầy đủ; đối với những số thể hiện ngày nhỏ hơn 10 và tháng 1, 2 phải ghi thêm số 0 phía trước.",
        date__zero=text.date_zero, date__real=text.date_real, date__month__advice=text.date_no_zero,
    ),
    *rows(
        "II.4.c", "Địa danh và thời gian ban hành: chữ in thường, cỡ chữ từ 13 đến 14, kiểu chữ nghiêng; các chữ cái đầu của địa danh viết hoa; sau địa danh có "
        "dấu phẩy (,); canh giữa dưới Quốc hiệu và Tiêu ngữ.",
        date__present=present("địa danh và thời gian ban hành", "date"), date__form=text.date_form, date__size=sized(13, 14, "date"),
        date__italic=italic("date"), date__centred=aligned("center", "date"),
    ),
    *rows(
        "II.5.b", "Tên loại văn bản: canh giữa, chữ in hoa, cỡ chữ từ 13 đến 14, kiểu chữ đứng, đậm.",
        type__present=present("tên loại hoặc “V/v”", "type", "letter"), type__capitals=capitals("type"), type__size=sized(13, 14, "type"),
        type__bold=bold("type"), type__upright=upright("type"), type__centred=aligned("center", "type"),
    ),
    *rows(
        "II.5.b", "Trích yếu nội dung đặt ngay dưới tên loại: chữ in thường, cỡ chữ từ 13 đến 14, kiểu chữ đứng, đậm; bên dưới có đường kẻ ngang, nét liền, có độ dài "
        "bằng từ 1/3 đến 1/2 độ dài của dòng chữ.",
        subject__present=present("trích yếu nội dung", "subject", "letter"), subject__small=small("subject"),
        subject__size=sized(13, 14, "subject"), subject__bold=bold("subject"), subject__upright=upright("subject"),
        subject__centred=aligned("center", "subject"), subject__rule=ruled_below("subject", "motto", "agency"),
        subject__length=rule_long(1 / 3, 1 / 2, "bằng từ 1/3 đến 1/2", "subject"),
    ),
    *rows(
        "II.5.b", "Đối với công văn, trích yếu sau chữ “V/v” bằng chữ in thường, cỡ chữ từ 12 đến 13, kiểu chữ đứng; canh giữa dưới số và ký hiệu văn bản.",
        letter__size=sized(12, 13, "letter"), letter__light=light("letter"), letter__upright=upright("letter"), letter__small=small("letter"),
        letter__centred=aligned("center", "letter"),
    ),
)  # fmt: skip
