"""Threads that work for one command, and stop together."""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import Self, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class StoppedError(Exception):
    """The command ends; whoever works for it ends, too."""


class Crew:
    """A few threads. When the block ends by an error or Ctrl-C, they end at their next pause.

    Parameters
    ----------
    size : int
        Number of threads.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._pool = ThreadPoolExecutor(size, thread_name_prefix="fetch")
        self._stop = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._pool.shutdown(cancel_futures=True)

    def sleep(self, seconds: float) -> None:
        """Wait, unless the command ends.

        Raises
        ------
        StoppedError
            If it does.
        """
        if self._stop.wait(seconds):
            raise StoppedError

    def go_on(self) -> None:
        """Raise `StoppedError` if the command ends."""
        if self._stop.is_set():
            raise StoppedError

    def each(self, work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Give the results as they come; few items wait at a time, however many there are."""
        waiting: set[Future[Result]] = set()
        for item in items:
            waiting.add(self._pool.submit(work, item))
            if len(waiting) >= 2 * self._size:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        while waiting:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)
