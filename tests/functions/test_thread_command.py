"""`earshot mentions thread`: asked, waited for, and told in lines."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner

from earshot.cli import thread
from earshot.cli.context import Context
from earshot.settings import Settings

SAID = {"author": "Ada", "text": "Was\ntaugt Acme?", "posted_at": None, "url": "", "is_ours": False, "depth": 0}
THREAD = {
    "mention": "m_1",
    "state": "read",
    "read_at": "2026-11-24T12:00:00Z",
    "above": [SAID],
    "below": [{**SAID, "author": "", "is_ours": True, "posted_at": "2026-11-24T12:00:00Z", "depth": 1}],
    "ours": ["Acme Support"],
    "is_cut": True,
    "left_out": 2,
    "problem": "",
    "job": None,
}
JOB = {"id": "j_1", "state": "done", "parts": []}


class Answers(Context):
    """Says what was prepared, and notes what was asked."""

    def __init__(self, *answers: dict[str, Any]) -> None:
        super().__init__(settings=Settings())
        self.asked: list[tuple[str, dict[str, str]]] = []
        self._answers: Iterator[dict[str, Any]] = iter(answers)

    def client(self, *_: object, **__: object) -> Any:
        return self

    def call(self, method: str, path: str, *, query: dict[str, str] | None = None) -> dict[str, Any]:
        self.asked.append((path, query or {}))
        return next(self._answers)


def run(context: Answers, *args: str) -> str:
    done = CliRunner().invoke(thread.command, args, obj=context, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_a_thread_is_shown_as_a_tree_with_ours_marked() -> None:
    assert run(Answers(THREAD), "m_1").splitlines() == [
        "ours: Acme Support",
        "cut: there is more than was read",
        "Ada, undated: Was taugt Acme?",
        "  ▸ m_1",
        "    unknown (ours), 2026-11-24T12:00:00Z: Was taugt Acme?",
        "2 more replies are not shown",
    ]


def test_a_thread_that_is_being_read_is_waited_for() -> None:
    context = Answers(
        {**THREAD, "state": "looking", "job": JOB}, {**THREAD, "is_cut": False, "left_out": 0, "ours": []}
    )

    shown = run(context, "m_1", "--anew")

    assert context.asked == [("/v1/mentions/m_1/thread", {"anew": "true"}), ("/v1/mentions/m_1/thread", {})]
    assert shown.startswith("none of ours has answered there\nAda")


@pytest.mark.parametrize(
    ("state", "problem", "said"),
    [
        ("unreadable", "", "its place shows no threads\n"),
        ("not_read", "refused", "the last time it could not be read: refused\nit could not be read\n"),
    ],
)
def test_what_stands_in_the_way_is_told(state: str, problem: str, said: str) -> None:
    assert run(Answers({**THREAD, "state": state, "problem": problem}), "m_1") == said


def test_json_is_the_answer_itself() -> None:
    assert json.loads(run(Answers(THREAD), "m_1", "--json")) == THREAD
