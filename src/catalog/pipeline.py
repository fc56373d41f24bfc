"""The stages in order, and the runner that skips what is up to date."""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import psutil
from threadpoolctl import threadpool_limits

import catalog
from catalog import workers
from catalog.errors import CatalogError, ReleaseError
from catalog.release import Ledger, Stamp, digest_of, locked, write_json
from catalog.stages import (
    Build,
    Counts,
    Stage,
    Task,
    arms,
    attention,
    basis,
    compare,
    cutouts,
    encode,
    explain,
    index,
    infill,
    known,
    meaning,
    measure,
    neighbours,
    population,
    preprocess,
    rank,
    read,
    render,
    score,
    store,
    tracks,
    train,
    traverse,
)
from catalog.stages import benchmark as trials
from catalog.stages import map as map_stage
from catalog.stages import sweep as sweeps

STAGES: tuple[Stage, ...] = (
    read.STAGE,
    index.STAGE,
    infill.STAGE,
    preprocess.STAGE,
    basis.STAGE,
    measure.STAGE,
    train.STAGE,
    encode.STAGE,
    score.STAGE,
    population.STAGE,
    rank.STAGE,
    map_stage.STAGE,
    neighbours.STAGE,
    meaning.STAGE,
    traverse.STAGE,
    tracks.STAGE,
    compare.STAGE,
    explain.STAGE,
    attention.STAGE,
    arms.STAGE,
    cutouts.STAGE,
    known.STAGE,
    store.STAGE,
    render.STAGE,
)

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Outcome:
    """What one stage did: tasks in all and done now, what they counted, time and memory.

    `memory_mib` is the peak resident memory of this process and its workers together.
    """

    stage: Stage
    n_tasks: int
    n_done: int
    counts: Counts
    seconds: float
    memory_mib: float


@dataclass(frozen=True)
class State:
    """Whether a stage is up to date: tasks in all, and how many have a current result."""

    stage: Stage
    n_tasks: int
    n_current: int
    counts: Counts


def build(
    work: Build, stages: Sequence[Stage], *, force: bool, progress: Progress
) -> Iterator[Outcome]:
    """Run stages in order, yielding an outcome after each; tasks with a current result are skipped.

    Raises
    ------
    CatalogError
        The first failure. What was finished before it is kept, and the next call resumes there.
    """
    work = replace(work, ask_again=force)
    with locked(work.layout.root), _workers(work.jobs) as executor:
        ledger = Ledger.open(_ledger_path(work))
        for stage in stages:
            with _Meter() as meter, _kept(ledger):
                tasks = stage.tasks(work)
                _refuse_missing(work, stage, tasks)
                keys = _keys(stage, tasks, ledger)
                todo = [t for t in tasks if force or not _current(work, t, keys[t.name], ledger)]
                for task, counts in _run(stage, todo, executor, progress):
                    _stamp(work, task, keys[task.name], counts, ledger)
            counts = _total(work, tasks)
            _record(work, stage, meter, len(todo))
            yield Outcome(stage, len(tasks), len(todo), counts, meter.seconds, meter.peak_mib)


def benchmark(work: Build, *, force: bool, progress: Progress) -> Iterator[tuple[str, Outcome]]:
    """Build the release, plant and look for anomalies, and put what was measured on its site.

    Yields the name of the build under way ("" for the release itself) and each stage's outcome.

    Raises
    ------
    CatalogError
        As `build`; a round that was finished before is not done again, unless by `force`.
    """
    to_rank = stages_between("", "rank")
    for outcome in build(work, to_rank, force=False, progress=progress):
        yield "", outcome
    planted, without = trials.rounds(work), trials.held_out(work)
    for trial in planted:
        trials.prepare_round(work, trial)
        stages = trials.stages_of_round(STAGES)
        for outcome in build(trial, stages, force=force, progress=progress):
            yield trial.layout.root.name, outcome
    for trial in without:
        trials.prepare_held_out(work, trial)
        stages = trials.stages_of_held_out(STAGES)
        for outcome in build(trial, stages, force=force, progress=progress):
            yield trial.layout.root.name, outcome
    trials.measure(work, planted, without)
    for outcome in build(work, stages_between("map", ""), force=False, progress=progress):
        yield "", outcome


def sweep(work: Build, *, force: bool, progress: Progress) -> Iterator[Outcome]:
    """Train the models of the recipe's sweep; put them on the release's site if it is finished.

    Raises
    ------
    CatalogError
        As `build`; a model that was trained before is not trained again, unless by `force`.
    """
    yield from build(work, stages_between("", "basis"), force=False, progress=progress)
    yield from build(work, (sweeps.STAGE,), force=force, progress=progress)
    sweeps.measure(work)
    if work.layout.database.exists():
        yield from build(work, stages_between("measure", ""), force=False, progress=progress)


def swept(work: Build) -> list[str]:
    """Give the sweep as lines of text, a model each."""
    return sweeps.told(work)


def status(work: Build) -> list[State]:
    """Tell what is up to date; changes nothing but the ledger of known checksums.

    A stage whose inputs do not exist yet has no current task.
    """
    ledger = Ledger.open(_ledger_path(work))
    states = []
    for stage in STAGES:
        tasks = stage.tasks(work)
        current = 0
        for task in tasks:
            if all(path.exists() for path in task.inputs):
                key = _keys(stage, [task], ledger)[task.name]
                current += _current(work, task, key, ledger)
        states.append(State(stage, len(tasks), current, _total(work, tasks)))
    return states


