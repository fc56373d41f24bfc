"""The nearest spectra of each object, ordinary and unusual, as pictures to compare it with."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from catalog.site import words
from catalog.site.atlas import Atlas
from catalog.site.kinds import kind_of
from catalog.site.plots.compared import compared
from catalog.store.nearby_records import Neighbour
from catalog.store.records import Float, ObjectSpectrum, Outlier
from catalog.store.wide_bins import wide_bins

ORDINARY, UNUSUAL = "ordinary", "unusual"


@dataclass(frozen=True)
class Near:
    """One neighbour: a picture, its name and kind; `address` is empty where it has no page."""

    name: str
    kind: str
    distance: str
    address: str
    verdict: str
    category: str
    picture: Markup


@dataclass(frozen=True)
class Neighbourhood:
    """What an object is compared with, and how far it is from what is ordinary.

    `rows` are all of them, as the catalogue has them.
    """

    ordinary: tuple[Near, ...]
    unusual: tuple[Near, ...]
    remoteness: str
    rows: tuple[Neighbour, ...]


def neighbourhoods(
    atlas: Atlas, objects: Sequence[Outlier], spectra: dict[str, ObjectSpectrum], root: str
) -> dict[str, Neighbourhood]:
    """Neighbourhoods of some objects, by identifier.

    Parameters
    ----------
    spectra : dict
        The objects' own spectra.
    root : str
        Leads from the page to the site's root.
    """
    found: dict[str, list[Neighbour]] = {each.target_id: [] for each in objects}
    for row in atlas.catalogue.neighbours(list(found)):
        found[row.target_id].append(row)
    others = {row.neighbour for rows in found.values() for row in rows}
    pictured = atlas.catalogue.neighbour_spectra(sorted(others))
    published = atlas.catalogue.spectra(sorted(others - set(pictured)))
    flux = pictured | {name: _wide(spectrum) for name, spectrum in published.items()}
    return {
        target_id: _neighbourhood(atlas, rows, spectra.get(target_id), flux, root)
        for target_id, rows in found.items()
    }


def _wide(spectrum: ObjectSpectrum) -> Float:
    flux: Float = wide_bins(spectrum.flux[None], spectrum.ivar[None])[0].astype(float)
    return flux


def _neighbourhood(
    atlas: Atlas,
    rows: Sequence[Neighbour],
    spectrum: ObjectSpectrum | None,
    flux: dict[str, Float],
    root: str,
) -> Neighbourhood:
    own = None if spectrum is None else _wide(spectrum)
    of_kind = {
        kind: tuple(_near(atlas, row, own, flux, root) for row in rows if row.kind == kind)
        for kind in (ORDINARY, UNUSUAL)
    }
    nearest = next((row.distance for row in rows if row.kind == ORDINARY), None)
    remoteness = _remoteness(atlas, nearest)
    return Neighbourhood(of_kind[ORDINARY], of_kind[UNUSUAL], remoteness, tuple(rows))


def _near(
    atlas: Atlas, row: Neighbour, own: Float | None, flux: dict[str, Float], root: str
) -> Near:
    theirs = flux.get(row.neighbour)
    picture = Markup()
    if theirs is not None:
        picture = compared(theirs, own if own is not None else np.full(theirs.size, np.nan))
    known = atlas.categories.get(row.category)
    return Near(
        name=row.name or atlas.identified(row.survey, row.neighbour),
        kind=kind_of(row),
        distance=f"{words.significant(row.distance, 2)} away",
        address=f"{root}objects/{row.slug}/index.html" if row.slug else "",
        verdict=row.verdict,
        category=known.title if known else row.category,
        picture=picture,
    )


def _remoteness(atlas: Atlas, nearest: float | None) -> str:
    """Tell how far the nearest ordinary spectrum is, and how far it is for other outliers."""
    usual = atlas.median_distance
    if nearest is None or usual is None:
        return ""
    return (
        f"The nearest ordinary spectrum is {words.significant(nearest, 2)} standard deviations of "
        f"the latent variables away; half of the outliers have one within "
        f"{words.significant(usual, 2)}."
    )
