"""What several parts ask of the disk: one process at a time in a folder, and its refusals told."""

import contextlib
import errno
import fcntl
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from catalog.errors import CatalogError, ReleaseError


def refusal(path: Path, fault: OSError, option: str = "--out") -> ReleaseError:
    """Say that a file or folder cannot be written; `option` names another place for it."""
    full = fault.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    return ReleaseError(
        "the disk is full" if full else "the output cannot be written",
        where=path,
        wanted="a folder with room that this user may write to",
        found=os.strerror(fault.errno) if fault.errno else str(fault),
        todo=f"free space or name another folder with {option}, then run the same command again: "
        "what is finished is kept",
    )


def mapped(folder: Path, shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    """Give an array of single precision that lies in a file without a name, and goes with it.

    Its room on disk is taken at once: a disk that fills up later would kill the process.

    Raises
    ------
    ReleaseError
        If the disk is full, or the folder cannot be written.
    """
    n_bytes = 4 * int(np.prod(shape))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            if hasattr(os, "posix_fallocate"):  # not on macOS
                os.posix_fallocate(file.fileno(), 0, max(1, n_bytes))
            return np.memmap(file, np.float32, "w+", shape=shape)
    except OSError as fault:
        raise refusal(folder, fault) from fault


@contextlib.contextmanager
def held(folder: Path, busy: CatalogError, option: str = "--out") -> Iterator[None]:
    """Hold a folder for this process; the lock goes with the process, however it ends.

    The folder itself is locked, not a file in it: nothing is left there.

    Parameters
    ----------
    folder : Path
        Made if needed.
    busy : CatalogError
        What is raised where another process holds it.
    option : str
        Names another folder on the command line.

    Raises
    ------
    CatalogError
        `busy`.
    ReleaseError
        If the folder cannot be made or opened.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
    except OSError as fault:
        raise refusal(folder, fault, option) from fault
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise busy from fault
        yield
    finally:
        os.close(handle)
