"""Electronic signatures: who, when, what they cover, and never valid where the chain is not known."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from docmgr import worker
from docmgr.reading.process import wire
from docmgr.reading.signatures import verify
from docmgr.reading.signatures.trust import trusted
from docmgr.reading.signatures.verify import signatures_of
from docmgr.reading.types import Reading, Signature
from tests.filling.papers import pdf, scan
from tests.reading.signatures.papers import (
    DAY_BOX,
    SIGNATURE_BOX,
    clerk,
    fill,
    holder,
    paper,
    root,
    sign,
)

SIGNED = sign(paper(), clerk())
EARLY = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def trust(tmp_path: Path) -> Path:
    folder = tmp_path / "trust"
    folder.mkdir()
    (folder / "root.pem").write_bytes(root().pem)
    return folder


def check(folder: Path, data: bytes, trust: Path | None) -> list[Signature]:
    path = folder / "paper.pdf"
    path.write_bytes(data)
    return list(signatures_of(path, trust))


def verdict(one: Signature) -> tuple[str | None, str, bool | None, str]:
    return one.signer, one.covers, one.valid, one.chain


def damaged(data: bytes, place: bytes, after: int, change: bytes) -> bytes:
    at = data.index(place) + after
    assert data[at : at + len(change)] != change
    return data[:at] + change + data[at + len(change) :]


def test_a_sound_signature(tmp_path: Path, trust: Path) -> None:
    (one,) = check(tmp_path, SIGNED, trust)
    assert verdict(one) == ("Trần Văn Ký", "document", True, "trusted")
    assert (one.revision, one.time_stamp) == (2, None) and one.at is not None
    assert abs(dt.datetime.fromisoformat(one.at) - dt.datetime.now(dt.UTC)) < dt.timedelta(hours=1)


@pytest.mark.parametrize("alone", [False, True])
def test_a_chain_that_is_not_known_is_never_valid(tmp_path: Path, alone: bool) -> None:
    who = holder("Người Lạ") if alone else clerk()
    other = tmp_path / "other"
    other.mkdir()
    (other / "x.pem").write_bytes(holder("Gốc khác").pem)
    for folder in (None, tmp_path / "none", other):
        (one,) = check(tmp_path, sign(paper(), who), folder)
        assert (one.covers, one.valid, one.chain) == ("document", None, "unknown")


def test_a_second_signature_leaves_the_first_one_its_revision(tmp_path: Path, trust: Path) -> None:
    both = sign(SIGNED, holder("Sở Mẫu", root()), field="Seal", box=SIGNATURE_BOX, lines=("Ký bởi: Sở Mẫu",))
    first, second = check(tmp_path, both, trust)
    assert verdict(first) == ("Trần Văn Ký", "revision", True, "trusted") and first.revision == 2
    assert verdict(second) == ("Sở Mẫu", "document", True, "trusted") and second.revision == 3


def test_signed_and_then_changed(tmp_path: Path, trust: Path) -> None:
    (one,) = check(tmp_path, fill(SIGNED, (DAY_BOX, "09"), keep=True), trust)
    assert verdict(one) == ("Trần Văn Ký", "changed", False, "trusted")
    # A signature that was taken out of the form is still noticed.
    (gone,) = check(tmp_path, fill(SIGNED, (DAY_BOX, "09")), trust)
    assert verdict(gone) == (None, "unknown", None, "unknown")


def test_changed_bytes(tmp_path: Path, trust: Path) -> None:
    (one,) = check(tmp_path, damaged(SIGNED, b"/MediaBox", 19, b"6"), trust)
    assert (one.signer, one.covers, one.valid) == ("Trần Văn Ký", "changed", False)


@pytest.mark.parametrize(("after", "length"), [(11, 30), (300, 40)])
def test_broken_bytes_of_the_signature(tmp_path: Path, trust: Path, after: int, length: int) -> None:
    (one,) = check(tmp_path, damaged(SIGNED, b"/Contents <", after, b"0" * length), trust)
    assert one.valid is False and one.chain == "unknown"


def test_an_expired_certificate(tmp_path: Path, trust: Path) -> None:
    old = holder("Chứng thư cũ", root(), until=EARLY)
    (one,) = check(tmp_path, sign(paper(), old), trust)
    assert verdict(one) == ("Chứng thư cũ", "document", False, "expired")
    (unknown,) = check(tmp_path, sign(paper(), old), None)
    assert (unknown.valid, unknown.chain) == (False, "unknown")


def test_a_certificate_that_expired_since(
    tmp_path: Path, trust: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The signer's own clock proves nothing; a time stamp does."""
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(hours=2)
    who = holder("Sắp hết hạn", root(), until=soon)
    stamper = holder("Dấu thời gian", root(), stamps_time=True)
    plain, stamped = sign(paper(), who), sign(paper(), who, time_by=stamper)
    monkeypatch.setattr(verify, "_now", lambda: soon + dt.timedelta(hours=1))
    assert [(one.valid, one.chain) for one in check(tmp_path, plain, trust)] == [(None, "expired")]
    assert [(one.valid, one.chain) for one in check(tmp_path, stamped, trust)] == [(True, "trusted")]


