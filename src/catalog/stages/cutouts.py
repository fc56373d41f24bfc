"""Published objects -> an image of the sky round each, in one folder with an index."""

import os
import shutil
from functools import partial
from pathlib import Path

import numpy as np

from catalog import tables
from catalog.cutouts.address import PIXELS, PIXSCALE
from catalog.cutouts.cache import Cache
from catalog.cutouts.fetching import Fetcher, Found, Place
from catalog.errors import ReleaseError
from catalog.release import sweep
from catalog.site.reuse import link_or_copy
from catalog.stages import Build, Counts, Report, Stage, Task, positions, unanswered
from catalog.tables import Table
from catalog.web import Manners, Visitor

INDEX = "index.parquet"
KIND = "cutouts"


def _tasks(build: Build) -> list[Task]:
    layout, site = build.layout, build.recipe.site
    if not _is_wanted(build):
        return [Task(KIND, (), (layout.cutouts,), "none", partial(_none, build))]
    return [
        Task(
            name=KIND,
            inputs=(layout.index, layout.ranking, *build.shards("read")),
            outputs=(layout.cutouts,),
            settings=[site.cutout_layer, site.cutout_fallbacks, site.n_objects],
            run=partial(_cutouts, build),
            is_due=partial(unanswered.is_due, build, KIND),
        )
    ]


def _is_wanted(build: Build) -> bool:
    """Tell whether there is anything to fetch: where a simulated object is, there is nothing."""
    return build.recipe.site.cutouts == "cache" and not build.recipe.release.simulated


def _none(build: Build, report: Report) -> Counts:
    _write(build.layout.cutouts, Cache(build.layout.cache(KIND)), [])
    report(1, 1)
    return {}


def _cutouts(build: Build, report: Report) -> Counts:
    site, cache = build.recipe.site, Cache(build.layout.cache(KIND))
    sweep(cache.folder, unanswered.DAY_S)
    objects = positions.outliers(build, published=True)
    columns = (objects["target_id"], objects["ra"].tolist(), objects["dec"].tolist())
    places = [Place(str(target), ra, dec) for target, ra, dec in zip(*columns, strict=True)]
    with Visitor(Manners(pause_s=site.cutout_pause_s)) as visitor:
        layers = (site.cutout_layer, *site.cutout_fallbacks)
        fetcher = Fetcher(cache, visitor, layers, unanswered.today(), again=build.ask_again)
        found = fetcher.images(places, report)
    _write(build.layout.cutouts, cache, found)
    tally = fetcher.tally
    unanswered.note(build, KIND, tally.unanswered)
    return {"cached": tally.cached, "fetched": tally.fetched, "missing": tally.missing}


def _write(folder: Path, cache: Cache, found: list[Found]) -> None:
    """Fill the folder anew, with the cache's own files where the disk can give them two names."""
    making = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(making, ignore_errors=True)
    try:
        making.mkdir(parents=True)
        for wanted in {one.wanted for one in found}:
            image = cache.image(wanted)
            link_or_copy(image, making / image.name)
        tables.write(making / INDEX, _index(found))
        shutil.rmtree(folder, ignore_errors=True)
        making.rename(folder)
    except OSError as fault:
        raise ReleaseError(
            "the images cannot be put into the release",
            where=folder,
            wanted="a folder with room that this user may write to",
            found=os.strerror(fault.errno) if fault.errno else str(fault),
            todo="free space or name another folder with --out, then run the same command again: "
            "what was fetched is kept",
        ) from fault
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _index(found: list[Found]) -> Table:
    def text(values: list[str]) -> tables.Column:
        return np.array(values, dtype=object)

    return {
        "target_id": text([one.target_id for one in found]),
        "layer": text([one.wanted.layer for one in found]),
        "file": text([f"{one.wanted.key}.jpg" for one in found]),
        "sha256": text([one.note.sha256 for one in found]),
        "width": np.full(len(found), PIXELS, np.int64),
        "height": np.full(len(found), PIXELS, np.int64),
        "pixscale": np.full(len(found), PIXSCALE),
        "date": text([one.note.date for one in found]),
    }


def load(build: Build) -> dict[str, Table]:
    """Give the catalogue's table `cutouts`."""
    return {"cutouts": tables.read(build.layout.cutouts / INDEX)}


STAGE = Stage(
    name="cutouts",
    title="images of the sky",
    tasks=_tasks,
    code=("stages/cutouts.py", "stages/positions.py", "cutouts"),
)
