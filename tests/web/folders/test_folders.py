"""The pages of folders and of the recycle bin."""

from __future__ import annotations

import re

import pytest

from docmgr import db
from docmgr.models import Folder
from docmgr.policy import Actor
from docmgr.services.documents import bin, lifecycle
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.web.folders import contents
from tests.filling.filing import file_document, load, own_grants
from tests.support.browsers import Auth

XSS = '<script>alert(1)</script>"\'%s %(count)s {{7*7}}'


def make(clerk: Actor, names: str) -> int:
    return tree.by_path(clerk, names, create=True).id


def neutral(body: str) -> str:
    """A page without its tokens and without its own address in the language form."""
    return re.sub(r'name="(csrf_token|next)" value="[^"]*"', "", body)


def test_the_documents_page_shows_what_may_be_read(auth: Auth, clerk: Actor) -> None:
    make(clerk, "Chỉ đạo")
    paper = file_document(tree.root_id(), "12/QĐ-SGDĐT", "Quy chế dân chủ")
    page = auth("staff").get("/documents").text
    assert f'href="/documents/{paper}"' in page
    assert "Quy chế dân chủ" in page
    assert "Chỉ đạo" in page
    # A reader gets no forms that change anything.
    for words in ("Thư mục mới", "Chia sẻ", "Xóa", "Công bố</button>"):
        assert words not in page
    page = auth("clerk").get(f"/folders/{tree.root_id()}").text
    for words in ("Thư mục mới", "Chia sẻ", "Xóa", "Công bố</button>"):
        assert words in page


@pytest.mark.parametrize("role", ["staff", "leader", "auditor", "clerk"])
def test_an_empty_folder_says_what_is_next(auth: Auth, clerk: Actor, role: str) -> None:
    page = auth(role).get(f"/folders/{make(clerk, 'Trống')}").text
    nothing = page[page.index('class="nothing"') :]
    assert re.search(r'<a class="btn btn-primary" href="/[^"]*"', nothing)


def test_a_folder_has_a_box_that_searches_in_it(auth: Auth, clerk: Actor) -> None:
    inside = make(clerk, "Chỉ đạo")
    page = auth("staff").get(f"/folders/{inside}").text
    form = re.search(r'<form class="folder-search".*?</form>', page, re.S)
    assert form is not None and 'action="/search" method="get"' in form[0] and 'name="q"' in form[0]
    assert f'<input type="hidden" name="folder_in" value="{inside}">' in form[0]
    # The root folder has no search box of its own, because the one on top does the same.
    assert "folder-search" not in auth("staff").get(f"/folders/{tree.root_id()}").text


def test_a_hidden_folder_answers_like_a_missing_one(auth: Auth, clerk: Actor) -> None:
    hidden = make(clerk, "Kín")
    sharing.set_inherit(clerk, SharedThing(folder_id=hidden), inherit=False)
    for role in ("staff", "leader"):
        browser = auth(role)
        for pattern in ("/folders/{}", "/folders/{}/edit", "/folders/{}/sharing"):
            answers = [browser.get(pattern.format(number)) for number in (hidden, 9999)]
            assert [answer.status_code for answer in answers] == [404, 404]
            assert neutral(answers[0].text) == neutral(answers[1].text)


def test_make_name_move_and_delete_a_folder(auth: Auth, clerk: Actor) -> None:
    browser = auth("clerk")
    other = make(clerk, "Khác")
    made = browser.submit(f"/folders/{tree.root_id()}/folders", {"name": XSS.replace("/", "")})
    assert made.status_code == 302
    address = made.headers["Location"]
    page = browser.get(address).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert browser.fill(f"{address}/edit", {"name": "Mới", "publish_on_arrival": "1"}).status_code == 302
    assert browser.fill(f"{address}/move", {"target": other}, page=f"{address}/edit").status_code == 302
    page = browser.get(address).text
    assert "<h1>Mới</h1>" in page
    assert f'<a href="/folders/{other}">Khác</a>' in page
    gone = browser.submit(f"{address}/delete")
    assert gone.headers["Location"] == f"/folders/{other}"
    undo = re.search(r'action="(/bin/batches/[^"]+)"', browser.get(gone.headers["Location"]).text)
    assert undo is not None and browser.get(address).status_code == 404
    assert browser.submit(undo[1], {"folder": other}).headers["Location"] == f"/folders/{other}"
    assert browser.get(address).status_code == 200


