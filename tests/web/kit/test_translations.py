"""Every text has its English form, and pages show one language only."""

from __future__ import annotations

import ast
import datetime as dt
import pprint
import re
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale, gettext

from docmgr import db
from docmgr.models import Document, Folder, TrailEvent
from docmgr.services.documents import facts
from docmgr.services.folders import tree
from docmgr.services.inspection import findings, inspections
from docmgr.services.inspection.findings import FindingInput, RecommendationInput
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.links import links
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.trail import words as trail_words
from docmgr.settings import Settings
from docmgr.web.kit import filters, words
from docmgr.web.kit.i18n import CATALOGUES
from tests.filling import texts
from tests.filling.desk import stored
from tests.filling.keeping import work
from tests.filling.keeping.consulting import BASIS, consulted
from tests.filling.keeping.publishing import NAMES as PUBLISHED
from tests.filling.papers import decision
from tests.filling.planning import PLAN_WORDS, UNITS, World, world
from tests.filling.texts import VIETNAMESE
from tests.support.browsers import ROLES, Auth

__all__ = ["world"]
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
# An entry of a table: a name in capitals and a key.
TABLE = re.compile(r"(policy\.)?[A-Z_]+\[")
# Names that people gave are the same in every language.
NAMES = (
    "Sở Giáo dục và Đào tạo",
    "Kế hoạch 12/KH-X",
    # Example queries on the page that explains search.
    "quy chế dân chủ",
    "người đứng đầu",
    "kiểm tra -thanh",
    "Tiếng Việt",
    *(f"{unit} (thử)" for unit in UNITS.values()),
    *UNITS.values(),
    *(text for row in PLAN_WORDS for text in row[2:]), *PUBLISHED, BASIS,
    "Chung",
    "Riêng",
    *(name for pair in ROLES.values() for name in pair),
)
ENGLISH = re.compile(
    r"\b(the|and|of|with|not|save|cancel|edit|delete|remove|search|find|upload|download|document|documents|folder"
    r"|folders|version|plan|plans|task|tasks|evidence|inspection|finding|recommendation|trail|share|rights|sign in"
    r"|sign out|next|previous|page|close|loading|error|required|optional|choose|submit|settings|none)\b",
    re.IGNORECASE,
)
SHOWN_ATTRIBUTES = ("title", "alt", "aria-label", "placeholder", "content", "label")


def catalogue() -> dict[texts.Text, tuple[str, ...]]:
    """The English forms of each text by (context, Vietnamese text): one form, or singular and plural."""
    with (CATALOGUES / "en" / "LC_MESSAGES" / "messages.po").open("rb") as source:
        held = [m for m in read_po(source) if m.id and not m.fuzzy]
    # Vietnamese has one form for both.
    assert all(len(set(m.id)) == 1 for m in held if m.pluralizable)
    return {
        (m.context, m.id[0] if m.pluralizable else m.id): tuple(m.string) if m.pluralizable else (m.string,)
        for m in held
    }


def all_texts() -> set[texts.Text]:
    """Every text that needs an English form."""
    plain = texts.messages() | texts.tables() | texts.detail_labels()
    return texts.extracted() | {(None, text) for text in plain}


def test_every_text_has_english_words(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = all_texts() | {(None, text) for text in texts.missing_readers(monkeypatch)}
    known = {text for text, english in catalogue().items() if all(map(str.strip, english))}
    assert not wanted - known, "\n".join(sorted(text for _, text in wanted - known))


def test_the_catalogue_holds_nothing_that_no_page_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = all_texts() | {(None, text) for text in texts.missing_readers(monkeypatch)}
    assert not set(catalogue()) - wanted, "\n".join(sorted(text for _, text in set(catalogue()) - wanted))


def test_placeholders_are_the_same_in_both_languages() -> None:
    for (_context, text), forms in catalogue().items():
        for english in forms:
            assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(english)), text
            assert not VIETNAMESE.search(english), english


def test_what_is_counted_has_a_form_for_one_and_a_form_for_more(app: Flask) -> None:
    forms = catalogue()
    assert {text for text, english in forms.items() if len(english) == 2} == texts.extracted(only_counted=True)
    assert all(len(set(english)) == len(english) for english in forms.values())
    said = "Tệp sẽ có %(n)s văn bản."
    with app.test_request_context():
        assert [filters.counted(said, count) for count in (1, 2000)] == ["Tệp sẽ có 1 văn bản.", "Tệp sẽ có 2.000 văn bản."]
    with app.test_request_context(), force_locale("en"):
        assert filters.counted(said, 0) == "The file will hold 0 documents."
        assert filters.counted(said, 1) == "The file will hold 1 document."
        assert filters.counted(said, 2000) == "The file will hold 2,000 documents."


