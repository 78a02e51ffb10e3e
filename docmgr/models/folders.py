"""The tree of folders (thư mục, hồ sơ) that contain documents."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime, now


class Folder(Base):
    """A folder (thư mục). Only the root folder has no parent. When `inherit` is false, the rights on the
    parent folder do not apply to this folder."""

    __tablename__ = "folder"

    id: Mapped[int] = mapped_column(primary_key=True)
    # Counts changes of the folder and of the rights on it.
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("folder.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    inherit: Mapped[bool] = mapped_column(default=True)
    publish_on_arrival: Mapped[bool] = mapped_column(default=False)
    # Its place among the folders of its parent that somebody put in order; NULL: by its name, after those.
    position: Mapped[int | None]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    deleted_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    deleted_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    # Everything that was deleted in one act has the same batch, and is restored in one act.
    deleted_batch: Mapped[str | None] = mapped_column(String(32), index=True)
    # When it was removed from the bin for good, after all documents in it.
    purged_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
