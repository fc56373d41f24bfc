"""The tiny release as a finished build, made once for all tests of a run, whoever asks first."""

import fcntl
import shutil
from pathlib import Path

from tests.pipeline import tiny_release

from catalog import pipeline, workspace


def make(shared: Path) -> Path:
    """Give the folder of a finished build below one that all processes share; the first makes it.

    It holds data/, build/tiny.toml and out/tiny/, and is nobody's to change: see `copy`.
    """
    folder, complete = shared / "tiny-build", shared / "tiny-build.complete"
    with (shared / "tiny-build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go where the file is closed, and by who dies
        if not complete.exists():
            shutil.rmtree(folder, ignore_errors=True)
            work = workspace.open_build(tiny_release.write(folder), out=folder / "out")
            for _ in pipeline.build(work, pipeline.STAGES, force=False, progress=lambda *_: None):
                pass
            complete.touch()
    return folder


def copy(finished: Path, folder: Path, out: str = "out") -> Path:
    """Copy a finished build, with the times of its files, so that all of it is up to date."""
    for name, place in (("data", "data"), ("build", "build"), ("out", out)):
        shutil.copytree(finished / name, folder / place, dirs_exist_ok=True)
    return folder
