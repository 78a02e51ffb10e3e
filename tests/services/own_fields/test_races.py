"""Two administrators, or an administrator and a clerk, at the same moment."""

from __future__ import annotations

from typing import Any

import pytest

from docmgr.context import Context
from docmgr.models import OwnField, OwnValue, User
from docmgr.policy import Actor
from docmgr.services.documents import facts
from docmgr.services.errors import Conflict, Invalid
from docmgr.services.own_fields import definitions
from docmgr.services.own_fields.definitions import OwnFieldInput
from tests.filling.filing import load
from tests.filling.registers import paper
from tests.support.acting import actor_of
from tests.support.racing import at_once, count


@pytest.fixture
def admin(people: dict[str, User]) -> Actor:
    return actor_of(people["administrator"])


def test_two_who_define_the_same_code_make_one_field(site: Context, admin: Actor) -> None:
    for turn in range(6):
        code = f"ma_{turn}"
        acts: list[Any] = [lambda code=code, label=label: definitions.create(admin, OwnFieldInput(label, code=code)) for label in ("Một", "Hai", "Ba")]
        answers = at_once(site, acts, held=turn % 2 == 0)
        assert sum(isinstance(one, int) for one in answers) == 1 and sum(isinstance(one, Invalid) for one in answers) == 2
        assert count(OwnField, OwnField.code == code) == 1
    assert [one.position for one in definitions.listing(admin)] == [10, 20, 30, 40, 50, 60]


def test_the_last_field_goes_to_one(site: Context, admin: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(definitions, "MOST_FIELDS", 3)
    for label in ("Một", "Hai"):
        definitions.create(admin, OwnFieldInput(label))
    answers = at_once(site, [lambda label=label: definitions.create(admin, OwnFieldInput(label)) for label in ("Ba", "Bốn")], held=True)
    assert sum(isinstance(one, Invalid) for one in answers) == 1 and count(OwnField) == 3


def test_a_field_that_is_just_being_filled_is_retired_or_gone_before(site: Context, clerk: Actor, admin: Actor) -> None:
    """Either the value is stored and the field stays, or the field is deleted and nothing refers to it."""
    document = paper()
    for turn in range(6):
        field = definitions.create(admin, OwnFieldInput(f"Mục {turn}", code=f"ma_{turn}"))
        revision = load(document).revision
        given = {f"ma_{turn}": ["x"]}
        acts: list[Any] = [
            lambda revision=revision, given=given: facts.save(clerk, document, {}, revision=revision, confirm=False, publish=False, own=given),
            lambda field=field: definitions.remove(admin, field),
        ]  # fmt: skip
        saved, deleted = at_once(site, acts, held=turn % 2 == 0)
        assert saved is None and deleted is (count(OwnValue, OwnValue.field_id == field) == 0)
        assert count(OwnField, OwnField.id == field) == (0 if deleted else 1)


def test_of_two_forms_one_is_stored(site: Context, clerk: Actor, admin: Actor) -> None:
    field, document = definitions.create(admin, OwnFieldInput("Mục")), paper()
    for turn in range(4):
        revision = load(document).revision
        acts: list[Any] = [
            lambda text=text, revision=revision: facts.save(clerk, document, {}, revision=revision, confirm=False, publish=False, own={"muc": [text]})
            for text in (f"A{turn}", f"B{turn}")
        ]  # fmt: skip
        answers = at_once(site, acts, held=turn % 2 == 0)
        assert sum(isinstance(one, Conflict) for one in answers) == 1 and count(OwnValue, OwnValue.field_id == field) == 1
