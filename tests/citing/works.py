"""A release as a work to be cited, made by hand: what a test does not ask for is ordinary."""

import json
from dataclasses import replace
from typing import Any

from catalog.citing import Work
from catalog.store.records import Input, Model, Release, Score, Survey
from catalog.store.release_records import Author, Citation, Package, Previous, Provenance

ADDRESS = "https://spectra.example.org/atlas/"
REPOSITORY = "https://example.org/repo"

RELEASE = Release(
    name="test-2", title="Test Atlas", description="", simulated=False, acronym="PSA", seed=7,
    software_version="0.1.0", schema_version=5, recipe='{"release": {"name": "test-2"}}',
    outlier_fraction=0.02, n_read=2_100, n_flagged=100, n_scored=2_000, n_outliers=40,
    n_published=12,
)  # fmt: skip
CITATION = Citation(
    version="2.0", date="2026-11-21", doi="10.5281/zenodo.1234567",
    concept_doi="10.5281/zenodo.1234566", licence="CC-BY-4.0", publisher="Zenodo",
    keywords="astronomy,spectroscopy", contact="atlas@example.org", address=ADDRESS,
    repository=REPOSITORY,
)  # fmt: skip
AUTHORS = (
    Author("Rossi", "Ada", "0000-0002-1825-0097", "Observatory"),
    Author("The Test Collaboration", "", "", ""),
)
SURVEY = Survey(
    name="desi", title="DESI", url="https://data.desi.lbl.gov/doc/",
    citation="DESI Collaboration, 2024, AJ 168, 58 (arXiv:2306.06308)",
    acknowledgement="This research used data of DESI.", flux_unit="", licence="CC-BY-4.0",
    release="edr", object_page="", n_read=2_100, n_scored=2_000,
)  # fmt: skip
INPUTS = tuple(
    Input("desi", f"healpix/coadd {i}.fits", f"{i:064x}", f"https://data.desi.lbl.gov/{i}.fits")
    for i in range(3)
)
MODEL = Model(
    kind="residual_vae", n_latent=10, n_parameters=663_806, n_folds=2, weights_sha256="b2" * 32,
    trained=True, trained_on="test-2", trained_on_simulated=False, n_train=1_500,
    n_validation=500, configuration=json.dumps(
        {"settings": {"epochs": 45, "hidden": [256, 256]}, "weights": ["ab" * 32, "cd" * 32]}
    ),
)  # fmt: skip
SCORE = Score(
    name="misfit", title="misfit", column="score_misfit", role="ranking", position=1,
    description="", source="", logarithmic=False, threshold=3.25, n_outliers=20,
    paper_name="", paper_sign=1,
    median_snr_top=7.0, median_snr_top_calibrated=8.0,
)  # fmt: skip
PROVENANCE = Provenance("c3" * 32, "d4" * 20, False, "e5" * 32, "3.11.7", "Linux x86_64")
PREVIOUS = Previous("test-1", "Test Atlas", "1.0", "2026-01-02", ADDRESS, 2, 2, 1, 1)

WORK = Work(
    release=RELEASE, citation=CITATION, named=AUTHORS, surveys=(SURVEY,), inputs=INPUTS,
    model=MODEL, training=(), scores=(SCORE,), benchmark=None, provenance=PROVENANCE,
    environment=(Package("numpy", "2.4.6"), Package("torch", "2.13.0")), previous=PREVIOUS,
)  # fmt: skip


def with_texts(title: str, author: Author, told: str) -> Work:
    """The same work with texts that somebody else chose, wherever a format writes text."""
    release = replace(RELEASE, title=title, description=told, recipe=json.dumps({"a": told}))
    survey = replace(SURVEY, title=told, acknowledgement=told, citation=told)
    return replace(WORK, release=release, named=(author, *AUTHORS), surveys=(survey,))


def cited(**changes: Any) -> Work:
    """The same work, cited otherwise."""
    return replace(WORK, citation=replace(CITATION, **changes))


UNPUBLISHED = cited(date="", doi="", concept_doi="", address="")
SIMULATED = replace(WORK, release=replace(RELEASE, simulated=True))
