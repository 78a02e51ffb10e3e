"""The pages for many documents of a list at once, and the button that undoes what was done."""

from __future__ import annotations

import re

from docmgr.policy import Actor
from docmgr.services.documents import lifecycle
from docmgr.services.folders import tree
from docmgr.services.terms import of_documents as terms
from tests.filling.filing import file_document, load
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
