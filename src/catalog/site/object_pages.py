"""The pages of objects, in batches, by one process or several; unchanged ones are handed on."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from catalog import workers
from catalog.site.atlas import Atlas
from catalog.site.page import Draft, Page
from catalog.site.reuse import LastSite, fingerprint
from catalog.site.writing import page_types, write_sheet
from catalog.store.read import Catalogue

BATCH = 40
"""Objects per task: enough to share one query, few enough to keep every process busy."""
WORTH_WORKERS = 500
"""Fewer objects are rendered sooner by one process, at about 200 pages a second, than two start."""


@dataclass
class Written:
    """What became of a batch: each page's fingerprint by its path, and how many were drawn."""

    keys: dict[str, str] = field(default_factory=dict)
    n_objects: int = 0
    n_drawn: int = 0

    def add(self, other: "Written") -> None:
        """Count another batch in."""
        self.keys |= other.keys
        self.n_objects += other.n_objects
        self.n_drawn += other.n_drawn


class _Writer:
    """Writes the pages of some objects: an atlas, the last site, and the folder of the new one."""

    def __init__(self, atlas: Atlas, last: LastSite, folder: Path) -> None:
        self.atlas, self.last, self.folder = atlas, last, folder

    def write(self, start: int, end: int) -> Written:
        """Write the pages of objects from `start` up to `end`, in rank order."""
        objects = tuple(islice(self.atlas.objects, start, end))
        written = Written(n_objects=len(objects))
        for page in page_types().values():
            for draft in page.drafts(self.atlas, objects) if page.drafts else ():
                self._write(page, draft, written)
        return written

    def _write(self, page: Page, draft: Draft, written: Written) -> None:
        key = fingerprint(*draft.sources)
        written.keys[draft.path] = key
        if not self.last.hand_on(draft.path, key, self.folder):
            write_sheet(page, draft.draw(), self.folder)
            written.n_drawn += 1


def write(
    database: Path, images: Path | None, folder: Path, n_objects: int, last: LastSite, jobs: int
) -> Iterator[Written]:
    """Write all object pages into `folder`, and tell of each batch when it is done."""
    batches = [(at, min(at + BATCH, n_objects)) for at in range(0, n_objects, BATCH)]
    if jobs <= 1 or n_objects < WORTH_WORKERS:
        with Catalogue(database) as catalogue:
            writer = _Writer(Atlas(catalogue, images=images), last, folder)
            for start, end in batches:
                yield writer.write(start, end)
        return
    arguments = (database, images, folder, last.site, last.shared)
    with workers.pool(min(jobs, len(batches)), _open_in_worker, arguments) as pool:
        for task in [pool.submit(_write_in_worker, *batch) for batch in batches]:
            yield task.result()


_worker: list[_Writer] = []
"""A worker process's own writer, opened once."""


def _open_in_worker(
    database: Path, images: Path | None, folder: Path, site: Path, shared: str
) -> None:
    atlas = Atlas(Catalogue(database), images=images)
    _worker.append(_Writer(atlas, LastSite(site, shared), folder))


def _write_in_worker(start: int, end: int) -> Written:
    return _worker[0].write(start, end)
