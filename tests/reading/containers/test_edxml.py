"""edXML messages: facts as they are stated, attachments, messages about a state, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from docmgr.reading.containers.edxml import read_edxml
from docmgr.reading.formats.kinds import is_container, sniff
from docmgr.reading.limits import DEFAULT_LIMITS
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.process.read import read_here
from docmgr.reading.types import PartContents, Reading
from tests.reading.messages import DOCUMENT_HEADER, STATE_HEADER, archive, edxml, locked
from tests.reading.samples import docx_parts, para

DATA = Path(__file__).resolve().parents[3] / "../shared/data/edxml"


def read(path: Path, data: bytes) -> PartContents:
    """Read a message that is written to `path`, and unpack it into its folder."""
    path.write_bytes(data)
    assert sniff(path) == "edxml" and is_container("edxml")
    return read_edxml(path, unpack=path.parent)


def texts(found: PartContents) -> list[str]:
    """The texts of its blocks."""
    return [block.text for block in found.blocks]


def facts(found: PartContents) -> dict[str, object]:
    """The values of its facts by field."""
    assert found.facts is not None and all(fact.sure for fact in found.facts.values())
    return {field: list(fact.values) or fact.value for field, fact in found.facts.items()}


def test_facts_are_the_elements_of_the_header(tmp_path: Path) -> None:
    found = read(tmp_path / "a.xml", edxml())
    assert facts(found) == {
        "number": "25/KH-SGDĐT", "type": "Kế hoạch", "issued_on": "2024-02-05", "urgency": "Thượng khẩn",
        "issuer": "Sở Giáo dục tỉnh Ví Dụ", "place": "Ví Dụ", "subject": "kiểm tra đầu năm", "signer": "Trần Thị Bình",
        "position": "Giám đốc", "recipients": ["Trường Ví Dụ", "Như trên"],
    }  # fmt: skip
    assert found.facts is not None
    assert found.facts["issued_on"].quote == "PromulgationDate: 2024/02/05"
    assert found.facts["number"].quote == "Code: 25 KH-SGDĐT"
    assert texts(found)[:4] == ["Văn bản điện tử theo chuẩn edXML", "Loại văn bản: Kế hoạch", "Số, ký hiệu: 25/KH-SGDĐT", "Ngày ban hành: 05/02/2024"]
    assert "Gửi đến: Trường Ví Dụ (000.01.15.H00)" in texts(found)


def test_what_the_header_leaves_blank_stays_blank(tmp_path: Path) -> None:
    blank = DOCUMENT_HEADER.replace("2024/02/05", "2024/02/31").replace(">2<", ">0<").replace("Giám đốc", " ").replace(">25<", "><")
    assert {"number", "issued_on", "urgency", "position"}.isdisjoint(facts(read(tmp_path / "a.xml", edxml(blank))))
    other = facts(read(tmp_path / "a.xml", edxml(DOCUMENT_HEADER.replace("Kế hoạch", "KẾ HOẠCH"))))
    assert other["type"] == "Kế hoạch"


def test_a_message_about_a_state_says_which(tmp_path: Path) -> None:
    found = read(tmp_path / "a.xml", edxml(STATE_HEADER))
    assert facts(found) == {"subject": "Trạng thái văn bản 25/KH-SGDĐT: 03 – Đã tiếp nhận", "issuer": "Sở Giáo dục tỉnh Ví Dụ"}
    assert texts(found) == [
        "Thông điệp trạng thái văn bản điện tử", "Trạng thái văn bản 25/KH-SGDĐT: 03 – Đã tiếp nhận",
        "Cơ quan gửi: Sở Giáo dục tỉnh Ví Dụ (000.00.15.H00)", "Về: văn bản số 25/KH-SGDĐT ngày 05/02/2024", "Thời điểm: 2024/02/06 08:00:00",
    ]  # fmt: skip
    unknown = read(tmp_path / "a.xml", edxml("<edXML:StatusCode>99</edXML:StatusCode>"))
    assert texts(unknown)[1] == "Trạng thái văn bản: 99"


def test_replaced_and_answered_documents_are_cited_but_not_the_own_number(tmp_path: Path) -> None:
    business = """</edXML:MessageHeader><edXML:TraceHeaderList><edXML:Bussiness><edXML:BussinessDocType>3</edXML:BussinessDocType>
    <edXML:ReplacementInfoList><edXML:ReplacementInfo><edXML:DocumentId>000.00.15.H00,2023/01/30,7/KH-SGDĐT</edXML:DocumentId>
    </edXML:ReplacementInfo></edXML:ReplacementInfoList></edXML:Bussiness></edXML:TraceHeaderList><edXML:MessageHeader>"""
    answered = "<edXML:ResponseFor><edXML:DocumentId>000.00.15.H00,2023/05/30,9/SGDĐT-VP</edXML:DocumentId></edXML:ResponseFor>"
    path = tmp_path / "a.xml"
    path.write_bytes(edxml(DOCUMENT_HEADER + answered + business))
    reading = read_here(path, None, DEFAULT_LIMITS, True, print)
    assert "Nghiệp vụ: Thay thế văn bản" in reading.text
    assert reading.interpretation is not None
    assert [(c.role, c.number, c.issued_on) for c in reading.interpretation.citations] == [
        ("answers", "9/SGDĐT-VP", "2023-05-30"), ("replaces", "7/KH-SGDĐT", "2023-01-30"),
    ]  # fmt: skip


def test_attachments_come_out_of_their_wrapping(tmp_path: Path) -> None:
    office = docx_parts(tmp_path / "office.docx", para("Số: 1")).read_bytes()
    files = [
        ("a.doc", archive({"Kế hoạch.txt": b"mot", "b.txt": b"hai"})),
        ("c.docx", office),
        ("khóa.zip", locked({"x": b"x"}, ["x"])),
        ("trống", b""),
    ]
    data = edxml(attachments=files).replace(b"</AttachmentEncoded>", b"<Attachment><ContentTransferEncoded>${file}</ContentTransferEncoded></Attachment></AttachmentEncoded>")
    found = read(tmp_path / "a.xml", data)
    assert [(one.name, one.reason_code) for one in found.attachments] == [
        ("Kế hoạch.txt", None), ("b.txt", None), ("c.docx", None), ("khóa.zip", None), ("trống", "absent"), ("khong-ten", "broken"),
    ]  # fmt: skip
    assert (tmp_path / "1").read_bytes() == b"hai" and (tmp_path / "2").read_bytes() == office


@pytest.mark.parametrize("codec", ["utf-16", "utf-8-sig"])
def test_messages_in_other_encodings(tmp_path: Path, codec: str) -> None:
    data = edxml().decode().replace("UTF-8", codec).encode(codec)
    assert facts(read(tmp_path / "a.xml", data))["subject"] == "kiểm tra đầu năm"


def test_an_undeclared_prefix_is_no_fault_but_other_faults_are(tmp_path: Path) -> None:
    assert facts(read(tmp_path / "a.xml", edxml('<xlink:a xlink:href=""/>' + DOCUMENT_HEADER)))["number"] == "25/KH-SGDĐT"
    for data in (edxml()[:-40], edxml().replace(b"</edXML:Subject>", b""), b"<?xml version='1.0'?><edXML></edXML>", edxml("&amp;&b;")):
        with pytest.raises(Unreadable, match="broken"):
            read(tmp_path / "a.xml", data)


def test_declarations_are_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("bí mật")
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    for doctype in (f'<!DOCTYPE edXML [<!ENTITY e SYSTEM "{secret.as_uri()}">]>', f'<!DOCTYPE edXML [<!ENTITY a0 "ha">{laughs}]>'):
        for codec in ("utf-8", "utf-16"):
            text = edxml("<edXML:Subject>&e;</edXML:Subject>").decode().replace("?>", "?>" + doctype, 1)
            with pytest.raises(Unreadable, match="doctype"):
                read(tmp_path / "a.xml", text.replace("UTF-8", codec).encode(codec))


def test_a_message_of_a_million_elements_is_refused(tmp_path: Path) -> None:
    for header in ("<a/>" * 200_000, "<a>" * 60_000 + "</a>" * 60_000):
        with pytest.raises(Unreadable, match="too_large"):
            read(tmp_path / "a.xml", edxml(header))


@pytest.mark.skipif(not DATA.is_dir(), reason="không có tài liệu dùng chung ../shared/data để đối chiếu")
def test_all_given_messages_are_read() -> None:
    found: dict[str, Reading] = {path.stem: read_here(path, path.name, DEFAULT_LIMITS, True, print) for path in sorted(DATA.glob("*.edxml"))}
    assert len(found) == 11
    assert {(one.kind, one.outcome) for one in found.values()} == {("edxml", "text")}
    for name, one in found.items():
        assert one.interpretation is not None
        facts = {field: fact.value for field, fact in one.interpretation.facts.items()}
        if name.startswith("status_"):
            assert facts.keys() == {"subject", "issuer"} and one.attachments == ()
            assert f": {name[-2:]} – " in (facts["subject"] or "")
        else:
            fields = {"number", "type", "issued_on", "issuer", "place", "subject", "signer", "position", "recipients"}
            assert facts.keys() == fields
            assert [attachment.reason_code for attachment in one.attachments] == ["broken" if name == "edoc" else None]
