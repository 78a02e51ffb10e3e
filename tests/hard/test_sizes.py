"""Pages of a site with many of everything: the number of statements of a page does not grow with the size of the site.

Two sites are compared, one four times (in full: forty times) as large. `make bench-sizes` prints times.
"""

from __future__ import annotations

import re
from collections import Counter

from tests.bench.sizes import addresses, counted
from tests.filling import big_site
from tests.support.browsers import ROLES

# A list in SQL: its number of values does not make another statement.
_VALUES = re.compile(r"\((?:\?|%\(\w+\)s)(?:, (?:\?|%\(\w+\)s))*\)")
SMALL = 10
# A page that shows a kind of subject, document or folder for the first time needs one more statement.
SLACK = 3


def _statements(app, browsers, site: big_site.BigSite) -> dict[tuple[str, str], tuple[int, int, Counter[str]]]:
    """(role, address without ids) → (number of statements, bytes, the statements)."""
    found = {}
    for role, address in addresses(site):
        with counted(app) as sent:
            answer = browsers[role].get(address)
        assert answer.status_code == 200, (role, address)
        found[role, re.sub(r"\d+", "N", address)] = (len(sent), len(answer.data), Counter(_VALUES.sub("(…)", one) for one in sent))
    return found


def test_no_page_asks_more_of_a_larger_site(app, auth, people, site, full_size) -> None:
    browsers = {role: auth(role) for role in ROLES}
    for browser in browsers.values():
        browser.get("/")
    small = _statements(app, browsers, big_site.fill(SMALL, people))
    large = _statements(app, browsers, big_site.fill(SMALL * (40 if full_size else 4), people, "B"))
    grown = {
        page: (before[0], after[0], (after[2] - before[2]).most_common(3))
        for page, before in small.items()
        if (after := large[page])[0] > before[0] + SLACK
    }
    assert not grown
