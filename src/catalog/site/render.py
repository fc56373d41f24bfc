"""A catalogue file -> a website: rendered aside, checked, then put in place in one step."""

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import bokeh

import catalog
from catalog import citing
from catalog.cutouts import address
from catalog.errors import ReleaseError
from catalog.site import images, links, object_pages, reuse, sitemap, templating
from catalog.site.atlas import Atlas
from catalog.site.object_pages import Written
from catalog.site.plots import interactive
from catalog.site.reuse import LastSite
from catalog.site.writing import page_types, write_sheet
from catalog.store import offered
from catalog.store.read import Catalogue

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class _Material:
    """What a site is made of: the catalogue, the files to offer, and the images of the sky."""

    database: Path
    downloads: Path
    cutouts: Path | None


def render(
    database: Path,
    downloads: Path,
    out: Path,
    *,
    cutouts: Path | None = None,
    jobs: int = 1,
    progress: Progress = lambda _done, _of: None,
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
    cutouts : Path, optional
        Folder of the images that the catalogue's table `cutouts` names.
    jobs : int
        Processes that render object pages, where there are enough pages to be worth them.
    progress : callable
        Called with (objects done, objects in all).

    Returns
    -------
    dict
        Counts: `pages`, `objects`, `objects_drawn` (the pages of the others are those of the last
        rendering, since nothing that they show has changed), `bytes`.

    Raises
    ------
    SiteError
        If a template and its data disagree, or a link leads nowhere.
    StoreError
        If the catalogue cannot be read.
    ReleaseError
        If the disk is full or the folder cannot be written.
    """
    making, old = out.with_name(f".{out.name}.part"), _old(out)
    try:
        if old.exists() and not out.exists():
            old.rename(out)  # the last render was killed between its two renames
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        return _render(_Material(database, downloads, cutouts), out, making, jobs, progress)
    except OSError as fault:
        raise ReleaseError(
            "the site cannot be written",
            where=out,
            wanted="a folder with room that this user may write to",
            found=os.strerror(fault.errno) if fault.errno else str(fault),
            todo="free space or choose another folder; the last good site is kept",
        ) from fault
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _render(
    material: _Material, out: Path, making: Path, jobs: int, progress: Progress
) -> dict[str, int]:
    """Make the site aside, check it, and put it in the place of the last one."""
    last = LastSite(out, _shared(material.database))
    written = _write_all(material, making, last, jobs, progress)
    images.place(material.database, material.cutouts, making)
    counts = {
        "pages": links.check(making),
        "objects": written.n_objects,
        "objects_drawn": written.n_drawn,
        "bytes": sum(each.stat().st_size for each in making.rglob("*") if each.is_file()),
    }
    last.forget()
    _swap(making, out)
    last.remember(written.keys)
    return counts


def _old(out: Path) -> Path:
    """Name the last site while the new one takes its place."""
    return out.with_name(f".{out.name}.old")


def _swap(making: Path, out: Path) -> None:
    old = _old(out)
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    making.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def _write_all(
    material: _Material, folder: Path, last: LastSite, jobs: int, progress: Progress
) -> Written:
    """Write every file of the site, and tell what became of the objects' pages."""
    database = material.database
    with Catalogue(database) as catalogue:
        atlas = Atlas(catalogue, _offered(database, material.downloads))
        _copy_downloads(atlas.downloads, material.downloads, folder / "download")
        _write_static(atlas, folder / "static")
        n_objects = len(atlas.objects)
        paths = []
        for page in page_types().values():
            for sheet in page.sheets(atlas, atlas.objects) if page.sheets else ():
                write_sheet(page, sheet, folder)
                paths.append(sheet.path)
        _write_sitemap(atlas, paths, folder)
    written = Written()
    for batch in object_pages.write(database, material.cutouts, folder, n_objects, last, jobs):
        written.add(batch)
        progress(written.n_objects, n_objects)
    return written


def _write_sitemap(atlas: Atlas, paths: Sequence[str], folder: Path) -> None:
    """List the pages that the release has for good: no redirect, and none of withdrawn objects."""
    apart = ("objects/", "id/")
    fixed = [p for p in paths if p.endswith("index.html") and not p.startswith(apart)]
    own = [f"objects/{each.slug}/index.html" for each in atlas.objects]
    told = sitemap.files(atlas.address, [*sorted(fixed), *own], atlas.citation.date)
    for name, text in told.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _shared(database: Path) -> str:
    """Fingerprint of what all object pages have in common: the code, and facts of the release."""
    source = [Path(file).parent for file in (__file__, citing.__file__, address.__file__)]
    code = reuse.of_files(*source, templating.folder())
    with Catalogue(database) as catalogue:
        shared = Atlas(catalogue).shared
    return reuse.fingerprint(code, catalog.__version__, bokeh.__version__, shared)


def _write_static(atlas: Atlas, folder: Path) -> None:
    """Write styles, scripts, Bokeh, and the one template that all spectrum plots share."""
    shutil.copytree(templating.folder() / "static", folder, copy_function=shutil.copyfile)
    shutil.copyfile(interactive.bokeh_script(), folder / interactive.SCRIPT)
    template = interactive.spectrum_template(atlas.wave, atlas.lines)
    (folder / "spectrum.json").write_text(template, encoding="utf-8", newline="\n")


def _offered(database: Path, downloads: Path) -> tuple[Path, ...]:
    """Files to download: those of the folder, and the catalogue where it is not among them."""
    found = [each for each in downloads.rglob("*") if each.is_file()]
    files = [each for each in found if not each.name.startswith(".") or offered.find(each.name)]
    if not any(each.suffix == ".duckdb" for each in files):
        files.append(database)
    return tuple(sorted(files, key=lambda file: offered.place(_below(downloads, file))))


def _below(folder: Path, file: Path) -> str:
    """Name a file as seen from the folder that it lies in, or by its own name."""
    return (file.relative_to(folder) if file.is_relative_to(folder) else Path(file.name)).as_posix()


def _copy_downloads(files: tuple[Path, ...], downloads: Path, folder: Path) -> None:
    """Put the catalogue's files into the site: as the same file where the disk allows it."""
    for file in files:
        target = folder / _below(downloads, file)
        target.parent.mkdir(parents=True, exist_ok=True)
        reuse.link_or_copy(file, target)
