"""What is near the small catalogue's objects, and artefacts that gather on the first petal."""

from typing import Any

import numpy as np
from tests.site.objects_fixture import CATEGORIES, target
from tests.site.spectra_fixture import WAVE, galaxy

STANDING_PETAL = "0"


def add_nearby(database: Any, rng: Any, n_published: int, n_scored: int) -> None:
    """Neighbours of every object, and artefacts that gather on the first petal."""
    near: list[list[Any]] = []
    spectra: list[list[Any]] = []
    for i in range(n_published):
        ordinary = [n_published + (3 * i + j) % max(1, n_scored - n_published) for j in range(3)]
        unusual = [(i + j) % n_published for j in (1, 2, 3)][: n_published - 1]
        for kind, others in (("ordinary", ordinary), ("unusual", unusual)):
            near += [
                [target(i), kind, place, target(other), 0.5 * place + 0.01 * i]
                for place, other in enumerate(others, 1)
            ]
    for name in sorted({row[3] for row in near if row[1] == "ordinary"}):
        flux, ivar, _ = galaxy(WAVE, rng, "unexplained")
        known = (ivar > 0).reshape(-1, 4).sum(axis=1)
        total = (flux * (ivar > 0)).reshape(-1, 4).sum(axis=1)
        mean = np.divide(total, known, out=np.full(known.size, np.nan), where=known > 0)
        spectra.append([name, mean.tolist()])
    database.executemany("INSERT INTO neighbours VALUES (?, ?, ?, ?, ?)", near)
    database.executemany("INSERT INTO neighbour_spectra VALUES (?, ?)", spectra)
    taken = [
        [target(i), kind, name]
        for i in range(n_published)
        for kind, name in (("fibre", str(i)), ("petal", str(i % 2)), ("tile", "9"))
    ]
    database.executemany("INSERT INTO origins VALUES (?, ?, ?)", taken)
    artefacts = [i for i in range(n_published) if CATEGORIES[i % 6][2] == "artefact"]
    groups = [["fibre", str(i), "", 20, int(i in artefacts), 0.2, 0.4, 1.0, False]
              for i in range(n_published)]  # fmt: skip
    for name, p in (("0", 1e-4), ("1", 0.9)):
        n = sum(i % 2 == int(name) for i in artefacts)
        groups.append(["petal", name, "", n_scored // 2, n, 10.0, p, p, name == STANDING_PETAL])
    database.executemany("INSERT INTO origin_groups VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", groups)
