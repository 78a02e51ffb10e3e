"""A person who changes the address for mails while the link sent to the old one is opened."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from docmgr import db
from docmgr.context import Context
from docmgr.mail_settings import SmtpServer
from docmgr.models import MailChoice
from docmgr.services.mailing import choices
from docmgr.settings import Settings
from tests.support.acting import actor_of
from tests.support.racing import at_once


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, mail=SmtpServer("127.0.0.1", 25, "smtp", "vanban@so.example"))


def test_no_address_is_confirmed_by_the_link_of_another(site: Context, people: Any, rounds: int) -> None:
    staff = actor_of(people["staff"])
    for turn in range(rounds):
        choices.choose(staff, f"cu{turn}@so.example", "daily")
        db.release()
        with db.read() as session:
            token = choices.confirm_token(session.get_one(MailChoice, staff.user_id))
        new = f"moi{turn}@so.example"
        at_once(site, [lambda new=new: choices.choose(staff, new, "daily"), lambda token=token: choices.confirm(token)], held=turn % 2 == 0)
        db.release()
        chosen = choices.load(staff)
        assert chosen.address == new and not chosen.confirmed
