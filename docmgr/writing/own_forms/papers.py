"""The papers for which an agency may have forms of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from docmgr.writing.own_forms import conference, incoming, inspection, plan, unit
from docmgr.writing.own_forms.fields import Field, ShownField, listed


@dataclass(frozen=True)
class FormPaper:
    """A paper: its name, the fields of its forms, what makes their values of what the paper says, an invented paper to try forms with, and
    what writes the form to start from. `file` is how the names of its files begin."""

    name: str
    file: str
    fields: tuple[Field, ...]
    values: Callable[[Any], dict[str, Any]]
    sample: Callable[[], Any]
    starter: Callable[[], bytes]

    def sample_values(self) -> dict[str, Any]:
        """The values of the invented paper."""
        return self.values(self.sample())

    def shown_fields(self) -> tuple[ShownField, ...]:
        """The fields with meanings and examples."""
        return tuple(listed(self.fields, self.sample_values()))


# Key → paper, in the order of the page.
PAPERS: Mapping[str, FormPaper] = {
    "inspection_minutes": FormPaper(
        "Biên bản kiểm tra", "bien-ban-kiem-tra", inspection.FIELDS, inspection.minutes_values, inspection.sample, inspection.minutes_starter
    ),
    "inspection_notice": FormPaper(
        "Thông báo kết luận kiểm tra", "thong-bao-ket-luan", inspection.FIELDS, inspection.notice_values, inspection.sample, inspection.notice_starter
    ),
    "plan_report": FormPaper("Báo cáo 6 tháng, báo cáo năm của kế hoạch", "bao-cao-ke-hoach", plan.FIELDS, plan.values, plan.sample, plan.starter),
    "incoming_report": FormPaper(
        "Báo cáo tình hình tiếp nhận, xử lý văn bản đến", "bao-cao-van-ban-den", incoming.FIELDS, incoming.values, incoming.sample, incoming.starter
    ),
    "unit_plan": FormPaper("Dự thảo kế hoạch của đơn vị", "du-thao-ke-hoach", unit.FIELDS, unit.values, unit.sample, unit.starter),
    "conference_invitation": FormPaper(
        "Giấy mời hội nghị", "giay-moi", conference.FIELDS, conference.values, conference.sample, conference.invitation_starter
    ),
    "conference_minutes": FormPaper(
        "Biên bản hội nghị", "bien-ban-hoi-nghi", conference.FIELDS, conference.values, conference.sample, conference.minutes_starter
    ),
    "conference_resolution": FormPaper(
        "Dự thảo nghị quyết hội nghị", "nghi-quyet", conference.FIELDS, conference.values, conference.sample, conference.resolution_starter
    ),
}
