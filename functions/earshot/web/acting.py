"""What a person did about a mention, read from a form and put into effect."""

from dataclasses import dataclass

from earshot.domain.errors import Invalid
from earshot.domain.mention import Mention
from earshot.web.asked_filters import whole_number
from earshot.web.parts import Parts
from earshot.web.request import Request

REOPENED = "reopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """An outcome, or `REOPENED`, against the version that was shown."""

    outcome: str
    version: int
    note: str = ""
    answer_url: str = ""


def act_in(request: Request) -> Act:
    """The act that a form describes.

    Raises:
        Invalid: it does not say what was done, or to which version.
    """
    form = request.form()
    if not form.get("outcome"):
        raise Invalid("outcome", "is missing")
    return Act(
        outcome=form["outcome"],
        version=whole_number("version", form.get("version", "")),
        note=form.get("note", ""),
        answer_url=form.get("answer_url", "").strip(),
    )


def perform(parts: Parts, tenant: str, id_: str, act: Act, *, by: str) -> Mention:
    """The mention after the act.

    Raises:
        Invalid: the outcome, note or link cannot be used.
        NotFound: there is no such mention.
        Conflict: somebody was faster.
    """
    if act.outcome == REOPENED:
        return parts.inbox.reopen(tenant, id_, by=by, version=act.version)
    return parts.inbox.acknowledge(
        tenant, id_, outcome=act.outcome, by=by, version=act.version, note=act.note, answer_url=act.answer_url
    )
