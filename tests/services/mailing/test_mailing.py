"""Notices by mail: to confirmed addresses only, under the rights of the moment, once each, and never in the way of anything."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from docmgr import db, mail, mail_settings
from docmgr.context import Context
from docmgr.mail import Mail, MailTrouble
from docmgr.mail_settings import SmtpServer
from docmgr.models import MailChoice, MailState, Notice, User
from docmgr.policy import Actor, Denied
from docmgr.services.documents import lifecycle
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.mailing import choices, sending
from docmgr.services.notifications import following, listing, making
from docmgr.services.people import accounts, delegations
from docmgr.services.upkeep import health, mail_state
from docmgr.settings import Settings, SettingsError, from_environment
from legaltext import dates
from tests.filling.registers import key, running, step
from tests.services.mailing.smtp import MailServer, serving
from tests.support.acting import actor_of, upload, work

ADDRESS = "chuyenvien@so.example"


@pytest.fixture
def post() -> Iterator[MailServer]:
    with serving() as server:
        yield server


@pytest.fixture
def settings(settings: Settings, post: MailServer) -> Settings:
    return replace(settings, mail=server_of(post), public_url="https://vanban.example")


@pytest.fixture
def actors(site: Context, people: dict[str, User]) -> dict[str, Actor]:
    making.make()
    return {role: actor_of(user) for role, user in people.items()}


def server_of(post: MailServer, **more: Any) -> SmtpServer:
    return SmtpServer("127.0.0.1", post.port, "smtp", "vanban@so.example", **more)


def sent(site: Context, post: MailServer, *, minutes: int = 2) -> list[str]:
    """Make notices, let `minutes` pass and mails be sent; the new mails as "subject\\ntext"."""
    before = len(post.mails)
    while making.make():
        db.release()
    with db.write() as session:
        session.execute(update(Notice).values(created_at=db.now() - dt.timedelta(minutes=minutes)))
    assert site.settings.mail is not None
    sending.send_some(site.settings.mail)
    db.release()
    return [f"{one['Subject']}\n{one.get_content()}" for one in post.mails[before:]]


def notice(actor: Actor, cause: str) -> dict[str, Any]:
    """The values of a notice that the person may see."""
    return {"user_id": actor.user_id, "cause": cause, "reason": "due_soon", "kind": "tasks", "subject_id": 0}


def confirmed(site: Context, post: MailServer, actor: Actor, mode: str = "at_once", address: str = ADDRESS) -> str:
    """Choose mails and open the link of the question; returns the token of the link."""
    choices.choose(actor, address, mode)
    (question,) = sent(site, post)
    token = re.search(r"https://vanban\.example/mail/confirm/(\S+)", question)
    assert token is not None and "7 ngày" in question and choices.confirm(token[1], only_look=True) == address
    assert not choices.load(actor).confirmed and choices.confirm(token[1]) == address and choices.load(actor).confirmed
    return token[1]


def test_a_mail_names_what_its_reader_may_read_at_that_moment_and_comes_once(site: Context, post: MailServer, actors: dict[str, Actor]) -> None:
    clerk, staff = actors["clerk"], actors["staff"]
    paper, hidden = upload(clerk, b"Ke hoach cong tac", "ke-hoach.txt", publish=True), upload(clerk, b"Quy che", "quy-che.txt", publish=True)
    work(site)
    for number in (paper, hidden):
        following.follow(staff, "document", number)
    lifecycle.set_workflow(clerk, paper, "withdrawn")
    assert sent(site, post) == []
    confirmed(site, post, staff)
    # What was there before the choice is not sent afterwards.
    assert sent(site, post) == []
    for number in (paper, hidden):
        lifecycle.set_workflow(clerk, number, "published")
        lifecycle.set_workflow(clerk, number, "withdrawn")
    lifecycle.set_workflow(clerk, paper, "published")
    assert sent(site, post, minutes=0) == []
    (told,) = sent(site, post)
    assert "ke-hoach.txt" in told and f"https://vanban.example/documents/{paper}" in told and "quy-che" not in told
    assert post.taken_for[-1] == post.mails[-1]["To"] == ADDRESS and post.mails[-1]["Auto-Submitted"] == "auto-generated"
    assert sent(site, post) == []
    # The next mail tells of what is new alone.
    lifecycle.set_workflow(clerk, paper, "withdrawn")
    lifecycle.set_workflow(clerk, paper, "published")
    (next_one,) = sent(site, post)
    assert next_one.count("• ") == 2
    # What was read on the page is not sent.
    lifecycle.set_workflow(clerk, paper, "withdrawn")
    lifecycle.set_workflow(clerk, paper, "published")
    while making.make():
        db.release()
    listing.mark(staff, up_to=10**9)
    assert sent(site, post) == []
    stop = re.search(r"https://vanban\.example/mail/stop/(\S+)", told)
    assert stop is not None and post.mails[-1]["List-Unsubscribe"] == f"<{stop[0]}>"
    assert choices.stop(stop[1], only_look=True) == ADDRESS and choices.load(staff).mode == "at_once"
    assert choices.stop(stop[1]) == ADDRESS and choices.load(staff).mode == "off"
    lifecycle.set_workflow(clerk, paper, "withdrawn")
    lifecycle.set_workflow(clerk, paper, "published")
    assert sent(site, post) == []
    # What came while they were off is not sent when they are on again.
    choices.choose(staff, ADDRESS, "at_once")
    assert sent(site, post) == []


def test_a_mail_is_written_just_before_it_is_sent(
    site: Context, post: MailServer, actors: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk, staff, leader = actors["clerk"], actors["staff"], actors["leader"]
    paper = upload(clerk, b"Ke hoach", "ke-hoach.txt", publish=True)
    work(site)
    for reader, address in ((staff, ADDRESS), (leader, "lanhdao@so.example")):
        following.follow(reader, "document", paper)
        confirmed(site, post, reader, address=address)
    lifecycle.set_workflow(clerk, paper, "withdrawn")
    lifecycle.set_workflow(clerk, paper, "published")
    real = sending.listing.page

    def withdrawn_after_the_first(*arguments: Any, **more: Any) -> Any:
        found = real(*arguments, **more)
        lifecycle.set_workflow(clerk, paper, "withdrawn")
        return found

    monkeypatch.setattr(sending.listing, "page", withdrawn_after_the_first)
    assert len(sent(site, post)) == 1


def test_who_stands_in_gets_a_mail_of_what_they_stand_in_for(site: Context, post: MailServer, actors: dict[str, Actor]) -> None:
    clerk, staff, leader = actors["clerk"], actors["staff"], actors["leader"]
    confirmed(site, post, staff)
    delegations.create(leader, staff.user_id, dates.today(), dates.today())
    draft = running(clerk, "outgoing", subject="Trình lãnh đạo")
    step(clerk, draft, "submit", to=key(leader))
    (told,) = sent(site, post)
    assert "Trình lãnh đạo" in told and f"/documents/{draft}" in told


def test_thousands_of_notices_are_one_mail_and_a_person_gets_few_a_day(
    site: Context, post: MailServer, actors: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "MOST_A_DAY", 4)
    staff = actors["staff"]
    confirmed(site, post, staff)
    assert staff.user_id is not None

    def arrive(many: int, cause: str) -> None:
        with db.write() as session:
            making.add(session, [notice(staff, f"{cause}{n}") for n in range(many)])

    arrive(2_000, "a")
    (told,) = sent(site, post)
    assert told.startswith("[Sở Giáo dục và Đào tạo] 50+ thông báo mới") and told.count("• ") == 51
    assert sent(site, post) == []
    got = 0
    for turn in range(5):
        arrive(1, f"b{turn}")
        got += len(sent(site, post))
    # The question and the first mail are among those of the day.
    assert got == 2
    with db.write() as session:
        session.execute(update(MailChoice).values(sent_on=dates.today() - dt.timedelta(days=1)))
    assert len(sent(site, post)) == 1


def test_the_mail_of_the_day_comes_once_and_not_at_night(site: Context, post: MailServer, actors: dict[str, Actor], monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, staff = actors["clerk"], actors["staff"]
    paper = upload(clerk, b"Ke hoach", "ke-hoach.txt", publish=True)
    work(site)
    following.follow(staff, "document", paper)
    confirmed(site, post, staff, "daily")
    lifecycle.set_workflow(clerk, paper, "withdrawn")
    lifecycle.set_workflow(clerk, paper, "published")
    real = db.now()
    # The question was a mail of the day before.
    with db.write() as session:
        session.execute(update(MailChoice).values(sent_on=real.date() - dt.timedelta(days=3)))
    counted = []
    # From tomorrow on, so that no moment lies before what has really happened.
    for day, hour in ((1, 6), (1, 8), (1, 20), (2, 8)):
        moment = real.astimezone(sending.dates.VIETNAM).replace(hour=hour, minute=0) + dt.timedelta(days=day)
        monkeypatch.setattr(sending.db, "now", lambda moment=moment: moment.astimezone(dt.UTC))
        monkeypatch.setattr(sending.dates, "today", lambda moment=moment: moment.date())
        counted.append(len(sent(site, post)))
        lifecycle.set_workflow(clerk, paper, "withdrawn")
        lifecycle.set_workflow(clerk, paper, "published")
    assert counted == [0, 1, 0, 1]


def test_a_server_that_refuses_hangs_or_talks_without_end_stops_nothing(
    site: Context, post: MailServer, actors: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "ANSWER_SECONDS", 0.3)
    monkeypatch.setattr(mail, "CONNECTION_SECONDS", 0.6)
    administrator, staff = actors["administrator"], actors["staff"]
    choices.choose(staff, ADDRESS, "at_once")
    choices.choose(administrator, "quantri@so.example", "at_once")
    for behaviour, code in (("later", "answer"), ("hang", "answer"), ("drip", "answer")):
        post.behaviour = behaviour
        assert sent(site, post) == []
        told = health.overview(administrator).mail
        assert told is not None and told.problem == mail_state.PROBLEMS[code] and not health.overview(administrator).good
        # It rests, longer each time.
        before = post.connections
        assert sent(site, post) == [] and post.connections == before
        with db.write() as session:
            session.execute(update(MailState).values(again_at=db.now()))
            session.execute(update(MailChoice).values(again_at=None))
    with db.read() as session:
        assert session.scalars(select(MailState)).one().failures == 3
    post.behaviour = "good"
    assert len(sent(site, post)) == 2
    told = health.overview(administrator).mail
    assert told is not None and told.problem is None and told.sent_at is not None
    with pytest.raises(Denied):
        mail_state.status(staff)


def test_an_address_that_is_refused_again_and_again_is_not_used_any_more(
    site: Context, post: MailServer, actors: dict[str, Actor]
) -> None:
    staff = actors["staff"]
    confirmed(site, post, staff)
    clerk = actors["clerk"]
    confirmed(site, post, clerk, address="vanthu@so.example")
    post.refused.add(ADDRESS)
    for number in range(4):
        with db.write() as session:
            making.add(session, [notice(staff, f"x{number}"), notice(clerk, f"x{number}")])
        # The other address is served over the same connection.
        assert len(sent(site, post)) == 1 and post.taken_for[-1] == "vanthu@so.example"
    assert choices.load(staff).mode == "off" and choices.load(staff).refused and choices.load(clerk).mode == "at_once"
    post.refused.clear()
    choices.choose(staff, ADDRESS, "at_once")
    assert not choices.load(staff).refused and sent(site, post) == []
    with db.write() as session:
        making.add(session, [notice(staff, "y")])
    assert len(sent(site, post)) == 1
    # A full mailbox makes nobody else wait, and gets its mail later.
    post.behaviour = ADDRESS
    with db.write() as session:
        making.add(session, [notice(staff, "v"), notice(clerk, "v")])
    assert len(sent(site, post)) == 1 and post.taken_for[-1] == "vanthu@so.example"
    post.behaviour = "good"
    assert sent(site, post) == []
    with db.write() as session:
        session.execute(update(MailChoice).values(again_at=db.now()))
    assert len(sent(site, post)) == 1 and choices.load(staff).mode == "at_once"
    assert list(mail.send(server_of(post), [Mail("a@so.example", "Đề\nmục", "x"), Mail("a@so.example", "x", "x")])) == ["refused", "taken"]
    # Alone in its connection it is no trouble of the server either.
    post.behaviour = ADDRESS
    with db.write() as session:
        making.add(session, [notice(staff, "u")])
    assert sent(site, post) == [] and not mail_state.resting()
    post.behaviour = "good"
    with db.write() as session:
        session.execute(update(MailChoice).values(again_at=None))
    assert len(sent(site, post)) == 1
    # Nothing is told to somebody who may not sign in any more.
    with db.write() as session:
        making.add(session, [notice(staff, "z")])
    accounts.disable(actors["administrator"], staff.user_id or 0)
    assert sent(site, post) == []


def test_an_address_must_be_one_and_its_question_comes_seldom(site: Context, post: MailServer, actors: dict[str, Actor]) -> None:
    staff = actors["staff"]
    for wrong in ("", "không@so.example", "a@b", "a@so.example, b@so.example", "a@so.example\r\nBcc: c@so.example", "a" * 250 + "@so.example"):
        with pytest.raises(Invalid):
            choices.choose(staff, wrong, "daily")
    assert choices.load(staff) == choices.ChosenMail()
    token = confirmed(site, post, staff)
    choices.choose(staff, "moi@so.example", "at_once")
    with pytest.raises(NotFound):
        choices.confirm(token)
    # Nobody is flooded by somebody who types one address after the other.
    assert sent(site, post) == []
    with db.write() as session:
        session.execute(update(MailChoice).values(asked_at=db.now() - choices.ASKED_AGAIN))
    assert len(sent(site, post)) == 1 and post.taken_for[-1] == "moi@so.example" and sent(site, post) == []
    for forged in ("", "x", token[:-2]):
        with pytest.raises(NotFound):
            choices.confirm(forged)
        with pytest.raises(NotFound):
            choices.stop(forged or token)


@pytest.mark.parametrize(
    "env, said",
    [
        ({"URL": "https://mail.example"}, "phải có dạng"),
        ({"URL": "smtp://mail.example"}, "chỉ được dùng smtp:// với localhost"),
        ({"URL": "smtps://a:secret@mail.example"}, "không được chứa mật khẩu"),
        ({"URL": "smtps://a@mail.example"}, "DOCMGR_SMTP_PASSWORD_FILE"),
        ({"URL": "smtps://mail.example:99999"}, "phải có dạng"),
        ({"URL": "smtps://mail.example", "FROM": "vanban"}, "DOCMGR_SMTP_FROM"),
    ],
)
def test_wrong_settings_are_told_without_the_password(env: dict[str, str], said: str, tmp_path: Path) -> None:
    given = {f"DOCMGR_SMTP_{name}": value for name, value in env.items()}
    with pytest.raises(SettingsError, match=said) as told:
        from_environment({"DOCMGR_HOME": str(tmp_path), **given})
    assert "secret" not in str(told.value)


def test_settings_that_are_right_and_a_password_that_is_missing(tmp_path: Path) -> None:
    env = {"DOCMGR_SMTP_URL": "smtp+starttls://vanthu@mail.example", "DOCMGR_SMTP_PASSWORD_FILE": "p", "DOCMGR_SMTP_FROM": "v@so.example"}
    server = mail_settings.read(env, lambda text: tmp_path / text)
    assert server == SmtpServer("mail.example", 587, "smtp+starttls", "v@so.example", "vanthu", tmp_path / "p")
    local = mail_settings.read({"DOCMGR_SMTP_URL": "smtp://localhost", "DOCMGR_SMTP_FROM": "v@so.example"}, Path)
    assert local == SmtpServer("localhost", 25, "smtp", "v@so.example") and mail_settings.read({}, Path) is None
    with pytest.raises(MailTrouble, match="password"):
        list(mail.send(server, [Mail("a@so.example", "", "")]))