@pytest.mark.parametrize(
    ("address", "form", "words"),
    [
        ("/folders/{root}/folders", {"name": " "}, "Hãy nhập tên"),
        ("/folders/{root}/folders", {"name": "A"}, "đã có thư mục"),
        ("/folders/{root}/edit", {"name": "a/b"}, "gạch chéo"),
        ("/folders/{a}/move", {"target": ""}, "Hãy chọn thư mục"),
        ("/folders/{a}/move", {"target": "{a}"}, "vào chính nó"),
        ("/folders/{root}/delete", {}, "gốc"),
    ],
)
def test_mistakes_are_said_on_the_page(auth: Auth, clerk: Actor, address: str, form: dict[str, str], words: str) -> None:
    ids = {"root": tree.root_id(), "a": make(clerk, "A")}
    form = {name: value.format(**ids) for name, value in form.items()}
    answer = auth("clerk").submit(address.format(**ids), {"revision": "1", **form})
    assert answer.status_code == 400
    assert words in answer.text
    assert 'role="alert"' in answer.text


def test_many_at_once(auth: Auth, clerk: Actor) -> None:
    browser, root, target = auth("clerk"), tree.root_id(), make(clerk, "A")
    papers = [file_document(root, f"{n}/QĐ-X", workflow="draft") for n in range(4)]
    act = f"/folders/{root}/documents"
    assert "Hãy chọn" in browser.get(browser.submit(act, {"act": "publish"}).headers["Location"]).text
    browser.submit(act, {"act": "publish", "id": papers[:2]})
    assert [load(paper).workflow for paper in papers] == ["published", "published", "draft", "draft"]
    moved = browser.submit(act, {"act": "move", "id": papers[1:3], "target": target}).headers["Location"]
    assert re.search(rf'Đã chuyển 2 văn bản\. <a class="alert-link" href="/folders/{target}">[^<]* / A</a>', browser.get(moved).text)
    assert [load(paper).folder_id for paper in papers] == [root, target, target, root]
    gone = browser.submit(act, {"act": "delete", "id": [papers[0], papers[3]], "sort": "-number"})
    assert gone.headers["Location"] == f"/folders/{root}?sort=-number"
    assert all(load(paper).deleted_at for paper in (papers[0], papers[3]))
    assert "Đã đưa vào thùng rác 2 văn bản." in browser.get(gone.headers["Location"]).text
    assert browser.submit(act, {"act": "burn", "id": papers}).status_code == 404


def test_many_at_once_is_all_or_none(auth: Auth, clerk: Actor) -> None:
    root = tree.root_id()
    mine, hidden = file_document(root, "1/QĐ-X"), file_document(root, "2/QĐ-X")
    sharing.set_inherit(clerk, SharedThing(document_id=hidden), inherit=False)
    other = own_grants(SharedThing(document_id=hidden))[0]
    # Now only a role has the right, which the clerk does not have, so the clerk cannot edit `hidden` any more.
    sharing.grant(clerk, SharedThing(document_id=hidden), "role:leader", "editor")
    leader = Actor(user_id=None, label="x", everything=True)
    sharing.revoke(leader, other.id)
    answer = auth("clerk").submit(f"/folders/{root}/documents", {"act": "delete", "id": [mine, hidden]})
    assert answer.status_code == 302
    assert load(mine).deleted_at is None
    assert load(hidden).deleted_at is None


@pytest.mark.parametrize("role", ["staff", "auditor", "administrator"])
def test_others_change_nothing(auth: Auth, clerk: Actor, role: str) -> None:
    browser, root, inner = auth(role), tree.root_id(), make(clerk, "A")
    paper = file_document(root, "1/QĐ-X")
    tries = [
        (f"/folders/{root}/folders", {"name": "B"}),
        (f"/folders/{inner}/edit", {"name": "B"}),
        (f"/folders/{inner}/move", {"target": root}),
        (f"/folders/{inner}/delete", {}),
        (f"/folders/{root}/documents", {"act": "delete", "id": [paper]}),
        (f"/folders/{root}/documents", {"act": "move", "id": [paper], "target": inner}),
    ]
    for address, form in tries:
        assert browser.submit(address, form).status_code in {302, 404}
    assert load(paper).deleted_at is None
    assert load(paper).folder_id == root
    assert [node.name for node in tree.tree(clerk)] == ["Văn bản", "A"]