def altered(work: Build, stages: Sequence[str]) -> list[Path]:
    """Results of some stages that are not the bytes that these left; every file is read again.

    `status` believes a file whose size and time of change are as they were.
    """
    fresh = Ledger(_ledger_path(work))
    found = []
    for stage in (each for each in STAGES if each.name in stages):
        for task in stage.tasks(work):
            stamp = Stamp.read(_stamp_path(work, task))
            for path in task.outputs if stamp else ():
                wanted = stamp.outputs.get(_name(work, path)) if stamp else None
                if not path.exists() or _sha256(path, fresh) != wanted:
                    found.append(path)
    return found


@contextmanager
def _kept(ledger: Ledger) -> Iterator[None]:
    """Save what was learnt of files also when a stage fails: hashing a survey takes hours."""
    try:
        yield
    finally:
        with suppress(ReleaseError):  # a full disk has been reported already, by what it failed
            ledger.save()


def _refuse_missing(work: Build, stage: Stage, tasks: Sequence[Task]) -> None:
    """Say that an earlier stage has not run, rather than that some file is not there."""
    for path in (p for task in tasks for p in task.inputs):
        if path.is_relative_to(work.layout.root) and not path.exists():
            raise ReleaseError(
                f"stage {stage.name} lacks what an earlier stage makes",
                where=path,
                wanted="the results of the stages before it",
                found="no such file",
                todo="run `catalog build` without --from, which does what is missing",
            )


def _ledger_path(work: Build) -> Path:
    return work.layout.root / ".stamps" / "ledger.json"


def _stamp_path(work: Build, task: Task) -> Path:
    return work.layout.root / ".stamps" / f"{task.name}.json"


def _keys(stage: Stage, tasks: Sequence[Task], ledger: Ledger) -> dict[str, str]:
    """Everything that decides each task's result, as one digest."""
    code = _code_digest(stage)
    return {
        task.name: digest_of(
            {
                "code": code,
                "settings": json.loads(json.dumps(task.settings)),
                "inputs": [_sha256(path, ledger) for path in task.inputs],
            }
        )
        for task in tasks
    }


def _code_digest(stage: Stage) -> str:
    """Version and source of what a stage runs: an edited formula makes its results stale."""
    root = Path(catalog.__file__).parent
    digest = hashlib.sha256(catalog.__version__.encode())
    for entry in stage.code:
        path = root / entry
        files = [path] if path.is_file() else sorted(path.rglob("*"))
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(str(file.relative_to(root)).encode() + file.read_bytes())
    return digest.hexdigest()


def _sha256(path: Path, ledger: Ledger) -> str:
    """Sha256 of a file, or of all names and files of a folder."""
    if not path.is_dir():
        return ledger.sha256(path)
    files = sorted(p for p in path.rglob("*") if p.is_file())
    return digest_of([[str(p.relative_to(path)), ledger.sha256(p)] for p in files])


def _current(work: Build, task: Task, key: str, ledger: Ledger) -> bool:
    """Whether a task's stamp has this key and its outputs are the bytes that it left."""
    stamp = Stamp.read(_stamp_path(work, task))
    if stamp is None or stamp.key != key or task.is_due():
        return False
    return all(
        path.exists() and _sha256(path, ledger) == stamp.outputs.get(_name(work, path))
        for path in task.outputs
    )


def _stamp(work: Build, task: Task, key: str, counts: Counts, ledger: Ledger) -> None:
    outputs = {_name(work, path): _sha256(path, ledger) for path in task.outputs}
    Stamp(key, outputs, counts).write(_stamp_path(work, task))


def _name(work: Build, path: Path) -> str:
    """Name an output as its stamp does: two of a task may share the last part of their paths."""
    return path.relative_to(work.layout.root).as_posix()


def _total(work: Build, tasks: Sequence[Task]) -> Counts:
    """Sum the counts of a stage's tasks, done now or earlier."""
    total: Counts = {}
    for task in tasks:
        stamp = Stamp.read(_stamp_path(work, task))
        for name, count in (stamp.counts if stamp else {}).items():
            total[name] = total.get(name, 0) + count
    return total


def _run(
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


def _workers(jobs: int) -> AbstractContextManager[ProcessPoolExecutor | None]:
    """Worker processes; none for one job."""
    return workers.pool(jobs) if jobs > 1 else nullcontext()


class _Meter:
    """Wall time, and the peak memory of this process and its children, sampled."""

    PERIOD = 0.1  # s

    def __init__(self) -> None:
        self.seconds = 0.0
        self.peak_mib = 0.0
        self._stop = threading.Event()

    def __enter__(self) -> Self:
        self._start = time.perf_counter()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
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


def _record(work: Build, stage: Stage, meter: _Meter, n_done: int) -> None:
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


def stages_between(first: str, last: str) -> tuple[Stage, ...]:
    """Stages from one to another, both included; empty names mean the ends.

    None where `first` comes after `last`.
    """
    names = [stage.name for stage in STAGES]
    start = names.index(first) if first else 0
    stop = names.index(last) if last else len(names) - 1
    return STAGES[start : stop + 1]
