"""Make a small PNG of a picture that somebody chose as a logo, in a child process with limits, because it may be hostile.

The child process is `python -m docmgr.reading.process.logo PATH`. It reads the picture, and writes the bytes of the PNG. Nothing else of the picture is kept: no comments, no place where it was taken, no other frames.
"""

from __future__ import annotations

import io
import resource
import struct
import sys
import tempfile

from docmgr.reading import watch
from docmgr.reading.environment import child_environment
from docmgr.reading.limits import MIB

# In pixels. The header shows it a third as large, so that it is sharp on every screen.
WIDTH, HEIGHT = 480, 120
# A larger picture is refused before it is unpacked.
MAX_PIXELS = 20_000_000
BOUNDS = watch.Bounds(cpu_s=8.0, idle_s=8.0, wall_s=60.0, memory_bytes=400 * MIB)
_FORMATS = ("PNG", "JPEG")
_BROKEN, _TOO_LARGE = 1, 2
# Exit code of the child → why there is no logo.
FAULTS = {_TOO_LARGE: "picture_too_large"}


class NoLogo(Exception):
    """The bytes cannot be made a logo. `fault` is "picture_too_large" or "broken"."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


def made(data: bytes) -> tuple[bytes, int, int]:
    """Make a PNG of at most WIDTH times HEIGHT pixels of the bytes of a PNG or JPEG. Returns (bytes, width, height).
    Raises NoLogo when they are no such picture, are broken, or have more than MAX_PIXELS."""
    with tempfile.NamedTemporaryFile(prefix="docmgr-logo-") as file:
        file.write(data)
        file.flush()
        done = watch.run([sys.executable, "-m", "docmgr.reading.process.logo", file.name], BOUNDS, child_environment())
    if done.status != 0 or done.out[12:16] != b"IHDR":
        raise NoLogo(FAULTS.get(done.status, "broken"))
    width, height = struct.unpack(">II", done.out[16:24])
    return done.out, width, height


def _png(path: str) -> bytes | int:
    """Return the bytes of the PNG, or the exit code that says why there is none."""
    # The parent, a web process, does without Pillow.
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None
    faults = (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, KeyError, MemoryError, struct.error, Image.DecompressionBombError)
    try:
        with Image.open(path, formats=_FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                return _TOO_LARGE
            image = ImageOps.exif_transpose(opened).convert("RGBA")
        image.thumbnail((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        # A new picture: what the old one told besides its pixels is left behind.
        clean, out = Image.new("RGBA", image.size), io.BytesIO()
        clean.paste(image)
        clean.save(out, "PNG", optimize=True)
    except faults:
        return _BROKEN
    return out.getvalue()


def main(arguments: list[str]) -> int:
    """Run the child process: read the picture at the path in `arguments`, and write the logo to standard output. Returns an
    exit code other than 0 when that fails."""
    seconds = int(BOUNDS.cpu_s)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (1024 * MIB,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    made_of = _png(*arguments)
    if isinstance(made_of, int):
        return made_of
    sys.stdout.buffer.write(made_of)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
