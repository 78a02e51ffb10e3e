"""The electronic signatures of a version, and what is said of them in words that an auditor understands.

The word "hợp lệ" (valid) is only used where the chain of certificates is trusted.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from docmgr import db
from docmgr.models import Signature
from docmgr.policy import Actor, require
from docmgr.services.documents.page import DocumentFrame

VERDICTS = {True: "Hợp lệ", False: "Không đạt kiểm tra", None: "Chưa kiểm chứng được"}
COVERS = {
    "document": "Ký trên toàn bộ tệp; tệp không bị sửa sau khi ký.",
    "revision": "Sau khi ký, tệp chỉ được thêm chữ ký hoặc điền biểu mẫu.",
    "changed": "Tệp đã bị sửa sau khi ký.",
    "unknown": "Không xác định được chữ ký bao trùm phần nào của tệp.",
}
CHAINS = {
    "trusted": "Chứng thư dẫn tới nơi cấp mà đơn vị tin cậy.",
    "unknown": "Chưa rõ nơi cấp chứng thư: chứng thư không dẫn tới nơi cấp nào trong danh sách tin cậy của đơn vị.",
    "expired": "Chứng thư đã hết hạn, hoặc không có gì chứng minh đã ký khi chứng thư còn hạn.",
    "revoked": "Chứng thư đã bị thu hồi.",
}
TIMES = {
    "trusted": "dấu thời gian của nơi cấp tin cậy",
    "unknown": "dấu thời gian của nơi cấp chưa rõ",
    None: "theo đồng hồ của người ký",
}
FIELDS = ("signer", "at", "covers", "valid", "chain", "revision", "time_stamp")


def of_version(actor: Actor, found: DocumentFrame) -> list[Signature]:
    """Load the signatures of the version in `found`, in the order of signing; empty when it shows no version. The
    caller records the reading, since names in signatures are words of the file. Raises Denied when the actor's roles
    may not read documents."""
    require(actor, "document:read")
    query = select(Signature).where(Signature.version_id == found.version_id).order_by(Signature.position)
    with db.read() as session:
        return list(session.scalars(query))


def plain(signature: Signature) -> dict[str, Any]:
    """Convert a signature to the JSON object of `show --json`: the FIELDS, with `at` in ISO 8601."""
    values = {field: getattr(signature, field) for field in FIELDS}
    return values | {"at": signature.at.isoformat() if signature.at else None}
