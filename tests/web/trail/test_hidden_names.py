"""Two worlds on the pages: whatever hidden things are called, and whether they exist, outsiders get the same bytes."""

from __future__ import annotations

import html
import io
import re

import pytest
from flask import Flask

from docmgr import db
from docmgr.models import Document, Folder, Unit, User
from docmgr.policy import Actor
from docmgr.services.documents import bin, lifecycle
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.trail import readings, veil
from tests.filling.desk import JSON, body
from tests.filling.filing import file_document, load, own_grants, person
from tests.filling.papers import decision
from tests.support.acting import actor_of
from tests.support.browsers import Auth, Client

SECRETS = ("Kỷ luật", "MAT-77", "Người kín", "Phòng kín")


@pytest.fixture
def keeper(people: dict[str, User]) -> User:
    """An administrator and clerk in one person, who may read and edit like clerks, and opens the page of the trail."""
    return person("ca-hai", "administrator", "clerk")


@pytest.fixture
def hidden(clerk: Actor, keeper: User) -> dict[str, int]:
    """A folder with a document, closed after the keeper acted on them; and a holder of rights."""
    outer = tree.create(clerk, tree.root_id(), "Tên một").id
    inner = tree.create(clerk, outer, "Mở").id
    actor = actor_of(keeper)
    sharing.grant(clerk, SharedThing(folder_id=inner), f"user:{actor.user_id}", "editor")
    made = tree.create(actor, inner, "Của tôi").id
    tree.move(actor, made, tree.root_id())
    tree.move(actor, made, inner)
    paper, moved = file_document(outer, None, "Tên hai"), file_document(tree.root_id(), "1/QĐ-X")
    readings.opened(actor, paper)
    shared = file_document(tree.root_id(), "2/QĐ-X")
    holder = person("kin", "leader")
    sharing.grant(clerk, SharedThing(document_id=shared), f"user:{holder.id}", "reader")
    lifecycle.move(actor, [moved], outer)
    sharing.grant(clerk, SharedThing(document_id=moved), f"user:{actor.user_id}", "editor")
    sharing.set_inherit(clerk, SharedThing(folder_id=outer), inherit=False)
    binned = file_document(outer, "3/QĐ-X")
    sharing.grant(clerk, SharedThing(document_id=binned), f"user:{actor.user_id}", "editor")
    lifecycle.delete(actor, [binned])
    bin.delete_folder(actor, made)
    with db.write() as session:
        unit = Unit(name="Tên ba")
        session.add(unit)
        session.flush()
        session.get_one(User, holder.id).unit_id = unit.id
        return {
            "folder": outer,
            "paper": paper,
            "moved": moved,
            "shared": shared,
            "holder": holder.id,
            "unit": unit.id,
        }


def rename(hidden: dict[str, int], *, people: bool = True) -> None:
    """Another world: the same things with other names. Someone who manages people knows the names of people."""
    with db.write() as session:
        session.get_one(Folder, hidden["folder"]).name = "Kỷ luật"
        document = session.get_one(Document, hidden["paper"])
        document.subject, document.number, document.number_key = "Kỷ luật ông Bảy", "MAT-77", "MAT-77"
        if not people:
            return
        session.get_one(User, hidden["holder"]).full_name = "Người kín"
        session.get_one(Unit, hidden["unit"]).name = "Phòng kín"


def test_pages_do_not_depend_on_hidden_names(auth: Auth, keeper: User, hidden: dict[str, int]) -> None:
    browser, paper = auth.client(keeper), hidden["paper"]
    addresses = (
        "/bin", f"/trail?who={keeper.id}", f"/trail?document={paper}", "/trail?about=Kỷ+luật", "/trail?about=MAT-77",
        "/trail?about=Tên+hai", "/trail?action=folder:create", f"/documents/{hidden['moved']}/trail", "/documents", "/",
    )  # fmt: skip
    before = [body(browser.get(address)) for address in addresses]
    rename(hidden, people=False)
    assert [body(browser.get(address)) for address in addresses] == before


def test_a_documents_trail_does_not_depend_on_names_of_people_not_in_it(
    auth: Auth, hidden: dict[str, int]
) -> None:
    browser, shared = auth("staff"), hidden["shared"]
    addresses = [
        f"/documents/{shared}/trail{more}"
        for more in ("", f"?who={hidden['holder']}", f"?unit={hidden['unit']}", "?action=document:share")
    ]
    before = [body(browser.get(address)) for address in addresses]
    assert not [page for page in before if "Người kin" in page or "Tên ba" in page]
    rename(hidden)
    assert [body(browser.get(address)) for address in addresses] == before


