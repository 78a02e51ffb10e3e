"""Pages of an agency with many units, plans and inspections: the number of statements of a page does not grow with them."""

from __future__ import annotations

from tests.bench.planning import pages
from tests.bench.planning.__main__ import browsers, fill
from tests.bench.planning.filling import Scale
from tests.hard.test_sizes import grown, statements

# Pages that a unit's own work or a role of its own fills; the others are asked for once.
OWN = ("/", "/desk", "/tasks/mine", "/tasks/mine?who=unit", "/inspections/compare")


def test_no_page_asks_more_of_a_larger_agency(app, auth, people, site) -> None:
    found = []
    for scale, mark in ((Scale(8, 2, 3), "A"), (Scale(32, 6, 3), "B")):
        made, opened = fill(scale, people, mark)
        signed_in = browsers(auth, made)
        for browser in signed_in.values():
            browser.get("/")
        listed = [(one.role, one.address) for one in pages.every(made, opened) if one.form is None and "page=" not in one.address]
        of_clerk = {address for role, address in listed if role == "clerk"}
        shown = [one for one in listed if one[0] == "clerk" or one[1] in OWN or one[1] not in of_clerk]
        found.append(statements(app, signed_in, dict.fromkeys(shown)))
    assert len(found[0]) > 100
    assert not grown(*found)
