"""What the survey takes a spectrum for, in words."""

from typing import Protocol

from catalog.site import words

SPEED_OF_LIGHT = 299_792.458
"""km/s, exact."""
STELLAR = 0.01
"""A star's redshift below this is a velocity; above, it is more likely a mistake, and is shown."""


class Classified(Protocol):
    """Anything with the survey's class and redshift."""

    @property
    def spec_class(self) -> str:
        """Class in the survey's words; empty where it gives none."""

    @property
    def subclass(self) -> str:
        """Subclass, or nothing."""

    @property
    def z(self) -> float | None:
        """Redshift."""


def kind_of(each: Classified) -> str:
    """`Galaxy at z = 0.0312`, `Star at 18 km s⁻¹`, or as much of it as the survey says."""
    kind = words.capitalised(each.spec_class.lower()) if each.spec_class else "Unclassified"
    if each.spec_class in {"QSO", "AGN"}:
        kind = each.spec_class
    if each.subclass:
        kind += f" ({each.subclass})"
    if each.z is None:
        return kind
    if each.spec_class == "STAR" and abs(each.z) < STELLAR:
        velocity = words.number(SPEED_OF_LIGHT * each.z, 0)
        return kind if each.z == 0 else f"{kind} at {velocity} km s⁻¹"
    return f"{kind} at z = {words.number(each.z, 4)}"
