"""Explain the rank of a search result: its position, scores and features. The page is for people who are
curious or want to report a fault.

This module names the features of the search engine. services.search.explain decides who may see them.
"""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask_babel import format_decimal, gettext
from flask_babel import lazy_gettext as _l

from docmgr.keys import whole
from docmgr.services.errors import NotFound
from docmgr.services.search import explain
from docmgr.services.search import request as asked
from docmgr.services.search.notes import told
from docmgr.web.kit.guard import actor, requires
from docmgr.web.search.find import question
from docmgr.web.search.saved import worded
from indexer import Tier

blueprint = Blueprint("search_explain", __name__)

ANCHOR_CHARACTERS = 200
# A later tier goes before an earlier one, whatever the score.
TIERS = {
    Tier.PARTIAL: _l("Không thuộc nhóm nào được đặt lên trước, nên chỉ xếp theo điểm."),
    Tier.WHOLE: _l("Có đủ mọi từ của câu tìm, hoặc từ cũng tìm thay cho chúng, nên đứng trước những điều chỉ có một phần."),
    Tier.SIDE_BY_SIDE: _l("Có các từ của câu tìm đứng liền nhau, nên đứng trước những điều có chúng rời nhau."),
    Tier.NAMED: _l("Văn bản được hỏi theo số, ký hiệu hoặc tên, nên đứng trước các văn bản khác."),
    Tier.ASKED: _l("Câu tìm hỏi đúng điều này của văn bản, nên đứng trước mọi điều khác."),
}
# Features of the engine (indexer.rank.features) → their names for people.
FIGURES = {
    "score": _l("Điểm ban đầu theo từ"),
    "text, words": _l("Từ khớp trong nội dung"),
    "text, pairs": _l("Cặp từ liền nhau trong nội dung"),
    "heading, words": _l("Từ trong tên điều"),
    "heading, pairs": _l("Cặp từ liền nhau trong tên điều"),
    "document title, words": _l("Từ trong trích yếu"),
    "words anywhere": _l("Số từ khớp, ở bất cứ đâu"),
    "words anywhere²": _l("Số từ khớp, bình phương"),
    "pairs anywhere": _l("Số cặp từ khớp, ở bất cứ đâu"),
    "pairs anywhere²": _l("Số cặp từ khớp, bình phương"),
    "rarest word missing": _l("Thiếu từ hiếm nhất"),
    "words in text": _l("Số từ khớp trong nội dung"),
    "pairs in text": _l("Số cặp từ khớp trong nội dung"),
    "pairs in document title": _l("Số cặp từ khớp trong trích yếu"),
    "heading asked for": _l("Phần tên điều được hỏi đến"),
    "pairs of heading asked for": _l("Phần cặp từ của tên điều được hỏi đến"),
    "length of text": _l("Độ dài nội dung"),
    "document title not asked for": _l("Phần trích yếu không được hỏi đến"),
    "length of document title": _l("Độ dài trích yếu"),
    "place in document": _l("Thứ tự trong văn bản"),
    "best 40 words": _l("Đoạn 40 tiếng khớp nhất"),
    "best 80 words with titles": _l("Đoạn 80 tiếng khớp nhất, kể cả tên điều và trích yếu"),
    "likeness of best 40 words": _l("Độ gần nghĩa của đoạn 40 tiếng gần nhất"),
    "fit of best line": _l("Dòng khớp nhất theo cả hai chiều"),
    "best line with titles": _l("Dòng khớp nhất, kể cả tên điều và trích yếu"),
    "first line with titles": _l("Dòng đầu, kể cả tên điều và trích yếu"),
    "best clause with titles": _l("Vế câu khớp nhất, kể cả tên điều và trích yếu"),
    "best clause with an amount": _l("Vế câu khớp nhất có một mức tiền hoặc tỷ lệ"),
    "amounts": _l("Có một mức tiền hoặc tỷ lệ"),
    "defines": _l("Giải thích đúng từ được hỏi"),
    "defines in glossary": _l("Giải thích đúng từ được hỏi trong một điều giải thích từ ngữ"),
    "three in a row": _l("Ba từ liền nhau"),
    "likeness": _l("Độ gần nghĩa với câu tìm"),
    "likeness²": _l("Độ gần nghĩa, bình phương"),
    "rank by likeness": _l("Thứ hạng theo độ gần nghĩa"),
    "rank by score": _l("Thứ hạng theo điểm ban đầu"),
    "candidates of document": _l("Số điều của cùng văn bản được xếp lại"),
    "rest of document": _l("Các điều khác của cùng văn bản"),
    "best of document": _l("Điểm cao nhất trong cùng văn bản"),
    "likeness of heading": _l("Độ gần nghĩa của tiêu đề điều"),
    "likeness of document title": _l("Độ gần nghĩa của tên văn bản"),
    "likeness of document": _l("Độ gần nghĩa cao nhất trong cùng văn bản"),
}


@blueprint.get("/search/explain")
@requires("search:find")
def show() -> str:
    """Show why a provision has its rank. The address contains the parameters of a search, the id `document`
    and the `anchor` of the provision."""
    wanted = question()
    document_id = whole(request.args.get("document"))
    if document_id is None:
        raise NotFound
    anchor = request.args.get("anchor", "")[:ANCHOR_CHARACTERS]
    found = explain.explain(actor(), wanted, document_id, anchor)
    return render_template(
        "search/explain.html",
        wanted=wanted,
        conditions=worded(asked.conditions(actor(), wanted)),
        notes=told((*wanted.notes, *found.notes), gettext),
        anchor=anchor,
        found=found,
        tier=TIERS[found.explanation.tier] if found.explanation else "",
        named=lambda name: FIGURES.get(name, name),
        decimal=decimal,
    )


def decimal(value: float, signed: bool = False) -> str:
    """Format the value with two decimals: 1,25 in Vietnamese, 1.25 in English. With `signed` a plus or minus
    sign is always shown, except for zero."""
    shape = "+#,##0.00;-#,##0.00" if signed and round(value, 2) else "#,##0.00"
    return format_decimal(abs(value) if not round(value, 2) else value, format=shape)