def rows(browser: Client, address: str, **form: str) -> list[str]:
    """The lines of an export, without the one with its time."""
    answer = browser.submit(address, {"form": "csv", **form})
    assert answer.status_code == 200
    lines = (line.strip('"') for line in answer.data.decode("utf-8-sig").splitlines())
    return [line for line in lines if not line.startswith("Xuất lúc")]


def numberless(browser: Client, address: str, name: str, number: int) -> str:
    """The page without the requested number, which its forms pass on."""
    return body(browser.get(f"{address}{number}")).replace(f'name="{name}" value="{number}"', "")


def test_a_number_that_is_missing_and_one_that_is_forbidden_look_the_same(
    auth: Auth, keeper: User, hidden: dict[str, int]
) -> None:
    rename(hidden)
    keepers, readers = auth.client(keeper), auth("staff")
    for name, number in (("document", hidden["paper"]), ("document", 987654)):
        made = rows(keepers, "/trail/export", **{name: str(number)})
        assert made[1] == f"Bộ lọc: văn bản mã {number}"
    shared = f"/documents/{hidden['shared']}/trail"
    for name, number, gone in (("who", hidden["holder"], 987654), ("unit", hidden["unit"], 987654)):
        pages = [numberless(readers, f"{shared}?{name}=", name, one) for one in (number, gone)]
        assert pages[0] == pages[1]
        files = [rows(readers, f"{shared}/export", **{name: str(one)}) for one in (number, gone)]
        assert files[0][1].replace(f"mã {number};", "") == files[1][1].replace(f"mã {gone};", "")
        assert (files[0][0], files[0][2:]) == (files[1][0], files[1][2:])
    address = "/trail?action=document:share&document="
    pages = [numberless(keepers, address, "document", one) for one in (hidden["paper"], 987654)]
    assert pages[0] == pages[1]


def test_exports_hold_no_hidden_name(auth: Auth, keeper: User, hidden: dict[str, int]) -> None:
    rename(hidden)
    keepers, readers = auth.client(keeper), auth("staff")
    # The former names too: of the folder in paths, of the holder of a right.
    made = "\n".join(
        rows(keepers, "/trail/export") + rows(keepers, f"/documents/{hidden['moved']}/trail/export")
    )
    assert not [word for word in (*SECRETS, "Tên một") if word in made]
    assert veil.HIDDEN_FOLDER.told() in made
    read = "\n".join(rows(readers, f"/documents/{hidden['shared']}/trail/export"))
    assert not [word for word in (*SECRETS, "Tên một", "Người kin", "Tên ba") if word in read]
    assert veil.HIDDEN_HOLDERS.told() in read


def test_hidden_names_are_told_in_the_readers_language(auth: Auth, keeper: User, hidden: dict[str, int]) -> None:
    rename(hidden)
    keepers = auth.client(keeper)
    keepers.submit("/language", {"language": "en"})
    pages = [html.unescape(keepers.get(address).text) for address in ("/trail", f"/documents/{hidden['moved']}/trail")]
    assert all("a folder that you may not see" in page for page in pages)
    assert not [page for page in pages if veil.HIDDEN_FOLDER.msgid in page]


def test_the_page_after_restoring_says_where_and_for_whom(app: Flask, auth: Auth, clerk: Actor) -> None:
    browser = auth("clerk")
    closed = tree.create(clerk, tree.root_id(), "Kín").id
    sharing.set_inherit(clerk, SharedThing(folder_id=closed), inherit=False)
    paper, inner = file_document(closed, "1/QĐ-X"), tree.create(clerk, closed, "Trong").id
    batch = lifecycle.delete(clerk, [paper])
    bin.delete_folder(clerk, inner)
    bin.delete_folder(clerk, closed)
    page = browser.submit(f"/bin/documents/{paper}/restore", follow_redirects=True).text
    said = "Nơi cũ không còn, nên nay nằm trong thư mục “Văn bản” với quyền riêng như trước khi xóa."
    assert said in page
    assert f"Người đọc được: Vai trò Thanh tra, kiểm toán; {clerk.label}." in page
    assert said in browser.submit(f"/bin/folders/{inner}/restore", follow_redirects=True).text
    assert auth("staff").get(f"/documents/{paper}").status_code == 404
    assert auth("staff").get(f"/folders/{inner}").status_code == 404
    again = lifecycle.delete(clerk, [paper])
    assert batch != again
    page = browser.submit(f"/bin/batches/{again}/restore", follow_redirects=True).text
    assert "Đã về thư mục “Văn bản”." in page and said not in page
    browser.submit("/language", {"language": "en"})
    english = browser.get(f"/documents/{paper}/trail").text
    assert re.findall(r"<dt>Readers</dt>\s*<dd>(.*)</dd>", english) == ["Role: Auditor; Văn thư thử"] * 2


