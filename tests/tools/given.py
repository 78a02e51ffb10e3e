"""Given files, each read once in a run of the tests, whichever test asks first."""

from __future__ import annotations

import hashlib
import os
import pickle
from pathlib import Path

from docmgr.reading.process.runner import Reader
from docmgr.reading.types import Reading


class GivenFiles:
    """Reads files with their interpretation, and keeps what was read in `folder`, which the processes of a run share."""

    def __init__(self, folder: Path, reader: Reader) -> None:
        self.folder, self.reader = folder, reader
        folder.mkdir(exist_ok=True)

    def read(self, path: Path) -> Reading:
        """Read a file, or return what another test has read. Equal bytes under another name are read anew."""
        kept = self.folder / hashlib.sha256(path.name.encode() + path.read_bytes()).hexdigest()
        if not kept.exists():
            written = kept.with_suffix(f".{os.getpid()}")
            written.write_bytes(pickle.dumps(self.reader.read(path)))
            written.rename(kept)
        found: Reading = pickle.loads(kept.read_bytes())
        return found
