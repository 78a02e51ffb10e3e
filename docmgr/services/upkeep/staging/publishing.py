"""What the demonstration agency publishes: in time and late, with proof, and on the page that everybody may open."""

from __future__ import annotations

import datetime as dt
import hashlib

from docmgr.demo import published as told
from docmgr.services.openness import recording, rules, switch
from docmgr.services.openness.recording import PublicationInput
from docmgr.services.openness.rules import RuleInput
from docmgr.services.upkeep.staging.stage import Stage
from legaltext import dates


def publish(stage: Stage) -> None:
    """Say which documents must be published, record the publications, and open the public page."""
    admin, clerk = stage.actors["quantri"], stage.actors["vanthu"]
    delivered = [row.rule for row in rules.listing(admin)]
    forms = rules.kinds(clerk)
    first = delivered[0]
    given = RuleInput(
        first.name, first.audience, first.start_days, first.least_days, first.basis or "", first.valid_from, first.valid_to, told.MUST,
    )  # fmt: skip
    rules.save(admin, first.id, given, revision=first.revision)
    for one in told.PUBLICATIONS:
        starts_on = stage.day(one.starts) or dates.today() - dt.timedelta(days=one.ago)
        address, seen = one.proof or ("", "")
        publication = PublicationInput(
            one.audience, forms[one.form].id, delivered[one.rule].id if one.rule is not None else None, stage.units["VP"], one.place,
            starts_on, one.days, address, hashlib.sha256(seen.encode()).hexdigest() if seen else "",
            stage.papers[one.minutes] if one.minutes else None, one.note,
        )  # fmt: skip
        recording.create(clerk, stage.papers[one.text], publication)
    switch.turn(admin, True)
