"""Pages of an agency with 500 units, 20 plans, 100,000 occurrences and 3,000 inspections: `make bench-sizes` runs this too.

Every page is requested ten times by each kind of person who may see it. The processor time counts, since others may use the
machine; the time by the clock stands beside it.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import time
from pathlib import Path

from flask import Flask

from docmgr import db
from docmgr.models import User
from tests.bench.measure import machine, percentile
from tests.bench.planning import acts, filling, inspecting, openness, pages, work
from tests.bench.planning.filling import Agency, Scale
from tests.bench.planning.measuring import Cost, page
from tests.bench.planning.openness import Opened
from tests.bench.sizes import empty, make_people
from tests.bench.tables import describe
from tests.support.browsers import Auth, Client

ROUNDS = 10


def fill(scale: Scale, people: dict[str, User], mark: str = "") -> tuple[Agency, Opened]:
    """Fill a site whose five people and root folder exist."""
    chance = random.Random(20)
    made = filling.base(scale, people, chance, mark)
    work.fill(made, chance)
    inspecting.fill(made, chance)
    opened = openness.fill(made, chance)
    db.release()
    return made, opened


def browsers(auth: Auth, made: Agency) -> dict[str, Client]:
    """A browser of each kind of person."""
    with db.read() as session:
        more = {"head": session.get_one(User, made.head), "inspector": session.get_one(User, made.inspector)}
    found = {role: auth(role) for role in ("administrator", "clerk", "auditor")} | {role: auth.client(user) for role, user in more.items()}
    db.release()
    return found


def main() -> int:
    """Print the table; exit code 1 when a page failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=Scale.units)
    parser.add_argument("--plans", type=int, default=Scale.plans)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--only", default="", help="a regular expression over the addresses")
    parser.add_argument("--role", default="", help="a regular expression over the kinds of persons")
    parser.add_argument("--acts", action=argparse.BooleanOptionalAction, default=True, help="measure giving a task to all units and reading a plan too")
    asked = parser.parse_args()
    print(describe(machine()), flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary:
        app = empty(Path(temporary))
        with app.extensions["docmgr"].bound():
            people = make_people()
            made, opened = fill(Scale(asked.units, asked.plans), people)
            print(f"{acts.counted_rows()}, put in within {time.monotonic() - began:.0f} s", flush=True)
            auth, listed = Auth(app, people), list(pages.every(made, opened))
            signed_in = browsers(auth, made)
        costs = _pages(app, signed_in, [one for one in listed if re.search(asked.only, one.address) and re.search(asked.role, one.role)], asked.rounds)
        if asked.acts:
            with app.extensions["docmgr"].bound():
                acts.measure(made, Path(temporary))
    short = [one for one in costs if not one.reached]
    print(f"{len(costs) - len(short)} of {len(costs)} pages and files within what they may take; {time.monotonic() - began:.0f} s in all")
    return 1 if any(one.status != 200 for one in costs) else 0


def _pages(app: Flask, signed_in: dict[str, Client], listed: list[pages.Asked], rounds: int) -> list[Cost]:
    print(f"{'page or file':<66}{'person':<14}{'least':>7}{'p50':>7}{'p95':>7}{'clock p50':>11}{'p95':>7}{'SQL':>5}{'kB':>7}{'at most':>9}  reached", flush=True)
    costs = []
    for asked in listed:
        cost = page(app, signed_in[asked.role], asked, rounds)
        costs.append(cost)
        processor, clock = ([percentile(values, share) for share in (0.5, 0.95)] for values in (cost.spent.processor, cost.spent.clock))
        figures = f"{min(cost.spent.processor):>7.0f}{processor[0]:>7.0f}{processor[1]:>7.0f}{clock[0]:>11.0f}{clock[1]:>7.0f}{cost.statements:>5}{cost.size / 1000:>7.0f}"
        told = ("yes" if cost.reached else "SHORT") if cost.status == 200 else f"answered {cost.status}"
        named = asked.address + (f" {asked.form}" if asked.form else "")
        print(f"{named:<66}{asked.role:<14}{figures}{asked.most_ms:>9.0f}  {told}", flush=True)
    return costs


if __name__ == "__main__":
    sys.exit(main())
