"""The pages for many documents of a list at once, and the button that undoes what was done."""

from __future__ import annotations

import re

from docmgr.policy import Actor
from docmgr.services.documents import lifecycle
from docmgr.services.folders import tree
from docmgr.services.own_fields import definitions, values
from docmgr.services.own_fields.definitions import OwnFieldInput
from docmgr.services.terms import of_documents as terms
from tests.filling.filing import file_document, load
from tests.filling.registers import flow_of, key, running, step
from tests.support.acting import actor_of
from tests.support.browsers import Auth

UNDO = re.compile(r'action="(/changes/\d+/undo)"')


def test_the_message_undoes_a_move_of_many_and_of_one(auth: Auth, clerk: Actor) -> None:
    browser, root = auth("clerk"), tree.root_id()
    papers, target = [file_document(root, f"{number}/QĐ-X") for number in (1, 2)], tree.create(clerk, root, "A").id
    many = {"id": [str(one) for one in papers], "act": "move", "target": str(target)}
    page = browser.get(browser.submit(f"/folders/{root}/documents", many).headers["Location"]).text
    undo = UNDO.search(page)
    assert undo is not None and "Đã chuyển 2 văn bản." in page
    # Another person's button is that of nothing.
    other = auth("leader")
    refused = other.get(other.submit(undo[1]).headers["Location"]).text
    assert "Không hoàn tác được: việc này đã được hoàn tác, hoặc đã quá một ngày." in refused and load(papers[0]).folder_id == target
    assert undo[1] in browser.get("/changes").text and undo[1] not in other.get("/changes").text
    done = browser.submit(undo[1], {"folder": str(root)})
    assert done.headers["Location"].endswith("/documents") and "Đã hoàn tác với 2 văn bản." in browser.get("/documents").text
    assert {load(one).folder_id for one in papers} == {root}
    browser.submit(f"/documents/{papers[0]}/move", {"folder": str(target)})
    undo = UNDO.search(browser.get(f"/documents/{papers[0]}").text)
    assert undo is not None
    lifecycle.move(clerk, papers[:1], tree.create(clerk, root, "B").id)
    answer = browser.submit(undo[1], {"document": str(papers[0])})
    assert "Chưa hoàn tác “Quyết định 1/QĐ-X”: Đã thay đổi từ lúc đó." in browser.get(answer.headers["Location"]).text


def test_a_folder_and_the_form_of_facts_go_back_by_their_messages(auth: Auth, clerk: Actor) -> None:
    browser, root = auth("clerk"), tree.root_id()
    inner, target = tree.create(clerk, root, "Trong").id, tree.create(clerk, root, "A").id
    moved = browser.submit(f"/folders/{inner}/move", {"target": str(target), "revision": "1"})
    undo = UNDO.search(browser.get(moved.headers["Location"]).text)
    assert undo is not None and "1 thư mục" in browser.get("/changes").text
    page = browser.get(browser.submit(undo[1], {"folder": str(inner)}).headers["Location"]).text
    assert "Đã chuyển thư mục về nơi cũ." in page and tree.load_editable(clerk, inner)[0].parent_id == root
    paper = file_document(root, "1/QĐ-X")
    form = {"revision": str(load(paper).revision), "subject": "Về việc khác", "confirm": "1", "despite_doubt": "1"}
    saved = browser.submit(f"/documents/{paper}/facts", form)
    undo = UNDO.search(browser.get(saved.headers["Location"]).text)
    assert undo is not None and load(paper).subject == "Về việc khác"
    page = browser.get(browser.submit(undo[1], {"document": str(paper)}).headers["Location"]).text
    assert "Đã hoàn tác với 1 văn bản." in page and (load(paper).subject, load(paper).confirmed_at) == (None, None)


def test_tags_are_taken_away_and_given_back(auth: Auth, clerk: Actor) -> None:
    browser, root = auth("clerk"), tree.root_id()
    papers = [file_document(root, f"{number}/QĐ-X") for number in (1, 2)]
    terms.add(clerk, papers[:1], tags="gấp, cũ")
    chosen = {"id": [str(one) for one in papers]}
    page = browser.get(browser.submit(f"/folders/{root}/documents", {**chosen, "act": "untag", "tags": "Gấp"}).headers["Location"]).text
    undo = UNDO.search(page)
    assert undo is not None and "Đã gỡ nhãn khỏi 1 văn bản." in page and terms.of_document(clerk, papers[0]).tags == ("cũ",)
    again = browser.submit(f"/folders/{root}/documents", {**chosen, "act": "untag", "tags": "Gấp"})
    assert "Không văn bản nào đã chọn có nhãn này." in browser.get(again.headers["Location"]).text
    browser.submit(undo[1])
    assert terms.of_document(clerk, papers[0]).tags == ("cũ", "gấp")


