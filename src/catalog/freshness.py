"""Whether a task's result is still that of its inputs, its settings and its code.

A finished task leaves a stamp: a key, one digest of all that decides its result, the sha256 of what
it made, and what it counted. A result is current while key and bytes are as the stamp says.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import catalog
from catalog.errors import ReleaseError
from catalog.release import Ledger, Stamp, digest_of
from catalog.stages import Build, Counts, Stage, Task


def opened(work: Build) -> Ledger:
    """Give the checksums that are known of a build's files."""
    return Ledger.open(_ledger_path(work))


@contextmanager
def kept(ledger: Ledger) -> Iterator[None]:
    """Save what was learnt of files also when a stage fails: hashing a survey takes hours."""
    try:
        yield
    finally:
        with suppress(ReleaseError):  # a full disk has been reported already, by what it failed
            ledger.save()


def keys(stage: Stage, tasks: Sequence[Task], ledger: Ledger) -> dict[str, str]:
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


def is_current(work: Build, task: Task, key: str, ledger: Ledger) -> bool:
    """Whether a task's stamp has this key and its outputs are the bytes that it left."""
    left = Stamp.read(_stamp_path(work, task))
    if left is None or left.key != key or task.is_due():
        return False
    return all(
        path.exists() and _sha256(path, ledger) == left.outputs.get(_name(work, path))
        for path in task.outputs
    )


def stale(
    work: Build, tasks: Iterable[Task], keys_of: Mapping[str, str], ledger: Ledger
) -> list[Task]:
    """Give the tasks whose result is not current."""
    return [task for task in tasks if not is_current(work, task, keys_of[task.name], ledger)]


def stamp(work: Build, task: Task, key: str, counts: Counts, ledger: Ledger) -> None:
    """Leave a mark of what a task made, from what, and what it counted."""
    outputs = {_name(work, path): _sha256(path, ledger) for path in task.outputs}
    Stamp(key, outputs, counts).write(_stamp_path(work, task))


def counted(work: Build, tasks: Sequence[Task]) -> Counts:
    """Sum the counts of a stage's tasks, done now or earlier."""
    total: Counts = {}
    for task in tasks:
        left = Stamp.read(_stamp_path(work, task))
        for name, count in (left.counts if left else {}).items():
            total[name] = total.get(name, 0) + count
    return total


def altered(work: Build, tasks: Iterable[Task]) -> list[Path]:
    """Results that are not the bytes that their tasks left; every file is read again.

    `is_current` believes a file whose size and time of change are as they were.
    """
    ledger = Ledger(_ledger_path(work))
    found = []
    for task in tasks:
        left = Stamp.read(_stamp_path(work, task))
        for path in task.outputs if left else ():
            wanted = left.outputs.get(_name(work, path)) if left else None
            if not path.exists() or _sha256(path, ledger) != wanted:
                found.append(path)
    return found


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


def _name(work: Build, path: Path) -> str:
    """Name an output as its stamp does: two of a task may share the last part of their paths."""
    return path.relative_to(work.layout.root).as_posix()


def _ledger_path(work: Build) -> Path:
    return work.layout.root / ".stamps" / "ledger.json"


def _stamp_path(work: Build, task: Task) -> Path:
    return work.layout.root / ".stamps" / f"{task.name}.json"
