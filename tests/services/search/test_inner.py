"""A hit for an article leads to the clause or the point in which its snippet stands, where the stored text has it."""

from __future__ import annotations

from typing import Any

from flask import Flask

from docmgr.services.search import find
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload, work

BODY = (
    "Điều 1. Bảo quản",
    "1. Hồ sơ giấy được bảo quản trong kho.",
    "2. Hồ sơ điện tử được bảo quản:",
    "a) Trên máy chủ;",
    "b) Trên băng từ hai bản.",
    "Điều 2. Phông chữ",
    "Báo cáo dùng chữ đứng. Trong đó: c) là ký hiệu.",
)


def places(people: Any, query: str) -> list[tuple[str, str]]:
    page = find.find(actor_of(people["clerk"]), query, deep=True)
    return [(one.anchor, one.label) for hit in page.hits for one in hit.provisions]


def test_the_deepest_place_of_the_snippet(site: Flask, people: Any) -> None:
    upload(actor_of(people["clerk"]), decision(body=BODY), "a.docx", publish=True)
    work(site)
    assert places(people, "băng từ")[0] == ("dieu-1.khoan-2.diem-b", "Điểm b khoản 2 Điều 1")
    assert places(people, "kho")[0] == ("dieu-1.khoan-1", "Khoản 1 Điều 1")
    assert places(people, "báo cáo chữ đứng")[0] == ("dieu-2", "Điều 2")
    # Whoever asks for the article is led to the article.
    assert places(people, "điều 1")[0][0] == "dieu-1"


def test_a_place_that_the_stored_text_lacks_is_not_linked(site: Flask, people: Any) -> None:
    body = ("Điều 1. In ấn", "1) Nộp phim.", "2.In giấy.", "3.Chụp ảnh.")
    upload(actor_of(people["clerk"]), decision(body=body), "a.docx", publish=True)
    work(site)
    assert places(people, "nộp phim")[0] == ("dieu-1.khoan-1", "Khoản 1 Điều 1")
    assert places(people, "chụp ảnh")[0] == ("dieu-1", "Điều 1")
