"""MILES, the stellar library: one star per file, 3540-7410 Å at 2.5 Å resolution -> `Spectra`.

The library gives flux on a linear grid in air, and neither errors nor coordinates nor velocities.
So: wavelengths are converted to vacuum; the noise is estimated from the spectra and marked as
such; ra and dec are NaN, which is a fact of the library and no fault of a row; and z is 0, because
the library's authors shifted every star to rest. The flux is relative: each star is scaled to
about 1, not calibrated in absolute units.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from catalog.errors import SurveyError
from catalog.spectra import Arm, Array, Column, Float, Quality, Spectra
from catalog.surveys import Shard, Survey
from catalog.surveys._files import matched, once
from catalog.surveys._fits import FitsFile
from catalog.surveys._noise import estimated_ivar
from catalog.surveys._wavelength import air_to_vacuum

_NAME = re.compile(r"MILES_res\d+\.\d+_star_m(\d{4})V\.fits")
_PARAMETERS = "MILES_params.db"
_STARS_PER_SHARD = 128

# Correlation of the noise of pixels 1, 2, 3 apart, which the interpolation to the common grid made.
# In 30 windows of 120 Å free of strong lines in the cluster stars 929 and 932, the noisiest of the
# library (3.5 % of the flux and more), the residuals from a fourth-order polynomial correlate as
# 0.66, 0.14, -0.05 (medians). Independent noise smoothed by a Gaussian of 0.83 pixels gives just
# that after the same fit, which takes slow noise away too; before the fit it has these:
_CORRELATION = (0.69, 0.23, 0.03)
_WINDOW = 167
"""Pixels, 150 Å: short enough to follow how the noise grows to the blue."""
_FLOOR = 0.005
"""Smallest noise, as a fraction of the window's mean flux: flat field, telluric division."""
_RIM = 8
"""Pixels left out at each end of every star: in 30 stars they fall off towards zero padding."""

_COLUMNS = (
    Column("teff", "Effective temperature.", "K", "phys.temperature.effective", 0, "unknown"),
    Column(
        "log_g", "Logarithm of the surface gravity in cm s⁻².", "dex", "phys.gravity", 2, "unknown"
    ),
    Column("fe_h", "Metallicity [Fe/H].", "dex", "phys.abund.Fe", 2, "unknown"),
)


