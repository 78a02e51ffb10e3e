"""Short entries for the tests of the search engine."""

from dataclasses import replace
from datetime import date
from typing import Any

from indexer import Access, Entry, Fragment, Index, Request, Results, search

EVERYTHING = Access(None)

_PLAIN = Entry(document=1, version=1, access=1, anchor="", label="", title="", text="", doc_title="")


def entry(document: int, text: str, **fields: Any) -> Entry:
    """An entry with this text and these fields. All other fields are empty."""
    return replace(_PLAIN, document=document, text=text, **fields)


REGULATIONS = [
    entry(1, "Hội nghị cán bộ, công chức, viên chức được tổ chức mỗi năm một lần.", anchor="dieu-1", label="Điều 1",
          title="Hội nghị hằng năm", doc_title="Quy chế thực hiện dân chủ", doc_type="Quy chế", number="05/QyĐ-SGDĐT",
          issuer="Sở Giáo dục và Đào tạo", issued_on=date(2023, 5, 2), effective_from=date(2023, 6, 1), order=1),
    entry(1, "Người đứng đầu công khai kế hoạch công tác năm, dự toán và tài sản công.", anchor="dieu-2",
          label="Điều 2", title="Nội dung công khai", doc_title="Quy chế thực hiện dân chủ", doc_type="Quy chế",
          number="05/QyĐ-SGDĐT", issuer="Sở Giáo dục và Đào tạo", issued_on=date(2023, 5, 2),
          effective_from=date(2023, 6, 1), order=2),
    entry(2, "Văn bản được soạn thảo, ký và lưu trữ theo thể thức; kế hoạch lưu trữ lập hằng năm.", anchor="dieu-5",
          label="Điều 5", title="Soạn thảo văn bản", doc_title="Về công tác văn thư", doc_type="Nghị định",
          number="30/2020/NĐ-CP", issuer="Chính phủ", issued_on=date(2020, 3, 5), effective_from=date(2020, 3, 5),
          folder=7, folder_label="Văn bản trung ương", order=1),
    entry(2, "Số và ký hiệu của văn bản do cơ quan cấp theo Điều 5.", anchor="dieu-6", label="Điều 6", title="Số",
          doc_title="Về công tác văn thư", doc_type="Nghị định", number="30/2020/NĐ-CP", issuer="Chính phủ",
          issued_on=date(2020, 3, 5), effective_from=date(2020, 3, 5), folder=7, folder_label="Văn bản trung ương",
          order=2),
    entry(3, "Căn cứ Nghị định số 30/2020/NĐ-CP, các trường lập kế hoạch thực hiện dân chủ năm 2024.",
          anchor="muc-I", label="I", title="Mục đích", doc_title="Triển khai thực hiện dân chủ ở cơ sở năm 2024",
          doc_type="Kế hoạch", number="25/KH-UBND", issuer="Ủy ban nhân dân tỉnh", issued_on=date(2024, 2, 2),
          effective_from=date(2024, 2, 2), effective_to=date(2025, 1, 1), folder=8, folder_label="Kế hoạch", order=1),
    entry(4, "Hoà giải ở cơ sở được khuyến khích; uỷ quyền bằng văn bản.", anchor="dieu-1", label="Điều 1",
          title="Nguyên tắc", doc_title="Hòa giải ở cơ sở", doc_type="Luật", number="35/2013/QH13", issuer="Quốc hội",
          order=1),
]  # fmt: skip


def fill(store: Index, entries: list[Entry]) -> Index:
    """Write all entries to an index in one batch."""
    grouped: dict[int, list[Entry]] = {}
    for one in entries:
        grouped.setdefault(one.document, []).append(one)
    with store.write_batch() as batch:
        for document, own in grouped.items():
            batch.replace(document, own)
    return store


def ask(store: Index, query: str, access: Access = EVERYTHING, **fields: Any) -> Results:
    """The results of a query."""
    return search(store, Request(query, **fields), access)


def found(results: Results) -> list[int]:
    """The documents found, in order."""
    return [hit.document for hit in results.hits]


def marked(segments: tuple[Fragment, ...]) -> list[str]:
    """The highlighted fragments."""
    return [segment.text for segment in segments if segment.match]
