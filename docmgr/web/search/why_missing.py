"""The page that explains why a search did not find a document. This module puts the reasons into sentences;
services.search.why_missing finds them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from docmgr.keys import whole
from docmgr.services.documents.references import DocumentRef
from docmgr.services.people import people
from docmgr.services.search import request as asked
from docmgr.services.search import why_missing
from docmgr.services.search.find import PER_PAGE
from docmgr.services.search.notes import told
from docmgr.services.search.request import SearchRequest
from docmgr.services.search.why_missing import Reason, Why
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.words import in_words
from docmgr.web.search.saved import asked_in, worded
from legaltext.text import clean_line

blueprint = Blueprint("search_why", __name__)

DOCUMENT_CHARACTERS = 200


@dataclass(frozen=True)
class FoundDocument:
    """What the page shows below its form. `choices` are the documents that the typed text may mean. If there
    is exactly one, `answer` explains why it is missing, and `sentences` are the reasons in words. Otherwise
    `answer` is None. `people` are (id, name) pairs: the search can be tried with the rights of these people.
    `people` is empty when the actor may not try that."""

    choices: list[DocumentRef]
    answer: Why | None = None
    sentences: tuple[str, ...] = ()
    people: tuple[tuple[int, str], ...] = ()


@blueprint.get("/search/why")
@requires("search:find")
def show() -> str:
    """Show why one document is not among the results of a search. `document` in the address is its number,
    its id ("#30") or words of its title. `person` is the id of a person: the search is then tried with the
    rights of this person, if the actor may do that."""
    wanted = asked_in(request.args)
    typed = clean_line(request.args.get("document", ""))[:DOCUMENT_CHARACTERS]
    person = whole(request.args.get("person"))
    return render_template(
        "search/why.html",
        wanted=wanted,
        kept={name: values for name, values in wanted.parts().items() if name != "q"},
        words_needed=replace(wanted, query="").blank,
        conditions=worded(asked.conditions(actor(), wanted)),
        notes=told(wanted.notes, _),
        typed=typed,
        person=person,
        found=_found(wanted, typed, person),
        longest=DOCUMENT_CHARACTERS,
        page_of=_page_of,
    )


def _page_of(place: int) -> int | None:
    """Compute the page on which the result with the rank `place` (from 1) is. None for the first page."""
    page = (place - 1) // PER_PAGE + 1
    return page if page > 1 else None


def _found(wanted: SearchRequest, typed: str, person: int | None) -> FoundDocument:
    choices = why_missing.candidates(actor(), typed)
    if len(choices) != 1 or wanted.blank:
        return FoundDocument(choices)
    (document,) = choices
    others = people.options(actor()) if why_missing.may_ask_for_others(actor(), document.id) else []
    seeker = person if person in dict(others) else None
    answer = why_missing.why(actor(), wanted, document.id, seeker)
    return FoundDocument(choices, answer, tuple(map(sentence, answer.reasons)), tuple(others))


def sentence(reason: Reason) -> str:
    """Put a reason into a sentence in the language of the pages."""
    about = reason.about
    if reason.condition is not None:
        label, values = worded([reason.condition])[0]
        about = f"{label}: {values}"
    state = in_words(about).rstrip(".")
    words = {
        "person_searches_nothing": _("Người này không có vai trò nào được tìm văn bản."),
        "person_reads_not": _("Người này không có quyền đọc văn bản."),
        "unusable": _("Chỉ mục đang được lập lại; hãy thử lại sau ít phút."),
        "not_read": _("Văn bản vừa được tải lên, còn chờ đọc và đưa vào chỉ mục."),
        "withheld": _("Nội dung của văn bản không được lưu vì có dấu chỉ độ mật, nên không tìm được."),
        "no_text": _("%(state)s. Chỉ tìm được văn bản theo số, ký hiệu và trích yếu.", state=state),
        "unreadable": _("%(state)s. Chỉ tìm được văn bản theo số, ký hiệu và trích yếu.", state=state),
        "waiting": _("Thay đổi mới nhất của văn bản còn chờ đưa vào chỉ mục."),
        "nothing_asked": _("Trong câu tìm không có từ nào để tìm."),
        "undated": _("Văn bản chưa ghi ngày ban hành, nên không lọc được theo năm hay ngày ban hành."),
        "filtered": _("Văn bản không qua được bộ lọc “%(about)s”.", about=about),
        "excluded": _("Câu tìm loại trừ %(about)s, mà văn bản có.", about=about),
        "unmet": _("Không điều nào của văn bản có %(about)s.", about=about),
        "apart": _("%(about)s đều có trong văn bản nhưng không cùng một điều.", about=about),
        "lacking": _("Cả văn bản không có từ: %(about)s.", about=about),
        "lacking_names": _(
            "Cả văn bản không có “%(about)s”, cũng không có dạng khác của từ này: %(instead)s.",
            about=about,
            instead=", ".join(f"“{name}”" for name in reason.instead),
        ),
        "others_have_all": _(
            "Văn bản khác có đủ mọi từ trong cùng một điều, nên văn bản chỉ có một phần thì không hiện."
        ),
        "too_weak": _(
            "Văn bản khác khớp với câu tìm hơn nhiều nên văn bản này không hiện. Hãy thử ít từ hơn."
        ),
        "should_match": _(
            "Không thấy lý do: văn bản có đủ các từ cần tìm. Hãy thử ít từ hơn hoặc báo quản trị."
        ),
    }
    return words[reason.code]
