"""What a recipe says of the publication: how it is cited, what is known, what the site shows."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from catalog.recipe.base import Positive, Section

Day = Annotated[str, Field(pattern=r"^(\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))?$")]
"""YYYY-MM-DD, or empty."""
Doi = Annotated[str, Field(pattern=r"^(10\.\d{4,9}/[^\s\"'<>]+)?$")]
"""A digital object identifier without `https://doi.org/`, or empty."""
WebAddress = Annotated[str, Field(pattern=r"^(https?://[^\s\"'<>]+)?$")]


class Author(Section):
    """A person, or a group, which has no given name."""

    family: Annotated[str, Field(min_length=1)]
    """Family name, or the name of a group."""
    given: str = ""
    """Given names."""
    orcid: Annotated[str, Field(pattern=r"^(\d{4}-\d{4}-\d{4}-\d{3}[\dX])?$")] = ""
    """ORCID, of digits and hyphens."""
    affiliation: str = ""
    """Where they work."""

    @model_validator(mode="after")
    def _orcid_checks(self) -> "Author":
        if self.orcid and not _orcid_is_valid(self.orcid):
            raise ValueError(f"orcid {self.orcid} fails its own check digit")
        return self


def _orcid_is_valid(orcid: str) -> bool:
    """Check the last digit (ISO 7064, mod 11-2)."""
    digits = orcid.replace("-", "")
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return digits[-1] == ("X" if check == 10 else str(check))


class CitationSection(Section):
    """How the release is cited. A release without a date and authors cannot be published."""

    authors: tuple[Author, ...] = ()
    """Who made the release, in order."""
    version: str = ""
    """Version of the release, such as `1.0`; the release's name where empty."""
    date: Day = ""
    """Day of publication, YYYY-MM-DD."""
    doi: Doi = ""
    """DOI of this very version."""
    concept_doi: Doi = ""
    """DOI that always leads to the newest version."""
    licence: Annotated[str, Field(pattern=r"^[A-Za-z0-9.+-]+$")] = "CC-BY-4.0"
    """Licence of the catalogue, by its SPDX identifier; the spectra are their surveys'."""
    publisher: Annotated[str, Field(min_length=1)] = "Zenodo"
    """Who keeps the files under the DOI."""
    keywords: tuple[str, ...] = ("astronomy", "spectroscopy", "anomaly detection", "catalogue")
    """What people would search for; without commas."""
    contact: str = ""
    """Whom to write to: an address of a page or of electronic mail."""

    @model_validator(mode="after")
    def _no_commas(self) -> "CitationSection":
        if any("," in keyword for keyword in self.keywords):
            raise ValueError("a keyword may hold no comma")
        return self


class KnownSection(Section):
    """A list of known objects: a table beside the recipe, or a TAP service to be asked."""

    name: Annotated[str, Field(min_length=1)]
    """What pages call it: `SIMBAD`."""
    table: str = ""
    """VOTable, FITS, CSV or Parquet, seen from the recipe's own folder."""
    tap: WebAddress = ""
    """Address of a TAP service, instead of a table."""
    query: str = ""
    """ADQL, where a TAP service is asked: `{radius}` is the radius in degrees; the positions are
    the uploaded table TAP_UPLOAD.mine (row, ra, dec), whose row must be selected as `row`
    beside the columns that are named here."""
    identifier: Annotated[str, Field(min_length=1)] = "main_id"
    """Column of names."""
    kind: str = ""
    """Column of kinds of object; empty where there is none."""
    redshift: str = ""
    """Column of redshifts; empty where there is none."""
    ra: str = "ra"
    """Column of right ascensions, degrees, ICRS."""
    dec: str = "dec"
    """Column of declinations, degrees, ICRS."""
    radius_arcsec: Annotated[float, Field(gt=0, le=600)] = 5.0
    """Largest separation of a match."""
    date: Day = ""
    """When the table was made; a TAP service's answers carry their own."""
    address: Annotated[str, Field(pattern=r"^(https://[^\s\"'<>]+)?$")] = ""
    """Address of an object's page, with `{identifier}` in it; empty where there is none."""
    batch: Annotated[int, Field(ge=1, le=10_000)] = 500
    """Positions per query."""

    @model_validator(mode="after")
    def _one_source(self) -> "KnownSection":
        if bool(self.table) == bool(self.tap):
            raise ValueError("give either a table or a tap service")
        if self.tap and not self.query:
            raise ValueError("a tap service needs its query")
        if self.table and not self.date:
            raise ValueError("a table needs the date on which it was made")
        return self


class SiteSection(Section):
    """What the website shows."""

    n_objects: Positive = 2_000
    """Most unusual objects that get a page."""
    cutouts: Literal["link", "cache", "none"] = "link"
    """`link`: images come from the Legacy Surveys when a visitor asks; `cache`: they are fetched
    once, by the build, and are part of the site; `none`: no images."""
    cutout_layer: Annotated[str, Field(min_length=1)] = "ls-dr9"
    """Layer of the Legacy Surveys viewer."""
    cutout_fallbacks: tuple[str, ...] = ("unwise-neo11",)
    """Layers to try, in order, where that one has no image."""
    cutout_pause_s: Annotated[float, Field(ge=0.0, le=60.0)] = 1.0
    """Pause between two requests for images, with `cache`."""
    address: Annotated[str, Field(pattern=r"^(https://[^\s\"'<>]+/)?$")] = ""
    """Where the site will be published, with its final slash; empty where it is not known. Pages
    then tell search engines and services that show links their own address, and have a picture."""
    repository: str = ""
    """Address of the source repository, for *report a problem*; empty leaves the link out."""


class VerdictsSection(Section):
    """What people said of the objects."""

    files: tuple[str, ...] = ()
    """Glob patterns of verdict files, seen from the recipe's own folder: `verdicts/*.csv`."""
