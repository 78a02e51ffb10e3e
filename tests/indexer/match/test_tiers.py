"""Tiers: what goes before any score, as the explanation of a provision names it."""

from __future__ import annotations

import pytest

from indexer import Index, Request, Tier, search
from indexer.search.explain import explain
from tests.indexer.regulations import EVERYTHING


@pytest.mark.parametrize(
    ("asked", "document", "anchor", "tier"),
    [
        # More words than any provision has.
        ("soạn thảo ký lưu trữ công khai dự toán tài sản", 2, "dieu-5", Tier.PARTIAL),
        ("soạn thảo lưu trữ", 2, "dieu-5", Tier.WHOLE),
        ("nghị định 30/2020/NĐ-CP", 2, "dieu-6", Tier.NAMED),
        ("điều 5 nghị định 30/2020/NĐ-CP", 2, "dieu-6", Tier.NAMED),
        ("điều 5 nghị định 30/2020/NĐ-CP", 2, "dieu-5", Tier.ASKED),
    ],
)
def test_an_explanation_names_the_tier(regulations: Index, asked: str, document: int, anchor: str, tier: Tier) -> None:
    explained = explain(regulations, Request(asked), EVERYTHING, document, anchor)
    assert explained is not None and explained.tier is tier


def test_tiers_are_in_the_order_of_the_page(regulations: Index) -> None:
    hits = search(regulations, Request("điều 5 nghị định 30/2020/NĐ-CP"), EVERYTHING).hits
    order = [(hit.document, one.anchor) for hit in hits for one in hit.provisions]
    tiers = [explain(regulations, Request("điều 5 nghị định 30/2020/NĐ-CP"), EVERYTHING, *one) for one in order]
    told = [one.tier for one in tiers if one is not None]
    assert len(told) > 1 and told == sorted(told, reverse=True)
