"""What a recipe says of a survey that is a table of spectra: which column is what."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from catalog.recipe.base import Positive, Section, Slug

Factor = Annotated[float, Field(gt=0.0)]
Text = Annotated[str, Field(min_length=1)]


class WaveGridSection(Section):
    """Wavelengths at even steps, in the unit of the table."""

    start: float
    """Wavelength of the first pixel; with `log`, its logarithm to base ten."""
    step: Factor
    """Distance of two pixels, in the same."""
    log: bool = False
    """Whether the steps are even in the logarithm."""

    @model_validator(mode="after")
    def _positive(self) -> "WaveGridSection":
        if not self.log and self.start <= 0:
            raise ValueError(f"start must be above 0; found {self.start}")
        return self


class ExtraSection(Section):
    """A further column that the catalogue keeps."""

    column: Text
    """Its name in the table."""
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
    """Its name in the catalogue: lower-case letters, digits, underscores."""
    description: Text
    """What it holds, in a sentence."""
    kind: Literal["number", "whole", "text"] = "number"
    """What it holds: numbers, whole numbers (-1 where there is none), or text."""
    unit: str = ""
    """Its unit."""
    ucd: str = ""
    """The IVOA's word for what it holds, such as `phys.temperature.effective`."""
    decimals: Annotated[int, Field(ge=0, le=15)] = 4
    """Decimals that a number deserves in text formats."""


class NoiseSection(Section):
    """How the noise is estimated where the table gives none: from third differences of pixels."""

    window: Annotated[int, Field(ge=32)] = 167
    """Pixels over which the noise is taken to be constant."""
    correlation: Annotated[tuple[float, ...], Field(max_length=3)] = ()
    """Correlation of the noise of pixels 1, 2 and 3 apart; empty: pixels are independent. Noise
    that was smoothed by resampling is underestimated without it."""
    floor: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.005
    """Smallest noise, as a fraction of the flux: of what calibration leaves in any spectrum."""

    @model_validator(mode="after")
    def _possible(self) -> "NoiseSection":
        if any(not -1 < value < 1 for value in self.correlation):
            raise ValueError("correlation must lie between -1 and 1")
        return self


class TableSection(Section):
    """Spectra in Parquet, FITS or VOTable files, described so that no code is needed.

    Files are told apart by their names: .parquet, .fits[.gz], .vot[.gz], .votable[.gz], .xml[.gz].
    """

    name: Slug
    """What the survey is called in short: part of addresses."""
    title: Text
    """What the survey is called."""
    url: Annotated[str, Field(pattern=r"^https://[^\s\"'<>]+$")]
    """Its home page."""
    citation: Text
    """What to cite for its spectra."""
    acknowledgement: Text
    """What its data policy asks to be written; or whom to thank."""
    licence: str = ""
    """Licence of its spectra: an SPDX identifier, or an address; empty where none is stated."""
    flux_unit: str = ""
    """Unit of the flux, after `flux_factor`, for axes; empty where each spectrum is scaled."""
    object_page: str = ""
    """Address of the survey's own page of a spectrum, with {target_id} or the name of an extra
    column in its place; empty where there is none."""

    layout: Literal["rows", "files"] = "rows"
    """`rows`: a row is a spectrum, with lists of pixels. `files`: a file is a spectrum, and a row
    is a pixel; what is one value per spectrum is a column of equal values, or a keyword of the file
    (FITS header, VOTable PARAM or INFO, Parquet metadata)."""
    flux: Text
    """Column of the flux density."""
    flux_factor: Factor = 1.0
    """What the flux is multiplied by: 1e17 makes erg s⁻¹ cm⁻² Å⁻¹ the unit of this project."""
    ivar: str = ""
    """Column of the inverse variance; 0 is a pixel without information. Or:"""
    error: str = ""
    """Column of the standard deviation. With neither, the noise is estimated, and said to be."""
    mask: str = ""
    """Column that is not 0 in pixels without information."""
    noise: NoiseSection = NoiseSection()
    """How the noise is estimated where there is neither."""
    wave: str = ""
    """Column of the wavelengths."""
    grid: WaveGridSection | None = None
    """Wavelengths of all spectra, without `wave`. With it, the grid onto which spectra are averaged
    whose pixels are not of one sequence."""
    wave_factor: Factor = 1.0
    """What wavelengths are multiplied by to be in Å: 10 for nm, 10000 for µm."""
    air: bool = False
    """Whether wavelengths are those in air; they are converted to vacuum."""

    target_id: str = ""
    """Column of the identifiers, of text or whole numbers; with `files`, empty takes the file's
    name."""
    ra: str = ""
    """Column of the right ascension, deg, ICRS; empty where positions are not known."""
    dec: str = ""
    """Column of the declination."""
    z: str = ""
    """Column of the redshift, or:"""
    at_rest: bool = False
    """Spectra are at rest already."""
    z_err: str = ""
    """Column of its standard error."""
    z_warn: str = ""
    """Column of redshift warnings, whole numbers, 0 where it is good."""
    spec_class: str = ""
    """Column of the class: GALAXY, STAR, QSO. Or:"""
    class_of_all: str = ""
    """The class of every spectrum."""
    subclass: str = ""
    """Column of the subclass."""
    extras: tuple[ExtraSection, ...] = ()
    """Further columns that the catalogue keeps."""
    rows_per_shard: Positive = 2048
    """Spectra that are read together, of a Parquet file."""

    @model_validator(mode="after")
    def _whole(self) -> "TableSection":
        if bool(self.z) == self.at_rest:
            raise ValueError("a table needs z, the column of redshifts, or at_rest = true")
        if not self.wave and self.grid is None:
            raise ValueError("a table needs wave, the column of wavelengths, or a grid")
        if self.ivar and self.error:
            raise ValueError("a table has ivar or error, not both")
        if bool(self.ra) != bool(self.dec):
            raise ValueError("a table has ra and dec, or neither")
        if self.layout == "rows" and not self.target_id:
            raise ValueError("a table with a row per spectrum needs target_id")
        if self.spec_class and self.class_of_all:
            raise ValueError("a table has spec_class or class_of_all, not both")
        names = [extra.name for extra in self.extras]
        if len(set(names)) < len(names):
            raise ValueError(f"extras names one twice: {', '.join(names)}")
        return self
