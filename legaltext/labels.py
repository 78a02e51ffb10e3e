"""How provisions are named: labels that reading makes up where the text prints none, and paths as people cite them."""

from __future__ import annotations

import re
from collections.abc import Callable

OPENING = "Phần mở đầu"
SIGNATURE = "Nơi nhận, chữ ký"
# Kind → the word before the number.
UNNUMBERED = {"gach": "Gạch đầu dòng", "cong": "Dấu cộng", "doan": "Đoạn"}


_UNNUMBERED = re.compile(rf"(?:^|(?<=, ))(?:{'|'.join(UNNUMBERED.values())})(?= \d+(?:, |$))")


def path_label(path: list[tuple[str, str]]) -> str:
    """(label, kind) from the outside in as people cite them: "điểm a khoản 2 Điều 5"; else "II.3, Đoạn 1"."""
    names = [label for label, _ in path if label]
    if any(kind == "dieu" for _, kind in path):
        inner = [label.lower() if kind in ("khoan", "diem") else label for label, kind in reversed(path)]
        return " ".join(inner)
    numbers: list[str] = []
    for name in (name for name in names if " " not in name):
        if numbers and name.startswith(f"{numbers[-1]}."):
            # "1.3.7" says "1.3" already.
            numbers.pop()
        numbers.append(name)
    return ", ".join([".".join(numbers), *(name for name in names if " " in name)] if numbers else names)


def told_label(label: str, translated: Callable[[str], str]) -> str:
    """A provision's label for a reader: words that reading made up are translated; what the text prints, and how people
    cite it (điểm, khoản, Điều), stays."""
    if label in (OPENING, SIGNATURE):
        return translated(label)
    return _UNNUMBERED.sub(lambda found: translated(found[0]), label)
