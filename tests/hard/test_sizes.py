"""Pages of a site with many of everything: the number of statements of a page does not grow with the size of the site.

Two sites are compared, one four times (in full: forty times) as large. `make bench-sizes` prints times.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from tests.bench.sizes import addresses, counted
from tests.filling import big_site
from tests.filling.keeping import many
from tests.support.browsers import ROLES

# A list in SQL: its number of values does not make another statement.
_VALUES = re.compile(r"\((?:\?|%\(\w+\)s)(?:, (?:\?|%\(\w+\)s))*\)")
SMALL = 10
# A page that shows a kind of subject, document or folder for the first time needs one more statement.
SLACK = 3


def statements(app, browsers, pages: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[int, int, Counter[str]]]:
    """(role, address without ids) → (number of statements, bytes, the statements)."""
    found = {}
    for role, address in pages:
        with counted(app) as sent:
            answer = browsers[role].get(address)
        assert answer.status_code == 200, (role, address)
        found[role, re.sub(r"\d+", "N", address)] = (len(sent), len(answer.data), Counter(_VALUES.sub("(…)", one) for one in sent))
    return found


def grown(before: dict, after: dict) -> dict[tuple[str, str], object]:
    """The pages that sent more statements to the larger site, with numbers and the statements that became more."""
    return {
        page: (small[0], after[page][0], (after[page][2] - small[2]).most_common(3))
        for page, small in before.items()
        if after[page][0] > small[0] + SLACK
    }


def test_no_page_asks_more_of_a_larger_site(app, auth, people, site, full_size) -> None:
    browsers = {role: auth(role) for role in ROLES}
    for browser in browsers.values():
        browser.get("/")
    found = []
    for size, mark in ((SMALL, "A"), (SMALL * (40 if full_size else 4), "B")):
        big = big_site.fill(size, people, mark)
        rooms = many.fill(big, people, mark)
        found.append(statements(app, browsers, dict.fromkeys([*addresses(big), *many.addresses(big, rooms)])))
    assert not grown(*found)
