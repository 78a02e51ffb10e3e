"""A site from before there were own fields gets their tables, and its documents can have values."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory

from docmgr import db
from docmgr.context import Context
from docmgr.models import OwnField, OwnValue, User
from docmgr.policy import Actor
from docmgr.services.documents import facts
from docmgr.services.own_fields import definitions, values
from docmgr.services.own_fields.definitions import OwnFieldInput
from docmgr.services.upkeep import migrate
from tests.filling.filing import load
from tests.filling.registers import paper
from tests.support.acting import actor_of


def test_an_old_site_gets_own_fields(site: Context, clerk: Actor, people: dict[str, User]) -> None:
    document = paper()
    db.release()
    step = ScriptDirectory(str(migrate.MIGRATIONS)).get_revision("0034")
    with site.database.write_engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        OwnValue.__table__.drop(connection)
        OwnField.__table__.drop(connection)
        step.module.upgrade()
    assert migrate.differences(site.database) == []
    with site.database.write_engine.begin() as connection:
        # A row without what has a default in the database.
        connection.execute(sa.insert(OwnField).values(code="a", label="A", kind="whole", types=[], choices=[], position=10))
    assert definitions.create(actor_of(people["administrator"]), OwnFieldInput("B")) == 2
    facts.save(clerk, document, {}, revision=load(document).revision, confirm=True, publish=False, own={"a": ["12"], "b": ["x"]})
    assert {code: one["value"] for code, one in values.plain(clerk, document).items()} == {"a": 12, "b": "x"}