def test_a_step_moves_many_and_says_which_stay(auth: Auth, clerk: Actor) -> None:
    leader, root = actor_of(auth.people["leader"]), tree.root_id()
    papers = [running(clerk, "outgoing", subject=f"Việc {number}") for number in (1, 2, 3)]
    for one in papers[:2]:
        step(clerk, one, "submit", to=key(leader))
    browser, chosen = auth("leader"), {"id": [str(one) for one in papers]}
    page = browser.submit(f"/folders/{root}/documents/steps", chosen).text
    assert "Chuyển bước 2 văn bản" in page and "Duyệt: 2 văn bản" in page and "Việc 3" not in page
    picks = re.findall(r'name="pick" value="([^"]*)"', page.split("</form>")[-3])
    assert len(picks) == 2
    step(leader, papers[0], "return", "Sửa lại")
    answer = browser.submit(f"/folders/{root}/documents/step", {"step": "approve|Duyệt", "pick": picks})
    shown = browser.get(answer.headers["Location"]).text
    assert "Đã chuyển bước 1 văn bản." in shown and "Chưa chuyển “Việc 1”" in shown
    assert flow_of(papers[1]).state == "approved" and flow_of(papers[0]).state == "returned"
    # A comment that the step needs is asked for, and nothing is moved without it.
    needed = browser.submit(f"/folders/{root}/documents/step", {"step": "return|Trả lại", "pick": [f"{papers[1]}:{flow_of(papers[1]).revision}"]})
    assert "cần ghi ý kiến, lý do" in browser.get(needed.headers["Location"]).text
    assert "Hãy chọn ít nhất một văn bản" in browser.get(browser.submit(f"/folders/{root}/documents/steps").headers["Location"]).text
    assert auth("administrator").submit(f"/folders/{root}/documents/steps", chosen).status_code == 404


def test_facts_of_many_are_looked_at_before_they_change(auth: Auth, clerk: Actor) -> None:
    browser, root = auth("clerk"), tree.root_id()
    papers = [file_document(root, f"{number}/QĐ-X") for number in (1, 2)]
    chosen = {"id": [str(one) for one in papers], "all": "1", "sort": "-date"}
    form = browser.submit(f"/folders/{root}/documents/facts", chosen)
    assert form.status_code == 200 and "Sửa thông tin 2 văn bản" in form.text and "Sẽ thay đổi" not in form.text
    for typed in ({}, {"effective_from": "31/02/2024"}):
        assert browser.submit(f"/folders/{root}/documents/facts", {**chosen, "look": "1", **typed}).status_code == 400
    page = browser.submit(f"/folders/{root}/documents/facts", {**chosen, "look": "1", "issuer": "Sở X", "effective_from": "01/03/2024"}).text
    assert "2 văn bản sẽ đổi Cơ quan ban hành thành “Sở X”" in page and "2 văn bản sẽ đổi Có hiệu lực từ ngày thành “01/03/2024”" in page
    picks = re.findall(r'name="pick" value="([^"]*)"', page)
    lifecycle.set_workflow(clerk, papers[0], "draft")
    saved = browser.submit(f"/folders/{root}/documents/facts/save", {"pick": picks, "issuer": "Sở X", "all": "1", "sort": "-date"})
    assert saved.headers["Location"] == "/documents?sort=-date"
    shown = browser.get(saved.headers["Location"]).text
    assert "Đã sửa thông tin của 1 văn bản." in shown and "Chưa sửa “Quyết định 1/QĐ-X”" in shown and UNDO.search(shown) is not None
    assert (load(papers[0]).issuer, load(papers[1]).issuer) == (None, "Sở X")
    definitions.create(actor_of(auth.people["administrator"]), OwnFieldInput("Mục", kind="choices", choices="Một\nHai"))
    assert "Làm trống" in browser.submit(f"/folders/{root}/documents/facts", chosen).text
    typed = {"own_form": "1", "own": ["muc"], "own_muc": ["Một", "Hai"], "empty": ["issuer"]}
    page = browser.submit(f"/folders/{root}/documents/facts", {**chosen, "look": "1", **typed}).text
    assert "2 văn bản sẽ đổi Mục thành “Một, Hai”" in page and "1 văn bản sẽ bỏ trống Cơ quan ban hành" in page
    sent = {name: re.findall(f'type="hidden" name="{name}" value="([^"]*)"', page.split("narrow-page")[0]) for name in ("pick", "own", "own_muc", "own_form", "empty")}
    browser.submit(f"/folders/{root}/documents/facts/save", sent)
    assert load(papers[1]).issuer is None and values.plain(clerk, papers[0])["muc"]["value"] == ["Một", "Hai"]
    wrong = browser.submit(f"/folders/{root}/documents/facts", {**chosen, "look": "1", **typed, "own_muc": ["Ba"]})
    assert wrong.status_code == 400 and 'id="own_muc-error"' in wrong.text
    assert auth("administrator").submit(f"/folders/{root}/documents/facts", chosen).status_code == 404