def test_sort_and_page_are_in_the_address(auth: Auth, clerk: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docmgr.services.listing.in_folder.PAGE_SIZE", 2)
    for n in (9, 10, 11):
        file_document(tree.root_id(), f"{n}/QĐ-X")
    browser = auth("staff")

    def numbers(address: str) -> list[str]:
        return re.findall(r">(\d+)/QĐ-X</a>", browser.get(address).text)

    assert numbers("/documents?sort=number") == ["9", "10"]
    assert numbers("/documents?sort=number&page=2") == ["11"]
    assert numbers("/documents?sort=-number") == ["11", "10"]
    assert len(numbers("/documents?sort=%27;drop&page=-4")) == 2
    assert 'aria-sort="ascending"' in browser.get("/documents?sort=number").text


def test_the_bin_page(auth: Auth, clerk: Actor) -> None:
    browser = auth("clerk")
    assert "Thùng rác không có gì" in browser.get("/bin").text
    inner = make(clerk, "A")
    file_document(inner, "1/QĐ-X")
    alone = file_document(tree.root_id(), "2/QĐ-X", XSS)
    bin.delete_folder(clerk, inner)
    lifecycle.delete(clerk, [alone])
    page = browser.get("/bin").text
    assert "<script>alert" not in page
    assert clerk.label in page
    assert auth("auditor").get("/bin").status_code == 404
    assert "2/QĐ-X" not in auth("staff").get("/bin").text
    assert auth("staff").submit(f"/bin/documents/{alone}/restore").status_code == 404
    assert browser.submit(f"/bin/documents/{alone}/restore").headers["Location"] == f"/documents/{alone}"
    assert browser.submit(f"/bin/folders/{inner}/restore").headers["Location"] == f"/folders/{inner}"
    assert load(alone).deleted_at is None
    for batch in ("nonsense", "0" * 32, "%00" * 32):
        assert browser.submit(f"/bin/batches/{batch}/restore").status_code == 404


def test_a_form_without_its_token_does_nothing(auth: Auth, clerk: Actor) -> None:
    inner = make(clerk, "A")
    assert auth("clerk").post(f"/folders/{inner}/delete").status_code == 400
    assert [node.name for node in tree.tree(clerk)] == ["Văn bản", "A"]


def test_a_folder_counts_the_folders_in_it_that_may_be_seen(auth: Auth, clerk: Actor) -> None:
    outer = make(clerk, "A")
    for name in ("Trong 1", "Trong 2"):
        tree.create(clerk, outer, name)
    with db.write() as session:
        session.add(Folder(name="Kín", parent_id=outer, inherit=False))
    root = tree.root_id()
    for role, count in (("staff", 2), ("auditor", 3)):
        words = f"0 văn bản · {count} thư mục con"
        assert words in auth(role).get(f"/folders/{root}").text
        assert f'<h2 class="h5">{words}</h2>' in auth(role).get(f"/folders/{outer}").text


def test_the_list_of_everything_says_what_was_chosen(auth: Auth, clerk: Actor) -> None:
    inner = make(clerk, "A")
    file_document(inner, "1/QĐ-X", "Quy chế dân chủ", workflow="draft", created_by=clerk.user_id)
    file_document(tree.root_id(), "2/QĐ-X", "Quy chế chi tiêu")
    browser = auth("clerk")
    page = browser.get("/documents?workflow=draft").text
    assert "1/QĐ-X" in page and "2/QĐ-X" not in page
    chosen = re.search(r'<a href="(/documents[^"]*)"[^>]*class="chosen" aria-current="true"', page)
    assert chosen is not None and "workflow" not in chosen[1]
    # A value that nothing has can be taken away too.
    assert 'aria-current="true"' in browser.get("/documents?type=Kh%C3%B4ng+c%C3%B3").text
    assert browser.get("/documents?sort=x&page=0&year=%00&tag=" + "a" * 5_000).status_code == 200


def test_the_tree_at_the_side_shows_the_way_and_only_what_may_be_seen(auth: Auth, clerk: Actor) -> None:
    inner = make(clerk, "A/B")
    make(clerk, "A/B/C/D")
    other = make(clerk, "E/F")
    hidden = make(clerk, "A/Kín")
    sharing.set_inherit(clerk, SharedThing(folder_id=hidden), inherit=False)
    page = auth("staff").get(f"/folders/{inner}").text
    nav = page[page.index('<nav id="folders"') : page.index("</nav>", page.index('<nav id="folders"'))]
    names = re.findall(r">([^<>]+)</a>", nav)
    assert names == [tree.ROOT_NAME, "A", "B", "C", "E"]
    assert f'href="/folders/{inner}" aria-current="page"' in nav
    assert f"/folders/{other}" not in nav


def test_columns_are_kept_and_come_back(auth: Auth, clerk: Actor) -> None:
    file_document(tree.root_id(), "1/QĐ-X", signer="Người ký thử", created_by=clerk.user_id)
    browser = auth("clerk")
    assert "Người ký thử" not in browser.get("/documents").text
    answer = browser.submit("/documents/columns", {"columns": ["signer", "creator"], "folder": tree.root_id()})
    assert answer.headers["Location"] == f"/folders/{tree.root_id()}"
    page = browser.get("/documents").text
    assert "Người ký thử" in page and clerk.label in page and ">Trích yếu</a>" not in page
    assert "Người ký thử" not in auth("staff").get("/documents").text
    wrong = browser.submit("/documents/columns", {"columns": ["password_hash"]})
    assert "Có cột không tồn tại" in browser.get(wrong.headers["Location"]).text


def test_documents_of_many_folders_are_moved_at_once(auth: Auth, clerk: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    papers = [file_document(make(clerk, name), f"{n}/QĐ-X") for n, name in enumerate("AB")]
    target = make(clerk, "C")
    browser, root = auth("clerk"), tree.root_id()
    # Where there are very many folders, the list offers only those at its side, and the next page all of them.
    monkeypatch.setattr(contents, "NEAR", 1)
    asked = browser.submit(f"/folders/{root}/documents/moving", {"id": papers, "all": "1"}).text
    assert f'<option value="{target}">' in asked
    effect = browser.submit(f"/folders/{root}/documents/moving", {"id": papers, "all": "1", "target": target}).text
    assert "Trước khi chuyển" in effect and 'name="all" value="1"' in effect
    moved = browser.submit(f"/folders/{root}/documents", {"act": "move", "id": papers, "all": "1", "target": target})
    assert moved.headers["Location"] == "/documents"
    assert all(load(paper).folder_id == target for paper in papers)


def test_chosen_documents_are_sent_as_a_file(auth: Auth, clerk: Actor) -> None:
    paper = file_document(tree.root_id(), "1/QĐ-X")
    secret = file_document(tree.root_id(), "2/QĐ-X", workflow="draft", created_by=clerk.user_id)
    browser = auth("staff")
    sent = browser.submit(f"/folders/{tree.root_id()}/documents", {"act": "export", "id": [paper]})
    assert sent.data[:2] == b"PK" and "attachment" in sent.headers["Content-Disposition"]
    refused = browser.submit(f"/folders/{tree.root_id()}/documents", {"act": "export", "id": [paper, secret]})
    assert refused.status_code == 302 and b"PK" not in refused.data[:2]


def test_an_auditor_exports_and_changes_nothing(auth: Auth, clerk: Actor) -> None:
    paper = file_document(tree.root_id(), "1/QĐ-X", workflow="draft", created_by=clerk.user_id)
    address, browser = f"/folders/{tree.root_id()}/documents", auth("auditor")
    assert browser.submit(address, {"act": "export", "id": [paper]}).data[:2] == b"PK"
    for act in ("publish", "delete", "tag", "case", "move"):
        browser.submit(address, {"act": act, "id": [paper], "tags": "x", "target": tree.root_id()})
    assert load(paper).workflow == "draft" and load(paper).deleted_at is None


def test_who_does_not_see_the_root_has_a_list_of_documents(auth: Auth, clerk: Actor) -> None:
    inner = make(clerk, "A")
    file_document(inner, "1/QĐ-X")
    sharing.grant(clerk, SharedThing(folder_id=inner), "staff", "reader")
    sharing.revoke(clerk, next(one.id for one in own_grants(SharedThing(folder_id=tree.root_id())) if one.key == "staff"))
    page = auth("staff").get("/documents")
    assert page.status_code == 200 and "1/QĐ-X" in page.text
    assert auth("staff").get(f"/folders/{tree.root_id()}").status_code == 404
