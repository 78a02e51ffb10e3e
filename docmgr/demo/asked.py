"""On which papers the demonstration agency asks its people for opinions, what they say, and how that was received."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SaidOpinion:
    """An opinion of the account `username` on the provision with the words `quote` (None: on the whole). `received` is (how, words) of its
    reception, or None."""

    username: str
    stance: str
    text: str = ""
    quote: str | None = None
    received: tuple[str, str] | None = None


@dataclass(frozen=True)
class AskedPaper:
    """A consultation on the paper with the text `text`, for `days` from today; `closed` when it has ended early."""

    text: str
    question: str
    asked: tuple[str, ...]
    opinions: tuple[SaidOpinion, ...]
    days: int = 10
    closed: bool = False


CONSULTATIONS = (
    AskedPaper(
        "quyet-dinh-chi-tieu", "Góp ý để sửa đổi, bổ sung Quy chế chi tiêu nội bộ", ("chuyenvien", "chuyenvien2", "lanhdao"),
        (
            SaidOpinion(
                "chuyenvien", "changes", "Đề nghị rút ngắn thời hạn công khai dự toán còn 10 ngày.", "công khai dự toán được giao",
                ("explained", "Thời hạn 15 ngày là cần thiết để phân bổ chi tiết cho từng đơn vị."),
            ),
            SaidOpinion(
                "chuyenvien2", "changes", "Đề nghị công khai cả trên trang thông tin điện tử của Sở.", "Báo cáo quyết toán năm được công khai", ("accepted", ""),
            ),
            SaidOpinion("lanhdao", "agree", received=("accepted", "")),
        ),
        closed=True,
    ),
    AskedPaper(
        "ke-hoach-dan-chu", "Góp ý về kế hoạch thực hiện dân chủ, làm căn cứ xây dựng kế hoạch năm sau", ("chuyenvien", "lanhdao", "truong"),
        (SaidOpinion("truong", "changes", "Đề nghị lùi thời hạn tự kiểm tra sau tuần kiểm tra giữa kỳ.", "tự kiểm tra và gửi báo cáo về Sở"),),
    ),
)  # fmt: skip
# What the task of the plan that names a target figure has reached so far.
REACHED = "1"
