"""The first run: steps are checked off by what is there, and the template leaves alone what a site has."""

from __future__ import annotations

import pytest

from docmgr.context import Context
from docmgr.models import User
from docmgr.policy import Denied
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.folders import tree
from docmgr.services.registers import series as number_series
from docmgr.services.registers.series import SeriesInput
from docmgr.services.start import agency, steps, template
from tests.filling.filing import person
from tests.filling.papers import decision, picture
from tests.support.acting import actor_of, upload


def test_steps_are_done_by_what_is_there(site: Context, people: dict[str, User]) -> None:
    who, clerk = actor_of(people["administrator"]), actor_of(people["clerk"])

    def done() -> list[str]:
        return [step.key for step in steps.first_run(who).steps if step.done]

    # The people of this test and their units.
    assert done() == ["units", "people"] and steps.first_run(who).following.key == "agency"  # type: ignore[union-attr]
    agency.edit(who, name="Sở X", revision=0)
    assert "agency" not in done(), "the logo is missing"
    agency.edit(who, name="", logo=picture(), revision=1)
    assert "agency" in done()
    tree.create(clerk, tree.root_id(), "Hồ sơ")
    assert "filing" in done()
    upload(clerk, decision())
    assert done() == list(steps.STEPS) and steps.first_run(who).open == 0


def test_a_step_can_be_left_out_and_taken_up_again(site: Context, people: dict[str, User]) -> None:
    who = actor_of(people["administrator"])
    before = steps.first_run(who).open
    for _ in range(2):
        steps.skip(who, "upload")
    agency.edit(who, name="Sở X", revision=0)
    assert steps.first_run(who).open == before - 1
    steps.skip(who, "upload", skipped=False)
    assert steps.first_run(who).open == before
    with pytest.raises(NotFound):
        steps.skip(who, "khac")
    for act in (steps.first_run, lambda actor: steps.skip(actor, "upload")):
        with pytest.raises(Denied):
            act(actor_of(people["clerk"]))


def test_the_template_makes_what_is_missing(site: Context, people: dict[str, User]) -> None:
    both = actor_of(person("ca-hai", "administrator", "clerk"))
    kept = tree.create(both, tree.root_id(), "Văn bản đi").id
    number_series.create(both, SeriesInput("Sổ quyết định", types=("Quyết định",)))
    now = template.preview(both)
    assert {item.name for item in now.folders if item.there} == {"Văn bản đi"} and now.may_file
    assert {item.name for item in now.series if item.there} == {"Văn bản đến", "Văn bản đi", "Bản sao", "Quyết định"}
    with pytest.raises(Invalid):
        template.apply(both, template.FOLDERS, template.SERIES, "sai chữ")
    assert template.preview(both) == now, "nothing is half done"
    assert template.apply(both, ["Văn bản đi/Kế hoạch", "Khác"], ["Kế hoạch"], "SGDĐT") == (1, 1)
    made = next(row.series for row in number_series.listing(both) if row.series.name == "Kế hoạch")
    assert (made.types, made.organ, made.unit_id) == (["Kế hoạch"], "SGDĐT", None)
    folders, series = template.apply(both, template.FOLDERS, template.SERIES)
    assert (folders, series) == (len(template.FOLDERS) - 2, len(template.SERIES) - 5)
    assert all(item.there for item in (*template.preview(both).folders, *template.preview(both).series))
    assert [node.id for node in tree.tree(both) if node.name == "Văn bản đi"] == [kept]
    assert template.apply(both, template.FOLDERS, template.SERIES) == (0, 0)


def test_an_administrator_alone_makes_series_and_no_folders(site: Context, people: dict[str, User]) -> None:
    who = actor_of(people["administrator"])
    assert not template.preview(who).may_file
    assert template.apply(who, (), ["Kế hoạch"]) == (0, 1)
    with pytest.raises(NotFound):
        template.apply(who, ["Hồ sơ công việc"], ())
    with pytest.raises(Denied):
        template.preview(actor_of(people["leader"]))
