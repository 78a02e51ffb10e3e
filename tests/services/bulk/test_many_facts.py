"""The same facts for many documents: what changes and what stays, each with its own revision, and back again."""

from __future__ import annotations

import datetime as dt

import pytest

from docmgr import db
from docmgr.models import User
from docmgr.policy import COMMAND_LINE, Actor, Denied
from docmgr.services.bulk import fitting, many_facts, many_own, undoing
from docmgr.services.checkout import taking
from docmgr.services.documents import facts, lifecycle
from docmgr.services.errors import Invalid
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.own_fields import definitions, values
from docmgr.services.own_fields.definitions import OwnFieldInput
from docmgr.services.workflow.moving import Chosen
from tests.filling.filing import actions, file_document, load
from tests.filling.registers import hide
from tests.support.acting import actor_of

NOT_OF_TYPE = many_facts.Message("Loại văn bản này không có trường “%(field)s”.", field="Kỳ họp")
ISSUER = {"issuer": "Sở Giáo dục và Đào tạo"}


@pytest.fixture
def papers() -> list[int]:
    return [file_document(tree.root_id(), f"{number}/QĐ-X", issued_on=dt.date(2024, 2, 5)) for number in (1, 2, 3)]


def picks(*ids: int) -> list[Chosen]:
    return [Chosen(one, load(one).revision) for one in ids]


def test_what_would_change_is_what_changes_and_goes_back(clerk: Actor, papers: list[int]) -> None:
    clean = many_facts.cleaned({"issuer": " Sở  Giáo dục và Đào tạo", "effective_from": "01/03/2024", "place": "", "subject": "Không sửa"})
    assert clean == {**ISSUER, "effective_from": "2024-03-01"}
    facts.save(clerk, papers[0], {**ISSUER, "effective_from": "01/03/2024"}, revision=load(papers[0]).revision, confirm=False, publish=False)
    facts.save(clerk, papers[1], ISSUER, revision=load(papers[1]).revision, confirm=True, publish=False)
    plan = many_facts.plan(clerk, [*papers, 9999], clean)
    assert plan.fields == (("issuer", ISSUER["issuer"], 1), ("effective_from", "2024-03-01", 2))
    assert plan.left == (("Quyết định 1/QĐ-X", many_facts.ALREADY),) and plan.picks == tuple(picks(*papers[1:]))
    before = len(actions())
    saved = many_facts.save(clerk, plan.picks, clean)
    assert saved.made.documents == 2 and saved.refused == () and actions()[before:] == ["document:edit"] * 2
    assert load(papers[2]).issuer == ISSUER["issuer"] and load(papers[2]).effective_from == dt.date(2024, 3, 1)
    rows = {line.field: line for line in facts.form(clerk, papers[2]).fields}
    assert rows["issuer"].confirmed
    assert undoing.undo(clerk, saved.made.id or 0).done == 2
    rows = {line.field: line for line in facts.form(clerk, papers[2]).fields}
    assert load(papers[2]).issuer is None and not rows["issuer"].confirmed and load(papers[1]).issuer == ISSUER["issuer"]


def test_each_document_stays_for_a_reason_of_its_own(clerk: Actor, papers: list[int], people: dict[str, User]) -> None:
    staff = actor_of(people["staff"])
    theirs, hidden, twin = (file_document(tree.root_id(), number, issued_on=dt.date(2024, 1, 1)) for number in ("4/QĐ-X", "5/QĐ-X", "3/QĐ-X"))
    facts.save(COMMAND_LINE, twin, ISSUER, revision=load(twin).revision, confirm=False, publish=False)
    hide(hidden)
    for one in papers:
        sharing.grant(clerk, SharedThing(document_id=one), f"user:{staff.user_id}", "editor")
    taking.take(clerk, papers[1], None)
    plan = many_facts.plan(staff, [*papers, theirs, hidden], ISSUER)
    assert [one.document_id for one in plan.picks] == papers[:1]
    assert [(label, why.msgid) for label, why in plan.left] == [
        ("Quyết định 2/QĐ-X", "%(holder)s đang giữ để sửa."), ("Quyết định 3/QĐ-X", fitting.CLASHES.msgid), ("Quyết định 4/QĐ-X", many_facts.NOT_YOURS.msgid),
    ]  # fmt: skip
    stale = picks(*papers, theirs, hidden)
    lifecycle.set_workflow(clerk, papers[0], "withdrawn")
    saved = many_facts.save(staff, stale, ISSUER)
    assert saved.made == many_facts.Made(0, None) and [label for label, _ in saved.refused] == [
        "Quyết định 1/QĐ-X", "Quyết định 2/QĐ-X", f"#{theirs}", f"#{hidden}", "Quyết định 3/QĐ-X",
    ]  # fmt: skip
    assert all(load(one).issuer is None for one in (*papers, theirs, hidden))
    # Two of the chosen would become the same document.
    same = [file_document(tree.root_id(), "9/QĐ-X", issued_on=dt.date(2024, 1, day)) for day in (1, 2)]
    assert len(many_facts.plan(clerk, same, ISSUER).left) == 2
    for wrong in (lambda: many_facts.plan(actor_of(people["administrator"]), papers, ISSUER), lambda: many_facts.save(actor_of(people["administrator"]), stale, ISSUER)):
        with pytest.raises(Denied):
            wrong()


