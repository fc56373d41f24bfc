"""A catalogue file -> a website: rendered aside, checked, then put in place in one step."""

import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path

from catalog import registry, workers
from catalog.errors import ReleaseError, SiteError
from catalog.site import links, templating
from catalog.site.atlas import Atlas
from catalog.site.page import Page, Sheet
from catalog.site.plots import interactive
from catalog.store.read import Catalogue

BATCH = 40
"""Objects per task: enough to share one query, few enough to keep every process busy."""
WORTH_WORKERS = 500
"""Fewer objects are rendered sooner by one process, at about 200 pages a second, than two start."""

Progress = Callable[[int, int], None]


@cache
def page_types() -> dict[str, Page]:
    """Every page type, by the name of its file."""
    package = "catalog.site.pages"
    return {name: registry.load(package, name, Page) for name in registry.names(package)}


def render(
    database: Path,
    downloads: Path,
    out: Path,
    *,
    jobs: int = 1,
    progress: Progress | None = None,
) -> dict[str, int]:
    """Render the site of one release. The same catalogue gives the same bytes, whatever `jobs` is.

    Parameters
    ----------
    database : Path
        The catalogue, `catalog.duckdb`.
    downloads : Path
        Folder of the files to offer for download.
    out : Path
        The site's folder; replaced as a whole, and only once the new site is whole.
    jobs : int
        Processes that render object pages, where there are enough pages to be worth them.
    progress : callable
        Called with (objects done, objects in all).

    Returns
    -------
    dict
        Counts: `pages`, `objects`, `bytes`.

    Raises
    ------
    SiteError
        If a template and its data disagree, or a link leads nowhere.
    StoreError
        If the catalogue cannot be read.
    ReleaseError
        If the disk is full or the folder cannot be written.
    """
    making, old = out.with_name(f".{out.name}.part"), out.with_name(f".{out.name}.old")
    try:
        if old.exists() and not out.exists():
            old.rename(out)  # the last render was killed between its two renames
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        try:
            n_objects = _write_all(database, downloads, making, jobs, progress)
            n_pages = links.check(making)
            n_bytes = sum(each.stat().st_size for each in making.rglob("*") if each.is_file())
            _swap(making, out, old)
        finally:
            shutil.rmtree(making, ignore_errors=True)
    except OSError as fault:
        raise ReleaseError(
            "the site cannot be written",
            where=out,
            wanted="a folder with room that this user may write to",
            found=os.strerror(fault.errno) if fault.errno else str(fault),
            todo="free space or choose another folder; the last good site is kept",
        ) from fault
    return {"pages": n_pages, "objects": n_objects, "bytes": n_bytes}


def _swap(making: Path, out: Path, old: Path) -> None:
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    making.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def _write_all(
    database: Path, downloads: Path, folder: Path, jobs: int, progress: Progress | None
) -> int:
    """Write every file of the site; return the number of objects."""
    with Catalogue(database) as catalogue:
        offered = _offered(database, downloads)
        _copy_downloads(offered, folder / "download")
        atlas = Atlas(catalogue, offered)
        _write_static(atlas, folder / "static")
        n_objects = len(atlas.objects)
        for page in page_types().values():
            if not page.each_object:
                _write_sheets(page, page.sheets(atlas, atlas.objects), folder)
    for done in _object_batches(database, folder, n_objects, jobs):
        if progress is not None:
            progress(done, n_objects)
    return n_objects


def _object_batches(database: Path, folder: Path, n_objects: int, jobs: int) -> Iterator[int]:
    """Write the object pages, and give the number done after each batch."""
    batches = [(at, min(at + BATCH, n_objects)) for at in range(0, n_objects, BATCH)]
    if jobs <= 1 or n_objects < WORTH_WORKERS:
        with Catalogue(database) as catalogue:
            atlas = Atlas(catalogue)
            for start, end in batches:
                _write_objects(atlas, folder, start, end)
                yield end
        return
    with workers.pool(min(jobs, len(batches)), _open_in_worker, (database,)) as pool:
        tasks = [pool.submit(_write_in_worker, folder, *batch) for batch in batches]
        done = 0
        for task, (start, end) in zip(tasks, batches, strict=True):
            task.result()
            done += end - start
            yield done


_worker: list[Atlas] = []
"""A worker process's own atlas, opened once."""


def _open_in_worker(database: Path) -> None:
    _worker.append(Atlas(Catalogue(database)))


def _write_in_worker(folder: Path, start: int, end: int) -> None:
    _write_objects(_worker[0], folder, start, end)


def _write_objects(atlas: Atlas, folder: Path, start: int, end: int) -> None:
    objects = tuple(islice(atlas.objects, start, end))
    for page in page_types().values():
        if page.each_object:
            _write_sheets(page, page.sheets(atlas, objects), folder)


def _write_sheets(page: Page, sheets: Iterator[Sheet], folder: Path) -> None:
    for sheet in sheets:
        files = {sheet.path: templating.fill(page.template, sheet.context), **sheet.data}
        for name, text in files.items():
            path = (folder / name).resolve()
            if not path.is_relative_to(folder.resolve()):
                raise SiteError(
                    "a page would be written outside the site",
                    where=folder,
                    found=name,
                    todo="build the catalogue again: its slugs are not safe",
                )
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")


def _write_static(atlas: Atlas, folder: Path) -> None:
    """Write styles, scripts, Bokeh, and the one template that all spectrum plots share."""
    shutil.copytree(templating.folder() / "static", folder, copy_function=shutil.copyfile)
    shutil.copyfile(interactive.bokeh_script(), folder / interactive.SCRIPT)
    template = interactive.spectrum_template(atlas.wave, atlas.lines)
    (folder / "spectrum.json").write_text(template, encoding="utf-8", newline="\n")


def _offered(database: Path, downloads: Path) -> tuple[Path, ...]:
    """Files to download: those of the folder, and the catalogue where it is not among them."""
    found = sorted(downloads.iterdir()) if downloads.is_dir() else []
    files = [each for each in found if each.is_file() and not each.name.startswith(".")]
    if not any(each.suffix == ".duckdb" for each in files):
        files.insert(0, database)
    return tuple(files)


def _copy_downloads(files: tuple[Path, ...], folder: Path) -> None:
    """Put the catalogue's files into the site: as the same file where the disk allows it."""
    folder.mkdir(parents=True)
    for file in files:
        try:
            os.link(file, folder / file.name)
        except OSError:
            shutil.copyfile(file, folder / file.name)