def discover(paths: Sequence[Path]) -> tuple[Shard, ...]:
    """Group stars by number: 1-128, 129-256, and so on, so that a new star moves no other.

    Parameters
    ----------
    paths : sequence of Path
        Files that match the recipe's patterns. The parameter file need not be among them: it is
        looked for beside the stars, and is part of every shard.

    Raises
    ------
    SurveyError
        If the parameter file is missing, a file is not one of MILES, or a star comes twice.
    """
    spectra = (path for path in paths if path.name != _PARAMETERS)
    named = once(
        spectra, lambda path: f"star {_number(path)}", "a star", wanted="one file per star"
    )
    stars = {_number(path): path for path in named.values()}
    groups: dict[int, list[Path]] = {}
    for number in sorted(stars):
        groups.setdefault((number - 1) // _STARS_PER_SHARD, []).append(stars[number])
    return tuple(_shard(group, members) for group, members in sorted(groups.items()))


def read(shard: Shard, targets: tuple[str, ...]) -> Spectra:  # noqa: ARG001 - MILES has no classes
    """Read the stars of one shard, in vacuum and at rest, with estimated noise.

    Raises
    ------
    SurveyError
        If a file is damaged, has no linear wavelength grid, or has another grid than the rest.
    """
    stars = [path for path in shard.files if path.name != _PARAMETERS]
    tables = [path for path in shard.files if path.name == _PARAMETERS]
    numbers = [_number(path) for path in stars]
    air, flux = _stack(stars)
    valid = _has_data(flux)
    estimated = estimated_ivar(flux, valid, _WINDOW, _CORRELATION, _FLOOR)
    ivar = np.where(valid, estimated, 0)
    valid &= (ivar > 0) & (ivar < np.finfo(np.float32).max)
    single_flux = np.where(valid, flux, 0).astype(np.float32)
    single_ivar = np.where(valid, ivar, 0).astype(np.float32)
    arm = Arm("miles", air_to_vacuum(air), single_flux, single_ivar)
    n_rows = len(stars)
    at_rest, empty = np.zeros(n_rows), np.full(n_rows, "", dtype=object)
    return Spectra(
        survey="miles",
        target_id=np.array([f"s{number:04d}" for number in numbers], dtype=object),
        ra=np.full(n_rows, np.nan),
        dec=np.full(n_rows, np.nan),
        z=at_rest,
        z_err=at_rest.copy(),
        z_warn=np.zeros(n_rows, np.int64),
        spec_class=np.full(n_rows, "STAR", dtype=object),
        subclass=empty,
        quality=np.where(valid.any(axis=1), 0, Quality.DEAD_FIBRE.value).astype(np.int64),
        arms=(arm,),
        noise_estimated=True,
        extras=_parameters(tables[0], numbers),
    )


def _number(path: Path) -> int:
    match = matched(
        _NAME,
        path,
        "a file is not one of MILES",
        wanted="a name such as MILES_res2.50_star_m0001V.fits",
        todo="narrow the recipe's patterns",
    )
    return int(match[1])


def _shard(group: int, members: list[Path]) -> Shard:
    parameters = members[0].with_name(_PARAMETERS)
    if not parameters.is_file():
        raise SurveyError(
            "the stars' parameters are missing",
            where=parameters,
            wanted=f"{_PARAMETERS} beside the spectra",
            found="no such file",
            todo="download it from the MILES website: without it the atlas has no labels",
        )
    first = group * _STARS_PER_SHARD + 1
    name = f"miles-{first:04d}-{first + _STARS_PER_SHARD - 1:04d}"
    return Shard(name, (*members, parameters))


def _stack(stars: Sequence[Path]) -> tuple[Float, Float]:
    """Wavelengths in air, Å, (L,), and flux, (N, L), of stars that share one grid."""
    rows: list[Float] = []
    first: Float | None = None
    for path in stars:
        air, flux = _star(path)
        first = air if first is None else first
        if air.shape != first.shape or not np.allclose(air, first, rtol=0, atol=1e-6):
            raise _wrong_grid(
                path,
                f"the grid of {stars[0].name}: {first.size} pixels from {first[0]:g} Å",
                f"{air.size} pixels from {air[0]:g} Å",
            )
        rows.append(flux)
    return np.asarray(first), np.array(rows)


def _star(path: Path) -> tuple[Float, Float]:
    with FitsFile(path) as file:
        flux = file.image("PRIMARY").astype(np.float64)
        header = file.header()
        words = {key: header.get(key) for key in ("CRVAL1", "CDELT1", "CRPIX1")}
    numbers = {key: value for key, value in words.items() if isinstance(value, int | float)}
    if flux.ndim != 1 or len(numbers) < len(words):
        found = f"shape {flux.shape}, " + ", ".join(f"{k} = {v!r}" for k, v in words.items())
        raise _wrong_grid(path, "one row of pixels, and CRVAL1, CDELT1, CRPIX1", found)
    pixel = np.arange(flux.size) + 1 - numbers["CRPIX1"]
    air = numbers["CRVAL1"] + numbers["CDELT1"] * pixel
    # Below 2000 Å, wavelengths in air are not defined; a grid of logarithms ends up there too.
    if numbers["CDELT1"] <= 0 or air[0] < 2000:
        raise _wrong_grid(path, "increasing wavelengths in Å", f"{air[0]:g} to {air[-1]:g}")
    return air, flux


def _wrong_grid(path: Path, wanted: str, found: str) -> SurveyError:
    return SurveyError(
        "a star's wavelength grid is not usable",
        where=f"{path} [PRIMARY]",
        wanted=wanted,
        found=found,
        todo="see that this is an unmodified file of the library",
    )


def _has_data(flux: Float) -> Array:
    """Pixels with data, (N, L) bool.

    Exact zeros are padding. So is what lies at either end without being positive, with the rim
    beside it. Negative pixels elsewhere are noise: to mask them alone would bias the flux upwards.
    """
    # Beyond single precision is beyond any flux of this library; NaN fails the comparison.
    some = (np.abs(flux) < np.finfo(np.float32).max) & (flux != 0)
    positive = some & (flux > 0)
    pixel = np.arange(flux.shape[1])
    first = np.argmax(positive, axis=1)[:, None]
    last = flux.shape[1] - 1 - np.argmax(positive[:, ::-1], axis=1)[:, None]
    inside = (pixel >= first + _RIM) & (pixel <= last - _RIM)
    data: Array = some & inside & positive.any(axis=1)[:, None]
    return data


def _parameters(path: Path, numbers: Sequence[int]) -> dict[str, Float]:
    """Teff, log g and [Fe/H] of each star, (N,); NaN where the table has none."""
    known: dict[int, tuple[float, ...]] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as fault:
        raise _wrong_parameters(path, str(fault)) from fault
    for line in lines:
        words = line.split()
        # One published line has a star number with a digit missing: it names no star for sure.
        if len(words) == 4 and words[0].isdigit():
            known.setdefault(int(words[0]), tuple(_value(path, word) for word in words[1:]))
    if not known:
        raise _wrong_parameters(path, f"{len(lines)} lines, none of them so")
    nothing = (np.nan,) * len(_COLUMNS)
    values = np.array([known.get(number, nothing) for number in numbers]).reshape(-1, len(_COLUMNS))
    return {column.name: values[:, i] for i, column in enumerate(_COLUMNS)}


def _value(path: Path, word: str) -> float:
    """Read a number; NaN for the library's fillers: 99999, 9999, 99.99, and their negatives."""
    try:
        value = float(word)
    except ValueError as fault:
        raise _wrong_parameters(path, repr(word)) from fault
    return np.nan if re.fullmatch(r"-?9{2,}(\.9*)?0*", word) else value


def _wrong_parameters(path: Path, found: str) -> SurveyError:
    return SurveyError(
        "the stars' parameters cannot be read",
        where=path,
        wanted="lines of: star number, Teff, log g, [Fe/H]",
        found=found,
        todo="download the file again from the MILES website",
    )


SURVEY = Survey(
    name="miles",
    title="MILES stellar library",
    url="https://miles.iac.es/",
    flux_unit="",  # each star is scaled on its own
    citation=(
        "Sánchez-Blázquez et al. 2006, MNRAS 371, 703 (the library); Falcón-Barroso et al. 2011, "
        "A&A 532, A95 (its resolution); Cenarro et al. 2007, MNRAS 374, 664 (the parameters)"
    ),
    acknowledgement=(
        "The spectra are those of MILES, the Medium-resolution Isaac Newton Telescope Library of "
        "Empirical Spectra, observed with the 2.5 m Isaac Newton Telescope at the Observatorio del "
        "Roque de los Muchachos, La Palma, and published by Sánchez-Blázquez et al. (2006) and "
        "Falcón-Barroso et al. (2011)."
    ),
    discover=discover,
    read=read,
    columns=_COLUMNS,
)