def test_a_type_does_not_lose_own_values_or_lack_needed_ones(clerk: Actor, papers: list[int], people: dict[str, User]) -> None:
    admin = actor_of(people["administrator"])
    definitions.create(admin, OwnFieldInput("Kỳ họp", types=("Quyết định",)))
    definitions.create(admin, OwnFieldInput("Khóa", types=("Nghị quyết",), required=True))
    code = definitions.listing(admin)[0].code
    facts.save(clerk, papers[0], {}, revision=load(papers[0]).revision, confirm=False, publish=False, own={code: ["8"]})
    facts.save(clerk, papers[1], {}, revision=load(papers[1]).revision, confirm=True, publish=False, own={code: []})
    plan = many_facts.plan(clerk, papers, {"type": "Nghị quyết"})
    assert [why.msgid for _, why in plan.left] == [fitting.OWN_VALUES.msgid, "Hãy điền “%(field)s”."] and len(plan.picks) == 1
    saved = many_facts.save(clerk, picks(*papers), {"type": "Nghị quyết"})
    assert saved.made.documents == 1 and len(saved.refused) == 2


def test_nothing_typed_wrong_days_and_the_queries_are_fixed(clerk: Actor, papers: list[int], count_queries) -> None:
    for chosen, clean in (([], ISSUER), (picks(*papers), {})):
        with pytest.raises(Invalid):
            many_facts.save(clerk, chosen, clean)
    with pytest.raises(Invalid) as wrong:
        many_facts.cleaned({"effective_from": "31/02/2024"})
    assert wrong.value.field == "effective_from"
    numbers = []
    for some in (papers[:1], papers):
        with count_queries() as counted:
            many_facts.plan(clerk, some, {**ISSUER, "type": "Nghị quyết"})
        numbers.append(counted.number)
    assert numbers[0] == numbers[1] <= 8


def test_own_fields_are_set_and_emptied_for_many(clerk: Actor, papers: list[int], people: dict[str, User], count_queries) -> None:
    admin = actor_of(people["administrator"])
    definitions.create(admin, OwnFieldInput("Kỳ họp", types=("Quyết định",), required=True))
    definitions.create(admin, OwnFieldInput("Khóa", types=("Nghị quyết",)))
    definitions.create(admin, OwnFieldInput("Mục", kind="choices", choices="Một\nHai"))
    other = file_document(tree.root_id(), "4/CV-X")
    facts.save(clerk, other, {"type": "Công văn"}, revision=load(other).revision, confirm=False, publish=False)
    facts.save(clerk, papers[0], {"type": "Quyết định"}, revision=load(papers[0]).revision, confirm=True, publish=False, own={"ky_hop": ["8"], "muc": ["Một"]})
    db.release()
    assert [line.field.code for line in many_own.form(clerk)] == ["ky_hop", "khoa", "muc"]
    own = many_own.cleaned(clerk, {"ky_hop": [" 8 "], "muc": ["Hai", "Một"], "khoa": [""]}, [])
    numbers = []
    for some in (papers[1:], [*papers, other]):
        with count_queries() as counted:
            plan = many_facts.plan(clerk, some, {}, own)
        numbers.append(counted.number)
    assert numbers[0] == numbers[1] and [one.document_id for one in plan.picks] == papers
    assert [(one.field.code, n) for one, n in plan.own] == [("ky_hop", 2), ("muc", 3)]
    assert plan.left == (("Công văn 4/CV-X", NOT_OF_TYPE),)
    saved = many_facts.save(clerk, [*plan.picks, *picks(other)], {"place": "Huế"}, own)
    assert saved.made.documents == 3 and [label for label, _ in saved.refused] == ["Công văn 4/CV-X"] and load(other).place is None
    db.release()
    assert [values.plain(clerk, one)["muc"]["value"] for one in papers] == [["Hai", "Một"]] * 3 and load(papers[2]).place == "Huế"
    # What is confirmed keeps what its type needs; the others can be emptied.
    emptied = many_own.cleaned(clerk, {}, ["ky_hop"])
    plan = many_facts.plan(clerk, papers, many_facts.cleaned({"place": ""}, ["place"]), emptied)
    assert plan.fields == (("place", None, 2),) and [why.msgid for _, why in plan.left] == ["Hãy điền “%(field)s”."]
    gone = many_facts.save(clerk, picks(*papers), {"place": None}, emptied)
    assert gone.made.documents == 2 and len(gone.refused) == 1 and load(papers[2]).place is None
    db.release()
    assert undoing.undo(clerk, gone.made.id or 0).done == undoing.undo(clerk, saved.made.id or 0).done - 1 == 2
    db.release()
    assert [values.plain(clerk, one).keys() for one in papers] == [{"ky_hop", "muc"}, set(), set()] and load(papers[0]).place is None
    assert values.plain(clerk, papers[0])["muc"]["value"] == ["Một"]
    for typed, gone_too in (({"muc": ["Ba"]}, []), ({"ky_hop": ["8"]}, ["ky_hop"])):
        with pytest.raises(Invalid):
            many_own.cleaned(clerk, typed, gone_too)
    with pytest.raises(Invalid):
        many_facts.cleaned({"place": "Huế"}, ["place"])
    # A type that needs a value gets it in the same change.
    turned = many_facts.save(clerk, picks(papers[0]), {"type": "Nghị quyết"}, many_own.cleaned(clerk, {"khoa": ["XV"]}, []))
    assert [why for _, why in turned.refused] == [fitting.OWN_VALUES]


