"""The small tables of an object's page: position, redshift, and the survey's own columns."""

import re
from dataclasses import dataclass
from typing import Any

from catalog.site import words
from catalog.site.atlas import Atlas
from catalog.store.records import Entry, Outlier


@dataclass(frozen=True)
class Fact:
    """A row of a small table: what, how much, and what it means."""

    name: str
    value: str
    note: str = ""


def _position_facts(each: Outlier, *, simulated: bool) -> list[Fact]:
    if each.ra is None or each.dec is None:
        return [Fact("Position", "none given by the survey")]
    decimal = f"{words.degrees(each.ra)}, {words.degrees(each.dec, signed=True)}"
    sexagesimal = words.sexagesimal(each.ra, each.dec)
    if simulated:
        return [Fact("Position", sexagesimal, "simulated: no object is there")]
    return [Fact("Position", sexagesimal, "ICRS"), Fact("Decimal", decimal)]


def facts(each: Outlier, survey: str, *, simulated: bool) -> tuple[Fact, ...]:
    """Tell an object's identifier, position, redshift, signal to noise and coverage.

    Parameters
    ----------
    each : Outlier
        The object.
    survey : str
        Who gave it its identifier.
    simulated : bool
        Whether nothing is at its position.
    """
    rows = [Fact("Identifier", each.target_id, survey), *_position_facts(each, simulated=simulated)]
    redshift = words.number(each.z, 5)
    if each.z is not None and each.z_err:
        redshift += f" ± {words.significant(each.z_err, 2)}"
    warned = "the survey warns of it" if each.z_warn else ""
    rows.append(Fact("Redshift", redshift, warned))
    noise = "noise estimated from the spectrum itself" if each.noise_estimated else "median per bin"
    rows.append(Fact("Signal to noise", words.number(each.snr, 1), noise))
    if each.coverage is not None:
        rows.append(Fact("Coverage", f"{100 * each.coverage:.0f} %", "of the model's grid"))
    return tuple(rows)


def is_told(value: Any, entry: Entry) -> bool:
    """Tell a value from what its own column calls "not told": -1, an empty text, not a number."""
    return value is not None and str(value) not in {"", "nan", entry.null}


def _written(value: Any, entry: Entry) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        whole = entry.decimals is None
        return words.significant(value) if whole else words.number(value, entry.decimals or 0)
    return str(value)


def survey_facts(atlas: Atlas, each: Outlier) -> tuple[Fact, ...]:
    """Tell what the survey's own columns say of an object, those left out that say nothing."""
    rows = []
    for name, value in each.extras.items():
        entry = atlas.columns[name]
        if is_told(value, entry):
            description = re.sub(rf"; {re.escape(entry.null)}: [^.;]*", "", entry.description)
            rows.append(Fact(name, f"{_written(value, entry)} {entry.unit}".strip(), description))
    return tuple(rows)
