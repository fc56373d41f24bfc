"""Which lines get their name where there is not room for all: those that everyone looks for."""

from collections.abc import Sequence

from catalog.store.records import Line

BEST_KNOWN = (
    "halpha", "hbeta", "oiii_5008", "lyalpha", "civ_1549", "mgii_2799", "oii_3730", "ca_k",
    "mgb_5174", "na_d1", "sii_6718", "hgamma",
)  # fmt: skip
"""Lines by name, the one that most needs its name first; all others after them, bluest first."""


def priority(lines: Sequence[Line]) -> tuple[int, ...]:
    """Give each line its turn, 0 for the first, when names are put where there still is room."""
    known = {name: place for place, name in enumerate(BEST_KNOWN)}
    order = sorted(
        range(len(lines)),
        key=lambda i: (known.get(lines[i].name, len(known)), lines[i].wave, lines[i].name),
    )
    turns = {line: turn for turn, line in enumerate(order)}
    return tuple(turns[i] for i in range(len(lines)))