def test_after_deleting_a_page_follows_that_is_seen(
    auth: Auth, clerk: Actor, people: dict[str, User]
) -> None:
    """Not to the hidden folder that contained the thing: its page must look missing, and its number must not appear."""
    leader, browser = people["leader"], auth("leader")
    outer = tree.create(clerk, tree.root_id(), "Kín").id
    inner, paper = tree.create(clerk, outer, "Mở").id, file_document(outer, "1/QĐ-X")
    for subject in (SharedThing(folder_id=inner), SharedThing(document_id=paper)):
        sharing.grant(clerk, subject, f"user:{leader.id}", "editor")
    sharing.set_inherit(clerk, SharedThing(folder_id=outer), inherit=False)
    for address in (f"/documents/{paper}/delete", f"/folders/{inner}/delete"):
        answer = browser.submit(address)
        assert answer.headers["Location"] == f"/folders/{tree.root_id()}"
        assert "Hoàn tác" in browser.get(answer.headers["Location"]).text
    hide = [
        right.id
        for right in own_grants(SharedThing(folder_id=tree.root_id()))
        if right.key == "staff"
    ]
    own = tree.create(clerk, tree.root_id(), "Riêng").id
    sharing.grant(clerk, SharedThing(folder_id=own), f"user:{leader.id}", "editor")
    sharing.revoke(clerk, hide[0])
    assert browser.submit(f"/folders/{own}/delete").headers["Location"] == "/bin"


def test_many_places_are_told_in_few_messages(auth: Auth, clerk: Actor) -> None:
    papers = []
    for number in range(5):
        folder_id = tree.create(clerk, tree.root_id(), f"A{number}").id
        papers.append(file_document(folder_id, f"{number}/QĐ-X"))
        for other in range(number * 4):
            sharing.grant(
                clerk,
                SharedThing(document_id=papers[-1]),
                f"user:{person(f'n{number}-{other}', 'staff').id}",
                "reader",
            )
    page = (
        auth("clerk")
        .submit(f"/bin/batches/{lifecycle.delete(clerk, papers)}/restore", follow_redirects=True)
        .text
    )
    assert page.count("Đã về thư mục") == 3
    assert "Nơi nằm và người đọc được của các mục còn lại" in page
    assert re.search(r"; và \d+ nữa\.", page)


def test_a_folder_that_went_meanwhile_is_told_and_nothing_is_saved(auth: Auth, clerk: Actor) -> None:
    browser = auth("clerk")
    gone = tree.create(clerk, tree.root_id(), "A").id
    paper = file_document(tree.root_id(), "1/QĐ-X")
    bin.delete_folder(clerk, gone)
    # The page of the document tells it.
    back = browser.submit(f"/documents/{paper}/move", {"folder": gone})
    assert back.status_code == 302 and "đã được đưa vào thùng rác" in browser.get(back.headers["Location"]).text
    for answer in (
        browser.submit(
            f"/folders/{tree.root_id()}/documents", {"act": "move", "id": paper, "target": gone}
        ),
        browser.submit(f"/folders/{gone}/folders", {"name": "B"}),
    ):
        assert answer.status_code == 409
        assert "đã được đưa vào thùng rác" in answer.text
    answer = browser.submit(
        "/documents/new", {"files": (io.BytesIO(decision()), "a.docx"), "folder": gone}, headers=JSON
    )
    assert answer.status_code == 409
    assert [(row["outcome"], row["reason"], row["document"]) for row in answer.json] == [
        ("refused", tree.BINNED.told(), None)
    ]
    assert load(paper).folder_id == tree.root_id()
    assert auth("staff").submit(f"/documents/{paper}/move", {"folder": gone}).status_code == 404
