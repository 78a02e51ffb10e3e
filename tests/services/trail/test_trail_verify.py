"""`trail verify`: each kind of tampering is named, and so is what cannot be known."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from docmgr import db
from docmgr.context import Context
from docmgr.policy import COMMAND_LINE
from docmgr.services.trail import heads, walk
from docmgr.services.trail import verify as trail_verify
from docmgr.services.trail.heads import Head
from docmgr.services.trail.verify import Verdict
from tests.support.tampering import TABLE, fit_hashes, record, unguarded

TIME = "2024-02-05T07:00:00+00:00"


@pytest.fixture
def trail_of_ten(site: Context) -> Context:
    """Ten events, and a stored head of the first eight."""
    record(8)
    heads.keep(heads.current(COMMAND_LINE))
    record(2, first=9)
    return site


def verify(more: bytes | None = None) -> Verdict:
    db.release()
    return trail_verify.verify(COMMAND_LINE, more)


def kinds(verdict: Verdict) -> list[tuple[str, int | None]]:
    return [(fault.kind, fault.seq) for fault in verdict.faults]


def tamper(site: Context, *statements: str, fit: bool = False) -> Verdict:
    with unguarded(site) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
        if fit:
            fit_hashes(connection)
    return verify()


def test_an_honest_trail(trail_of_ten: Context) -> None:
    verdict = verify()
    assert verdict.ok and verdict.size == 10
    (said,) = verdict.not_known
    assert "gồm 8 sự kiện" in said and "hiện có 2 sự kiện sau đó" in said
    (head,) = heads.parse(heads.content()).heads
    assert head.time in said


def test_an_empty_trail(site: Context) -> None:
    assert verify() == Verdict(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", (), (trail_verify.NO_HEAD,))


def test_without_a_kept_head_that_is_said(site: Context) -> None:
    record(3)
    assert verify().not_known == (trail_verify.NO_HEAD,)
    # Then recomputed hashes are not detected, and neither are deleted last events.
    assert tamper(site, "DELETE FROM trail_event WHERE seq = 3", "UPDATE trail_event SET via = 'web'", fit=True).ok


@pytest.mark.parametrize("column", [name for name in TABLE.columns.keys() if name != "seq"])
def test_any_changed_column_is_found(trail_of_ten: Context, column: str) -> None:
    values = {"at": "'2001-01-01 00:00:00.000000'", "details": "'{\"size\": 5.0}'"}
    value = values.get(column, "77" if column.endswith("_id") else "'kẻ khác'")
    verdict = tamper(trail_of_ten, f"UPDATE trail_event SET {column} = {value} WHERE seq = 10")
    assert kinds(verdict) == [("changed", 10)] and "số 10" in verdict.faults[0].detail


def test_what_no_event_can_hold_is_found_and_not_stumbled_over(trail_of_ten: Context) -> None:
    if trail_of_ten.database.engine.dialect.name != "sqlite":
        odd = ["at = 'infinity'", "at = '0044-03-15 BC'", "at = '20000-01-01'", "details = '[]'"]
    else:
        odd = ["at = 'hôm qua'", "at = x'00'", "details = '{'", "subject_label = x'ff'", "actor_label = CAST(x'ff' AS TEXT)"]
    for number, change in enumerate(odd, 1):
        verdict = tamper(trail_of_ten, f"UPDATE trail_event SET {change} WHERE seq = {number}")
        assert [fault.seq for fault in verdict.faults if fault.kind == "changed"] == list(range(1, number + 1))


def test_a_removed_event(trail_of_ten: Context) -> None:
    verdict = tamper(trail_of_ten, "DELETE FROM trail_event WHERE seq = 9")
    assert kinds(verdict) == [("removed", 9)]
    verdict = tamper(trail_of_ten, "DELETE FROM trail_event WHERE seq < 4")
    assert kinds(verdict) == [("removed", 1), ("removed", 9), ("cut", None)]
    assert "từ số 1 đến số 3" in verdict.faults[0].detail


def test_a_removed_event_whose_gap_was_closed(trail_of_ten: Context) -> None:
    verdict = tamper(
        trail_of_ten, "DELETE FROM trail_event WHERE seq = 4", *(f"UPDATE trail_event SET seq = {n - 1} WHERE seq = {n}" for n in range(5, 11))
    )
    assert [kind for kind, _ in kinds(verdict)] == ["reordered"] * 6 + ["root_differs"]
    verdict = tamper(trail_of_ten, fit=True)
    assert kinds(verdict) == [("root_differs", 8)] and "thứ 1 đến 8" in verdict.faults[0].detail


def test_an_inserted_event(trail_of_ten: Context) -> None:
    copy = ", ".join(name for name in TABLE.columns.keys() if name != "seq")
    verdict = tamper(trail_of_ten, f"INSERT INTO trail_event (seq, {copy}) SELECT -5, {copy} FROM trail_event WHERE seq = 3", fit=True)
    assert kinds(verdict)[0] == ("inserted", -5) and ("root_differs", 7) in kinds(verdict)


def test_events_in_each_others_places(trail_of_ten: Context) -> None:
    swap = [f"UPDATE trail_event SET seq = {new} WHERE seq = {old}" for old, new in ((9, 900), (10, 9), (900, 10))]
    verdict = tamper(trail_of_ten, *swap)
    assert kinds(verdict) == [("reordered", 9), ("reordered", 10)]
    assert "vốn có số 10" in verdict.faults[0].detail


def test_a_cut_tail(trail_of_ten: Context) -> None:
    assert tamper(trail_of_ten, "DELETE FROM trail_event WHERE seq > 8").ok
    verdict = tamper(trail_of_ten, "DELETE FROM trail_event WHERE seq > 7")
    assert kinds(verdict) == [("cut", None)]
    assert "có 8 sự kiện, nay chỉ còn 7" in verdict.faults[0].detail
    # No stored head covers anything now.
    assert verdict.not_known == (trail_verify.NO_HEAD,)
    assert kinds(tamper(trail_of_ten, "DELETE FROM trail_event")) == [("cut", None)]


def test_between_which_heads_it_was_rewritten(trail_of_ten: Context) -> None:
    heads.keep(heads.current(COMMAND_LINE))
    record(1, first=11)
    heads.keep(heads.current(COMMAND_LINE))
    verdict = tamper(trail_of_ten, "UPDATE trail_event SET via = 'cli' WHERE seq = 10", fit=True)
    assert kinds(verdict) == [("root_differs", 10)]
    assert "thứ 9 đến 10" in verdict.faults[0].detail and "2 đầu cây" in verdict.faults[0].detail
    assert "gồm 8 sự kiện" in verdict.not_known[0]


def test_a_head_kept_elsewhere(trail_of_ten: Context) -> None:
    elsewhere = heads.current(COMMAND_LINE).line()
    assert verify(elsewhere).ok and "gồm 10 sự kiện" in verify(elsewhere).not_known[0]
    assert tamper(trail_of_ten, "UPDATE trail_event SET via = 'cli' WHERE seq = 10", fit=True).ok
    assert kinds(verify(elsewhere)) == [("root_differs", 10)]
    assert kinds(verify(Head(99, "0" * 64, TIME).line())) == [("cut", None)]
    assert kinds(verify(Head(0, "0" * 64, TIME).line())) == [("root_differs", None)]


@pytest.mark.parametrize("content", [b"la", b"\xff\n", b'{"size": 5}', b"\n"])
def test_a_damaged_file_is_a_fault(trail_of_ten: Context, content: bytes) -> None:
    verdict = verify(content)
    assert [fault.kind for fault in verdict.faults] == ["head_damaged"] and "--head" in verdict.faults[0].detail
    heads.path().write_bytes(heads.content() + b"la\n")
    assert kinds(verify()) == [("head_damaged", None)]
    assert f"Dòng 2 của {heads.NAME}" in verify().faults[0].detail


def test_triggers(trail_of_ten: Context) -> None:
    sqlite = trail_of_ten.database.engine.dialect.name == "sqlite"
    names = ["trail_event_no_update", "trail_event_in_order"] if sqlite else ["trail_event_append_only", "trail_event_in_order"]
    on = "" if sqlite else " ON trail_event"
    with trail_of_ten.database.write_engine.begin() as connection:
        for name in names:
            connection.exec_driver_sql(f"DROP TRIGGER {name}{on}")
    assert [(f.kind, f.detail) for f in verify().faults] == [
        ("trigger_missing", f"Thiếu trigger bảo vệ {name}.") for name in sorted(names)
    ]
    never = "BEGIN SELECT 1; END" if sqlite else "FOR EACH ROW EXECUTE FUNCTION trail_event_refuse_number()"
    with trail_of_ten.database.write_engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TRIGGER {names[0]} BEFORE UPDATE ON trail_event {never}")
        connection.exec_driver_sql(f"CREATE TRIGGER other BEFORE INSERT ON trail_event {never}")
    assert [f.kind for f in verify().faults] == ["trigger_added", "trigger_changed", "trigger_missing"]


def test_a_trigger_that_is_only_switched_off(trail_of_ten: Context) -> None:
    if trail_of_ten.database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no such switch")
    for how in (
        "ALTER TABLE trail_event DISABLE TRIGGER trail_event_append_only",
        "ALTER TABLE trail_event ENABLE TRIGGER trail_event_append_only",
        "CREATE OR REPLACE FUNCTION trail_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
    ):
        with trail_of_ten.database.write_engine.begin() as connection:
            connection.exec_driver_sql(how)
        assert "trigger_changed" in [fault.kind for fault in verify().faults]
        with unguarded(trail_of_ten):
            pass
        assert verify().ok


def test_very_many_faults_are_counted(
    trail_of_ten: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail_verify, "MAX_FAULTS", 4)
    monkeypatch.setattr(walk, "MAX_PLACES", 3)
    verdict = tamper(trail_of_ten, "UPDATE trail_event SET via = 'cli'")
    assert [fault.kind for fault in verdict.faults] == ["changed"] * 4 + ["more"]
    assert verdict.faults[-1].detail == "Và 7 lỗi nữa."


def test_the_beginning_of_hashes_that_makes_no_sense_vouches_for_nothing(site: Context) -> None:
    record(3)
    with unguarded(site) as connection:
        said = '\'{"events": 1, "last": 99, "root": "x"}\''
        connection.execute(sa.text(f"UPDATE trail_event SET action = 'trail:begin', details = {said.replace(':', chr(92) + ':')} WHERE seq = 2"))
        fit_hashes(connection)
        connection.exec_driver_sql("DELETE FROM trail_event WHERE seq = 1")
    assert kinds(verify()) == [("removed", 1)]


def test_what_swallows_events_on_postgresql_is_found_and_nothing_is_done_without_its_event(trail_of_ten: Context) -> None:
    engine = trail_of_ten.database.engine
    if engine.dialect.name != "postgresql":
        pytest.skip("rules and row security are PostgreSQL's")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE RULE quiet AS ON INSERT TO trail_event DO INSTEAD NOTHING")
    assert kinds(verify()) == [("rule_added", None)]
    with pytest.raises(RuntimeError):
        record(1, first=11)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP RULE quiet ON trail_event")
        connection.exec_driver_sql("ALTER TABLE trail_event ENABLE ROW LEVEL SECURITY")
    assert kinds(verify()) == [("row_security", None)]
