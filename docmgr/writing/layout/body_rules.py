"""The rules of the body and the end of a document, and all rules together."""

from __future__ import annotations

from docmgr.writing.layout import text_checks as text
from docmgr.writing.layout.checks import (
    aligned,
    bold,
    capitals,
    italic,
    light,
    present,
    sized,
    small,
    upright,
)
from docmgr.writing.layout.parts.annex_rules import ANNEXES
from docmgr.writing.layout.parts.forms import FORMS
from docmgr.writing.layout.parts.letters import LETTERS
from docmgr.writing.layout.rules import ERROR, HEADING, PAGE, LayoutRule, rows

_BODY = ("text", "article", "clause", "point")

BODY = (
    *rows(
        "II.6.a", "Căn cứ ban hành: chữ in thường, kiểu chữ nghiêng, cỡ chữ từ 13 đến 14; sau mỗi căn cứ phải xuống dòng, cuối dòng có dấu chấm phẩy (;), dòng cuối "
        "cùng kết thúc bằng dấu chấm (.).",
        basis__size=sized(13, 14, "basis"), basis__italic=italic("basis"), basis__end=text.bases_end,
    ),
    *rows(
        "II.6.đ", "“Phần”, “Chương”, “Mục” và số thứ tự: trên một dòng riêng, canh giữa, chữ in thường, cỡ chữ từ 13 đến 14, kiểu chữ đứng, đậm; phần, chương dùng chữ số "
        "La Mã, mục, tiểu mục dùng chữ số Ả Rập.",
        chapter__form=text.begins(
            r"(?:Phần|Chương) (?:[IVXLC]+|thứ \w+)\b|(?:Mục|Tiểu mục) \d+\b", "“Phần I”, “Chương I”, “Mục 1” hoặc “Tiểu mục 1”", "chapter"
        ),
        chapter__centred=aligned("center", "chapter"), chapter__size=sized(13, 14, "chapter"), chapter__bold=bold("chapter"),
        chapter__upright=upright("chapter"),
    ),
    *rows(
        "II.6.đ", "Tiêu đề của phần, chương, mục: ngay dưới, canh giữa, bằng chữ in hoa, cỡ chữ từ 13 đến 14, kiểu chữ đứng, đậm.",
        chapter_title__capitals=capitals("chapter_title"), chapter_title__centred=aligned("center", "chapter_title"),
        chapter_title__size=sized(13, 14, "chapter_title"), chapter_title__bold=bold("chapter_title"),
    ),
    *rows(
        "V.6.b", "Số thứ tự và tiêu đề của mục: in hoa, cỡ chữ 13 - 14, đứng, đậm (I. NHỮNG KẾT QUẢ...).",
        section__form=text.begins(r"[IVX]+\. ", "“I. ”", "section"), section__capitals=capitals("section"), section__size=sized(13, 14, "section"),
        section__bold=bold("section"),
    ),
    *rows(
        "II.6.đ", "Từ “Điều”, số thứ tự và tiêu đề của điều: chữ in thường, lùi đầu dòng 1 cm hoặc 1,27 cm; số thứ tự dùng chữ số Ả Rập, sau số thứ tự có dấu chấm (.); "
        "kiểu chữ đứng, đậm.",
        article__form=text.begins(r"[“\"]?(?:Điều|ĐIỀU) \d+[a-zđ]?\. ?", "“Điều 1.”", "article"), article__bold=text.starts_bold("article"),
        article__small=small("article"),
    ),
    *rows(
        "II.6.đ", "Số thứ tự các khoản dùng chữ số Ả Rập, sau số thứ tự có dấu chấm (.).", clause__form=text.begins(r"\d+\. ?", "“1.”", "clause"),
    ),
    *rows(
        "II.6.đ", "Thứ tự các điểm dùng các chữ cái tiếng Việt, sau có dấu đóng ngoặc đơn, bằng chữ in thường.",
        point__form=text.begins(r"[a-zđ]\) ?", "“a)”", "point"),
    ),
    *rows(
        "II.6.e", "Nội dung văn bản: chữ in thường, canh đều cả hai lề, kiểu chữ đứng; cỡ chữ từ 13 đến 14; chữ đầu dòng lùi vào 1 cm hoặc 1,27 cm; khoảng cách giữa các "
        "đoạn văn tối thiểu là 6pt; khoảng cách giữa các dòng tối thiểu là dòng đơn, tối đa là 1,5 lines.",
        body__size=sized(13, 14, *_BODY), body__upright=upright(*_BODY), body__small=small("text"), body__justified=text.justified,
        body__indent=text.indented, body__gap=text.spaced, body__lines=text.lined,
    ),
)  # fmt: skip

