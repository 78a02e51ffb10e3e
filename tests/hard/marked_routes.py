"""Every address of the site with the requests to send, for the walk with marked words (test_marked_text).

A row is "METHOD rule" → requests, each (address, form or None, headers or None); {names} are ids of
tests.support.marked.World. A new address needs a row here, with the arguments by which it would show words of {doc}
if it can.
"""

from __future__ import annotations

from typing import Any

from tests.support.marked import ANCHOR, BESIDE, MARK

# One word of the mark: pages print the query itself, which is not what the walk looks for.
ONE_WORD = MARK.split()[0]
Request = tuple[str, dict[str, Any] | None, dict[str, str] | None]


def get(*addresses: str, headers: dict[str, str] | None = None) -> list[Request]:
    """Addresses to GET."""
    return [(address, None, headers) for address in addresses]


def post(address: str, *forms: dict[str, Any]) -> list[Request]:
    """Forms to POST to one address; one empty form when none is given."""
    return [(address, form, None) for form in forms or ({},)]


TASK = {
    "title": "Việc thử", "lead_id": "{unit}", "due_rule": "continuous", "state": "open", "document_id": "{doc}", "anchor": ANCHOR,
    "pinned": ANCHOR, "v": "1", "plan_id": "{plan}",
}  # fmt: skip
LINK = {"document": "{doc}", "subject": "task:{task}", "anchor": ANCHOR, "pinned": ANCHOR, "v": "1"}
ASKED = f"q={BESIDE}"
EXPORT = {"q": BESIDE, "columns": ["number", "provision", "snippet"]}
FINDING = {"text": "Phát hiện thử", "severity": "nonsense", "state": "open", "task_id": "{task}"}
INSPECTION = {"title": "", "inspected_unit_id": "{unit}", "state": "planned", "plan_id": "{plan}"}

