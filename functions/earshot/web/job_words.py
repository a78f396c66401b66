"""What came of a job, in sentences."""

from collections.abc import Iterator

from earshot.domain.job import STORED, Job, JobKind, part_of
from earshot.web.words import Words


def said_of_job(job: Job, words: Words) -> Iterator[str]:
    """How much would be caught of what was looked at, and what could not be; nothing for a why or a thread."""
    if job.kind in (JobKind.WHY, JobKind.THREAD):
        return
    if job.kind.is_handed_in:
        yield from _said_of_arrivals(job, words)
        return
    stored = part_of(job, STORED)
    if stored is not None and stored.answer is not None:
        yield words("job.stored", n=stored.answer.looked_at, caught=stored.answer.caught)
    sources = [part for part in job.parts if part.id != STORED]
    read = [part.answer for part in sources if part.answer is not None and not part.answer.problem]
    if read:
        counts = {"n": sum(each.looked_at for each in read), "caught": sum(each.caught for each in read)}
        yield words("job.read" if stored else "job.source", **counts)
    for part in sources:
        if part.answer is not None and part.answer.problem:
            yield words("job.failed", name=part.name, problem=part.answer.problem)
    if waiting := len(job.open_parts):
        yield words.count("job.waiting", waiting)
    if job.left_out:
        yield words("job.left.out", n=job.left_out, read=len(sources))


def _said_of_arrivals(job: Job, words: Words) -> Iterator[str]:
    """How much of what was handed in is stored, and what could not be taken."""
    done = [part.answer for part in job.parts if part.answer is not None and not part.answer.problem]
    if done:
        yield words("job.handed.in", n=sum(each.looked_at for each in done), stored=sum(each.caught for each in done))
    for part in job.parts:
        if part.answer is not None and part.answer.problem:
            name = part.name or words("job.handed")
            yield words("job.failed", name=name, problem=part.answer.problem)
    if job.open_parts:
        yield words("job.handed.waits")
