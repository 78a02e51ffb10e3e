"""What people of the demonstration agency keep for themselves and for each other, and what they did that can be looked at."""

from __future__ import annotations

# A group, its members by sign-in name, and the folder that it reads and adds to.
GROUP = "Tổ kiểm tra dân chủ ở cơ sở"
MEMBERS = ("chuyenvien", "thanhtra")
SHARED = "Hồ sơ kiểm tra"
# A saved search: its name, and the parts of its address.
SEARCH = ("Công khai ở cơ sở", {"q": ["công khai"], "type": ["Quyết định"]})
# Names of texts.
FOLLOWED, STARRED = "ke-hoach-truong", "quyet-dinh-quy-che"
# The code of the case file that goes to the archive, and the name of its package.
HANDED_OVER, PACKAGE = "02/TTr", "Đợt giao nộp năm {year}"
# A paper whose signed scan was misread: the name of its text, that of the file, the number that the reader took for that of the paper,
# and what the clerk says about it when issuing.
MISREAD, SCANNED, READ_AS, REASON = "bao-cao-6-thang", "BC 150 ban ky.pdf", "160/BC-SGDĐT", "Chữ số mờ ở bản quét; đã đối chiếu bản giấy."
# A tag that the clerk put on papers from a list, which can be undone for a day.
TAG, TAGGED = "cần theo dõi", ("ket-luan-kiem-tra", "cong-van-huong-dan", "quyet-dinh-kiem-tra")
# What administrators let a role do beyond what it may do as delivered.
ALLOWED = ("term:manage", "clerk")
