"""Abbreviations that the texts explain become lines of the thesaurus."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from training import mined_pairs


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("lập hồ sơ doanh nghiệp chế xuất (DNCX) trước", [("dncx", "doanh nghiệp chế xuất")]),
        ("doanh nghiệp nhỏ và vừa (sau đây viết tắt là DNNV)", [("dnnv", "doanh nghiệp nhỏ và vừa")]),
        ("doanh nghiệp nhỏ và vừa (sau đây gọi tắt là DNNVV)", [("dnnvv", "doanh nghiệp nhỏ và vừa")]),
        ("Bộ trưởng (DNCX)", []),  # The letters are of other words.
        ("nhập khẩu (NK)", []),  # Two letters may mean anything.
        ("doanh nghiệp chế xuất (DNCX", []),
    ],
)
def test_an_abbreviation_has_the_letters_of_its_name(text: str, pairs: list[tuple[str, str]]) -> None:
    assert list(mined_pairs.abbreviations(text)) == pairs


def test_what_stands_once_or_is_known_is_left_out() -> None:
    texts = ["doanh nghiệp chế xuất (DNCX)", "Bảo hiểm xã hội (BHXH)", "chuẩn mực xa hoa (CMXH)"]
    assert mined_pairs.mined(texts) == []
    assert mined_pairs.mined([*texts[:2], *texts[:2]]) == [("dncx", "doanh nghiệp chế xuất")]


def test_the_command_replaces_mined_lines_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus, file = tmp_path / "corpus.jsonl.gz", tmp_path / "thesaurus.tsv"
    with gzip.open(corpus, "wt", encoding="utf-8") as out:
        for number, text in enumerate(["doanh nghiệp chế xuất (DNCX)", "vốn đầu tư phát triển (ĐTPT)"] * 2):
            out.write(json.dumps({"id": str(number), "text": text}) + "\n")
    file.write_text("xin\txin phép\t1\thand\nđtpt\tđầu tư\t1\thand\nold\tcũ kỹ\t.5\tmined\n", encoding="utf-8")
    assert mined_pairs.main([str(corpus), "--out", str(file)]) == 0
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines == ["dncx\tdoanh nghiệp chế xuất\t0.8\tmined", "xin\txin phép\t1\thand", "đtpt\tđầu tư\t1\thand"]
    assert mined_pairs.main([str(tmp_path / "none.jsonl"), "--out", str(file)]) == 2
    assert "none.jsonl" in capsys.readouterr().err
