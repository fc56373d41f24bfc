"""What the decoder's page loads: the decoder itself, and some ordinary spectra to find again."""

import json
from typing import Any

import numpy as np

from catalog.site import packed
from catalog.site.atlas import Atlas
from catalog.site.meaning.occupied import Occupied
from catalog.store.latent_records import Decoder
from catalog.store.records import Float

FOLDER = "latent/decoder"
MOST_SPECTRA, MOST_NUMBERS = 20_000, 400_000
"""Ordinary spectra to find again, and latents of them in all: under 1 MB, loaded when asked for."""
DECIMALS = 3
"""Of their latents, whose deviations are about one."""
HALF = 60_000.0
"""Half precision holds numbers up to this. It changes a reconstruction by 1/300 of the noise of a
simulated DESI sample (rms), by 1/50 of that of MILES, and halves what a visitor loads."""


def decoder_files(atlas: Atlas, decoder: Decoder, occupied: Occupied) -> dict[str, str | bytes]:
    """Give the files, by their paths below the site's root."""
    kind = "float16" if np.abs(decoder.weights).max(initial=0.0) < HALF else "float32"
    said = {
        "chains": json.loads(decoder.chains),
        "numbers": kind,
        "wave": _wave(atlas.wave),
        "lines": [[line.label, round(line.wave, 2)] for line in atlas.lines if line.major],
        "dimensions": [
            {
                "dimension": each.dimension,
                "mean": _short(each.mean),
                "deviation": _short(each.deviation),
                "low": _short(each.low),
                "high": _short(each.high),
            }
            for each in atlas.dimensions
        ],
        "occupied": {
            "dimensions": occupied.dimensions,
            "mean": [_short(each) for each in occupied.mean],
            "whitening": [[_short(each) for each in row] for row in occupied.whitening],
            "radius": _short(occupied.radius),
        },
    }
    weights = decoder.weights.astype("<f2" if kind == "float16" else "<f4")
    return {
        f"{FOLDER}/decoder.json": _json(said),
        f"{FOLDER}/decoder.bin": weights.tobytes(),
        **_spectra_files(atlas),
    }


def _json(said: dict[str, Any]) -> str:
    return json.dumps(said, separators=(",", ":"), ensure_ascii=False)


def _short(number: float) -> float:
    return float(f"{number:.7g}")


def _wave(wave: Float) -> dict[str, float | int]:
    """First and last bin centre, Å, and their number: the bins are equal."""
    return {"first": _short(wave[0]), "last": _short(wave[-1]), "n": wave.size}


def _spectra_files(atlas: Atlas) -> dict[str, str | bytes]:
    n_latent = len(atlas.dimensions)
    chosen = atlas.catalogue.ordinary_sample(min(MOST_SPECTRA, MOST_NUMBERS // n_latent))
    sample = sorted(chosen, key=lambda each: (len(each.target_id), each.target_id))
    columns = [
        packed.identifiers("target_id", [each.target_id for each in sample]),
        packed.coded("survey", [each.survey for each in sample]),
        packed.coded("spec_class", [each.spec_class for each in sample]),
        packed.fixed("snr", [each.snr for each in sample], 1),
        *(
            packed.fixed(f"latent_{k + 1}", [float(each.latent[k]) for each in sample], DECIMALS)
            for k in range(n_latent)
        ),
    ]
    said = {
        "size": len(sample),
        "prefix": {
            name: atlas.identified(name, "") for name in sorted({each.survey for each in sample})
        },
        "columns": [column.header for column in columns],
    }
    return {
        f"{FOLDER}/spectra.json": _json(said),
        f"{FOLDER}/spectra.bin": b"".join(column.data for column in columns),
    }
