"""Further columns of a described table, as the catalogue's dictionary knows them."""

from astropy.io.votable.ucd import check_ucd
from astropy.units import Unit

from catalog.errors import RecipeError
from catalog.recipe.described import ExtraSection
from catalog.spectra import Column

_NULLS = {"number": "not given by the survey", "whole": "-1", "text": "empty"}
_STANDARDS = ("vounit", "fits", "cds")
"""In which the catalogue is published: a unit must be one of each."""
_PURE = frozenset({"", "%", "dex"})
"""Pure numbers, which the standards spell differently: the catalogue knows how."""


def column_of(extra: ExtraSection) -> Column:
    """Describe one further column.

    Raises
    ------
    RecipeError
        If its unit is none that the catalogue's formats know, or its UCD is not the IVOA's.
    """
    if extra.unit not in _PURE and not all(_is_unit(extra.unit, each) for each in _STANDARDS):
        raise _fault(extra, "unit", "a unit of the VO, such as K, km/s or solMass", extra.unit)
    if extra.ucd and not check_ucd(extra.ucd, check_controlled_vocabulary=True):
        wanted = "words of the UCD list, such as phys.temperature.effective"
        raise _fault(extra, "ucd", wanted, extra.ucd)
    return Column(
        extra.name,
        extra.description.rstrip(". ") + ".",
        extra.unit,
        extra.ucd or ("meta.note" if extra.kind == "text" else "meta.number"),
        extra.decimals if extra.kind == "number" else None,
        _NULLS[extra.kind],
    )


def _is_unit(unit: str, standard: str) -> bool:
    try:
        Unit(unit, format=standard, parse_strict="raise")
    except ValueError:
        return False
    return True


def _fault(extra: ExtraSection, key: str, wanted: str, found: str) -> RecipeError:
    return RecipeError(
        f"the {key} of a described column is not known",
        where=f"surveys.table.extras, {extra.name}.{key}",
        wanted=wanted,
        found=repr(found),
        todo="leave it out, if in doubt",
    )
