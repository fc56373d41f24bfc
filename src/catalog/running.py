"""Tasks done, here or in worker processes, and the time and memory that they take."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, nullcontext
from typing import Self

import psutil
from threadpoolctl import threadpool_limits

from catalog import workers
from catalog.errors import CatalogError, ReleaseError
from catalog.release import write_json
from catalog.stages import Build, Counts, Stage, Task

Progress = Callable[[str, int, int], None]
"""Told a stage's name, how much of it is done, and how much there is."""


def worker_processes(jobs: int) -> AbstractContextManager[ProcessPoolExecutor | None]:
    """Worker processes; none for one job."""
    return workers.pool(jobs) if jobs > 1 else nullcontext()


def run(
    stage: Stage, todo: list[Task], executor: ProcessPoolExecutor | None, progress: Progress
) -> Iterator[tuple[Task, Counts]]:
    """Do tasks, in workers where that pays; each is yielded when it is done."""
    if executor is None or not stage.parallel or len(todo) < 2:
        yield from _run_here(stage, todo, progress)
        return
    futures: dict[Future[Counts], Task] = {executor.submit(_work, t): t for t in todo}
    failure: CatalogError | None = None
    try:
        for done, future in enumerate(as_completed(futures), start=1):
            try:
                yield futures[future], future.result()
            except CatalogError as fault:
                # Shards that are under way are finished and kept; none is begun.
                failure = failure or fault
                for other in futures:
                    other.cancel()
            except CancelledError:
                continue
            progress(stage.name, done, len(todo))
    except BrokenProcessPool as fault:
        raise ReleaseError(
            "a worker process died",
            where=f"stage {stage.name}",
            found="it was killed, most often because memory ran out",
            todo="run the same command again with --jobs 1; finished shards are kept",
        ) from fault
    if failure is not None:
        raise failure


def _run_here(stage: Stage, todo: list[Task], progress: Progress) -> Iterator[tuple[Task, Counts]]:
    for done, task in enumerate(todo):
        if len(todo) == 1:
            counts = _limited(stage, task, lambda i, n: progress(stage.name, i, n))
        else:
            counts = _limited(stage, task, lambda _i, _n: None)
            progress(stage.name, done + 1, len(todo))
        yield task, counts


def _limited(stage: Stage, task: Task, report: Callable[[int, int], None]) -> Counts:
    """Run a task as a worker would: sums over one thread and two differ in their last digits."""
    if not stage.parallel:
        return task.run(report)
    with threadpool_limits(1):
        return task.run(report)


def _work(task: Task) -> Counts:
    with threadpool_limits(1):
        return task.run(lambda _done, _all: None)


class Meter:
    """Wall time, and the peak memory of this process and its children, sampled."""

    PERIOD = 0.1  # s

    def __init__(self) -> None:
        self.seconds = 0.0
        self.peak_mib = 0.0
        self._stop = threading.Event()

    def __enter__(self) -> Self:
        """Begin to measure."""
        self._start = time.perf_counter()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Measure no longer."""
        self._stop.set()
        self._thread.join()
        self.seconds = time.perf_counter() - self._start

    def _watch(self) -> None:
        me = psutil.Process()
        while True:
            total = 0
            for process in (me, *me.children(recursive=True)):
                try:
                    total += process.memory_info().rss
                except psutil.Error:
                    continue  # it ended between being listed and being asked
            self.peak_mib = max(self.peak_mib, total / 2**20)
            if self._stop.wait(self.PERIOD):
                return


def record(work: Build, stage: Stage, meter: Meter, n_done: int) -> None:
    """Keep the last real run's time and memory of each stage; they never enter the catalogue."""
    if not n_done:
        return
    path = work.layout.timings
    try:
        timings = json.loads(path.read_text())
    except (OSError, ValueError):
        timings = {}
    timings[stage.name] = {
        "seconds": round(meter.seconds, 2),
        "peak_memory_mib": round(meter.peak_mib),
        "tasks": n_done,
    }
    write_json(path, timings)
