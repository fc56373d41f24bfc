"""Worker processes: spawned, and gone with the process that wanted them."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager


@contextmanager
def pool(
    jobs: int, initializer: Callable[..., None] | None = None, arguments: tuple[object, ...] = ()
) -> Iterator[ProcessPoolExecutor]:
    """Give worker processes; what has not begun when the block ends is dropped.

    Spawned, since a fork copies locks that threads hold.
    """
    workers = ProcessPoolExecutor(
        jobs,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(initializer, arguments),
    )
    try:
        yield workers
    finally:
        workers.shutdown(cancel_futures=True)


def _begin(initializer: Callable[..., None] | None, arguments: tuple[object, ...]) -> None:
    """Set a worker up. A killed parent tells nobody, and its workers would wait for ever."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer, once
    if initializer is not None:
        initializer(*arguments)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
