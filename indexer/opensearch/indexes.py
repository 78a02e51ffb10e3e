"""The indexes of a site on OpenSearch: the one in use, the one that is being built, and notes beside them.

The name of the site is an alias of the index in use. A rebuild fills another index under an alias of its own, and one request
moves both aliases. So a question is answered by the old index or by the new one, never by both."""

from __future__ import annotations

import base64
import contextlib
import secrets
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opensearchpy.exceptions import ConflictError, NotFoundError

from indexer.analysis import language_model
from indexer.analysis.language_model import LanguageModel
from indexer.errors import IndexAway, IndexBusy, IndexDamaged, IndexUnusable
from indexer.opensearch.client import Client, telling
from indexer.opensearch.mapping import FORMAT, mappings, settings
from indexer.store.container import open_container, write

TWO = "Tên của chỉ mục trỏ tới {count} chỉ mục trên máy chủ tìm kiếm; hãy lập lại chỉ mục."
OLDER = "Chỉ mục do phiên bản khác của phần mềm ghi; hãy lập lại chỉ mục."
NO_ALIAS = "Trên máy chủ tìm kiếm có một chỉ mục lạ trùng tên ({name}); hãy xóa nó, hoặc đổi tên trong DOCMGR_SEARCH_URL."
RED = "Một phần của chỉ mục trên máy chủ tìm kiếm không còn bản nào đọc được; hãy xem các máy của cụm, hoặc lập lại chỉ mục."
# A model is stored in pieces of so many bytes.
_PIECE = 4 << 20
_TURN = "turn"
# For so long it is not asked again which index is in use.
_KNOWN_SECONDS = 1.0


@dataclass(frozen=True)
class Used:
    """An index: its own name, and the stamp of the language model that made its vectors."""

    name: str
    model: str


