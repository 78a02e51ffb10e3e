"""Tell people what in their query was not understood: a Vietnamese sentence for each code of a note.

The search engine decides which notes there are; the caller chooses the language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from indexer import (
    LEAST_BOOST,
    MAX_BOOST,
    MAX_CHARACTERS,
    MAX_DEPTH,
    MAX_DISTANCE,
    MAX_EDITS,
    MAX_OPERATORS,
    MAX_SYLLABLES,
    MOST_EXPANDED,
    Note,
)

# A number in a sentence is a limit, %(text)s what was typed, %(within)s the document that was searched for it.
SENTENCES = {
    "telex": "Đã hiểu theo cách gõ Telex: %(text)s",
    "vni": "Đã hiểu theo cách gõ VNI: %(text)s",
    "read_as": "Tìm theo “%(text)s”",
    "cut_characters": "Câu tìm dài quá %(characters)s ký tự, chỉ phần đầu được dùng.",
    "cut_syllables": "Câu tìm dài quá %(syllables)s tiếng, chỉ phần đầu được dùng.",
    "cut_operators": "Câu tìm có quá %(operators)s dấu và cụm từ, phần sau được tìm như từ thường hoặc bỏ qua.",
    "too_deep": "Ngoặc đơn lồng quá %(depth)s lớp, các lớp trong cùng được bỏ qua.",
    "unknown_field": "Không có mục “%(text)s:”, đã tìm như từ thường.",
    "whole_word_left_out": "Đã loại trừ cả cụm “%(text)s”. Nếu chỉ loại trừ “%(within)s”, hãy viết -\"%(within)s\".",
    "negated_field": "Không loại trừ được theo mục “%(text)s”, đã bỏ qua. Hãy chọn trong bộ lọc.",
    "empty_field": "Sau “%(text)s” chưa có giá trị, đã bỏ qua.",
    "bad_date": "Không hiểu ngày “%(text)s”, đã bỏ qua. Hãy viết như 05/02/2024, 02/2024 hoặc 2024.",
    "bad_year": "Không hiểu năm “%(text)s”, đã bỏ qua. Hãy viết như 2020 hoặc 2018-2020.",
    "bad_number": "Không hiểu số “%(text)s”, đã bỏ qua. Hãy viết như 30/2020/NĐ-CP.",
    "still_searched": "Vẫn tìm “%(text)s” như từ thường.",
    "field_twice": "Mục “%(text)s” chỉ ghi được một lần, đã dùng giá trị ghi sau cùng.",
    "field_in_or": "Mục “%(text)s” áp dụng cho cả câu tìm, không riêng cho một vế của OR hay trong ngoặc.",
    "number_in_or": "Số %(text)s đứng cạnh OR nên được tìm như các từ; muốn mở đúng văn bản, hãy tìm riêng số đó.",
    "no_such_type": "Không có loại văn bản “%(text)s” trong các văn bản bạn đọc được.",
    "no_such_issuer": "Không có cơ quan ban hành “%(text)s” trong các văn bản bạn đọc được.",
    "swapped_dates": "Ngày đầu ở sau ngày cuối, đã đổi chỗ hai ngày.",
    "unclosed_quote": "Thiếu dấu ngoặc kép đóng, đã tìm từng từ.",
    "unclosed_paren": "Thiếu dấu ngoặc đơn đóng, coi như ngoặc đóng ở cuối.",
    "short_prefix": "Trước dấu * cần ít nhất hai chữ cái; “%(text)s” được tìm như từ thường.",
    "stray_star": "Dấu * chỉ dùng ở cuối từ hoặc trong từ, khi có ít nhất hai chữ cái liền nhau; “%(text)s” được tìm như từ thường.",
    "star_in_phrase": "Dấu * không dùng được trong ngoặc kép; “%(text)s” được tìm từng từ.",
    "stray_boost": "Dấu ^ chỉ dùng sau một từ hoặc một cụm từ trong ngoặc kép; trong “%(text)s” đã bỏ qua dấu này.",
    "stray_glued": "Đã bỏ qua “%(text)s”: sau ngoặc kép chỉ viết được ~ và một số, rồi ^ và một số; sau ngoặc đơn hoặc giá trị của mục thì không viết các dấu này.",
    "stray_word_sign": "Dấu trong “%(text)s” được hiểu là dấu câu: các dấu *, ?, ~ và ^ chỉ dùng cho từng từ viết rời, ngoài ngoặc kép; dấu ~ cần từ có ít nhất ba chữ cái và không có dấu * hay ?.",
    "cut_boost": "Số sau dấu ^ phải từ %(least_boost)s đến %(most_boost)s; “%(text)s” được thay bằng số gần nhất.",
    "stray_order": "Dấu ~> (đúng thứ tự đã gõ) không dùng cạnh OR hay sau dấu trừ; ở đó các tiếng được tìm theo thứ tự nào cũng được.",
    "cut_distance": "Các tiếng đứng gần nhau được cách nhau nhiều nhất %(distance)s tiếng; số trong “%(text)s” được thay bằng %(distance)s.",
    "cut_edits": "Từ gần giống được khác nhiều nhất %(edits)s chữ cái; “%(text)s” được tìm theo mức đó.",
    "stray_sign": "Dấu %(text)s đứng lẻ, đã bỏ qua.",
    "implied_and": "Không cần viết AND, đã bỏ qua: mọi từ đều được tìm.",
    "not_in_words": "NOT được hiểu là dấu trừ: loại trừ từ ngay sau. Hãy viết -từ hoặc -“cụm từ”.",
    "nothing_asked": "Trong câu tìm không có từ nào để tìm.",
    "stray_or": "OR hoặc HOẶC thiếu một vế, đã bỏ qua.",
    "unknown_folder": "Không có thư mục này, đã tìm ở mọi thư mục.",
    "unknown_number": "Không có văn bản nào mang số %(text)s mà bạn đọc được.",
    "only_cited": "Dưới đây là văn bản có nhắc đến hoặc có các từ đó.",
    "stopped_early": "Câu tìm quá rộng, đã dừng sớm: có thể còn văn bản khác.",
    "search_away": "Máy chủ tìm kiếm không trả lời, chưa tìm được gì. Các trang khác vẫn dùng được; hãy thử lại sau ít phút.",
    "no_index": "Chỉ mục đang được lập lại, chưa tìm được gì. Hãy thử lại sau ít phút.",
    "unknown_place": "Văn bản %(within)s không có %(text)s.",
}
LIMITS = {
    "characters": MAX_CHARACTERS,
    "syllables": MAX_SYLLABLES,
    "operators": MAX_OPERATORS,
    "depth": MAX_DEPTH,
    "distance": MAX_DISTANCE,
    "edits": MAX_EDITS,
    "least_boost": f"{LEAST_BOOST:g}".replace(".", ","),
    "most_boost": f"{MAX_BOOST:g}",
    "expanded": MOST_EXPANDED,
}


def told(notes: Iterable[Note], translated: Callable[[str], str] = str) -> list[str]:
    """Make a sentence for each note, in order and without repetitions. `translated` translates Vietnamese text."""
    sentences = (
        translated(SENTENCES[note.code]) % {**LIMITS, "text": note.text, "within": note.within} for note in notes
    )
    return list(dict.fromkeys(sentences))
