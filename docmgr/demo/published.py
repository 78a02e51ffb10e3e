"""What the demonstration agency publishes. The regulation of 25 February says how: within five working days, for at least twenty days."""

from __future__ import annotations

from dataclasses import dataclass

# Documents of this type must be published by the rule for the agency.
MUST = "Quyết định"


@dataclass(frozen=True)
class Published:
    """One publication of the paper with the text `text`: for `audience`, in the `form` and by the rule with this place among those that
    are delivered (None: no rule). It starts on an ISO day, or so many days before today (`ago`). `proof` is an address with what was seen there, and `minutes` the name of a text."""

    text: str
    audience: str
    form: int
    rule: int | None
    days: int
    starts: str | None = None
    ago: int = 0
    place: str = ""
    proof: tuple[str, str] | None = None
    minutes: str | None = None
    note: str = ""


BOARD, WEB, ALL_STAFF, HERE = 0, 1, 3, 7
PUBLICATIONS = (
    # Too late, and over.
    Published(
        "quyet-dinh-chi-tieu", "agency", BOARD, 0, 20, "{year}-03-16", place="Bảng tin tầng 1, trụ sở Sở",
        note="Niêm yết chậm do chờ bản có đóng dấu.", minutes="bien-ban-niem-yet",
    ),
    # In time, with proof.
    Published(
        "quyet-dinh-quy-che", "agency", WEB, 0, 30, "{year}-02-27", place="Mục Công khai, trang thông tin điện tử của Sở",
        proof=("https://sogddt.mau.example/cong-khai/quy-che-dan-chu", "Quy chế thực hiện dân chủ trong hoạt động của cơ quan Sở"),
    ),
    Published("nghi-quyet-hoi-nghi", "agency", ALL_STAFF, 0, 20, "{year}-02-09", place="Thư điện tử công vụ"),
    # Public now, on the page that everybody may open.
    Published("ke-hoach-dan-chu", "public", HERE, None, 365, ago=5, note="Công khai suốt năm để người dân theo dõi."),
    Published("quyet-dinh-quy-che", "public", HERE, None, 365, ago=5),
    Published("bao-cao-6-thang", "public", HERE, None, 90, ago=3),
)  # fmt: skip
