"""What the tables `alternatives`, `measures` and `object_measures` hold, row by row, as types."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Alternative:
    """A family of templates at its best redshift; χ² per bin, and that of the survey's answer."""

    target_id: str
    family: str
    spec_class: str
    z: float
    chi2: float
    chi2_survey: float
    suggested: bool


@dataclass(frozen=True)
class NativeMeasure:
    """One number measured on an object's native pixels; `error` is None for counts and σ."""

    target_id: str
    name: str
    title: str
    value: float
    error: float | None
    unit: str


@dataclass(frozen=True)
class MeasuredQuantity:
    """What one native measure is."""

    name: str
    title: str
    unit: str
    description: str
