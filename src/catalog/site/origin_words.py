"""Groups of spectra by where they were taken, in words."""

from collections.abc import Sequence

from catalog.site import words
from catalog.store.nearby_records import OriginGroup, OriginKind

PLURAL = {
    "fibre": "fibres",
    "petal": "petals",
    "exposure": "exposures",
    "tile": "tiles",
    "night": "nights",
}


def kinds(kind: str) -> str:
    """Plural of a kind of group."""
    return PLURAL.get(kind, f"{kind}s")


def counted(n: int, kind: str) -> str:
    """`one fibre`, `12 fibres`."""
    return f"one {kind}" if n == 1 else f"{n:,} {kinds(kind)}"


def listed(names: list[str]) -> str:
    """`fibres, petals and tiles`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def finding(group: OriginGroup, category: str) -> str:
    """Tell why a group stands out, as a sentence; `category` is in words, empty for all."""
    what = f"look like artefacts of the kind “{category}”" if category else "look like artefacts"
    told = f"{group.n_artefacts:,} of its {group.n_scored:,} spectra {what}"
    chance = "fewer than 0.1" if group.expected < 0.1 else words.significant(group.expected, 2)
    q = f"q = {words.significant(group.q, 2)}".replace(" ", "\N{NO-BREAK SPACE}")
    return f"{told}, where {chance} would be expected ({q})."


def summary(kinds_found: Sequence[OriginKind]) -> str:
    """Say in one sentence whether any group stands out."""
    if not kinds_found:
        return (
            "The files of this release do not tell where their spectra were taken, so the "
            "artefacts are listed but not grouped."
        )
    standing = [each for each in kinds_found if each.n_standing]
    if standing:
        one = sum(each.n_standing for each in standing) == 1
        groups = listed([counted(each.n_standing, each.kind) for each in standing])
        rest = "stands out: it has" if one else "stand out: they have"
        return f"{words.capitalised(groups)} {rest} more artefacts than chance would give."
    several = [counted(each.n_groups, each.kind) for each in kinds_found if each.n_groups > 1]
    if not several:
        return "All spectra were taken alike, so no group of them can stand out."
    return (
        f"Of {listed(several)}, none stands out: the artefacts of this release are spread over "
        "them as chance would spread them."
    )
