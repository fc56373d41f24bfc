"""Tables of spectra, real and made, and the sections of a recipe that describe them."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
from astropy.io import fits

from catalog.recipe.described import TableSection
from catalog.recipe.sections import SurveySection
from catalog.spectra import Spectra
from catalog.surveys import Shard, Survey, load

FACTS: dict[str, Any] = {
    "name": "mine",
    "title": "My spectra",
    "url": "https://example.org/",
    "citation": "Me 2026",
    "acknowledgement": "Thanks.",
}
GIVEN: dict[str, Any] = {
    "flux": "flux", "ivar": "ivar", "wave": "wave", "target_id": "id", "z": "z",
}  # fmt: skip
WAVE = 4000.0 + np.arange(100)


def section(given: dict[str, Any] | None = None, **more: Any) -> TableSection:
    """Describe a table: `given` in place of what `columns` makes, or `more` on top of it."""
    said = FACTS | (GIVEN if given is None else given) | more
    kept = {key: value for key, value in said.items() if value is not None}
    return TableSection.model_validate(kept)


def survey(**more: Any) -> Survey:
    return of_section(section(**more))


def of_section(described: TableSection) -> Survey:
    return load(SurveySection(name="table", folder="x", files=("*",), table=described))


def columns(n_rows: int = 3, **changed: Any) -> dict[str, Any]:
    """Plain spectra; `changed` replaces columns or, with None, leaves them out."""
    noise = np.random.default_rng(1).normal(size=(n_rows, WAVE.size))
    made: dict[str, Any] = {
        "id": [f"star {i}" for i in range(n_rows)],
        "z": [0.01 * i for i in range(n_rows)],
        "flux": list(10 + 0.5 * noise),
        "ivar": [np.full(WAVE.size, 4.0)] * n_rows,
        "wave": [WAVE] * n_rows,
    } | changed
    return {name: values for name, values in made.items() if values is not None}


def parquet(path: Path, n_rows: int = 3, rows_per_group: int = 1000, **changed: Any) -> Path:
    pq.write_table(pa.table(columns(n_rows, **changed)), path, row_group_size=rows_per_group)
    return path


def shards(described: Survey, *paths: Path) -> list[tuple[Shard, Spectra]]:
    return [(shard, described.read(shard, ())) for shard in described.discover(list(paths))]


def read(described: Survey, *paths: Path) -> Spectra:
    ((_, spectra),) = shards(described, *paths)
    return spectra


def miles(folder: Path, realdata: Path, n_stars: int = 20) -> tuple[Survey, Path]:
    """Write real stars of MILES as a table, and describe it."""
    stars: list[dict[str, npt.NDArray[Any] | str]] = []
    air = np.empty(0)
    for path in sorted((realdata / "miles").glob("*.fits"))[:n_stars]:
        with fits.open(path) as hdus:
            flux = np.array(hdus[0].data, np.float64)
            header = hdus[0].header
        air = header["CRVAL1"] + header["CDELT1"] * np.arange(flux.size)
        lit = np.flatnonzero(flux > 0)  # the library pads with what is not
        bad = np.ones(flux.size, bool)
        bad[lit[0] + 8 : lit[-1] - 7] = False
        stars.append({"star": path.stem[-5:-1], "flux": flux, "bad": bad})
    made = {key: [star[key] for star in stars] for key in ("star", "flux", "bad")}
    table = pa.table(made | {"wave": [air] * len(stars)})
    target = folder / "miles.parquet"
    pq.write_table(table, target, row_group_size=8)
    given = {
        "flux": "flux", "wave": "wave", "mask": "bad", "air": True, "at_rest": True,
        "target_id": "star", "class_of_all": "STAR",
        "noise": {"window": 167, "correlation": [0.69, 0.23, 0.03], "floor": 0.005},
        "rows_per_shard": 16,
    }  # fmt: skip
    return of_section(section(given)), target
