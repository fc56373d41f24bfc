"""The published objects' spectra as FITS images: one row per object, one column per bin."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from astropy import units as astropy_units
from astropy.io import fits

from catalog.spectra import Array
from catalog.store import fits_files
from catalog.store.fields import Field
from catalog.store.formats import Format
from catalog.store.queries import quoted
from catalog.store.source import Source

IMAGES = {
    "flux": "Flux in units of norm (see OBJECTS); where ivar is 0 it was filled in",
    "ivar": "Inverse variance of FLUX, in 1/FLUX^2; 0: no information",
    "recon": "The model's reconstruction, in the units of FLUX",
    "expected": "The ordinary spectrum that agrees with most of it: reasons compare with this",
}
ABOUT = (
    "target_id", "name", "survey", "ra", "dec", "z", "spec_class", "rank", "verdict", "category",
    "slug",
)  # fmt: skip
ORDER = "ORDER BY target_id"


def _write(source: Source, folder: Path) -> list[Path]:
    path = folder / "object_spectra.fits"
    return [fits_files.write(path, source, _extensions(source))]


def _extensions(source: Source) -> Iterator[tuple[fits.Header, Iterator[Array]]]:
    wave = np.array(source.rows("SELECT wave_rest FROM grid ORDER BY bin"), ">f8").reshape(-1)
    n_objects = source.count("object_spectra")
    what = "Rest-frame wavelength of each bin's centre, in vacuum"
    header = fits_files.image_header("WAVELENGTH", wave.shape, 64, "Angstrom", what)
    yield header, iter([wave])
    for name, meaning in IMAGES.items():
        shape = (n_objects, wave.size)
        header = fits_files.image_header(name.upper(), shape, 32, "", meaning)
        yield header, _rows(source, name)
    relation = f"(FROM object_spectra JOIN {source.ascii} USING (target_id))"
    columns = fits_files.columns(source, _about(source), relation)
    header = fits_files.table_header("OBJECTS", columns, n_objects)
    expressions = ", ".join(quoted(column.field.name) for column in columns)
    query = f"SELECT {expressions} FROM {relation} {ORDER}"  # noqa: S608 - names are quoted
    yield header, (fits_files.packed(batch, columns) for batch in source.batches(query))


def _rows(source: Source, name: str) -> Iterator[Array]:
    for batch in source.batches(f"SELECT {name} FROM object_spectra {ORDER}"):  # noqa: S608 - a constant
        yield np.asarray(batch.column(0).flatten(), dtype=">f4")


def _about(source: Source) -> list[Field]:
    """Give what is said of each object: columns of the dictionary, and the factor of its flux."""
    known = [field for field in source.fields if field.name in ABOUT]
    units = {row[0] for row in source.rows("SELECT flux_unit FROM surveys")}
    unit = flux_unit(units.pop()) if len(units) == 1 else ""
    what = "FLUX times norm is in the survey's unit of flux"
    norm = Field("norm", "DOUBLE", unit, "arith.factor", None, what, "", "norm")
    return [*known, norm]


def flux_unit(text: str) -> str:
    """Read a survey's unit of flux, such as 10⁻¹⁷ erg s⁻¹ cm⁻² Å⁻¹, as FITS writes it.

    Empty where there is none, or none that can be read.
    """
    plain = text.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    if not plain:
        return ""
    try:
        unit = astropy_units.Unit(plain.replace("Å", "Angstrom").replace("10-", "1e-"))
        return str(unit.to_string("fits"))
    except ValueError:
        return ""


FORMAT = Format("FITS spectra", _write)