def test_folders_are_put_in_order_by_buttons(auth: Auth, clerk: Actor) -> None:
    browser, root = auth("clerk"), tree.root_id()
    first, last = (tree.create(clerk, root, name).id for name in ("A", "B"))
    assert 'aria-label="Đưa “B” lên"' in browser.get(f"/folders/{root}/edit").text
    moved = browser.submit(f"/folders/{root}/order", {"child": str(last), "way": "up"})
    page = browser.get(moved.headers["Location"].partition("#")[0]).text
    assert page.index("Đưa “B” xuống") < page.index("Đưa “A” lên") and "Đưa “B” lên" not in page
    assert browser.submit(f"/folders/{root}/order", {"child": "9999", "way": "up"}).status_code == 404
    assert auth("staff").submit(f"/folders/{root}/order", {"child": str(first), "way": "up"}).status_code == 404
    browser.submit(f"/folders/{root}/order", {"way": "name"})
    assert [node.name for node in tree.tree(clerk)][1:] == ["A", "B"]
    # And copied with what is inside.
    tree.create(clerk, first, "Trong")
    done = browser.submit(f"/folders/{first}/duplicate", {"into": str(root), "copy_name": "C"})
    assert "Đã nhân bản thư mục" in browser.get(done.headers["Location"]).text and [node.name for node in tree.tree(clerk)][-2:] == ["C", "Trong"]
    refused = browser.submit(f"/folders/{first}/duplicate", {"into": str(root), "copy_name": "C"})
    assert refused.headers["Location"].endswith(f"/folders/{first}/edit#duplicate")


def test_a_role_on_many_is_looked_at_given_and_taken_back(auth: Auth, clerk: Actor) -> None:
    browser, root, staff = auth("clerk"), tree.root_id(), auth.people["staff"]
    papers = [file_document(root, f"{number}/QĐ-X", workflow="draft") for number in (1, 2)]
    chosen = {"id": [str(one) for one in papers]}
    form = browser.submit(f"/folders/{root}/documents/rights", {**chosen, "who": staff.full_name}).text
    assert f'<option value="user:{staff.id}"' in form and "role:clerk" not in form
    wrong = browser.submit(f"/folders/{root}/documents/rights", {**chosen, "look": "give", "holder": "user:9999", "role": "editor"}).text
    assert "Hãy chọn một người, đơn vị, nhóm hoặc vai trò trong danh sách." in wrong
    page = browser.submit(f"/folders/{root}/documents/rights", {**chosen, "look": "give", "holder": f"user:{staff.id}", "role": "editor"}).text
    assert "2 văn bản có người được thêm hoặc mất quyền" in page and "1 người được thêm quyền" in page and staff.full_name in page
    fields = {"holder": f"user:{staff.id}", "role": "editor", "pick": re.findall(r'name="pick" value="([^"]*)"', page)}
    shown = browser.get(browser.submit(f"/folders/{root}/documents/rights/give", fields).headers["Location"]).text
    undo = UNDO.search(shown)
    assert undo is not None and "Đã cho vai trò ở 2 văn bản." in shown
    assert auth("staff").get(f"/documents/{papers[0]}").status_code == 200
    pair = f"editor user:{staff.id}"
    assert f'<option value="{pair}">' in browser.submit(f"/folders/{root}/documents/rights", chosen).text
    page = browser.submit(f"/folders/{root}/documents/rights", {**chosen, "look": "take", "pair": pair}).text
    assert "Thu lại vai trò ở 2 văn bản" in page and "1 người mất quyền" in page
    fields |= {"take": "1", "pick": re.findall(r'name="pick" value="([^"]*)"', page)}
    shown = browser.get(browser.submit(f"/folders/{root}/documents/rights/give", fields).headers["Location"]).text
    taken = UNDO.search(shown)
    assert taken is not None and "Đã thu lại vai trò ở 2 văn bản." in shown and auth("staff").get(f"/documents/{papers[0]}").status_code == 404
    browser.submit(taken[1])
    assert auth("staff").get(f"/documents/{papers[0]}").status_code == 200
    browser.submit(undo[1])
    assert auth("staff").get(f"/documents/{papers[0]}").status_code == 404
    assert auth("auditor").submit(f"/folders/{root}/documents/rights", chosen).status_code == 404
