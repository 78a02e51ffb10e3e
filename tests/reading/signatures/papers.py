"""Papers signed electronically, made by pyHanko for the tests: a decision of an office, drawn by ReportLab, with the
number and the date where the office's program puts them."""

from __future__ import annotations

import datetime as dt
import functools
import io
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import fontpkg
from asn1crypto import keys, x509
from cryptography import x509 as certificates
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils import generic, layout
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers, timestamps
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

FONT = "BeVietnamPro"
Box = tuple[int, int, int, int]
NUMBER_BOX, DAY_BOX, MONTH_BOX = (84, 736, 106, 752), (416, 736, 430, 752), (466, 736, 480, 752)
SIGNATURE_BOX = (330, 300, 520, 350)
_FILL = layout.SimpleBoxLayoutRule(
    layout.AxisAlignment.ALIGN_MID, layout.AxisAlignment.ALIGN_MID, margins=layout.Margins()
)
BODY = (
    "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư;",
    "Theo đề nghị của Chánh Văn phòng Sở,",
    "QUYẾT ĐỊNH:",
    "Điều 1. Ban hành Quy chế kèm theo Quyết định này.",
    "Điều 2. Quyết định này có hiệu lực kể từ ngày ký.",
)


@dataclass(frozen=True)
class Holder:
    """A certificate with its key."""

    certificate: certificates.Certificate
    key: rsa.RSAPrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def holder(
    name: str, by: Holder | None = None, *, until: dt.datetime | None = None, stamps_time: bool = False
) -> Holder:
    """A certificate for `name`; without `by` it is a root that signs itself."""
    key = rsa.generate_private_key(65537, 2048)
    subject = certificates.Name([certificates.NameAttribute(NameOID.COMMON_NAME, name)])
    until = until or dt.datetime(2046, 1, 1, tzinfo=dt.UTC)
    built = (
        certificates.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(certificates.random_serial_number())
        .not_valid_before(min(dt.datetime(2020, 1, 1, tzinfo=dt.UTC), until - dt.timedelta(days=300)))
        .not_valid_after(until)
        .add_extension(certificates.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(_usage(ca=by is None), critical=True)
    )
    if stamps_time:
        usage = certificates.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        built = built.add_extension(usage, critical=True)
    return Holder(built.sign((by.key if by else key), hashes.SHA256()), key)


def _usage(*, ca: bool) -> certificates.KeyUsage:
    return certificates.KeyUsage(
        digital_signature=not ca, content_commitment=not ca, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=ca, crl_sign=ca, encipher_only=False, decipher_only=False,
    )  # fmt: skip


@functools.cache
def root() -> Holder:
    """The root of the agency's certificates."""
    return holder("Cơ quan chứng thực thử")


@functools.cache
def clerk() -> Holder:
    """Who signs the papers."""
    return holder("Trần Văn Ký", root())


def paper(
    number: str = "12", day: str = "05", month: str = "02", *, pages: int = 1, signer: str = "Trần Văn Ký"
) -> bytes:
    """A decision; an empty `number`, `day` or `month` leaves room for it. `signer` is printed under the text."""
    pdfmetrics.registerFont(TTFont(FONT, str(fontpkg.path("Be Vietnam Pro", weight=400))))
    out = io.BytesIO()
    sheet = canvas.Canvas(out, A4)
    for page in range(pages):
        sheet.setFont(FONT, 10)
        if page == 0:
            _head(sheet, number, day, month)
        for n, line in enumerate(
            BODY if page == 0 else (f"Phụ lục trang {page + 1} có nội dung riêng của trang này.",)
        ):
            sheet.drawString(60, 620 - 18 * n, line)
        if page == pages - 1:
            sheet.drawString(60, 400, "Nơi nhận:")
            sheet.drawString(60, 384, "- Như Điều 3;")
            sheet.drawString(60, 368, "- Lưu: VT.")
            sheet.drawCentredString(425, 400, "GIÁM ĐỐC")
            sheet.drawCentredString(425, 280, signer)
        sheet.showPage()
    sheet.save()
    return out.getvalue()


def _head(sheet: canvas.Canvas, number: str, day: str, month: str) -> None:
    sheet.drawCentredString(150, 790, "UBND TỈNH MẪU")
    sheet.drawCentredString(150, 774, "SỞ GIÁO DỤC VÀ ĐÀO TẠO")
    sheet.drawCentredString(410, 790, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    sheet.drawCentredString(410, 774, "Độc lập - Tự do - Hạnh phúc")
    if number:
        sheet.drawString(60, 740, f"Số: {number}/QĐ-SGDĐT")
    else:
        sheet.drawString(60, 740, "Số:")
        sheet.drawString(108, 740, "/QĐ-SGDĐT")
    for x, text in ((330, "Tỉnh Mẫu, ngày"), (417, day), (434, "tháng"), (469, month), (486, "năm 2024")):
        sheet.drawString(x, 740, text)
    sheet.drawCentredString(297, 690, "QUYẾT ĐỊNH")
    sheet.drawCentredString(297, 670, "Về việc ban hành Quy chế thực hiện dân chủ ở cơ sở")


def sign(
    data: bytes,
    who: Holder,
    *,
    field: str = "Signature1",
    box: Box | None = None,
    page: int = 0,
    lines: tuple[str, ...] = (),
    time_by: Holder | None = None,
    certify: bool = False,
) -> bytes:
    """The paper signed by `who` in a revision of its own. Without a `box` the signature is invisible; `lines` are
    the words in the box. With `time_by` a time stamp of that holder is added."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    fields.append_signature_field(writer, fields.SigFieldSpec(field, on_page=page, box=box))
    meta = signers.PdfSignatureMetadata(field_name=field, certify=certify, md_algorithm="sha256")
    stamper = timestamps.DummyTimeStamper(_asn1(time_by), _key(time_by)) if time_by else None
    signer = signers.SimpleSigner(
        signing_cert=_asn1(who),
        signing_key=_key(who),
        cert_registry=SimpleCertificateStore.from_certs([_asn1(root())]),
    )
    with tempfile.NamedTemporaryFile(suffix=".pdf") as look:
        style = None
        if box and lines:
            look.write(_stamp(box, lines))
            look.flush()
            style = StaticStampStyle.from_pdf_file(
                look.name, border_width=0, background_opacity=1, background_layout=_FILL
            )
        pdf_signer = signers.PdfSigner(meta, signer=signer, timestamper=stamper, stamp_style=style)
        # A browser that runs in this process has an event loop, beside which pyHanko would not start its own.
        with ThreadPoolExecutor(1) as aside:
            return aside.submit(pdf_signer.sign_pdf, writer).result().getvalue()


def fill(data: bytes, *boxes: tuple[Box, str], keep: bool = False) -> bytes:
    """The paper with form fields that hold these words, in a revision of its own. They have no look: programs that
    show the file draw it. Without `keep` the fields that the paper has, its signatures among them, are taken out."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    page = writer.root["/Pages"]["/Kids"].raw_get(0).get_object()
    font = {
        pdf_name("/Type"): pdf_name("/Font"),
        pdf_name("/Subtype"): pdf_name("/Type1"),
        pdf_name("/BaseFont"): pdf_name("/Helvetica"),
    }
    fonts = generic.DictionaryObject({pdf_name("/Helv"): writer.add_object(generic.DictionaryObject(font))})
    made = generic.ArrayObject(
        writer.add_object(_field(n, box, words)) for n, (box, words) in enumerate(boxes)
    )
    page[pdf_name("/Annots")] = generic.ArrayObject([*page.get("/Annots", ()), *made])
    writer.update_container(page)
    if keep:
        made = generic.ArrayObject([*writer.root["/AcroForm"]["/Fields"], *made])
    writer.root[pdf_name("/AcroForm")] = generic.DictionaryObject(
        {
            pdf_name("/Fields"): made,
            pdf_name("/DA"): pdf_string("/Helv 10 Tf 0 g"),
            pdf_name("/DR"): generic.DictionaryObject({pdf_name("/Font"): fonts}),
        }
    )
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _field(number: int, box: Box, words: str) -> generic.DictionaryObject:
    return generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/F"): generic.NumberObject(4),
            pdf_name("/Rect"): generic.ArrayObject(generic.NumberObject(side) for side in box),
            pdf_name("/T"): pdf_string(f"field{number}"),
            pdf_name("/V"): pdf_string(words),
            pdf_name("/DA"): pdf_string("/Helv 10 Tf 0 g"),
        }
    )


def _stamp(box: Box, lines: tuple[str, ...]) -> bytes:
    """The look of a signature: a page of the size of `box` with these lines."""
    pdfmetrics.registerFont(TTFont(FONT, str(fontpkg.path("Be Vietnam Pro", weight=400))))
    out = io.BytesIO()
    width, height = box[2] - box[0], box[3] - box[1]
    sheet = canvas.Canvas(out, (width, height))
    size = min(10, height / len(lines) / 1.2)
    sheet.setFont(FONT, size)
    for n, line in enumerate(lines, 1):
        sheet.drawString(1, height - 2 - 1.2 * size * n + 0.3 * size, line)
    sheet.save()
    return out.getvalue()


def _asn1(who: Holder) -> x509.Certificate:
    return x509.Certificate.load(who.certificate.public_bytes(serialization.Encoding.DER))


def _key(who: Holder) -> keys.PrivateKeyInfo:
    plain = serialization.NoEncryption()
    return keys.PrivateKeyInfo.load(
        who.key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, plain)
    )