class Indexes:
    """The indexes of the site `client.name`. New ones get so many shards and copies; None: as many copies as there are machines
    for, at most one."""

    def __init__(self, client: Client, shards: int = 1, replicas: int | None = None) -> None:
        self.client, self.shards, self.replicas = client, shards, replicas
        self.building, self.notes = f"{client.name}-building", f"{client.name}-notes"
        self._models: dict[str, LanguageModel] = {}
        self._known: tuple[float, Used] | None = None

    def of(self, alias: str) -> Used:
        """Return the index that `alias` names. Raises IndexUnusable where there is none or another version wrote it, IndexDamaged where
        there are two, and IndexAway also where the server has no time to say it."""
        try:
            with self._forgetting(), telling():
                told = self.client.server.indices.get_mapping(index=alias)
        except IndexBusy as error:
            raise IndexAway(str(error)) from error
        if len(told) > 1:
            raise IndexDamaged(TWO.format(count=len(told)))
        if alias in told:
            raise IndexUnusable(NO_ALIAS.format(name=alias))
        ((name, said),) = told.items()
        meta = said["mappings"].get("_meta", {})
        if meta.get("format") != FORMAT:
            raise IndexUnusable(OLDER)
        return Used(name, str(meta.get("model")))

    def used(self) -> Used:
        """Return the index in use; which one it is, is kept for a second."""
        # Another thread may forget it meanwhile.
        known = self._known
        if known is None or time.monotonic() - known[0] > _KNOWN_SECONDS:
            known = self._known = time.monotonic(), self.of(self.client.name)
        return known[1]

    def _named(self, alias: str) -> list[str]:
        with self._forgetting(), telling():
            try:
                return sorted(self.client.server.indices.get_alias(name=alias))
            except NotFoundError:
                return []

    @contextlib.contextmanager
    def _forgetting(self) -> Iterator[None]:
        """Ask anew which index is in use when the server is back."""
        try:
            yield
        except IndexAway:
            self._known = None
            raise

    def all(self) -> list[str]:
        """The names of all indexes of the site, without its notes."""
        with telling():
            return sorted(self.client.server.indices.get(index=f"{self.client.name}-index-*", params={"expand_wildcards": "all"}))

    def begin(self) -> Used:
        """Return the index that is being built: a new one, or the one that an interrupted rebuild left."""
        taught = str(self.taught().stamp)
        names = self._named(self.building)
        if len(names) == 1:
            try:
                begun = self.of(self.building)
            except IndexUnusable:
                begun = None
            if begun is not None and begun.model == taught:
                return begun
        self.remove(names)
        made = f"{self.client.name}-index-{secrets.token_hex(6)}"
        body = {"settings": {"index": settings(self.shards, self.replicas)}, "mappings": mappings(int(taught)), "aliases": {self.building: {}}}
        with telling():
            self.client.server.indices.create(index=made, body=body)
        return Used(made, taught)

    def switch(self, made: Used) -> None:
        """Use the index `made` from now on, and remove all others."""
        before = self._named(self.client.name)
        moves: list[dict[str, Any]] = [{"remove": {"index": name, "alias": self.client.name}} for name in before if name != made.name]
        moves += [{"add": {"index": made.name, "alias": self.client.name}}, {"remove": {"index": made.name, "alias": self.building, "must_exist": False}}]
        with telling():
            self.client.server.indices.update_aliases(body={"actions": moves})
        self._known = None
        self.remove([name for name in self.all() if name != made.name])

    def remove(self, names: list[str]) -> None:
        """Delete the indexes `names`."""
        if names:
            with telling():
                self.client.server.indices.delete(index=",".join(names), params={"ignore_unavailable": "true"})
        self._known = None

    def note(self, name: str, said: dict[str, Any]) -> None:
        """Keep `said` under `name`, beside the indexes."""
        with telling():
            self.client.server.index(index=self.notes, id=name, body={"said": said}, params={"refresh": "true"})

    def noted(self, name: str) -> dict[str, Any] | None:
        """Return what is kept under `name`, None for nothing."""
        with telling():
            try:
                said: dict[str, Any] = self.client.server.get(index=self.notes, id=name)["_source"]["said"]
            except NotFoundError:
                return None
        return said

    def _unnote(self, name: str) -> None:
        with telling():
            try:
                self.client.server.delete(index=self.notes, id=name)
            except NotFoundError:
                return

    def prepare(self) -> None:
        """Make the place of the notes where there is none."""
        with telling():
            if not self.client.server.indices.exists(index=self.notes):
                body = {"settings": {"index": {"number_of_shards": 1, "auto_expand_replicas": "0-1"}}, "mappings": {"enabled": False}}
                self.client.server.indices.create(index=self.notes, body=body, params={"wait_for_active_shards": "1"})
            # Turns begin with the time, so that they go on ascending where the notes were lost.
            first = {"version": int(time.time()), "version_type": "external"}
            with contextlib.suppress(ConflictError):
                self.client.server.index(index=self.notes, id=_TURN, body={"said": {}}, params=first)

    def turn(self) -> int:
        """Take a turn to write: a number greater than those of all turns before, on any machine. Raises IndexUnusable where the place
        of the notes is gone."""
        with telling():
            told = self.client.server.update(index=self.notes, id=_TURN, body={"doc": {}, "detect_noop": False}, params={"retry_on_conflict": 20, "filter_path": "_version"})
        return int(told["_version"])

    def model(self, stamp: str) -> LanguageModel:
        """Return the language model with this stamp. Raises IndexUnusable where the index was made with one that is gone."""
        base = language_model.base()
        if stamp == str(base.stamp):
            return base
        if stamp not in self._models:
            found = self.noted(f"model-{stamp}")
            if found is None:
                raise IndexUnusable(OLDER)
            pieces = [self.noted(f"model-{stamp}-{number}") or {"data": ""} for number in range(found["pieces"])]
            self._models[stamp] = _read(b"".join(base64.b64decode(piece["data"]) for piece in pieces))
        return self._models[stamp]

    def taught(self) -> LanguageModel:
        """Return the model that the next rebuild uses: that of the site where it fits this version, or else the base model."""
        learnt = self.learnt()
        return self.model(learnt["stamp"]) if learnt and learnt["base"] == language_model.base().stamp else language_model.base()

    def learnt(self) -> dict[str, Any] | None:
        """Return which model the site has of its own; None for none."""
        return self.noted("model")

    def forget(self) -> None:
        """Remove every index of the site, and what was learnt."""
        names = self.all()
        with telling():
            if self.client.server.indices.exists(index=self.notes):
                names.append(self.notes)
        self.remove(names)

    def keep_model(self, made: LanguageModel | None) -> None:
        """Keep the model `made` of the site for the next rebuild; None: the base model is used."""
        if made is None:
            return self._unnote("model")
        self.prepare()
        pieces = list(_pieces(made))
        for number, piece in enumerate(pieces):
            self.note(f"model-{made.stamp}-{number}", {"data": base64.b64encode(piece).decode()})
        self.note(f"model-{made.stamp}", {"pieces": len(pieces)})
        self.note("model", {"stamp": str(made.stamp), "base": language_model.base().stamp})


def _pieces(made: LanguageModel) -> Iterator[bytes]:
    arrays, notes = language_model.contents(made)
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder) / "model", arrays, {**notes, "base": language_model.base().stamp})
        data = (Path(folder) / "model").read_bytes()
    yield from (data[start : start + _PIECE] for start in range(0, len(data), _PIECE))


def _read(data: bytes) -> LanguageModel:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model"
        path.write_bytes(data)
        return language_model.read(open_container(path))
