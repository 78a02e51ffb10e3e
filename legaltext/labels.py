"""Labels of provisions. A provision without a printed number gets an invented label, such as "Đoạn 1"
(paragraph 1), when its file is read. This module holds the words of such labels, and writes the path to a
provision in the form in which people cite it."""

from __future__ import annotations

import re
from collections.abc import Callable

OPENING = "Phần mở đầu"
SIGNATURE = "Nơi nhận, chữ ký"
# Kind of a provision that has no printed number → the word before the number that reading gives it.
UNNUMBERED = {"gach": "Gạch đầu dòng", "cong": "Dấu cộng", "doan": "Đoạn", "bang": "Bảng", "hang": "Dòng", "trang": "Trang chiếu"}


_UNNUMBERED = re.compile(rf"(?:^|(?<=, ))(?:{'|'.join(UNNUMBERED.values())})(?= \d+(?:, |$))")


# What only counts: "2", "III.1", "1.3.7", "Điểm a", "Đoạn 1". A label of such parts does not say what the provision is about.
_NUMBER = r"(?:\d+|[IVXLCDM]+|[a-zđ])"
_COUNTS = re.compile(rf"{_NUMBER}(?:\.{_NUMBER})*|[Đđ]iểm [a-zđ]|[Kk]hoản \d+|(?:{'|'.join(UNNUMBERED.values())}) \d+")
OPENING_CHARACTERS = 64


def opening(label: str, words: str) -> str:
    """The first words of a provision that only its number names, to be shown after the number: for "II.3" and "3. Hội nghị
    cán bộ được tổ chức …" the words from "Hội nghị" on. `label` is its label or path label, and `words` are its heading or
    its text, or their beginning. At most OPENING_CHARACTERS and whole words, with "…" where something is left out. "" where
    the label says more than a number ("Điều 5"), or there are no words."""
    parts = label.split(", ")
    if not all(_COUNTS.fullmatch(part) for part in parts):
        return ""
    text = " ".join(words.split()).lstrip("-–—•+ ")
    for printed in (parts[-1], parts[-1].rpartition(".")[2], parts[-1].rpartition(" ")[2]):
        text = re.sub(rf"^{re.escape(printed)}\s?[.)/:](?:\s+|$)", "", text)
    if len(text) <= OPENING_CHARACTERS:
        return text
    return text[: OPENING_CHARACTERS + 1].rpartition(" ")[0].rstrip(",;:. ") + "…"


def path_label(path: list[tuple[str, str]]) -> str:
    """Write the path to a provision as people cite it. `path` holds (label, kind) of each level, outermost
    first. With a Điều (article) in the path the innermost level comes first: "điểm a khoản 2 Điều 5".

    Without a Điều, the section numbers are joined by dots, and labels of several words follow after commas:
    "II.3, Đoạn 1". Returns "" where `path` is empty."""
    names = [label for label, _ in path if label]
    if any(kind == "dieu" for _, kind in path):
        inner = [label.lower() if kind in ("khoan", "diem") else label for label, kind in reversed(path)]
        return " ".join(inner)
    numbers: list[str] = []
    for name in (name for name in names if " " not in name):
        if numbers and name.startswith(f"{numbers[-1]}."):
            # "1.3.7" already contains "1.3".
            numbers.pop()
        numbers.append(name)
    return ", ".join([".".join(numbers), *(name for name in names if " " in name)] if numbers else names)


def told_label(label: str, translated: Callable[[str], str]) -> str:
    """Translate `label`, the label of a provision, for a person who reads in another language. `translated`
    returns the translation of a Vietnamese text. Only invented words ("Đoạn 1", paragraph 1) are translated;
    printed words (điểm, khoản, Điều) stay, because people cite provisions by them."""
    if label in (OPENING, SIGNATURE):
        return translated(label)
    return _UNNUMBERED.sub(lambda found: translated(found[0]), label)
