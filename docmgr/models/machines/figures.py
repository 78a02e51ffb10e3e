"""What all processes of all machines counted together, for monitoring programs."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base


class CountedFigure(Base):
    """A count that only grows. `name` is its name and `labels` its labels, as the text format of Prometheus writes them. Each
    process adds what it counted since it last did."""

    __tablename__ = "figure"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    labels: Mapped[str] = mapped_column(String(200), primary_key=True)
    value: Mapped[float] = mapped_column(default=0.0)
