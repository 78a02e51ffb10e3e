"""The table of fields at the end of a test run: of each kind of file and field, how many values were right, wrong, missing
and invented.

Tests count with `Fields` and hand their counts to the run by `tell`; tests/conftest.py prints them all together, also
where several processes run tests.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping

from docmgr.reading.facts.facts import FIELDS
from docmgr.reading.types import Fact

PROPERTY = "fields"
SCORES = ("right", "wrong", "missing", "invented")


class Fields:
    """Counts of one set of files. `name` says which files these are."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self.faults: list[str] = []

    def add(
        self,
        kind: str,
        file: str,
        wanted: Mapping[str, str | None],
        found: Mapping[str, Fact],
        fields: Collection[str] = FIELDS,
        alike: Callable[[str], object] | None = None,
    ) -> None:
        """Count the fields of one file. `wanted` are the values that a person reads in it; a field without one is not in
        the file. `alike` makes of two values the same where they count as the same."""
        alike = alike or plain
        for field in fields:
            right, fact = wanted.get(field), found.get(field)
            value = shown(fact) if fact is not None else None
            if right is None and value is None:
                continue
            same = right is not None and value is not None and alike(right) == alike(value)
            score = "right" if same else "invented" if right is None else "missing" if value is None else "wrong"
            self.counts[kind, field][score] += 1
            if not same:
                self.faults.append(f"{self.name} · {file} · {field} · {score}: {value!r}")

    @property
    def total(self) -> Counter[str]:
        """The counts of all kinds and fields together."""
        return sum(self.counts.values(), Counter[str]())

    def share_right(self) -> float:
        """The share of right values among those that the files state."""
        total = self.total
        return total["right"] / (total["right"] + total["wrong"] + total["missing"])

    def share_invented(self) -> float:
        """The share of values among those proposed that no file states."""
        total = self.total
        return total["invented"] / (total["right"] + total["wrong"] + total["invented"])

    def tell(self, record: Callable[[str, object], None]) -> None:
        """Hand the counts to the end of the run; `record` is pytest's fixture record_property."""
        rows = [(kind, field, *(tally[score] for score in SCORES)) for (kind, field), tally in self.counts.items()]
        record(PROPERTY, json.dumps([self.name, rows, self.faults], ensure_ascii=False))


def plain(value: str) -> str:
    """A value for comparison: in small letters, with single spaces, plain quotation marks and hyphens."""
    marks = re.sub("[–—]", "-", re.sub('[“”„«»"]', '"', value))
    return re.sub(r"\s+", " ", marks).strip().casefold()


def shown(fact: Fact) -> str:
    """The value of a fact as labels hold it: recipients by a hash of the list, other values as they are."""
    return hashed(fact.values) if fact.field == "recipients" else fact.value or ""


def hashed(recipients: Iterable[str]) -> str:
    """The hash that stands for a list of recipients."""
    return hashlib.sha1(plain("|".join(recipients)).encode()).hexdigest()


def table(told: Iterable[str]) -> list[str]:
    """The lines of the table, from what `Fields.tell` recorded: for each set of files its kinds and fields."""
    lines = []
    for name, rows, faults in sorted(map(json.loads, told)):
        lines += ["", f"{name:<32}{'field':<16}{''.join(f'{score:>10}' for score in SCORES)}"]
        total: Counter[str] = Counter()
        for kind, group in sorted(_by_kind(rows).items()):
            for field, *numbers in sorted(group, key=lambda row: FIELDS.index(row[0])):
                lines.append(f"{kind:<32}{field:<16}{''.join(f'{number:>10}' for number in numbers)}")
                total.update(dict(zip(SCORES, numbers, strict=True)))
        lines.append(f"{'all kinds':<32}{'all fields':<16}{''.join(f'{total[score]:>10}' for score in SCORES)}")
        lines += [f"  {fault}" for fault in faults]
    return lines


def _by_kind(rows: Iterable[list[object]]) -> dict[str, list[list[object]]]:
    held: dict[str, list[list[object]]] = defaultdict(list)
    for kind, *rest in rows:
        held[str(kind)].append(rest)
    return held
