"""The rules of single forms of Annex III of the Decree: the words and the signatures that they ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from docmgr.writing.layout.checks import Check, Found
from docmgr.writing.layout.parts.form_roles import type_of
from docmgr.writing.layout.rules import ADVICE, ERROR, LayoutRule
from docmgr.writing.layout.sheet import LaidSheet
from legaltext.text import fold

_MEETING = re.compile(r"\b(?:hop|hoi nghi|hoi thao)\b")


@dataclass(frozen=True, slots=True)
class FormWords:
    """What a form asks for: how it is written in the form, and the words without marks, any of which say it."""

    written: str
    words: tuple[str, ...]


def asks(title: str, called: str, *asked: FormWords, meeting: bool = False) -> Check:
    """A document of the type `title` has the words of its form; with `meeting` only one whose subject is a meeting."""

    def check(sheet: LaidSheet) -> Iterator[Found]:
        about = " ".join(fold(line.words) for line in sheet.of("subject"))
        if type_of(sheet) != title or sheet.lacks & {"authority"} or (meeting and not _MEETING.search(about)):
            return
        # A word may begin its line.
        said = [f" {fold(line.words)}" for line in sheet.lines if line.role not in ("annex", "type", "subject")]
        for one in asked:
            if not any(word in line for word in one.words for line in said):
                yield Found(None, called, one.written, "không thấy")

    return check


def signed_by_two(sheet: LaidSheet) -> Iterator[Found]:
    """The minutes of a meeting are signed by who wrote them and by who presided."""
    about = " ".join(fold(line.words) for line in sheet.of("subject"))
    if type_of(sheet) != "bien ban" or not _MEETING.search(about):
        return
    signing = [fold(line.words) for line in sheet.of("sides", "authority", "other", "place", "note", "signer")]
    for written, words in (("thư ký (người ghi biên bản)", ("thu ky", "ghi bien ban")), ("chủ tọa (chủ trì)", ("chu toa", "chu tri"))):
        if not any(word in line for word in words for line in signing):
            yield Found(None, "chữ ký của biên bản", written, "không thấy")


def attached_to(sheet: LaidSheet) -> Iterator[Found]:
    """What is issued with a decision says with which one."""
    if sheet.issued_with and not sheet.of("reference"):
        yield Found(None, "thông tin chỉ dẫn kèm theo", "“(Kèm theo Quyết định số … ngày … tháng … năm … của …)”", "không thấy")


def _form(key: str, number: str, says: str, severity: str, check: Check) -> LayoutRule:
    return LayoutRule(f"form.{key}", f"Phụ lục III, Mẫu {number}", says, severity, check)


FORMS = (
    _form(
        "issued", "1.3", "Văn bản được ban hành, phê duyệt kèm theo quyết định: dưới trích yếu ghi “(Kèm theo Quyết định số … ngày … tháng … năm … của …)”.",
        ERROR, attached_to,
    ),
    _form(
        "telegram", "1.6", "Công điện ghi tên cơ quan, tổ chức hoặc chức danh gửi điện, sau đó là chữ “điện:” và các nơi nhận điện.", ADVICE,
        asks("cong dien", "nội dung công điện", FormWords("“… điện:”", (" dien:", " dien :"))),
    ),
    _form(
        "invitation", "1.7", "Giấy mời ghi người được mời, nội dung cuộc họp, người chủ trì, thời gian, địa điểm.", ADVICE,
        asks(
            "giay moi", "nội dung giấy mời", FormWords("“… trân trọng kính mời: …”", ("kinh moi", "moi ")), FormWords("“Chủ trì: …”", ("chu tri",)),
            FormWords("“Thời gian: …”", ("thoi gian", "vao hoi", "vao luc")), FormWords("“Địa điểm: …”", ("dia diem", "tai ")),
        ),
    ),
    _form(
        "introduction", "1.8", "Giấy giới thiệu ghi người được giới thiệu, nơi được cử đến, việc cần làm và thời hạn có giá trị.", ADVICE,
        asks(
            "giay gioi thieu", "nội dung giấy giới thiệu", FormWords("“… trân trọng giới thiệu:”", ("gioi thieu",)), FormWords("“Được cử đến: …”", ("cu den", "duoc cu", "toi lam viec")),
            FormWords("“Về việc: …”", ("ve viec", "noi dung", "de ")), FormWords("“Giấy này có giá trị đến hết ngày …”", ("gia tri", "hieu luc")),
        ),
    ),
    _form(
        "minutes", "1.9", "Biên bản cuộc họp ghi thời gian, địa điểm, thành phần tham dự, người chủ trì, thư ký, nội dung và lúc kết thúc.", ADVICE,
        asks(
            "bien ban", "nội dung biên bản", FormWords("“Thời gian bắt đầu: …”", ("thoi gian", "hom nay", "vao hoi", "vao luc")), FormWords("“Địa điểm: …”", ("dia diem", "tai ")),
            FormWords("“Thành phần tham dự: …”", ("thanh phan", "tham du", "co mat", "du hop")), FormWords("“Chủ trì (chủ tọa): …”", ("chu tri", "chu toa")),
            FormWords("“Thư ký (người ghi biên bản): …”", ("thu ky", "ghi bien ban")), FormWords("“Cuộc họp … kết thúc vào … giờ …”", ("ket thuc",)), meeting=True,
        ),
    ),
    _form("signers", "1.9", "Biên bản cuộc họp do thư ký và chủ tọa ký.", ERROR, signed_by_two),
    _form(
        "leave", "1.10", "Giấy nghỉ phép ghi đơn được xét, người được nghỉ, thời gian nghỉ, nơi nghỉ và cách tính số ngày nghỉ.", ADVICE,
        asks(
            "giay nghi phep", "nội dung giấy nghỉ phép", FormWords("“Xét Đơn đề nghị nghỉ phép …”", ("don de nghi", "xet don", "theo don")),
            FormWords("“… cấp cho: Ông (bà): …”", ("cap cho", "ong", "ba")), FormWords("“Được nghỉ phép … kể từ ngày … đến hết ngày …”", ("nghi phep tr", "tu ngay")),
            FormWords("“Số ngày nghỉ phép nêu trên được tính vào thời gian …”", ("so ngay nghi", "tinh vao")),
        ),
    ),
)  # fmt: skip
