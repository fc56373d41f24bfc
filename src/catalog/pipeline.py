"""The stages in order, and the builds, benchmarks and sweeps that are made of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from catalog import freshness, running
from catalog.errors import ReleaseError
from catalog.release import locked
from catalog.running import Progress
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
    with locked(work.layout.root), running.worker_processes(work.jobs) as executor:
        ledger = freshness.opened(work)
        for stage in stages:
            with running.Meter() as meter, freshness.kept(ledger):
                tasks = stage.tasks(work)
                _refuse_missing(work, stage, tasks)
                keys = freshness.keys(stage, tasks, ledger)
                todo = [*tasks] if force else freshness.stale(work, tasks, keys, ledger)
                for task, counts in running.run(stage, todo, executor, progress):
                    freshness.stamp(work, task, keys[task.name], counts, ledger)
            counts = freshness.counted(work, tasks)
            running.record(work, stage, meter, len(todo))
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
    ledger = freshness.opened(work)
    states = []
    for stage in STAGES:
        tasks = stage.tasks(work)
        current = 0
        for task in tasks:
            if all(path.exists() for path in task.inputs):
                key = freshness.keys(stage, [task], ledger)[task.name]
                current += freshness.is_current(work, task, key, ledger)
        states.append(State(stage, len(tasks), current, freshness.counted(work, tasks)))
    return states


def altered(work: Build, stages: Sequence[str]) -> list[Path]:
    """Results of some stages that are not the bytes that these left; every file is read again.

    `status` believes a file whose size and time of change are as they were.
    """
    named = (each for each in STAGES if each.name in stages)
    return freshness.altered(work, (task for stage in named for task in stage.tasks(work)))


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


def stages_between(first: str, last: str) -> tuple[Stage, ...]:
    """Stages from one to another, both included; empty names mean the ends.

    None where `first` comes after `last`.
    """
    names = [stage.name for stage in STAGES]
    start = names.index(first) if first else 0
    stop = names.index(last) if last else len(names) - 1
    return STAGES[start : stop + 1]
