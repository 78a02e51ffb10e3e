"""The model of an index folder: the base model, or one that has learnt the site's words."""

from __future__ import annotations

from pathlib import Path

from indexer.analysis import language_model
from indexer.analysis.language_model import LanguageModel
from indexer.store.container import Container, Damaged, open_container

# In an index folder: the model that its vectors come from, where that is not the base model.
OWN_MODEL = "own.model"


def folder_model(folder: Path) -> tuple[LanguageModel, Container | None]:
    """(the model that an index folder's vectors come from, its file where that is not the base model); Damaged."""
    own = folder / OWN_MODEL
    if not own.exists():
        return language_model.base(), None
    container = open_container(own)
    return language_model.read(container), container


def sound_model(folder: Path) -> bool:
    """Whether a folder's own model, where it has one, is what was written for this version's base model."""
    own = folder / OWN_MODEL
    if not own.exists():
        return True
    try:
        container = open_container(own)
        return bool(container.notes.get("base") == language_model.base().stamp)
    except (OSError, Damaged):
        return False
