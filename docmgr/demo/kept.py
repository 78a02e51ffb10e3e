"""What people of the demonstration agency keep for themselves and for each other."""

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
