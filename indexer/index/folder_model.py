"""Finds the language model of an index folder. It is the base model, or a model of the site, which also has vectors for
words that occur only in the texts of this site."""

from __future__ import annotations

from pathlib import Path

from indexer.analysis import language_model
from indexer.analysis.language_model import LanguageModel
from indexer.store.container import Container, Damaged, open_container

# The file, in an index folder, of the model that its vectors come from, where that is not the base model.
OWN_MODEL = "own.model"


def folder_model(folder: Path) -> tuple[LanguageModel, Container | None]:
    """Return (the model from which the vectors of `folder` come, its opened file). The base model is returned
    with None for the file. Raises Damaged where the model file of the folder is damaged."""
    own = folder / OWN_MODEL
    if not own.exists():
        return language_model.base(), None
    container = open_container(own)
    return language_model.read(container), container


def sound_model(folder: Path) -> bool:
    """Whether the model file in `folder` is undamaged and was made from the base model of this version. True
    also where `folder` has no model file."""
    own = folder / OWN_MODEL
    if not own.exists():
        return True
    try:
        container = open_container(own)
        return bool(container.notes.get("base") == language_model.base().stamp)
    except (OSError, Damaged):
        return False
