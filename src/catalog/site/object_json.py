"""An object as JSON: what its page says, for programs."""

import json
import math
from collections.abc import Sequence
from typing import Any

from catalog.site.atlas import Atlas
from catalog.site.gathered import Gathered
from catalog.store.evidence_records import Alternative
from catalog.store.nearby_records import Neighbour
from catalog.store.records import Outlier, Reason
from catalog.store.release_records import Known

DIGITS = 7
"""Significant digits of a number that has no decimals of its own."""


def object_json(atlas: Atlas, each: Outlier, gathered: Gathered, files: Sequence[str]) -> str:
    """Write one object; keys are always in the same order, and null stands for what is not known.

    Parameters
    ----------
    files : sequence of str
        Names of the files beside it.
    """
    release, survey = atlas.release, atlas.surveys.get(each.survey)
    told = {
        "name": each.name or None,
        "target_id": each.target_id,
        "survey": each.survey,
        "survey_release": survey.release if survey else None,
        "release": release.name,
        "simulated": release.simulated,
        "address": f"{atlas.address}objects/{each.slug}/" if atlas.address else None,
        "files": list(files),
        "ra": _short(each.ra, 11),
        "dec": _short(each.dec, 11),
        "z": _short(each.z),
        "z_err": _short(each.z_err, 3),
        "z_warn": each.z_warn,
        "spec_class": each.spec_class,
        "subclass": each.subclass,
        "snr": _short(each.snr, 4),
        "rank": each.rank,
        "n_scored": release.n_scored,
        "percentile": _short(each.percentile, 9),
        "p": _short(each.p, 3),
        "p_extrapolated": each.p_extrapolated,
        "q": _short(each.q, 3),
        "verdict": each.verdict,
        "category": each.category,
        "reasons": [_reason(reason) for reason in gathered.reasons],
        "scores": {name: [_short(s.value), _short(s.p, 3), s.rank]
                   for name, s in each.scores.items()},
        "alternatives": [_alternative(other) for other in gathered.alternatives],
        "neighbours": [_neighbour(near) for near in gathered.neighbours.rows],
        "known": [_known(found) for found in gathered.listed],
        "verdicts": [
            {"verdict": said.verdict, "category": said.category, "by": said.by, "date": said.date}
            for said in gathered.verdicts
        ],
    }  # fmt: skip
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False)


def _short(value: float | None, digits: int = DIGITS) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.{digits}g}")


def _reason(reason: Reason) -> dict[str, Any]:
    window = (reason.wave_low, reason.wave_high)
    return {
        "category": reason.category,
        "verdict": reason.verdict,
        "sentence": reason.sentence,
        "significance": _short(reason.significance, 3),
        "explained": _short(reason.explained, 3),
        "wave": None if None in window else [_short(wave, 6) for wave in window],
    }


def _alternative(other: Alternative) -> dict[str, Any]:
    return {
        "family": other.family,
        "z": _short(other.z),
        "chi2": _short(other.chi2, 4),
        "suggested": other.suggested,
    }


def _neighbour(near: Neighbour) -> dict[str, Any]:
    return {
        "kind": near.kind,
        "survey": near.survey,
        "target_id": near.neighbour,
        "distance": _short(near.distance, 3),
    }


def _known(found: Known) -> dict[str, Any]:
    return {
        "source": found.source,
        "identifier": found.identifier,
        "kind": found.kind,
        "z": _short(found.z),
        "separation_arcsec": _short(found.separation_arcsec, 3),
        "address": found.address,
    }


FIELDS: tuple[tuple[str, str], ...] = (
    ("name", "permanent designation; null where the survey gives no position"),
    ("target_id, survey, survey_release", "the survey's identifier, as text, and whose it is"),
    ("release, simulated", "this release, and whether its spectra are simulated"),
    ("address", "of the object's page; null where the site does not know its own address"),
    ("files", "names of the files beside this one"),
    ("ra, dec", "degrees, ICRS"),
    ("z, z_err, z_warn", "the survey's redshift, its error, and its warning bits"),
    ("spec_class, subclass", "the survey's class"),
    ("snr", "median signal-to-noise ratio per bin"),
    ("rank, n_scored, percentile", "1 is the most unusual of n_scored spectra"),
    ("p, p_extrapolated, q",
     "combined probability, whether a fitted tail gave it, and the false-discovery rate"),
    ("verdict, category", "artefact, astrophysical or unexplained; and of what kind"),
    ("reasons",
     "strongest first: significance in σ, share of the misfit, and rest-frame window in Å"),
    ("scores", "by name: value, p, rank; null where a score could not be measured"),
    ("alternatives",
     "template families at their best redshift, χ² per bin, and whether it is suggested"),
    ("neighbours", "nearest in the latent space: ordinary or unusual, identifier, distance"),
    ("known", "what lists of known objects have near it"),
    ("verdicts", "what people say: verdict, category, by whom, when"),
)  # fmt: skip
"""What each key holds, for the page that tells how to use the data."""
