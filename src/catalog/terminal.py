"""Progress on a terminal. Where standard error is none, nothing is drawn: a log needs no bar."""

import contextlib
import sys
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)


@contextlib.contextmanager
def stages() -> Iterator[Callable[[str, int, int], None]]:
    """Give a function that shows what is under way, how much of it is done, and of how much."""
    if not sys.stderr.isatty():
        yield lambda _name, _done, _total: None
        return
    columns = (
        TextColumn("{task.description:>10}"), BarColumn(), MofNCompleteColumn(),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task("", total=None)
        yield lambda name, done, total: bars.update(
            bar, description=name, completed=done, total=total
        )


@contextlib.contextmanager
def transfer(total: int) -> Iterator[Callable[[int, int], None]]:
    """Give a function that counts bytes and files that came, of `total` bytes; shows the speed."""
    if not sys.stderr.isatty():
        yield lambda _bytes, _files: None
        return
    columns = (
        TextColumn("{task.fields[files]:>8,} files"), BarColumn(), DownloadColumn(),
        TransferSpeedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task("", total=total, files=0)

        def came(n_bytes: int, n_files: int) -> None:
            files = bars.tasks[0].fields["files"] + n_files
            bars.update(bar, advance=n_bytes, files=files)

        yield came
