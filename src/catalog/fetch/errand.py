"""`catalog fetch`: plans, looks for room, and brings every file that is not here."""

import contextlib
import logging
import math
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from catalog.disk import held, refusal
from catalog.errors import RecipeError, ReleaseError, WebError
from catalog.fetch.asking import Asking
from catalog.fetch.crew import Crew
from catalog.fetch.download import download
from catalog.fetch.memory import FOLDER, Memory
from catalog.fetch.plan import Plan, fetchable, make_plan
from catalog.fetch.tasks import Task, n_bytes
from catalog.fetch.verify import fault_of, told_by
from catalog.recipe import Recipe
from catalog.web import Manners, Visitor

log = logging.getLogger(__name__)

MANNERS = Manners(pause_s=0.1)
"""Archives are made for downloads: ten requests a second at most."""

_MARGIN_BYTES = 200_000_000
"""Room that is left on the disk."""

_FAILURES_TO_STOP = 8
"""So many failures with no success between them are the server's or the network's."""


@dataclass(frozen=True)
class Done:
    """What one run did: files that it fetched, and files that were here and that it found right."""

    n_fetched: int
    n_checked: int

    def __str__(self) -> str:
        fetched = f"{self.n_fetched:,} fetched"
        return fetched + (f", {self.n_checked:,} found right" if self.n_checked else "")


@dataclass
class Errand:
    """All that is to be fetched for a recipe. Made by `open_errand`."""

    plans: tuple[Plan, ...]
    visitor: Visitor
    crew: Crew
    data: Path

    @property
    def n_bytes_left(self) -> int:
        """Bytes that are to come, as far as sizes are known."""
        wanted = [task for plan in self.plans for task in plan.of("wanted")]
        return sum(max(0, (task.size or 0) - task.come) for task in wanted)

    def require_room(self) -> None:
        """Raise `ReleaseError` if the disk cannot hold what is to come."""
        needed = self.n_bytes_left
        free = shutil.disk_usage(_existing(self.data)).free
        if needed and needed + _MARGIN_BYTES > free:
            raise ReleaseError(
                "the disk has not enough room",
                where=self.data,
                wanted=_readable(needed + _MARGIN_BYTES),
                found=_readable(free),
                todo="free space or name another folder with --data",
            )

    def run(self, progress: Callable[[int, int], None] = lambda _bytes, _files: None) -> Done:
        """Fetch what is not here and verify what is; `progress` is told of bytes and files.

        Raises
        ------
        WebError
            If a file cannot be fetched, once all others are; or at once where all fail.
        ReleaseError
            If the disk is full, or another process fetches into the same folder.
        """
        n_fetched = n_checked = in_a_row = 0
        faults: list[WebError] = []
        with contextlib.ExitStack() as locks:
            for folder in sorted({plan.asking.memory.folder for plan in self.plans}):
                locks.enter_context(_locked(folder))
            work = ((plan.asking, t) for plan in self.plans for t in plan.of("here", "wanted"))
            for outcome in self.crew.each(partial(self._one, progress), work):
                if isinstance(outcome, WebError):
                    faults.append(outcome)
                    in_a_row += 1
                    if in_a_row >= _FAILURES_TO_STOP:
                        break
                    continue
                in_a_row = 0
                n_fetched += outcome
                n_checked += not outcome
        if faults:
            raise _failed(faults)
        return Done(n_fetched, n_checked)

    def _one(
        self, progress: Callable[[int, int], None], work: tuple[Asking, Task]
    ) -> bool | WebError:
        """Bring one file; gives whether it was fetched, or why not."""
        asking, task = work
        self.crew.go_on()
        try:
            promise = asking.promise(task)
            fetch = True
            if task.state == "here":
                fault = fault_of(task.path, task.path.name, promise)
                fetch = bool(fault)
                if fault:
                    log.warning("fetch: %s is fetched anew: %s", task.path, fault)
            if fetch:
                download(self.visitor, task.url, task.path, promise, partial(self._came, progress))
        except WebError as fault:
            asking.forget(task)
            return fault
        except OSError as fault:
            raise refusal(task.path, fault, "--data") from fault
        asking.memory.verified(task.path, told_by(promise))
        progress(0, 1)
        return fetch

    def _came(self, progress: Callable[[int, int], None], length: int) -> None:
        self.crew.go_on()
        progress(length, 0)


@contextlib.contextmanager
def open_errand(
    recipe: Recipe,
    data: Path,
    *,
    jobs: int = 4,
    mirror: str = "",
    manners: Manners | None = None,
) -> Iterator[Errand]:
    """Find out what a recipe needs; when the block ends, so does everything that was begun in it.

    Parameters
    ----------
    recipe : Recipe
        Its files need not be there.
    data : Path
        The data folder; made where it does not exist.
    jobs : int
        Connections.
    mirror : str
        Address of a copy of the archive's tree, for a recipe of one survey.
    manners : Manners, optional
        `MANNERS` where not given.

    Raises
    ------
    RecipeError
        If nothing can be fetched for the recipe.
    WebError
        If a server does not answer, or has nothing that matches.
    """
    sections = fetchable(recipe)
    if mirror and (len(sections) > 1 or not mirror.startswith(("https://", "http://"))):
        raise RecipeError(
            "a mirror is not usable",
            where="--mirror",
            wanted="https://..., for a recipe of one survey",
            found=f"{mirror} for {len(sections)}",
        )
    mirror = mirror.rstrip("/") + "/" if mirror else ""
    with Crew(jobs) as crew, Visitor(manners or MANNERS, sleep=crew.sleep) as visitor:
        folders = {data / section.folder for section in sections}
        asking = {folder: Asking(visitor, crew, Memory(folder)) for folder in folders}
        plans = [make_plan(s, asking[data / s.folder], mirror) for s in sections]
        yield Errand(tuple(plans), visitor, crew, data)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold a survey's folder."""
    busy = ReleaseError(
        "another process fetches into this folder",
        where=folder,
        todo="wait for it to end, or name another folder with --data",
    )
    with held(folder / FOLDER, busy, "--data"):
        yield


def _existing(folder: Path) -> Path:
    return next(p for p in (folder, *folder.absolute().parents) if p.is_dir())


def _failed(faults: list[WebError]) -> WebError:
    """Give the one error, or one that shows how the first few begin."""
    if len(faults) == 1:
        return faults[0]
    shown = [f"{fault.where}: {fault.what} ({fault.found})" for fault in faults[:3]]
    return WebError(
        f"{len(faults)} files could not be fetched",
        where=faults[0].where,
        found="\n    " + "\n    ".join(shown),
        todo="run the same command again: what is finished is kept",
    )


def told(plan: Plan) -> str:
    """Say in one line what a section needs and what is here."""
    about = "" if all(task.exact for task in plan.tasks) else "about "
    wanted = plan.of("wanted")
    whole = f"{plan.title}: {len(plan.tasks):,} files, {about}{_readable(n_bytes(plan.tasks))}; "
    if not wanted:
        return whole + "all are here"
    unknown = sum(task.size is None for task in wanted)
    left = n_bytes(wanted) - sum(task.come for task in wanted)
    return (
        whole + f"{len(plan.tasks) - len(wanted):,} are here, {len(wanted):,} to fetch, "
        f"{about}{_readable(left)}" + (f" and {unknown:,} of unknown size" if unknown else "")
    )


def _readable(size: float) -> str:
    """Write a number of bytes as people do."""
    if size < 1000:
        return f"{size:,.0f} bytes"
    power = min(int(math.log10(size)) // 3, 4)
    return f"{size / 1000**power:,.1f} {' kMGT'[power]}B"
