"""Upload many files at once, and show how far each has been processed.

This module has the form and a JSON form of the answers for scripts. services.documents stores the files and
queues the jobs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from flask import Blueprint, current_app, jsonify, render_template, request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from docmgr import paging
from docmgr.keys import whole
from docmgr.services.documents import intake, progress
from docmgr.services.documents import upload as documents
from docmgr.services.errors import Conflict
from docmgr.services.folders import abilities, tree
from docmgr.services.overview import own_uploads
from docmgr.web.kit import many
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, page_number, wholes
from docmgr.web.kit.words import in_words

blueprint = Blueprint("uploads", __name__)

MAX_STATES = 500


@dataclass(frozen=True)
class UploadResult:
    """The result for one uploaded file. `path` is its name as the browser or script sent it, and `upload`
    tells whether it was stored. `conflict` is true when the file was refused because its folder was deleted
    meanwhile."""

    path: str
    upload: intake.Upload
    conflict: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the result as a JSON object, in the form that the command `import --json` prints."""
        return {
            "path": self.path,
            "outcome": self.upload.outcome,
            "reason": in_words(self.upload.reason) if self.upload.reason else None,
            "document": self.upload.document_id,
            "state": self.upload.state,
        }


@blueprint.get("/documents/new")
@requires("document:upload")
def new() -> str:
    """Show the upload form. `ids` in the address are documents uploaded earlier, whose states are listed. Without them
    those of the person's uploads are listed that still wait; `page` chooses a page of this list."""
    if "ids" in request.args:
        return _page(states=progress.states(actor(), _ids()))
    return _waiting()


def _waiting() -> str:
    waiting, total = own_uploads.waiting(actor(), page := page_number(request.args))
    return _page(waiting=waiting, total=total, page_no=paging.nearest(page, total, own_uploads.PER_PAGE)[0])


@blueprint.get("/documents/new/folder")
@requires("document:upload")
def folder() -> Response:
    """Answer which folder receives files that are dropped on a page without a folder: JSON with its `id` and `name`,
    both null when the person may add files to none."""
    found = own_uploads.next_folder(actor())
    return jsonify(id=found.id if found else None, name=found.name if found else None)


@blueprint.post("/documents/new")
@requires("document:upload")
def create() -> tuple[Response | str, int]:
    """Store the files of the form field `files`. The answer is a page, or JSON when the request accepts
    JSON. The button that searches the list of folders stores nothing."""
    if (sent := Sent(request.form)).searching:
        return _waiting(), 200
    files = [file for file in request.files.getlist("files") if file.filename]
    most = current_app.extensions["docmgr"].settings.max_files_per_request
    if not files:
        return _refused(_("Xin chọn ít nhất một tệp."), 400)
    if len(files) > most:
        return _refused(_("Mỗi lần gửi nhiều nhất %(count)s tệp. Xin chia ra nhiều lần.", count=most), 413)
    folder_id = sent.number("folder")
    if "folder" in sent.errors:
        return _refused(sent.errors["folder"], 400)
    results = [_store(file, folder_id) for file in files]
    status_code = 409 if all(result.conflict for result in results) else 200
    if _wants_json():
        return jsonify([result.as_json() for result in results]), status_code
    ids = [r.upload.document_id for r in results if r.upload.document_id is not None]
    return _page(results=results, states=progress.states(actor(), ids)), status_code


def _refused(message: str, status: int) -> tuple[Response | str, int]:
    return (jsonify(error=message), status) if _wants_json() else (_page(error=message), status)


def _store(file: FileStorage, folder_id: int | None) -> UploadResult:
    name = file.filename or ""
    try:
        upload = documents.upload(
            actor(),
            cast(BinaryIO, file.stream),
            name,
            folder_id=folder_id,
            publish=request.form.get("publish") == "1",
        )
    except Conflict as gone:
        # The folder was deleted during the upload: earlier files are stored, and the answer says which.
        return UploadResult(name, intake.Upload("refused", gone.message, None, None), conflict=True)
    return UploadResult(name, upload)


@blueprint.get("/documents/states")
@requires("document:upload")
def states() -> Response:
    """Answer with the processing states of the documents `ids`, as a JSON list. The upload page requests this
    address again and again, so nothing is recorded in the trail."""
    return jsonify(
        [
            {
                "document": state.document_id,
                "state": state.state,
                "reason": in_words(state.reason) if state.reason else None,
                "sentence": in_words(state.sentence),
                "label": state.label,
                "done": state.state not in progress.BUSY_STATES,
            }
            for state in progress.states(actor(), _ids())
        ]
    )


def _page(
    *,
    results: list[UploadResult] | None = None,
    states: list[progress.UploadState] | None = None,
    error: str | None = None,
    waiting: Sequence[progress.UploadState] = (),
    total: int = 0,
    page_no: int = 1,
) -> str:
    folders = [(choice.id, choice.trail) for choice in tree.tree(actor()) if choice.may_add]
    publishing = abilities.publishing(actor(), [number for number, _trail in folders])
    return render_template(
        "uploads/new.html",
        results=results or [],
        states={state.document_id: state for state in [*(states or []), *waiting]},
        shown=[state.document_id for state in states or []],
        waiting=waiting,
        total=total,
        page_no=page_no,
        per_page=own_uploads.PER_PAGE,
        busy_states=progress.BUSY_STATES,
        error=error,
        folders=folders,
        publishing=publishing,
        drafts={number: "draft" for number, _trail in folders if number not in publishing},
        chosen=_chosen(folders),
        publish=request.form.get("publish") == "1",
        kinds=intake.KINDS,
    )


def _chosen(folders: Sequence[tuple[int, str]]) -> int | None:
    """The folder that the form has chosen. Of a list that is too long to be shown it is the one for files without a folder, until another
    one is chosen; of a short one it is the first, which needs no choice."""
    asked = request.values.get("folder", type=whole)
    if asked is not None or many.among("folder", folders, ()) is None:
        return asked
    found = own_uploads.next_folder(actor())
    return found.id if found else None


def _ids() -> list[int]:
    return list(wholes(request.args.get("ids", "").split(",")))[:MAX_STATES]


def _wants_json() -> bool:
    accepts = request.accept_mimetypes
    return accepts["application/json"] > accepts["text/html"]
