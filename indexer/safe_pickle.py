"""An index can never run foreign code: Whoosh's pickles are read through an allow-list of harmless globals.

Whoosh keeps its segment list and the directories of its files as pickles. Importing this module replaces
its loaders; a global outside the list raises `pickle.UnpicklingError`.
"""

import io
import pickle
from types import SimpleNamespace
from typing import Any, BinaryIO

import whoosh.codec.whoosh3
import whoosh.columns
import whoosh.filedb.structfile
import whoosh.formats
import whoosh.index

_ALLOWED = {
    ("whoosh.codec.whoosh3", "W3Segment"),
    ("indexer.codec", "ArrayCodec"),
    ("builtins", "set"),
    ("builtins", "int"),
    ("collections", "defaultdict"),
}


class SafeUnpickler(pickle.Unpickler):
    """Unpickles plain data and the few classes a segment list consists of."""

    def find_class(self, module: str, name: str) -> Any:
        """The class asked for, or UnpicklingError when it is not on the list."""
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"global not allowed in an index: {module}.{name}")
        return super().find_class(module, name)


def load(file: BinaryIO) -> Any:
    """One object from an open file, leaving the file behind it; UnpicklingError for foreign globals."""
    return SafeUnpickler(file).load()


def loads(data: bytes) -> Any:
    """One object from bytes; UnpicklingError for foreign globals."""
    return SafeUnpickler(io.BytesIO(data)).load()


def install() -> None:
    """Put the allow-list in front of every place where Whoosh unpickles."""
    guarded = SimpleNamespace(loads=loads, load=load, dumps=pickle.dumps, PicklingError=pickle.PicklingError)
    for module, name, value in (
        (whoosh.filedb.structfile, "load", load),
        (whoosh.codec.whoosh3, "loads", loads),
        (whoosh.columns, "loads", loads),
        (whoosh.formats, "loads", loads),
        (whoosh.index, "pickle", guarded),
    ):
        if not hasattr(module, name):
            raise ImportError(
                f"{module.__name__} no longer reads pickles by {name}: the allow-list must follow"
            )
        setattr(module, name, value)


install()
