"""Fill a form in a process with limits, and say in words what is wrong with it."""

from __future__ import annotations

import base64
import json
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docmgr.reading import watch
from docmgr.reading.environment import child_environment
from docmgr.reading.limits import DEFAULT_LIMITS
from docmgr.services.documents import progress
from docmgr.services.message import Message
from docmgr.writing.own_forms.sandbox import FILTERS

BOUNDS = watch.Bounds(cpu_s=20.0, idle_s=8.0, wall_s=120.0, memory_bytes=DEFAULT_LIMITS.all_memory_bytes)
# In bytes: of the process's answer. A larger paper is refused.
MOST_ANSWER = 60_000_000
# So many faults are shown.
MOST_FAULTS = 20
# What the process says of a file that is no DOCX.
UNKNOWN_FILE = "not_docx"
BUSY = Message("Máy đang bận lập giấy tờ khác, hãy thử lại sau ít giây.")
NOT_DOCX = Message("Tệp này không phải là DOCX. Hãy lưu mẫu thành DOCX rồi tải lên lại.")
TOO_LONG = Message("Mẫu chạy quá lâu hoặc tạo ra quá nhiều nội dung; hãy bớt vòng lặp lồng nhau.")
CRASHED = Message("Không lập được giấy tờ từ mẫu này; hãy bắt đầu lại từ mẫu tải về ở trang này.")
TOLD = {
    "unknown": "Không có trường “%(what)s”, gần: “%(near)s”.",
    "list": "“%(what)s” là một danh sách, cần vòng lặp {%%p for … %%}, gần: “%(near)s”.",
    "record": "“%(what)s” là một dòng gồm nhiều trường; hãy viết %(what)s.tên_trường, gần: “%(near)s”.",
    "no_list": "“%(what)s” không phải là danh sách nên không lặp được, gần: “%(near)s”.",
    "forbidden": "Mẫu không được dùng “%(what)s”, gần: “%(near)s”.",
    "filter": "Không có bộ lọc “%(what)s”; chỉ dùng %(filters)s, gần: “%(near)s”.",
    "syntax": "Sai cú pháp, gần: “%(near)s”.",
    "unclosed": "Vòng lặp hoặc điều kiện chưa đóng bằng endfor hoặc endif, gần: “%(near)s”.",
    "tag": "Không hiểu lệnh “%(what)s” ở chỗ này, gần: “%(near)s”.",
    "structure": "Vòng lặp hoặc điều kiện mở ở một đoạn, một hàng nhưng đóng ở chỗ khác. Hãy đặt mỗi lệnh {%p … %} trên một đoạn riêng, {%tr … %} trên một hàng riêng.",
    "too_large": "Mẫu chạy quá lâu hoặc tạo ra quá nhiều nội dung; hãy bớt vòng lặp lồng nhau.",
    "values": "Không ghi được giá trị vào mẫu: %(what)s.",
    "fetching": "Mẫu có mã trường “%(what)s” của Word, là mã lấy nội dung từ nơi khác; hãy bỏ mã ấy.",
    "outside": "Mẫu liên kết ra ngoài tệp (%(what)s: %(near)s); hãy chèn hẳn nội dung ấy vào mẫu.",
    "embedded": "Mẫu chứa macro hoặc tệp nhúng (%(what)s); hãy bỏ đi.",
}
# A web process fills one form at a time; others wait so many seconds.
_TURN = threading.BoundedSemaphore(1)
WAIT_S = 10.0


@dataclass(frozen=True)
class FilledForm:
    """What came of a form: the bytes of the DOCX, or None and what is wrong. `unread` says that the file itself cannot be used as a form."""

    body: bytes | None
    problems: tuple[Message, ...] = ()
    unread: bool = False
    busy: bool = False


def fill(path: Path, paper: str, values: Mapping[str, Any] | None = None) -> FilledForm:
    """Fill the form at `path` for a paper, a key of PAPERS, with these values; None tries it with the invented paper. No content of a form
    raises an error."""
    if not _TURN.acquire(timeout=WAIT_S):
        return FilledForm(None, (BUSY,), busy=True)
    try:
        asked = json.dumps({"paper": paper, "values": values}, ensure_ascii=False).encode("utf-8", "replace")
        command = [sys.executable, "-m", "docmgr.services.paper_templates.child", str(path.absolute())]
        done = watch.run(command, BOUNDS, child_environment(), asked)
    finally:
        _TURN.release()
    if done.stopped or len(done.out) > MOST_ANSWER:
        return FilledForm(None, (TOO_LONG,))
    if done.status != 0:
        # The kernel ends a process that has used its processor time.
        return FilledForm(None, (TOO_LONG if done.status < 0 else CRASHED,))
    return told(json.loads(done.out))


def told(answer: Mapping[str, Any]) -> FilledForm:
    """The answer of the process in words."""
    if answer["code"] is not None:
        reason = NOT_DOCX if answer["code"] == UNKNOWN_FILE else progress.reading_reason(answer["code"])
        return FilledForm(None, (reason or CRASHED,), unread=True)
    faults = answer["faults"]
    if faults:
        unread = any(one["code"] in ("fetching", "outside", "embedded") for one in faults)
        return FilledForm(None, tuple(_message(one) for one in faults[:MOST_FAULTS]), unread=unread)
    return FilledForm(base64.b64decode(answer["body"]))


def _message(fault: Mapping[str, str]) -> Message:
    text = TOLD[fault["code"]]
    given = {"what": fault["what"], "near": fault["near"], "filters": ", ".join(FILTERS)}
    return Message(TOLD[fault["code"]], **{name: value for name, value in given.items() if f"%({name})s" in text})
