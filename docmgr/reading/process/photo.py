"""Make a JPEG of a photo that somebody took, in a child process with limits, because it may be hostile.

The child process is `python -m docmgr.reading.process.photo PATH`. It reads the picture, and writes the bytes of the JPEG. Nothing else of the picture is kept: no comments, no place where it was taken.
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

# In pixels, of the longer side.
LONGEST = 2000
# A larger picture is refused before it is unpacked.
MAX_PIXELS = 60_000_000
BOUNDS = watch.Bounds(cpu_s=15.0, idle_s=15.0, wall_s=60.0, memory_bytes=700 * MIB)
_FORMATS = ("PNG", "JPEG")
_BROKEN, _TOO_LARGE = 1, 2
# Exit code of the child → why there is no photo.
FAULTS = {_TOO_LARGE: "picture_too_large"}


class NoPhoto(Exception):
    """The bytes cannot be made a photo. `fault` is "picture_too_large" or "broken"."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


def made(data: bytes) -> tuple[bytes, int, int]:
    """Make a JPEG of at most LONGEST pixels of the bytes of a PNG or JPEG. Returns (bytes, width, height). Raises NoPhoto when they are no
    such picture, are broken, or have more than MAX_PIXELS."""
    with tempfile.NamedTemporaryFile(prefix="docmgr-photo-") as file:
        file.write(data)
        file.flush()
        done = watch.run([sys.executable, "-m", "docmgr.reading.process.photo", file.name], BOUNDS, child_environment())
    if done.status != 0 or done.out[8:10] != b"\xff\xd8":
        raise NoPhoto(FAULTS.get(done.status, "broken"))
    width, height = struct.unpack(">II", done.out[:8])
    return done.out[8:], width, height


def _jpeg(path: str) -> bytes | int:
    """Return the width, the height and the bytes of the JPEG, or the exit code that says why there is none."""
    # The parent, a web process, does without Pillow.
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None
    faults = (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, KeyError, MemoryError, struct.error, Image.DecompressionBombError)
    try:
        with Image.open(path, formats=_FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                return _TOO_LARGE
            # A JPEG is unpacked at a half, a quarter or an eighth of its size where that is enough.
            opened.draft("RGB", (LONGEST, LONGEST))
            image = ImageOps.exif_transpose(opened).convert("RGB")
        image.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
        # A new picture: what the old one told besides its pixels is left behind.
        clean, out = Image.new("RGB", image.size), io.BytesIO()
        clean.paste(image)
        clean.save(out, "JPEG", quality=85, optimize=True)
    except faults:
        return _BROKEN
    return struct.pack(">II", *clean.size) + out.getvalue()


def main(arguments: list[str]) -> int:
    """Run the child process: read the picture at the path in `arguments`, and write the photo to standard output. Returns an exit code other
    than 0 when that fails."""
    seconds = int(BOUNDS.cpu_s)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (1536 * MIB,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    made_of = _jpeg(*arguments)
    if isinstance(made_of, int):
        return made_of
    sys.stdout.buffer.write(made_of)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
