"""The blocks of the home page: which there are, who may have which, and which a person has chosen, in their order.

What a person chooses is private and no event of the trail.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import HomeChoice, User
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.errors import Conflict


@dataclass(frozen=True)
class HomeBlock:
    """A block of the home page. Its `label` stands in the list from which people choose. Who has it must be allowed `action`, and have
    the role `role` unless that is None."""

    label: str
    action: str
    role: str | None = None


# In the order in which those are offered that a person has not chosen. The blocks of roles hold several lists (services.overview.home).
BLOCKS: dict[str, HomeBlock] = {
    "waiting": HomeBlock("Chờ tôi xử lý", "document:read"),
    "due": HomeBlock("Sắp đến hạn", "document:read"),
    "clerk": HomeBlock("Việc của văn thư: cần xác nhận, chưa đọc được", "document:read", "clerk"),
    "staff": HomeBlock("Nhiệm vụ của đơn vị tôi", "plan:read", "staff"),
    "leader": HomeBlock("Việc của lãnh đạo: quá hạn, tiến độ, biểu đồ", "plan:read", "leader"),
    "by_unit": HomeBlock("Văn bản đang chờ theo đơn vị", "document:read", "leader"),
    "unanswered": HomeBlock("Câu tìm không có kết quả", "search:find", "leader"),
    "auditor": HomeBlock("Việc của thanh tra, kiểm toán", "trail:read_all", "auditor"),
    "administrator": HomeBlock("Việc của quản trị: tình trạng, người dùng", "people:manage", "administrator"),
    "unit_new": HomeBlock("Mới cho đơn vị tôi", "document:read"),
    "followed": HomeBlock("Đang theo dõi", "document:read"),
    "favourites": HomeBlock("Đã gắn sao", "document:read"),
    "recent": HomeBlock("Xem gần đây", "document:read"),
    "saved": HomeBlock("Tìm kiếm đã lưu", "search:save"),
}
# Role → what a person with this role finds who chose nothing; somebody with several roles finds all of it.
DEFAULTS = {
    "clerk": ("waiting", "recent", "clerk", "favourites"),
    "staff": ("due", "unit_new", "staff", "favourites", "recent"),
    "leader": ("waiting", "by_unit", "leader", "unanswered", "favourites"),
    "auditor": ("auditor", "favourites", "recent"),
    "administrator": ("administrator",),
}


@dataclass(frozen=True)
class ChosenBlocks:
    """The keys of the blocks that a person has, in their order, those that they might have besides, and the revision for the form;
    it is 0 for who chose nothing."""

    shown: tuple[str, ...]
    others: tuple[str, ...]
    revision: int


def load(actor: Actor) -> ChosenBlocks:
    """Load which blocks the actor has. Blocks that their roles do not allow any more are left out. Raises Denied when the actor is not
    signed in."""
    policy.require(actor, "account:own")
    with db.read() as session:
        row = session.get(HomeChoice, actor.user_id) if actor.user_id is not None else None
        chosen, revision = (row.blocks, row.revision) if row is not None else (_default(actor), 0)
    allowed = [key for key, block in BLOCKS.items() if _may_have(actor, block)]
    shown = tuple(key for key in dict.fromkeys(chosen) if key in allowed)
    return ChosenBlocks(shown, tuple(key for key in allowed if key not in shown), revision)


def _default(actor: Actor) -> list[str]:
    return [key for role, keys in DEFAULTS.items() if role in actor.roles for key in keys]


def _may_have(actor: Actor, block: HomeBlock) -> bool:
    return policy.may(actor, block.action) and (block.role is None or block.role in actor.roles)


def choose(actor: Actor, keys: Iterable[str], *, revision: int) -> None:
    """Save which blocks the actor has, in this order; keys of no block are ignored. `revision` is that of ChosenBlocks when the form was
    opened. Raises Denied when the actor is not signed in, and Conflict when the revision has changed."""
    with db.write() as session:
        row = _locked(session, actor, revision)
        blocks = [key for key in dict.fromkeys(keys) if key in BLOCKS]
        if row is None:
            session.add(HomeChoice(user_id=actor.user_id, blocks=blocks))
        else:
            row.blocks = blocks
            forms.bump(row)


def forget(actor: Actor) -> None:
    """Give the actor the blocks of who chose nothing. Raises Denied when the actor is not signed in."""
    with db.write() as session:
        if (row := _locked(session, actor, None)) is not None:
            session.delete(row)


def _locked(session: Session, actor: Actor, revision: int | None) -> HomeChoice | None:
    """Lock the row of the person, because there may be no row of the choice yet, and load the choice."""
    policy.require(actor, "account:own")
    if actor.user_id is None:
        raise Denied("account:own")
    forms.locked(session, User, actor.user_id)
    row = session.get(HomeChoice, actor.user_id, populate_existing=True)
    if revision is not None and revision != (row.revision if row is not None else 0):
        raise Conflict(forms.STALE)
    return row
