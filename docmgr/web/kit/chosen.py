"""The documents that were chosen in a list, which a form sends with the revisions that were shown, and a step on all of them."""

from __future__ import annotations

from docmgr.keys import whole
from docmgr.services.errors import Invalid
from docmgr.services.workflow import moving
from docmgr.services.workflow.moving import Chosen, StepInput
from docmgr.web.kit import messages
from docmgr.web.kit.guard import actor
from docmgr.web.kit.inputs import Sent
from docmgr.web.kit.words import in_words


def picked(sent: Sent) -> list[Chosen]:
    """The fields `pick` of a form: "12:3" is document 12 with revision 3, of itself or of its flow. What is no such pair is left out."""
    pairs = [tuple(whole(part) for part in value.partition(":")[::2]) for value in sent.form.getlist("pick")]
    return [Chosen(number, revision) for number, revision in pairs if number is not None and revision is not None]


def make_step(sent: Sent) -> None:
    """Make the step of the field `step` on all documents that were picked, and say which were moved and which stay and why."""
    code, _bar, name = (sent.text("step") or "").partition("|")
    try:
        moved = moving.move_many(actor(), picked(sent), code, StepInput(sent.text("comment")), name=name or None)
    except Invalid as refused:
        messages.tell(in_words(refused.message), "danger")
    else:
        messages.tell_steps(moved.done, [(label, in_words(why)) for label, why in moved.refused])