ROWS: dict[str, list[Request]] = {
    "GET /": get("/"),
    "GET /abbreviations": get("/abbreviations"),
    "POST /abbreviations": post("/abbreviations", {"short": "", "names": ""}),
    "GET /abbreviations/<key>": get("/abbreviations/ubnd"),
    "POST /abbreviations/<key>": post("/abbreviations/ubnd", {"names": ""}),
    "POST /abbreviations/<key>/delete": post("/abbreviations/khong-co/delete"),
    "POST /abbreviations/<key>/restore": post("/abbreviations/khong-co/restore"),
    "GET /everyday-words": get("/everyday-words"),
    "POST /everyday-words": post("/everyday-words", {"word": "", "law": ""}),
    "GET /everyday-words/<int:word_id>": get("/everyday-words/1"),
    "POST /everyday-words/<int:word_id>": post("/everyday-words/1", {"law": ""}),
    "POST /everyday-words/<int:word_id>/delete": post("/everyday-words/1/delete"),
    "GET /agency": get("/agency"),
    "POST /agency": post("/agency", {"name": "", "revision": "0"}),
    "GET /agency/logo": get("/agency/logo"),
    "GET /start": get("/start"),
    "POST /start/<key>/skip": post("/start/upload/skip"),
    "POST /start/<key>/resume": post("/start/upload/resume"),
    "GET /start/filing": get("/start/filing"),
    "POST /start/filing": post("/start/filing", {"organ": "sai chữ", "series": ["Kế hoạch"]}),
    "GET /import/<kind>": get("/import/units"),
    "POST /import/<kind>": post("/import/units"),
    "POST /import/<kind>/confirm": post("/import/people/confirm", {"rows": "x"}),
    "GET /import/<kind>/sample.xlsx": get("/import/people/sample.xlsx"),
    "POST /people/keys.xlsx": post("/people/keys.xlsx", {"keys": "x"}),
    "GET /account/password": get("/account/password"),
    "POST /account/password": post("/account/password", {"old": "sai", "password": "x", "again": "y"}),
    "GET /bin": get("/bin"),
    "POST /bin/folders/<int:folder_id>/restore": post("/bin/folders/{folder}/restore"),
    "POST /bin/batches/<batch>/restore": post("/bin/batches/{batch}/restore"),
    "GET /documents": get("/documents"),
    "GET /documents/new": get("/documents/new"),
    "GET /documents/recent": get("/documents/recent", "/documents/recent?type=&since=2020-01-01"),
    "POST /documents/new": post("/documents/new"),
    "GET /documents/new/folder": get("/documents/new/folder"),
    "GET /documents/states": get("/documents/states?ids={doc},{pdf}"),
    "GET /documents/waiting": get("/documents/waiting", "/documents/waiting?look=doubtful"),
    "POST /documents/waiting": post(
        "/documents/waiting", {}, {"row": "{doc}", "one": "{doc}"},
        {"row": ["{doc}", "{pdf}"], "pick": ["{doc}", "{pdf}"], "act": "chosen"},
    ),
    "GET /documents/<int:document_id>": get(
        *(f"/documents/{{doc}}?tab={tab}" for tab in ("text", "files", "relations", "tasks", "inspections", "trail")),
        "/documents/{doc}?" + ASKED, "/documents/{doc}?v=1", "/documents/{doc}?v=2", "/documents/{doc}?v=2&tab=files",
        "/documents/{other}?tab=relations", "/documents/{pdf}", "/documents/{pdf}?tab=files",
    ),
    "POST /documents/<int:document_id>/workflow": post("/documents/{doc}/workflow", {"workflow": "nonsense"}),
    "GET /documents/<int:document_id>/move": get("/documents/{doc}/move"),
    "POST /documents/<int:document_id>/move": post("/documents/{doc}/move"),
    "GET /documents/<int:document_id>/moving": get("/documents/{doc}/moving?folder={folder}"),
    "GET /documents/<int:document_id>/versions/new": get("/documents/{doc}/versions/new"),
    "POST /documents/<int:document_id>/versions/new": post("/documents/{doc}/versions/new"),
    "GET /documents/<int:document_id>/compare": get(
        "/documents/{doc}/compare?with={pdf}", "/documents/{pdf}/compare?with={doc}", "/documents/{doc}/compare?a=1&b=2",
        f"/documents/{{other}}/compare?with={{doc}}&with_q={BESIDE}&find=with", "/documents/{other}/compare?with={doc}&b=2",
    ),
    "POST /documents/<int:document_id>/versions/<int:no>/restore": post("/documents/{doc}/versions/1/restore"),
    "GET /documents/<int:document_id>/conversion": get("/documents/{doc}/conversion", "/documents/{doc}/conversion?v=1"),
    "POST /documents/<int:document_id>/conversion": post("/documents/{doc}/conversion", {"v": "1", "as_written": "1"}),
    "GET /documents/rereading": get("/documents/rereading"),
    "GET /documents/<int:document_id>/rereading": get("/documents/{doc}/rereading?v=1"),
    "POST /documents/<int:document_id>/rereading": post("/documents/{doc}/rereading", {"v": "1", "decision": "keep"}),
    "GET /documents/suggestions": get("/documents/suggestions?field=issuer&q=so", "/documents/suggestions?field=type"),
    "POST /documents/<int:document_id>/files": post("/documents/{doc}/files"),
    "GET /documents/<int:document_id>/facts": get("/documents/{doc}/facts", "/documents/{pdf}/facts", "/documents/{pdf}/facts?view=text&page=2"),
    "POST /documents/<int:document_id>/facts": post(
        "/documents/{doc}/facts",
        {"revision": "{revision}", "issued_on": "nonsense"},
        {"revision": "0", "subject": "Trích yếu khác"},
        {"revision": "0", "confirm": "1", "type": "", "number": "", "subject": "", "issued_on": ""},
        {"revision": "0", "confirm": "1", "number": "13/QĐ-SGDĐT", "same": "version-999999"},
    ) + post("/documents/{pdf}/facts", {"revision": "0", "subject": "Khác"}),
    "GET /documents/<int:document_id>/number": get("/documents/{doc}/number"),
    "POST /documents/<int:document_id>/number": post("/documents/{doc}/number", {"day": "nonsense"}),
    "POST /documents/<int:document_id>/number/record": post("/documents/{doc}/number/record"),
    "GET /documents/<int:document_id>/copy": get("/documents/{doc}/copy"),
    "POST /documents/<int:document_id>/copy": post("/documents/{doc}/copy", {"copy_kind": "nonsense"}),
    "GET /documents/<int:document_id>/arrival": get("/documents/{doc}/arrival"),
    "POST /documents/<int:document_id>/arrival": post("/documents/{doc}/arrival", {"arrived_on": "nonsense"}),
    "GET /registers/outgoing": get("/registers/outgoing?year=2024"),
    "GET /registers/incoming": get("/registers/incoming"),
    "GET /registers/handling": get("/registers/handling"),
    "POST /registers/export": post("/registers/export", {"register": "outgoing", "form": "xlsx"}),
    "GET /registers/reserve": get("/registers/reserve"),
    "POST /registers/reserve": post("/registers/reserve", {"series": "1", "count": "0", "reason": "x"}),
    "GET /registers/lines/<int:entry_id>": get("/registers/lines/1"),
    "POST /registers/lines/<int:entry_id>": post("/registers/lines/1", {"note": "x"}),
    "POST /registers/lines/<int:entry_id>/release": post("/registers/lines/1/release"),
    "POST /registers/lines/<int:entry_id>/explain": post("/registers/lines/1/explain"),
    "POST /registers/lines/<int:entry_id>/cancel": post("/registers/lines/1/cancel"),
    "GET /series": get("/series"),
    "POST /series": post("/series", {"name": ""}),
    "GET /series/<int:series_id>": get("/series/1"),
    "POST /series/<int:series_id>": post("/series/1", {"name": ""}),
    "POST /series/<int:series_id>/close": post("/series/999999/close"),
    "POST /series/<int:series_id>/open": post("/series/999999/open"),
    "POST /series/<int:series_id>/delete": post("/series/999999/delete"),
    "GET /documents/<int:document_id>/relations/new": get("/documents/{other}/relations/new?" + ASKED),
    "POST /documents/<int:document_id>/relations": post("/documents/{other}/relations", {"q": BESIDE}),
    "GET /documents/<int:document_id>/sharing": get("/documents/{doc}/sharing"),
    "GET /documents/<int:document_id>/sharing/effect": get("/documents/{doc}/sharing/effect?inherit=0"),
    "GET /documents/<int:document_id>/readers": get("/documents/{doc}/readers"),
    "POST /documents/<int:document_id>/sharing/rights": post("/documents/{doc}/sharing/rights"),
    "POST /documents/<int:document_id>/sharing/inheritance": post("/documents/{doc}/sharing/inheritance", {"inherit": "1"}),
    "GET /documents/<int:document_id>/trail": get("/documents/{doc}/trail"),
    "POST /documents/<int:document_id>/trail/export": post("/documents/{doc}/trail/export", {"form": "csv"}, {"form": "xlsx"}),
    "GET /files/<int:file_id>/download": [
        *get("/files/{file}/download", "/files/{pdf_file}/download", "/files/{new_file}/download"),
        *get("/files/{file}/download", "/files/{new_file}/download", headers={"Range": "bytes=1-"}),
        *get("/files/{file}/download", headers={"Range": "bytes=0-0"}),
    ],
    "GET /files/<int:file_id>/searchable.pdf": get("/files/{pdf_file}/searchable.pdf", "/files/{file}/searchable.pdf"),
    "GET /files/<int:file_id>/pages/<int:number>.png": get("/files/{pdf_file}/pages/2.png", "/files/{file}/pages/1.png"),
    "GET /files/<int:file_id>/thumbnail.png": get("/files/{pdf_file}/thumbnail.png", "/files/{file}/thumbnail.png"),
    "GET /folders/<int:folder_id>": get("/folders/{root}", "/folders/{folder}"),
    "GET /folders/<int:folder_id>/edit": get("/folders/{folder}/edit"),
    "POST /folders/<int:folder_id>/edit": post("/folders/{folder}/edit", {"name": ""}),
    "POST /folders/<int:folder_id>/folders": post("/folders/{folder}/folders", {"name": ""}),
    "GET /folders/<int:folder_id>/move": get("/folders/{folder}/move?target={root}"),
    "POST /folders/<int:folder_id>/move": post("/folders/{folder}/move"),
    "POST /folders/<int:folder_id>/documents/moving": post("/folders/{root}/documents/moving", {"id": ["{doc}"], "target": "{folder}"}),
    "POST /folders/<int:folder_id>/documents": post("/folders/{root}/documents", {"act": "nonsense", "id": ["{doc}"]}),
    "GET /folders/<int:folder_id>/sharing": get("/folders/{folder}/sharing"),
    "GET /folders/<int:folder_id>/sharing/effect": get("/folders/{folder}/sharing/effect?inherit=0"),
    "POST /folders/<int:folder_id>/sharing/rights": post("/folders/{folder}/sharing/rights"),
    "POST /folders/<int:folder_id>/sharing/inheritance": post("/folders/{folder}/sharing/inheritance", {"inherit": "1"}),
    "POST /rights/<int:grant_id>/revoke": post("/rights/999999/revoke"),
    "GET /following": get("/following"),
    "POST /following": post("/following", {"kind": "document", "subject": "{doc}"}, {"kind": "folder", "subject": "{folder}"}),
    "POST /following/stop": post("/following/stop", {"kind": "document", "subject": "{doc}"}),
    "GET /notices": get("/notices", "/notices?unread=1"),
    "POST /notices": post("/notices", {"id": "1"}, {"up_to": "99"}),
    "POST /notices/<int:notice_id>": post("/notices/1"),
    "GET /notices/settings": get("/notices/settings"),
    "POST /notices/settings": post("/notices/settings", {"reason": "version"}),
    "GET /health": get("/health"),
    "GET /help/keys": get("/help/keys"),
    "GET /healthz": get("/healthz"),
    "GET /inspections": get("/inspections"),
    "GET /inspections/new": get("/inspections/new?plan={plan}"),
    "POST /inspections/new": post("/inspections/new", INSPECTION),
    "GET /inspections/<int:inspection_id>": get("/inspections/{inspection}"),
    "GET /inspections/<int:inspection_id>/edit": get("/inspections/{inspection}/edit"),
    "POST /inspections/<int:inspection_id>/edit": post("/inspections/{inspection}/edit", INSPECTION, {**INSPECTION, "title": "x"}),
    "GET /inspections/<int:inspection_id>/findings/new": get("/inspections/{inspection}/findings/new?task={task}"),
    "POST /inspections/<int:inspection_id>/findings/new": post(
        "/inspections/{inspection}/findings/new", FINDING, {**FINDING, "find": "task_id", "task_id_q": "thử"}
    ),
    "GET /findings/<int:finding_id>/edit": get("/findings/{finding}/edit"),
    "POST /findings/<int:finding_id>/edit": post("/findings/{finding}/edit", FINDING, {**FINDING, "severity": "high"}),
    "GET /inspections/<int:inspection_id>/recommendations/new": get("/inspections/{inspection}/recommendations/new?finding={finding}"),
    "POST /inspections/<int:inspection_id>/recommendations/new": post("/inspections/{inspection}/recommendations/new"),
    "GET /recommendations/<int:recommendation_id>/edit": get("/recommendations/{recommendation}/edit"),
    "POST /recommendations/<int:recommendation_id>/edit": post("/recommendations/{recommendation}/edit", {}, {"text": "Khác"}),
    "GET /recommendations/<int:recommendation_id>/answer": get("/recommendations/{recommendation}/answer"),
    "POST /recommendations/<int:recommendation_id>/answer": post("/recommendations/{recommendation}/answer", {}, {"answer": "Đã làm"}),
    "GET /links/documents": get(f"/links/documents?name=document&{ASKED}", "/links/documents?name=document"),
    "GET /links/subjects": get("/links/subjects?name=subject&q=thử"),
    "GET /links/tasks": get("/links/tasks?name=task_id&q=thử"),
    "GET /links/provisions": get(
        "/links/provisions?name=anchor&document={doc}", f"/links/provisions?name=anchor&document={{doc}}&{ASKED}",
        "/links/provisions?name=anchor&document={doc}&q=khong-co",
    ),
    "GET /links/new": get(
        "/links/new?document={doc}&subject=task:{task}", f"/links/new?document={{doc}}&subject=task:{{task}}&anchor={ANCHOR}",
        "/links/new?document={doc}", f"/links/new?subject=task:{{task}}&document_q={BESIDE}",
        f"/links/new?document={{doc}}&subject=finding:{{finding}}&anchor={ANCHOR}&v=1&anchor_q=khong-co",
    ),
    "POST /links/new": post("/links/new", LINK, {**LINK, "find": "anchor", "anchor_q": BESIDE}, {**LINK, "role": "evidence"}),
    "GET /people": get("/people"),
    "GET /people/new": get("/people/new"),
    "POST /people/new": post("/people/new"),
    "GET /people/<int:user_id>": get("/people/{user}"),
    "POST /people/<int:user_id>": post("/people/{user}", {"full_name": ""}),
    "POST /people/<int:user_id>/disable": post("/people/999999/disable"),
    "POST /people/<int:user_id>/enable": post("/people/999999/enable"),
    "POST /people/<int:user_id>/password": post("/people/999999/password"),
    "GET /plans": get("/plans"),
    "GET /plans/new": get("/plans/new?document={doc}"),
    "POST /plans/new": post("/plans/new", {"document_id": "{doc}"}, {"find": "document_id", "document_id_q": BESIDE}),
    "GET /plans/<int:plan_id>": get("/plans/{plan}", "/plans/{plan}?group=unit"),
    "GET /plans/<int:plan_id>/edit": get("/plans/{plan}/edit"),
    "POST /plans/<int:plan_id>/edit": post("/plans/{plan}/edit", {}, {"title": "Khác", "year": "2024"}),
    "GET /plans/<int:plan_id>/coverage": get("/plans/{plan}/coverage"),
    "GET /search": get(
        "/search", "/search?" + ASKED, f"/search?q={ONE_WORD}", "/search?type=Quyết định", "/search?q=12/QĐ-SGDĐT", "/search?since=2024",
    ),
    "GET /search/help": get("/search/help"),
    "GET /search/complete": get("/search/complete?q=khox", "/search/complete?q=khoxung", "/search/complete?q=khoxung t"),
    "GET /search/explain": get(f"/search/explain?{ASKED}&document={{doc}}&anchor=dieu-1", f"/search/explain?q={ONE_WORD}&document={{doc}}"),
    "GET /search/why": get(f"/search/why?{ASKED}&document=%23{{doc}}", "/search/why?q=khong-co-dau&document=%23{doc}"),
    "GET /search/export": get("/search/export?" + ASKED),
    "POST /search/export": post(
        "/search/export", *({**EXPORT, "form": form} for form in ("csv", "docx", "xlsx", "pdf", "nonsense")),
        {"type": "Quyết định", "columns": ["subject", "snippet"], "form": "csv"}, {**EXPORT, "columns": ["number"], "form": "csv"},
    ),
    "GET /saved": get("/saved"),
    "POST /saved": post("/saved", {"q": BESIDE, "name": ""}),
    "GET /saved/new": get("/saved/new?" + ASKED),
    "GET /saved/<int:search_id>": get("/saved/{saved}"),
    "GET /saved/<int:search_id>/edit": get("/saved/{saved}/edit"),
    "POST /saved/<int:search_id>/edit": post("/saved/{saved}/edit", {"name": ""}),
    "POST /saved/<int:search_id>/delete": post("/saved/999999/delete"),
    "GET /tasks": get("/tasks", "/tasks?q=thử"),
    "GET /tasks/new": get(
        f"/tasks/new?document={{doc}}&anchor={ANCHOR}", f"/tasks/new?document={{doc}}&anchor={ANCHOR}&v=1",
        "/tasks/new?plan={plan}", "/tasks/new?document={doc}&v=2",
    ),
    "POST /tasks/new": post(
        "/tasks/new", {**TASK, "title": ""}, {**TASK, "find": "anchor", "anchor_q": BESIDE}, {**TASK, "quote": "Không có lời này"},
    ),
    "GET /tasks/<int:task_id>": get("/tasks/{task}"),
    "GET /tasks/<int:task_id>/edit": get("/tasks/{task}/edit"),
    "POST /tasks/<int:task_id>/edit": post(
        "/tasks/{task}/edit", {**TASK, "title": ""}, {**TASK, "quote": "Lời khác"}, {"title": "Khác", "quote": "Lời khác"},
        {**TASK, "find": "anchor", "anchor_q": BESIDE},
    ),
    "POST /tasks/<int:task_id>/state": post("/tasks/{task}/state", {"state": "done", "revision": "0"}),
    "GET /trail": get("/trail", "/trail?document={doc}", "/trail?about=QĐ"),
    "POST /trail/export": post("/trail/export", {"form": "csv"}, {"form": "xlsx", "document": "{doc}"}),
    "GET /units": get("/units"),
    "POST /units": post("/units", {"name": ""}),
    "GET /units/<int:unit_id>": get("/units/{unit}"),
    "POST /units/<int:unit_id>": post("/units/{unit}", {"name": ""}),
    "GET /login": get("/login"),
    "POST /login": post("/login", {"username": "khong-co", "password": "x"}),
    "POST /language": post("/language", {"language": "vi"}),
    # These requests change what the others need, so they come last.
    "POST /links/<int:link_id>/end": post("/links/{link}/end"),
    "POST /links/<int:link_id>/restore": post("/links/{link}/restore", {"mark": "x"}),
    "POST /relations/<int:relation_id>/end": post("/relations/{relation}/end"),
    "POST /relations/<int:relation_id>/restore": post("/relations/{relation}/restore", {"mark": "x"}),
    "POST /files/<int:file_id>/pages/<int:number>/turn": post("/files/{pdf_file}/pages/1/turn", {"by": "left"}),
    "POST /units/<int:unit_id>/delete": post("/units/{unit}/delete"),
    "POST /folders/<int:folder_id>/delete": post("/folders/{folder}/delete"),
    "POST /documents/<int:document_id>/delete": post("/documents/{doc}/delete"),
    "POST /bin/documents/<int:document_id>/restore": post("/bin/documents/{doc}/restore"),
    "POST /logout": post("/logout"),
}  # fmt: skip
# Addresses that show the words to a clerk who may read the document; if the walk does not see them here, it proves
# nothing.
SHOWING = frozenset(
    {
        "GET /documents/<int:document_id>", "GET /documents/<int:document_id>/facts", "POST /documents/<int:document_id>/facts",
        "GET /files/<int:file_id>/download", "GET /files/<int:file_id>/pages/<int:number>.png",
        "GET /files/<int:file_id>/searchable.pdf",
        "GET /plans/<int:plan_id>/coverage", "GET /inspections/<int:inspection_id>",
        "GET /tasks/new", "POST /tasks/new", "GET /tasks/<int:task_id>", "GET /tasks/<int:task_id>/edit",
        "POST /tasks/<int:task_id>/edit", "GET /links/new", "POST /links/new", "GET /links/provisions",
        "GET /search", "POST /search/export",
    }
)  # fmt: skip
# Opening these addresses is a reading, whatever they show of the document.
OWN_PAGES = ("GET /documents/<int:document_id>", "GET /documents/<int:document_id>/facts", "POST /documents/<int:document_id>/facts")