def test_english_pages_count_one_document_as_one(app: Flask, auth: Auth) -> None:
    clerk = auth("clerk")
    paper = stored(app, clerk, decision(), publish="1")
    clerk.submit("/language", {"language": "en"})
    for address in (
        "/search",
        "/search?q=độc lập tự do",
        "/search/export?q=độc lập",
        f"/search/explain?q=độc lập tự do&document={paper}&anchor=mo-dau",
        f"/documents/{paper}?q=tự do",
    ):
        page = shown(clerk.get(address).text)
        assert re.search(r"\b1 (document|part|place)\b", page) and not re.search(r"(?<![\d.,])1 [a-z]+s\b", page), address


def test_english_lists_count_one_thing_as_one(app: Flask, auth: Auth) -> None:
    clerk, folder = auth("clerk"), tree.root_id()
    paper = stored(app, clerk, decision())
    clerk.submit("/language", {"language": "en"})
    assert re.search(r"\b1 document\b", shown(clerk.get(f"/folders/{folder}").text))
    act, chosen = f"/folders/{folder}/documents", {"id": [paper]}
    published = clerk.get(clerk.submit(act, {**chosen, "act": "publish"}).headers["Location"])
    deleted = clerk.get(clerk.submit(act, {**chosen, "act": "delete"}).headers["Location"])
    assert "1 document was published." in shown(published.text)
    assert "1 document was moved to the recycle bin." in shown(deleted.text)
    for address in ("/tasks", "/trail", "/inspections", "/bin"):
        assert not re.search(r"(?<![\d.,/])1 [a-z]+s\b", shown(clerk.get(address).text)), address


def test_a_message_without_an_english_entry_is_noticed(tmp_path: Path) -> None:
    module = tmp_path / "services" / "new.py"
    module.parent.mkdir()
    module.write_text(
        'raise Invalid(Message("Câu mới có %(n)s chữ.", n=Message("Tên mới")), "field")\n'
        'LATER = Message(\n    "Câu dài "\n    "hai dòng."\n)\n'
    )
    found = texts.messages(tmp_path)
    assert found == {"Câu mới có %(n)s chữ.", "Tên mới", "Câu dài hai dòng."}
    assert not found & {text for _, text in catalogue()}
    # What only the command line tells needs none.
    module.rename(tmp_path / "services" / "upkeep.py")
    (tmp_path / "cli").mkdir()
    (tmp_path / "services" / "upkeep.py").rename(tmp_path / "cli" / "new.py")
    assert texts.messages(tmp_path) == set()


def test_a_message_takes_its_words_from_the_place_or_from_a_table() -> None:
    """A msgid that is put together, or comes from a variable, would be found by nobody who looks for its translation."""
    others = {
        place.partition(":")[0]: ast.unparse(arg)
        for place, arg in texts.first_arguments()
        if not (isinstance(arg, ast.Constant) or TABLE.match(ast.unparse(arg)))
    }
    assert others == {
        # Levels of secrecy, words of older events, and what `stored` gave: all of them in `texts.tables`.
        "services/documents/progress.py": "level",
        "services/folders/readers.py": "share_table.EFFECTS[document.workflow]",
        "services/documents/ingest.py": "note.msgid",
        "services/workflow/flows.py": "name",
        "services/trail/former.py": "role",
        "services/trail/words.py": "former.SUBJECTS.get(event.subject_label, event.subject_label)",
        "services/message.py": "value['msgid']",
        "services/planning/obligations/times.py": "said",
    }
    assert len(texts.messages()) > 90


def test_a_new_site_compiles_its_own_catalogue(app: Flask, settings: Settings) -> None:
    assert app.config["BABEL_TRANSLATION_DIRECTORIES"] == str(settings.home / "translations")
    assert (settings.home / "translations" / "en" / "LC_MESSAGES" / "messages.mo").is_file()
    assert not list(CATALOGUES.rglob("*.mo"))


def test_subjects_that_the_program_named_are_told_in_english(app: Flask) -> None:
    trail = TrailEvent(action="trail:begin", subject_type="site", subject_id=None, subject_label="Dấu vết")
    index = TrailEvent(action="index:rebuild", subject_type="site", subject_id=None, subject_label="Chỉ mục")
    nobody = TrailEvent(action="session:refuse", subject_type="person", subject_id=None, subject_label="Tên đăng nhập không có")
    document = TrailEvent(action="document:view", subject_type="document", subject_id=1, subject_label="Dấu vết")
    asked = TrailEvent(action="search:find", subject_type="search", subject_id=None, subject_label="Nhật ký")
    events = (trail, index, nobody, document, asked)
    with app.test_request_context():
        assert [words.subject(event) for event in events] == [
            "Nhật ký", "Chỉ mục", "Tên đăng nhập không có", "Dấu vết", "Nhật ký",
        ]  # fmt: skip
    with app.test_request_context(), force_locale("en"):
        assert [words.subject(event) for event in events] == ["Trail", "Index", "Unknown user name", "Dấu vết", "Nhật ký"]


