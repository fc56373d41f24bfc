"""Where every scored spectrum was taken, and which outliers are artefacts -> groups to report."""

import numpy as np

from catalog import tables
from catalog.origins import Tally, find
from catalog.spectra import Origins, Text
from catalog.stages import Build, spectra_of

ARTEFACT = "artefact"


def load(build: Build, verdicts: tables.Table) -> dict[str, tables.Table]:
    """Give the tables `origin_groups` and `origins`.

    Parameters
    ----------
    verdicts : Table
        target_id, category and verdict of every outlier (`catalog.explain.summarise`).
    """
    outliers = dict(zip(verdicts["target_id"], range(len(verdicts["target_id"])), strict=True))
    of_artefact = np.where(verdicts["verdict"] == ARTEFACT, verdicts["category"], "")
    tally = Tally()
    parts = []
    for shard in build.shard_names:
        origins = Origins(**tables.read(build.layout.shard("origins", shard)))
        target_id, scored = _targets(build, shard)
        place = np.array([outliers.get(target, -1) for target in target_id], np.int64)
        category = np.append(of_artefact, "")[place]  # place -1 is the empty text at the end
        tally.add(origins, scored, category)
        mine = (place >= 0)[origins.row]
        parts.append(
            {
                "target_id": target_id[origins.row[mine]],
                "kind": origins.kind[mine],
                "name": origins.name[mine],
            }
        )
    return {"origin_groups": find(tally), "origins": tables.concatenate(parts)}


def _targets(build: Build, shard: str) -> tuple[Text, tables.Column]:
    """Target of each row of a shard's file, empty where it is not scored, and whether it is."""
    rows = spectra_of.scored_rows(build.layout, shard)["row"]
    target_id = tables.read(build.layout.shard("read", shard), ["target_id"])["target_id"]
    scored = np.zeros(target_id.size, bool)
    scored[rows] = True
    return np.where(scored, target_id, ""), scored