def test_an_emptied_value_does_not_come_back_to_a_type_without_the_field(clerk: Actor, papers: list[int], people: dict[str, User]) -> None:
    definitions.create(actor_of(people["administrator"]), OwnFieldInput("Kỳ họp", types=("Quyết định",)))
    many_facts.save(clerk, picks(papers[0]), {"type": "Quyết định"}, many_own.cleaned(clerk, {"ky_hop": ["8"]}, []))
    gone = many_facts.save(clerk, picks(papers[0]), {}, many_own.cleaned(clerk, {}, ["ky_hop"]))
    many_facts.save(clerk, picks(papers[0]), {"type": "Công văn"})
    assert undoing.undo(clerk, gone.made.id or 0).refused == (("Công văn 1/QĐ-X", NOT_OF_TYPE),)
    db.release()
    assert values.plain(clerk, papers[0]) == {}


def test_a_type_gets_the_value_that_it_needs_in_the_same_change(clerk: Actor, papers: list[int], people: dict[str, User]) -> None:
    definitions.create(actor_of(people["administrator"]), OwnFieldInput("Khóa", types=("Nghị quyết",), required=True))
    facts.save(clerk, papers[0], {"type": "Quyết định"}, revision=load(papers[0]).revision, confirm=True, publish=False)
    refused = many_facts.save(clerk, picks(papers[0]), {"type": "Nghị quyết"}).refused
    assert [why.msgid for _, why in refused] == ["Hãy điền “%(field)s”."]
    made = many_facts.save(clerk, picks(papers[0]), {"type": "Nghị quyết"}, many_own.cleaned(clerk, {"khoa": ["XV"]}, [])).made
    db.release()
    assert made.documents == 1 and values.plain(clerk, papers[0])["khoa"]["value"] == "XV"


def test_what_is_confirmed_keeps_something_that_names_it(clerk: Actor, papers: list[int]) -> None:
    bare, draft, blank = (file_document(tree.root_id(), type=name) for name in ("Giấy mời", "Giấy mời", None))
    for one in (papers[0], bare, blank):
        facts.save(clerk, one, {}, revision=load(one).revision, confirm=True, publish=False, despite_blank=True)
    clean = many_facts.cleaned({"type": "", "place": "Huế"}, ["type"])
    plan = many_facts.plan(clerk, [papers[0], bare, draft, blank], clean)
    # What nobody has confirmed, and what somebody confirmed though nothing names it, may be so.
    assert [why for _, why in plan.left] == [fitting.UNNAMED] and [one.document_id for one in plan.picks] == [papers[0], draft, blank]
    assert [why for _, why in many_facts.save(clerk, picks(papers[0], bare, draft), clean).refused] == [fitting.UNNAMED]
    assert (load(papers[0]).type, load(bare).type, load(bare).place, load(draft).type) == (None, "Giấy mời", None, None)
    # Another type names it as well.
    assert many_facts.save(clerk, picks(bare), {"type": "Công văn"}).made.documents == 1
