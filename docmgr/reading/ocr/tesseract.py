"""Give a prepared picture to the program Tesseract, and take the words that it recognises.

This module decides its options and which of its words are noise. It writes no file: picture and words go through pipes.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import signal
import subprocess
import time
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from docmgr.reading import network
from docmgr.reading.environment import child_environment
from docmgr.reading.ocr.words import OcrWord
from docmgr.reading.outcomes import Unreadable

if TYPE_CHECKING:
    from PIL import Image

# How Tesseract divides a picture, by its own numbers.
PAGE, BLOCK, SPARSE = "3", "6", "11"
PROGRAM, LANGUAGE = "tesseract", "vie"
_LIST_S = 10.0
_ASK_AGAIN_S = 30.0
_MOST_OUTPUT = 16 * 1024 * 1024
# Words below this confidence are noise: specks, rules, pieces of a seal or of a signature.
_NOISE = 20.0
_NOISE_SIGN = 60.0
# What Tesseract makes of a dotted line.
_DOTS = re.compile("[eocs©.…·*]{6,}", re.I)
# The fast model's usual mistakes: "g)" and "i)" in lists.
_ETH = re.compile("Đ?Ð+Đ?")
# An "i" whose dot is far away; no Vietnamese word has this sign.
_TURNED_MARK = re.compile("¡i?")
_ITEMS = {"ø)": "g)", "ï)": "i)", "ö)": "o)"}


def available() -> bool:
    """Whether Tesseract and its Vietnamese model are installed."""
    program = shutil.which(PROGRAM)
    return program is not None and LANGUAGE in _languages(program, int(time.monotonic() // _ASK_AGAIN_S))


@lru_cache(maxsize=4)
def _languages(program: str, _period: int) -> frozenset[str]:
    """List the installed models. They are asked for once in each period of time, so that a new one is noticed."""
    try:
        done = subprocess.run(
            [program, "--list-langs"], capture_output=True, timeout=_LIST_S, check=False, env=child_environment()
        )
    except (OSError, subprocess.TimeoutExpired):
        return frozenset()
    return frozenset((done.stdout + done.stderr).decode("utf-8", "replace").split())


def recognise(image: Image.Image, points: float, mode: str = PAGE) -> tuple[OcrWord, ...]:
    """Recognise the words of a picture that lies straight, in reading order; none on an empty page. `points` is the
    size of one pixel in points. `mode` is PAGE, BLOCK for one column of text, or SPARSE: single words are sought
    anywhere, as in a stamp. Raises Unreadable: "too_long" when Tesseract has used up the processor time that this
    process may use, "crashed" when it fails, "ocr_missing" when it is not installed."""
    program = shutil.which(PROGRAM)
    if program is None:
        raise Unreadable("ocr_missing")
    options = ("-l", LANGUAGE, "--dpi", str(round(72 / points)), "--psm", mode, "tsv")
    command = network.without((program, "stdin", "stdout", *options))
    picture = io.BytesIO()
    image.save(picture, "PPM")
    # The clock of a busy machine says nothing here: processor time is limited, and the parent has an eye on the clock.
    done = subprocess.run(command, input=picture.getvalue(), capture_output=True, check=False, env=_environment())
    if done.returncode == -signal.SIGXCPU:
        raise Unreadable("too_long")
    if done.returncode != 0 or len(done.stdout) > _MOST_OUTPUT:
        raise Unreadable("crashed")
    return _words(done.stdout.decode("utf-8", "replace"), points)


def _environment() -> dict[str, str]:
    # Several threads need more processor time for the same page.
    return {**child_environment(), "OMP_THREAD_LIMIT": "1"}


def _words(table: str, points: float) -> tuple[OcrWord, ...]:
    lines: dict[tuple[str, ...], int] = {}
    words = []
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = _mended(unicodedata.normalize("NFC", (row["text"] or "").strip()))
        confidence = float(row["conf"])
        if row["level"] != "5" or not text or is_noise(text, confidence):
            continue
        line = lines.setdefault((row["block_num"], row["par_num"], row["line_num"]), len(lines))
        left, top = int(row["left"]), int(row["top"])
        right, bottom = left + int(row["width"]), top + int(row["height"])
        words.append(OcrWord(text, left * points, top * points, right * points, bottom * points, confidence, line))
    return tuple(words)


def _mended(text: str) -> str:
    """Mend letters that Tesseract takes for letters of other alphabets: those of list items, and Đ, which it often gives
    twice, once as the Icelandic Ð."""
    return _ITEMS.get(text, _TURNED_MARK.sub("i", _ETH.sub("Đ", text).replace("ð", "đ")))


def is_noise(text: str, confidence: float) -> bool:
    """Whether a word that was recognised with this confidence is none: specks, a dotted line, a piece of a seal."""
    has_letters = any(char.isalnum() for char in text)
    if has_letters and _DOTS.fullmatch(text):
        return True
    return confidence < (_NOISE if has_letters else _NOISE_SIGN)
