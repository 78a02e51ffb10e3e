"""Recognise the name of a person below a signature, and the words that say that the person has signed."""

from __future__ import annotations

import re

from legaltext.letters import LOWER, UPPER

_WORD = rf"[{UPPER}][{LOWER}]+"
_RANKS = (
    r"(?:(?:Đại|Thượng|Trung|Thiếu)\s+(?:tướng|tá|úy)|Chuẩn\s+(?:Đô\s+đốc|úy)|GS|PGS|TSKH|TS|ThS|Ths|BS|BSCKI{1,2}|CN|KS"
    r"|NGƯT|NGND|Luật sư|Ông|Bà)"
)
# A person as signature blocks print them: rank or degree, then two to six capitalised words.
PERSON = re.compile(
    rf"^(?:{_RANKS}[.,]?\s*)*(?P<name>(?!(?:{_RANKS})\s){_WORD}(?:\s(?:{_WORD}|[{UPPER}])){{1,5}})$"
)
# Words that begin lines of signature blocks in mixed case but are not names.
NOT_PERSON = re.compile(
    r"^(?:Nơi|Như|Lưu|Các|Ban|Sở|Phòng|Bộ|Họ|Ký|Đã|Thủ|Chủ|Giám|Hội|Ủy|Trưởng|Phó|Cục|Vụ|Công|Quốc)\s"
)
# "(Đã ký)", "– Đã ký –", "[Chữ ký]", "Đã ký: …": printed in copies where the signature was.
SIGNED = re.compile(
    r"[\[(]\s*(?:đã\s+ký|ký|chữ\s+ký)[^\])]*[\])]?|(?<!\w)[-–—/\s]*đã\s+ký(?!\w)[-–—/:.\s]*", re.IGNORECASE
)
# Where capitals tell nothing, a family name tells a person from an office.
FAMILIES = frozenset(
    "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trịnh Đoàn Lương Mai Tô Trương Hà Cao"
    " Châu Tạ Thái Lưu Quách Kiều Vương Lâm Phùng Tống Đào La Triệu Giang Nông Hứa Chu Lò Lường Bế Ma Sầm Mạc Từ".split()
)