def test_labels_that_reading_made_up_are_told_in_english(app: Flask) -> None:
    labels = {
        "Phần mở đầu": "Opening",
        "Nơi nhận, chữ ký": "Recipients, signature",
        "II.3, Gạch đầu dòng 4, Dấu cộng 1": "II.3, Bullet 4, Sub-bullet 1",
        "Phụ lục I, Đoạn 12": "Phụ lục I, Paragraph 12",
        # Words of the text itself, and the way people cite it.
        "điểm a khoản 2 Điều 5": "điểm a khoản 2 Điều 5",
        "Đoạn đường số 3": "Đoạn đường số 3",
        "Phần mở đầu của Đề án": "Phần mở đầu của Đề án",
    }
    with app.test_request_context():
        assert [words.place_label(label) for label in labels] == [*labels]
    with app.test_request_context(), force_locale("en"):
        assert {label: words.place_label(label) for label in labels} == labels
        event = TrailEvent(action="link:add", details={"Điều khoản": "Phần mở đầu", "Ghi chú": "Phần mở đầu"})
        assert [detail.new for detail in trail_words.details(event, gettext)] == ["Opening", "Phần mở đầu"]


def test_pages_of_a_document_that_was_read_tell_its_made_up_labels_in_english(app: Flask, auth: Auth) -> None:
    clerk = auth("clerk")
    paper = stored(app, clerk, decision(), publish="1")
    addresses = (
        "/search?q=độc lập tự do",
        f"/search/explain?q=độc lập tự do&document={paper}&anchor=mo-dau",
        f"/search/why?q=độc lập %22zzqx%22&document=%23{paper}",
        f"/documents/{paper}",
        f"/documents/{paper}?q=độc lập tự do",
        f"/links/provisions?name=anchor&document={paper}",
    )
    for address in addresses:
        assert "Phần mở đầu" in clerk.get(address).text, address
    clerk.submit("/language", {"language": "en"})
    for address in addresses:
        page = clerk.get(address).text
        assert "Opening" in page and "Phần mở đầu" not in page, address
    assert "Recipients, signature" in clerk.get(f"/documents/{paper}").text