def test_time_stamps(tmp_path: Path, trust: Path) -> None:
    known, unknown = holder("Dấu A", root(), stamps_time=True), holder("Dấu B", stamps_time=True)
    assert [
        check(tmp_path, sign(paper(), clerk(), time_by=by), trust)[0].time_stamp for by in (known, unknown)
    ] == [
        "trusted",
        "unknown",
    ]


def test_files_without_signature_or_without_sense(tmp_path: Path, trust: Path) -> None:
    assert check(tmp_path, paper(), trust) == check(tmp_path, b"", trust) == []
    unread = Signature(signer=None, at=None, covers="unknown", valid=None, chain="unknown")
    assert check(tmp_path, b"%PDF-1.4 /ByteRange", trust) == [unread]
    assert check(tmp_path, SIGNED.replace(b"startxref", b"startxxxx"), trust)[0].valid is not True


def test_too_many_and_too_slow(tmp_path: Path, trust: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both = sign(SIGNED, clerk(), field="Second")
    monkeypatch.setattr(verify, "SECONDS", 0.001)
    assert [one.valid for one in check(tmp_path, both, trust)] in ([None], [None, None])
    monkeypatch.setattr(verify, "SECONDS", 4.0)
    monkeypatch.setattr(verify, "MOST_SIGNATURES", 1)
    assert len(check(tmp_path, both, trust)) == 1


def test_trusted_certificates(tmp_path: Path, trust: Path) -> None:
    (trust / "two.crt").write_bytes(root().pem + clerk().pem)
    (trust / "words.pem").write_text("no certificate")
    (trust / "words.der").write_text("no certificate")
    (trust / "note.txt").write_bytes(root().pem)
    assert [one.subject.native["common_name"] for one in trusted(trust)] == [
        "Cơ quan chứng thực thử",
        "Cơ quan chứng thực thử",
        "Trần Văn Ký",
    ]
    assert trusted(None) == trusted(tmp_path / "none") == []


def test_the_limited_process_hands_them_over(tmp_path: Path, trust: Path) -> None:
    with worker.Reader() as reader:
        (tmp_path / "a.pdf").write_bytes(SIGNED)
        (tmp_path / "b.pdf").write_bytes(sign(scan(), clerk()))
        (tmp_path / "c.pdf").write_bytes(pdf())
        (one,) = reader.read(tmp_path / "a.pdf", trust=trust).signatures
        assert verdict(one) == ("Trần Văn Ký", "document", True, "trusted")
        assert reader.read(tmp_path / "a.pdf").signatures == (replace(one, valid=None, chain="unknown"),)
        image = reader.read(tmp_path / "b.pdf", trust=trust)
        assert (image.outcome, len(image.signatures)) == ("no_text", 1) and image.signatures[0].valid
        assert reader.read(tmp_path / "c.pdf", trust=trust).signatures == ()


@pytest.mark.parametrize(
    "change",
    [
        {"covers": "all"},
        {"chain": "sure"},
        {"time_stamp": "x"},
        {"valid": "yes"},
        {"chain": "unknown"},
        {"at": "2024-02-05T00:00:00"},
    ],
)
def test_a_process_that_lies_is_not_believed(change: dict[str, str]) -> None:
    sound = Signature("A", "2024-02-05T00:00:00+00:00", "document", True, "trusted", 2)
    reading = Reading(outcome="no_text", kind="pdf", reason_code="no_words", signatures=(sound,))
    assert wire.from_bytes(wire.to_bytes(reading)) == reading
    with pytest.raises(ValueError):
        wire.from_bytes(wire.to_bytes(replace(reading, signatures=(replace(sound, **change),))))  # type: ignore[arg-type]
