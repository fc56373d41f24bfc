"""A small, complete catalogue's tables, made by hand: awkward identifiers, missing values, text."""

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from catalog.spectra import Column
from catalog.store.read import SCHEMA_VERSION
from catalog.tables import Table

IDS = ("39633345008634465", "39633345008634466", "-1695072", "7084023500000005918702060103", "5")
EXTRA = (
    Column("teff", "Effective temperature.", "K", "phys.temperature.effective", 0, "unknown"),
    Column("note", 'A note; it\'s text, "quoted".'),
)
N_LATENT, N_BINS = 3, 4


def text(*values: str):
    return np.array(values, dtype=object)


def spectra_table() -> Table:
    """Five spectra: the first two outliers, the first one published, the last two not scored."""
    nan = np.nan
    scored = np.array([0.0, 0.0, 0.0, nan, nan])
    return {
        "target_id": text(*IDS),
        "name": text(
            "T J004244.32-003000.0",
            "T J000000.00+900000.0",
            "T J235959.99-900000.0",
            "",
            "T J000600.00+010000.0",
        ),
        "survey": text(*["desi"] * 5),
        "shard": text(*["a"] * 5),
        "ra": np.array([10.6847083, 0.0, 359.9999999, nan, 1.5]),
        "dec": np.array([-0.5, 90.0, -90.0, nan, 1.0]),
        "z": np.array([0.1234567, -0.0001, 0.3, nan, 0.2]),
        "z_err": np.array([1e-5, 2e-5, nan, nan, 1e-5]),
        "z_warn": np.array([0, 4, 0, 0, 0]),
        "spec_class": text("GALAXY", "STAR", "QSO", "", "GALAXY"),
        "subclass": text("", "M", 'a,b\n"c"', "", ""),
        "quality": np.array([0, 0, 0, 8, 256]),
        "snr": np.array([12.345, 8.0, 5.0, nan, 1.0]),
        "coverage": np.array([1.0, 0.9, 0.95, nan, 1.0]),
        "noise_estimated": np.zeros(5, bool),
        "fold": np.array([0, 1, 0, -1, -1]),
        "rank": np.array([1, 2, 3, -1, -1]),
        "percentile": 100 + scored,
        "p": np.array([2.5e-7, 0.01, 0.4, nan, nan]),
        "p_extrapolated": np.array([True, False, False, False, False]),
        "q": np.array([1e-6, 0.02, 0.4, nan, nan]),
        "outlier": np.array([True, True, False, False, False]),
        "verdict": text("unexplained", "artefact", "", "", ""),
        "category": text("unexplained", "bad_region", "", "", ""),
        "slug": text("desi-1", "", "", "", ""),
        "map_x": scored + 1.23456,
        "map_y": scored,
        "latent": np.array([[0.1, 0.2, -0.3]] * 3 + [[nan] * 3] * 2, np.float32),
        "score_lof": np.array([4.13, 1.0, 0.9, nan, nan]),
        "rank_lof": np.array([1, 2, 3, -1, -1]),
        "percentile_lof": np.array([100.0, 50.0, 0.0, nan, nan]),
        "p_lof": np.array([1e-4, 0.01, 0.4, nan, nan]),
        "teff": np.array([5777.4, nan, 3.0, 4.0, 5.0]),
        "note": text("", "it's", "\N{SNOWMAN}", "NULL", "-1"),
    }


