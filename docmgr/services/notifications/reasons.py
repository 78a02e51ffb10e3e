"""The reasons for notices, and which of them a person wants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from docmgr import db, policy
from docmgr.models import UnwantedReason, User
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.errors import Conflict

# Reasons that need no following: a person is told because of their unit, or by name.
OWN = {
    "assigned": "Nhiệm vụ giao cho đơn vị tôi",
    "addressed": "Phát hiện, kiến nghị gửi đơn vị tôi",
    "inspected": "Cuộc kiểm tra đối với đơn vị tôi",
    "team": "Đoàn kiểm tra mà tôi được đưa vào",
    "unit_answered": "Trả lời kiến nghị của cuộc kiểm tra mà tôi trong đoàn hoặc lập",
    "judged": "Trả lời kiến nghị của đơn vị tôi được chấp nhận hoặc trả lại",
    "handed": "Nhiệm vụ được bàn giao cho tôi",
    "extension_asked": "Đề nghị gia hạn mà tôi trả lời",
    "extension_answered": "Trả lời đề nghị gia hạn của tôi",
    "due_soon": "Nhiệm vụ, phát hiện, kiến nghị của đơn vị tôi sắp đến hạn (còn 7 ngày)",
    "overdue": "Nhiệm vụ, phát hiện, kiến nghị của đơn vị tôi quá hạn",
    "escalated": "Việc quá hạn nhiều ngày của đơn vị, kế hoạch tôi lãnh đạo",
    "given": "Văn bản giao cho tôi hoặc đơn vị tôi xử lý",
    "returned": "Văn bản trả lại tôi",
    "receipt": "Văn bản tôi được yêu cầu xác nhận đã đọc",
    "receipt_due": "Văn bản tôi chưa xác nhận đã đọc, đến hạn",
    "consulted": "Văn bản tôi được lấy ý kiến",
    "consult_due": "Văn bản tôi chưa nêu ý kiến, sắp hết hạn",
    "publish_due": "Văn bản phải công khai mà chưa công khai (văn thư)",
    "publication_ends": "Công khai kết thúc trong ngày (văn thư)",
    "mentioned": "Ý kiến nhắc tên tôi",
    "answered": "Trả lời ở ý kiến tôi đã tham gia",
    "resolved": "Ý kiến của tôi được giải quyết",
    "withdrawn": "Văn bản tôi giữ để sửa bị thu hồi",
    "expired": "Thời gian tôi giữ văn bản để sửa đã hết",
    "shared": "Văn bản, thư mục được chia sẻ cho tôi, đơn vị tôi hoặc nhóm của tôi",
}
# Reasons that concern what a person follows.
FOLLOWING = {
    "version": "Văn bản có phiên bản mới",
    "workflow": "Văn bản được công bố, thu hồi hoặc chuyển về dự thảo",
    "facts": "Thông tin của văn bản thay đổi",
    "linked": "Văn bản được gắn, gỡ hoặc có quan hệ mới",
    "commented": "Văn bản có ý kiến mới",
    "edited": "Kế hoạch, nhiệm vụ, cuộc kiểm tra thay đổi",
    "arrival": "Văn bản mới trong thư mục",
    "answer": "Văn bản mới trong kết quả của tìm kiếm đã lưu",
}
REASONS = {**OWN, **FOLLOWING}


def wanted(actor: Actor) -> frozenset[str]:
    """Load the reasons for which the actor wants notices: keys of REASONS. Raises Denied when the actor is not signed in."""
    policy.require(actor, "account:own")
    with db.read() as session:
        off = session.scalars(select(UnwantedReason.reason).where(UnwantedReason.user_id == actor.user_id))
        return frozenset(REASONS) - set(off)


def choose(actor: Actor, chosen: Iterable[str], *, seen: Iterable[str] | None = None) -> None:
    """Save for which reasons the actor wants notices; unknown ones are ignored. `seen` are those that the form showed as
    wanted; None means that there was no form. Nothing is recorded in the trail, since what a person wants to hear of is
    private. Raises Denied when the actor is not signed in, and Conflict when others are wanted now than were shown."""
    policy.require(actor, "account:own")
    if actor.user_id is None:
        raise policy.Denied("account:own")
    off = frozenset(REASONS) - set(chosen)
    with db.write() as session:
        forms.locked(session, User, actor.user_id)
        if seen is not None and frozenset(REASONS) & set(seen) != frozenset(REASONS) - unwanted(session, [actor.user_id])[actor.user_id]:
            raise Conflict(forms.STALE)
        session.execute(delete(UnwantedReason).where(UnwantedReason.user_id == actor.user_id))
        session.add_all(UnwantedReason(user_id=actor.user_id, reason=reason) for reason in sorted(off))


def unwanted(session: Session, user_ids: Collection[int]) -> dict[int, set[str]]:
    """Load the reasons for which these people do not want notices, by the id of the person."""
    found: dict[int, set[str]] = defaultdict(set)
    for row in session.scalars(select(UnwantedReason).where(UnwantedReason.user_id.in_(user_ids))):
        found[row.user_id].add(row.reason)
    return found


def refused(user_id: InstrumentedAttribute[int], reason: str) -> ColumnElement[bool]:
    """Return an SQL condition on the column `user_id` of a query: the person does not want notices for this reason."""
    return select(UnwantedReason.user_id).where(UnwantedReason.user_id == user_id, UnwantedReason.reason == reason).exists()