END = (
    *rows(
        "II.7.đ", "Các chữ viết tắt quyền hạn “TM.”, “Q.”, “KT.”, “TL.”, “TUQ.” và quyền hạn, chức vụ của người ký: chữ in hoa, cỡ chữ từ 13 đến 14, kiểu chữ đứng, đậm.",
        signature__present=present("chức vụ của người ký", "authority", "sides"),
        authority__form=text.begins(r"(?!(?:TM|KT|TL|TUQ|Q)\b)|(?:TM|KT|TL|TUQ|Q)\. \S", "“TM. ”, “KT. ”, “TL. ”, “TUQ. ” hoặc “Q. ”", "authority"),
        authority__capitals=capitals("authority"), authority__size=sized(13, 14, "authority"), authority__bold=bold("authority"),
        authority__upright=upright("authority"), authority__centred=aligned("center", "authority"),
    ),
    *rows(
        "II.7.đ", "Họ và tên của người ký: chữ in thường, cỡ chữ từ 13 đến 14, kiểu chữ đứng, đậm, canh giữa quyền hạn, chức vụ của người ký.",
        signer__small=small("signer"), signer__size=sized(13, 14, "signer"), signer__bold=bold("signer"), signer__upright=upright("signer"),
        signer__centred=aligned("center", "signer"),
    ),
    *rows("II.7.c", "Trước họ tên của người ký, không ghi học hàm, học vị và các danh hiệu danh dự khác.", signer__titles__advice=text.no_titles),
    *rows(
        "II.9.d", "“Kính gửi” và tên các cơ quan, tổ chức hoặc cá nhân nhận: chữ in thường, cỡ chữ từ 13 đến 14, kiểu chữ đứng; sau từ “Kính gửi” có dấu hai chấm (:).",
        addressee__form=text.begins(r"(?!(?i:kính gửi))|Kính gửi\s?:", "“Kính gửi:”", "addressee"), addressee__size=sized(13, 14, "addressee"),
        addressee__upright=upright("addressee"),
    ),
    *rows(
        "II.9.d", "Từ “Nơi nhận” trên một dòng riêng, sau có dấu hai chấm (:), chữ in thường, cỡ chữ 12, kiểu chữ nghiêng, đậm.",
        recipients__present=present("nơi nhận", "recipients"), recipients__form=text.begins(r"Nơi nhận\s?:", "“Nơi nhận:”", "recipients"),
        recipients__size=sized(12, 12, "recipients"), recipients__italic=italic("recipients"), recipients__bold=bold("recipients"),
    ),
    *rows(
        "II.9.d", "Phần liệt kê nơi nhận: chữ in thường, cỡ chữ 11, kiểu chữ đứng; mỗi nơi nhận một dòng riêng, đầu dòng có gạch đầu dòng (-), cuối dòng có dấu chấm phẩy (;), "
        "dòng cuối cùng gồm chữ “Lưu” sau có dấu hai chấm (:), tiếp theo là “VT”, dấu phẩy (,), đơn vị soạn thảo và số lượng bản lưu, cuối cùng là dấu chấm (.).",
        recipient__size=sized(11, 11, "recipient"), recipient__upright=upright("recipient"), recipient__light=light("recipient"),
        recipient__dash=text.recipients_listed, recipient__end=text.recipients_end, recipient__last=text.recipients_last,
    ),
)  # fmt: skip

CLOSING = (
    LayoutRule("closing.mark", "Phụ lục III, mục II.1 (các mẫu trình bày)", "Dòng cuối của nội dung kết thúc bằng “./.”.", ERROR, text.closing),
)
RULES: tuple[LayoutRule, ...] = (*PAGE, *HEADING, *BODY, *CLOSING, *END, *LETTERS, *ANNEXES, *FORMS)