def catalogue_tables() -> dict[str, Table]:
    bins = np.full((1, N_BINS), 0.5, np.float32)
    one = np.array([1])
    return {
        "release": {
            "name": text("test"), "title": text("Test"), "description": text(""),
            "simulated": np.array([True]), "acronym": text("T"), "seed": one,
            "software_version": text("0"),
            "schema_version": np.array([SCHEMA_VERSION]), "recipe": text("{}"),
            "outlier_fraction": np.array([0.4]),
            "n_read": np.array([6]), "n_flagged": np.array([3]), "n_scored": np.array([3]),
            "n_outliers": np.array([2]), "n_published": one,
        },
        "citation": {
            "version": text("1.0"), "date": text("2026-11-21"), "doi": text(""),
            "concept_doi": text(""), "licence": text("CC-BY-4.0"), "publisher": text("Zenodo"),
            "keywords": text("a,b"), "contact": text(""), "address": text(""),
            "repository": text(""),
        },
        "authors": {
            "position": one, "family": text("Rossi"), "given": text("Ada"), "orcid": text(""),
            "affiliation": text(""),
        },
        "provenance": {
            "code_sha256": text("1" * 64), "code_commit": text(""),
            "code_dirty": np.array([False]), "recipe_sha256": text("2" * 64),
            "python": text("3.11.7"), "platform": text("Linux x86_64"),
        },
        "environment": {"package": text("numpy"), "version": text("2.4.6")},
        "changes": {"position": np.array([], np.int64), "sentence": text()},
        "surveys": {
            "name": text("desi"), "title": text("DESI"), "url": text("https://desi.lbl.gov"),
            "citation": text(""), "acknowledgement": text(""), "flux_unit": text(""),
            "licence": text("CC-BY-4.0"),
            "release": text("edr"), "object_page": text(""),
            "n_read": np.array([6]), "n_scored": np.array([3]),
        },
        "inputs": {
            "survey": text("desi"), "file": text("a.fits"), "sha256": text("0" * 64),
            "shard": text("a"), "url": text("https://example.org/a.fits"),
        },
        "quality_flags": {
            "bit": one, "name": text("sky"), "meaning": text("Sky."), "n": np.array([0]),
        },
        "scores": {
            "name": text("lof"), "title": text("isolation"), "column": text("score_lof"),
            "role": text("paper"), "position": one,
            "description": text(""), "source": text(""),
            "logarithmic": np.array([False]), "threshold": np.array([1.0]),
            "n_outliers": np.array([2]), "paper_name": text("NOF"),
            "paper_sign": np.array([-1]), "median_snr_top": np.array([7.0]),
            "median_snr_top_calibrated": np.array([11.0]),
        },
        "score_percentiles": {
            "score": text("misfit"), "percentile": np.array([50.0]), "value": np.array([0.5]),
        },
        "score_histograms": {
            "score": text("lof"), "bin": one, "low": np.array([0.0]), "high": np.array([1.0]),
            "n": np.array([3]),
        },
        "class_scores": {
            "score": text("lof"), "spec_class": text("all"),
            "n": np.array([2]), "mean": np.array([1.0]), "median": np.array([1.0]),
        },
        "model": {
            "kind": text("pca"), "n_latent": np.array([N_LATENT]), "n_parameters": one,
            "n_folds": np.array([2]),
            "weights_sha256": text(""), "trained": np.array([True]), "trained_on": text("Test"),
            "trained_on_simulated": np.array([True]), "n_train": np.array([2]),
            "n_validation": one, "configuration": text("{}"),
        },
        "training": {
            "fold": np.array([0]), "epoch": one, "phase": np.array([0]),
            "loss_train": np.array([1.0]), "loss_validation": np.array([1.0]),
            "chi2_validation": np.array([1.0]), "learning_rate": np.array([1e-3]),
        },
        "grid": {"bin": np.arange(N_BINS), "wave_rest": np.linspace(4000.0, 4003.0, N_BINS)},
        "lines": {
            "name": text("halpha"), "label": text("Hα"), "wave": np.array([6564.608]),
            "kind": text("both"), "major": np.array([True]), "source": text("NIST"),
        },
        "categories": {
            "name": text("unexplained", "bad_region"), "title": text("Unexplained", "Bad region"),
            "verdict": text("unexplained", "artefact"), "description": text("", ""),
            "position": np.array([1, 2]), "n": np.array([1, 1]),
        },
        "spectra": spectra_table(),
        "duplicates": {
            "target_id": text(IDS[0]), "survey": text("desi"), "shard": text("a"),
            "row": np.array([9]), "quality": np.array([512]), "snr": np.array([np.nan]),
        },
        "object_spectra": {
            "target_id": text(IDS[0]), "flux": bins, "ivar": bins, "recon": bins,
            "expected": bins, "norm": np.array([2.0]),
        },
        "reasons": {
            "target_id": text(IDS[0], IDS[1]), "position": np.array([1, 1]),
            "category": text("unexplained", "bad_region"),
            "verdict": text("unexplained", "artefact"), "sentence": text("No.", "Bad."),
            "value": np.array([3.0, np.nan]), "unit": text("", "%"),
            "significance": np.array([9.0, 8.0]), "explained": np.array([np.nan, 0.7]),
            "wave_low": np.array([1.0, 2.0]), "wave_high": np.array([3.0, 4.0]),
        },
        **benchmark_tables(),
    }  # fmt: skip


def benchmark_tables() -> dict[str, Table]:
    """One row each, the intervals unknown where they may be."""
    measured = {"value": np.array([0.5]), "low": np.array([np.nan]), "high": np.array([np.nan])}
    n = {"n": np.array([20])}
    return {
        "benchmark": {
            "n_rounds": np.array([3]), "prevalence": np.array([0.01]), "n_clean": np.array([5940]),
            "n_planted": np.array([60]), "simulated": np.array([True]), "seed": np.array([7]),
        },
        "benchmark_scores": {
            "score": text("combined"), "kind": text("all"), "snr_group": text("5-10"),
            "metric": text("auprc"), **measured, **n,
        },
        "benchmark_differences": {
            "score_a": text("combined"), "score_b": text("lof"), **measured,
        },
        "benchmark_calibration": {
            "score": text("combined"), "quantity": text("flagged_fraction"),
            "stratum": text("all"), "snr_low": np.array([np.nan]), "snr_high": np.array([np.nan]),
            **measured, **n,
        },
        "benchmark_classes": {
            "spec_class": text("QSO"), "score": text("combined"), "metric": text("auprc"),
            **measured, **n,
        },
        "benchmark_kinds": {"kind": text("blend"), "meaning": text("Flux ratio, or so.")},
        "stage_costs": {
            "stage": text("read"), "position": np.array([1]), "seconds": np.array([1.5]),
            "peak_memory_mib": np.array([300.0]), "tasks": np.array([4]),
        },
    }  # fmt: skip


def without_benchmark(content: dict[str, Table]) -> None:
    """Empty every table of the benchmark, as where none was run."""
    for name in benchmark_tables():
        content[name] = {column: values[:0] for column, values in content[name].items()}


@pytest.fixture
def content() -> Mapping[str, Table]:
    return catalogue_tables()


@pytest.fixture
def extra() -> tuple[Column, ...]:
    return EXTRA


@pytest.fixture
def ids() -> tuple[str, ...]:
    return IDS


@pytest.fixture
def without() -> Callable[..., Table]:
    """Remove columns from a table."""
    return lambda table, *names: {k: v for k, v in table.items() if k not in names}