@pytest.fixture
def pages(auth: Auth, world: World) -> list[tuple[Any, str]]:
    """Browsers and addresses of the main pages, in an agency whose own names are ASCII if possible."""
    clerk = world.actors["clerk"]
    _rename_root("Store")
    paper = world.document("12/KH-X", "Alpha", PLAN_WORDS)
    plan = plans.create(clerk, PlanInput("Beta", 2024, document_id=paper))
    task = tasks.create(
        clerk,
        plan,
        TaskInput(
            "Gamma", world.units["tccb"], (world.units["gdtrh"],), due_on=dt.date(2024, 5, 2), state="done",
            document_id=paper, anchor="muc-II.3.gach-4",
        ),  # fmt: skip
    )
    check = inspections.create(clerk, InspectionInput("Delta", world.units["gdtrh"]))
    finding = findings.create(clerk, check, FindingInput("Epsilon", task_id=task))
    advice = findings.recommend(clerk, check, RecommendationInput("Zeta", received_on=dt.date(2024, 5, 2)))
    tied = links.add(clerk, document_id=paper, role="basis", inspection_id=check, anchor="muc-II.3.gach-4")
    links.end(clerk, tied)
    links.add(clerk, document_id=paper, role="evidence", finding_id=finding, anchor="muc-II.3.gach-2")
    facts.save(clerk, paper, {"type": "Memo"}, revision=_revision(paper), confirm=True, publish=False)
    addresses = {
        "clerk": [
            "/", "/documents", f"/folders/{world.folder_id}", f"/folders/{world.closed_folder_id}/edit",
            f"/folders/{world.folder_id}/sharing", "/bin", "/documents/new", "/search", "/search?q=alpha",
            "/search?q=nothing+here", "/saved", "/saved/new?q=alpha&sort=date", "/search/export?q=alpha",
            "/search/why", f"/search/why?q=alpha&document={paper}", f"/search/why?q=zzqx&document={paper}&type=Memo",
            f"/search/explain?q=alpha&document={paper}&anchor=muc-II.3",
            *(f"/documents/{paper}?tab={tab}" for tab in ("text", "files", "relations")),
            *(f"/documents/{paper}?tab={tab}" for tab in ("tasks", "inspections", "comments", "trail")), "/home/blocks", f"/documents/{paper}?comment=muc-II",
            *(f"/documents/{paper}/{more}" for more in ("facts", "trail", "move", "sharing", "sharing/effect?inherit=0", "readers", "versions/new", "checkout")),
            f"/documents/{paper}/relations/new?q=alpha", "/plans", f"/plans/{plan}", f"/plans/{plan}/coverage",
            "/plans/new", f"/plans/{plan}/edit", "/tasks", f"/tasks/{task}", f"/tasks/{task}/edit", "/tasks/new", *work.a_few(world, plan),
            "/inspections", f"/inspections/{check}", "/inspections/new", f"/inspections/{check}/edit",
            f"/inspections/{check}/findings/new", f"/findings/{finding}/edit", f"/recommendations/{advice}/edit",
            f"/inspections/{check}/recommendations/new", f"/recommendations/{advice}/answer", f"/findings/{finding}", f"/recommendations/{advice}",
            f"/inspections/{check}/checks", f"/inspections/{check}/team?q=a", "/inspections/compare", "/inspections/plan", "/inspections/plan/new", "/checklists",
            f"/links/new?subject=task:{task}", f"/links/new?document={paper}",
            f"/links/new?subject=task:{task}&document={paper}", "/desk", "/desk/sent", "/delegations", f"/documents/{paper}/flow", f"/documents/{paper}/share-links", f"/documents/{paper}/receipts", f"/documents/{paper}/obligations", f"/documents/{paper}/publications", f"/documents/{paper}/publications/new", "/publications?state=missing", f"/documents/{paper}/consultations/new", "/consultations", *consulted(clerk, paper), "/share-links", "/account/password", "/no-such-page",
        ],
        "leader": ["/"],
        "staff": ["/"],
        "auditor": ["/", "/trail", f"/documents/{paper}/trail", f"/plans/{plan}", "/tasks?unproven=1"],
        "administrator": [
            "/", "/people", "/people/new", "/local-roles", "/groups", "/sees", "/units", "/health", "/workflows/2", "/agency", "/start", "/start/filing", "/import/units", "/import/people", "/share-links", "/shared/x", "/cong-khai", "/publication-rules", "/publication-rules/1", "/publication-forms/1", "/consultation-rules", "/calendar", "/calendar/2027", "/calendar/2027/edit",
        ],
    }  # fmt: skip
    browsers = {name: auth.client(world.users[name]) for name in addresses}
    return [(browsers[name], address) for name, listed in addresses.items() for address in listed]


def _rename_root(name: str) -> None:
    with db.write() as session:
        session.get_one(Folder, tree.root_id()).name = name


def _revision(document_id: int) -> int:
    with db.read() as session:
        return session.get_one(Document, document_id).revision


def shown(page: str) -> str:
    """What a reader sees or hears of a page, one line each, without texts of documents and names."""
    root = lxml.html.document_fromstring(page)
    for hidden in root.xpath("//script | //style | //code | //article[@lang] | //label/span[@lang] | //*[@lang]/self::button"):
        hidden.drop_tree()
    lines = [str(text) for text in root.xpath("//text()")]
    for name in SHOWN_ATTRIBUTES:
        lines += [str(value) for value in root.xpath(f"//@{name}")]
    # Of the attributes that scripts read, those that contain words and not keys or addresses.
    lines += [str(value) for value in root.xpath("//@*[starts-with(name(), 'data-')][contains(., ' ')]")]
    whole = "\n".join(" ".join(line.split()) for line in lines)
    for name in sorted(NAMES, key=len, reverse=True):
        whole = whole.replace(name, "")
    return whole


def test_english_pages_have_no_vietnamese_words(pages: list[tuple[Any, str]]) -> None:
    left = {}
    for browser, address in pages:
        browser.submit("/language", {"language": "en"})
        page = browser.get(address).text
        assert '<html lang="en"' in page, address
        # The trail keeps the name with which the root folder was created.
        kept = {tree.ROOT_NAME} if address == "/trail" else set()
        found = [line for line in shown(page).splitlines() if VIETNAMESE.search(line) and line not in kept]
        if found:
            left[address] = found
    assert not left, pprint.pformat(left, width=200)


def test_vietnamese_pages_have_no_english_words(pages: list[tuple[Any, str]]) -> None:
    left = {}
    for browser, address in pages:
        page = browser.get(address).text
        assert '<html lang="vi"' in page, address
        found = [line for line in shown(page).splitlines() if ENGLISH.search(line)]
        if found:
            left[address] = found
    assert not left, pprint.pformat(left, width=200)
