"""The limits on recognising one page. The child process and its parent apply them."""

from __future__ import annotations

MIB = 1024 * 1024
# Processor seconds of the child, and again of Tesseract, for one page; 2 to 4 are usual.
CPU_S = 60
# Seconds in which child and Tesseract do nothing at all, although a processor would be free for them.
IDLE_S = 12.0
# Elapsed seconds for one page, after which it hangs. A busy machine leaves the child little, since it gives way to all
# other programs; what counts is its processor time.
WALL_S = 1_200.0
# Elapsed seconds for making the searchable copy, for which a person waits.
COPY_S = 60.0
# Data of the child, and again of Tesseract; and the memory of both together.
MEMORY_BYTES = 512 * MIB
ALL_MEMORY_BYTES = 600 * MIB
OUTPUT_BYTES = 96 * MIB
# Pages of one file that are recognised; the rest of a longer one stays without text.
PAGES = 2_000
