"""Gives jobs to warm workers, a process each; replaces one that breaks or takes too long."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from .job import Job, Outcome

#: What a worker process does: takes jobs from the connection and answers each with its outcome, until there is None.
Work = Callable[[Connection], None]


@dataclass
class _Worker:
    process: SpawnProcess
    connection: Connection
    job: Job | None = None
    since: float = 0.0


def outcomes(jobs: Sequence[Job], work: Work, workers: int, patience: float) -> Iterator[Outcome]:
    """Carry out the jobs with this many workers; yields outcomes as they come.

    ``patience`` is how many seconds a job may take before its worker is ended.
    """
    waiting = list(jobs)
    lost_once: set[str] = set()
    team = [_hire(work) for _ in range(min(workers, len(waiting)))]
    try:
        for worker in team:
            _give(worker, waiting)
        while any(worker.job for worker in team):
            busy = [worker for worker in team if worker.job]
            ready = connection.wait([worker.connection for worker in busy], timeout=1.0)
            for worker in busy:
                finished = _finished(worker, worker.connection in ready, patience)
                if finished is None:
                    continue
                job, again = worker.job, False
                if finished.trouble and not finished.scenarios:
                    place = team.index(worker)
                    _dismiss(worker)
                    team[place] = worker = _hire(work)
                    # Perhaps the worker was at fault and not the system: it gets one more.
                    again = finished.name not in lost_once
                    lost_once.add(finished.name)
                    if again and job is not None:
                        waiting.insert(0, job)
                _give(worker, waiting)
                if not again:
                    yield finished
    finally:
        for worker in team:
            _dismiss(worker)


def _hire(work: Work) -> _Worker:
    # Spawned, not forked: threads and locks of ours must not be copied half.
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=work, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _give(worker: _Worker, waiting: list[Job]) -> None:
    worker.job = waiting.pop(0) if waiting else None
    worker.since = time.monotonic()
    if worker.job:
        worker.connection.send(worker.job)


def _finished(worker: _Worker, ready: bool, patience: float) -> Outcome | None:
    """The outcome of the worker's job, if it is at its end, good or bad."""
    assert worker.job is not None
    if ready:
        try:
            outcome: Outcome = worker.connection.recv()
            return outcome
        except (EOFError, ConnectionError):
            return Outcome.lost(worker.job.name, "the worker ended unexpectedly")
    if time.monotonic() - worker.since > patience:
        return Outcome.lost(worker.job.name, f"it took longer than {patience:g} s")
    return None


def _dismiss(worker: _Worker) -> None:
    """End a worker; its world ends with it."""
    worker.connection.close()
    if worker.job is not None:
        worker.process.terminate()
    worker.process.join(timeout=15)
    if worker.process.is_alive():
        worker.process.kill()
        worker.process.join()
