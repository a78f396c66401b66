"""A thread as the JSON API shows it."""

from datetime import datetime
from typing import Any

from earshot.domain.job import State
from earshot.domain.kept_thread import Said
from earshot.services.asked_threads import Asked
from earshot.web.job_representation import job_json


def thread_json(asked: Asked, now: datetime) -> dict[str, Any]:
    """What is known of a mention's thread, and the job that reads it."""
    thread, job = asked.thread, asked.job
    return {
        "mention": asked.mention.id,
        "state": state_of(asked, now),
        "read_at": thread.read_at if thread else None,
        "above": [_said(each) for each in thread.above] if thread else [],
        "below": [_said(each) for each in thread.below] if thread else [],
        "ours": list(thread.ours) if thread else [],
        "is_cut": thread is not None and thread.is_cut,
        "left_out": thread.left_out if thread else 0,
        "problem": problem_of(asked),
        "job": job_json(job, now) if job else None,
    }


def state_of(asked: Asked, now: datetime) -> str:
    """Whether it is being read now, was read, was not, or cannot be."""
    if asked.job is not None and asked.job.state(now) is State.WAITING:
        return "looking"
    if asked.thread is not None:
        return "read"
    return "not_read" if asked.is_readable else "unreadable"


def problem_of(asked: Asked) -> str:
    """Why a thread could not be read the last time, "" where it was."""
    job, thread = asked.job, asked.thread
    if thread is not None and job is not None and thread.read_at >= job.asked_at:
        return ""
    return next((part.answer.problem for part in job.parts if part.answer is not None), "") if job else ""


def _said(said: Said) -> dict[str, Any]:
    return {
        "author": said.author,
        "text": said.text,
        "posted_at": said.published_at,
        "url": said.url,
        "is_ours": said.is_ours,
        "depth": said.depth,
    }
