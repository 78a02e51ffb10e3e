"""Write the next migration from the models, compared with a new migrated database: `make migration NAME="…"`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from docmgr.db import Database
from docmgr.services.upkeep import migrate


def main(message: str) -> None:
    """Migrate an empty SQLite database, compare it with the models, write the difference as a migration."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'empty.sqlite'}")
        migrate.upgrade(database)
        migrate.new_step(database, message)
        database.dispose()


if __name__ == "__main__":
    main(sys.argv[1])
