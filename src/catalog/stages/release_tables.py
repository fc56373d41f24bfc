"""Tables of the catalogue that say what the release is: itself, its surveys, files, model, grid."""

import json
from pathlib import Path

import numpy as np

import catalog
from catalog import surveys, tables
from catalog.designation import acronym
from catalog.explain import categories, lines
from catalog.fetch.addresses import url_of
from catalog.preprocess import grid
from catalog.release import Ledger
from catalog.spectra import QUALITY_MEANING
from catalog.stages import Build, provenance
from catalog.store.read import SCHEMA_VERSION


def load(build: Build, spectra: tables.Table, duplicates: tables.Table) -> dict[str, tables.Table]:
    """Give these tables; `spectra` and `duplicates` are what they count."""
    return {
        "release": _release(build, spectra, duplicates),
        **provenance.load(build),
        "changes": _numbered("sentence", build.recipe.release.changes),
        "surveys": _surveys(build, spectra),
        "inputs": _inputs(build),
        "quality_flags": _quality_flags(spectra, duplicates),
        **_model(build),
        "grid": _grid(build),
        "lines": _lines(),
        "categories": _categories(spectra),
    }


def _text(*values: str) -> tables.Column:
    return np.array(values, dtype=object)


def _release(build: Build, spectra: tables.Table, duplicates: tables.Table) -> tables.Table:
    section = build.recipe.release
    n_scored = int((spectra["quality"] == 0).sum())
    n_read = len(spectra["quality"]) + len(duplicates["quality"])
    return {
        "name": _text(section.name),
        "title": _text(section.title),
        "description": _text(section.description),
        "simulated": np.array([section.simulated]),
        "acronym": _text(acronym(section.acronym, simulated=section.simulated)),
        "seed": np.array([section.seed]),
        "software_version": _text(catalog.__version__),
        "schema_version": np.array([SCHEMA_VERSION]),
        "recipe": _text(provenance.recipe_text(build)),
        "outlier_fraction": np.array([build.recipe.scores.outlier_fraction]),
        "n_read": np.array([n_read]),
        "n_flagged": np.array([n_read - n_scored]),
        "n_scored": np.array([n_scored]),
        "n_outliers": np.array([int(spectra["outlier"].sum())]),
        "n_published": np.array([int((spectra["slug"] != "").sum())]),
    }


def _numbered(name: str, sentences: tuple[str, ...]) -> tables.Table:
    return {"position": np.arange(1, len(sentences) + 1), name: _text(*sentences)}


def _surveys(build: Build, spectra: tables.Table) -> tables.Table:
    sections = {surveys.load(section).name: section for section in build.recipe.surveys}
    known = [surveys.load(section) for section in sections.values()]
    mine = [spectra["survey"] == survey.name for survey in known]
    good = spectra["quality"] == 0
    fields = (
        "name", "title", "url", "citation", "acknowledgement", "flux_unit", "licence",
        "object_page",
    )  # fmt: skip
    return {
        **{f: _text(*(getattr(survey, f) for survey in known)) for f in fields},
        "release": _text(*(section.release for section in sections.values())),
        "n_read": np.array([int(m.sum()) for m in mine]),
        "n_scored": np.array([int((m & good).sum()) for m in mine]),
    }


def _inputs(build: Build) -> tables.Table:
    ledger = Ledger.open(build.layout.root / ".stamps" / "ledger.json")
    rows = [
        (
            surveys.load(entry.section).name,
            (name := _relative(file, build.data)),
            ledger.sha256(file),
            entry.shard.name,
            "" if build.recipe.release.simulated else url_of(entry.section, name),
        )
        for entry in build.inputs
        for file in entry.shard.files
    ]
    # A file may serve several shards, as a library's table of parameters does.
    unique = list({row[1]: row for row in rows}.values())
    names = ("survey", "file", "sha256", "shard", "url")
    return {name: _text(*column) for name, column in zip(names, zip(*unique), strict=True)}  # noqa: B905 - zip(*rows) transposes


def _relative(file: Path, data: Path) -> str:
    """Name a file as seen from the data folder: where that lies is this machine's business."""
    return file.relative_to(data).as_posix() if file.is_relative_to(data) else file.name


def _quality_flags(spectra: tables.Table, duplicates: tables.Table) -> tables.Table:
    quality = np.concatenate([spectra["quality"], duplicates["quality"]])
    flags = list(QUALITY_MEANING)
    return {
        "bit": np.array([flag.value for flag in flags]),
        "name": _text(*((flag.name or "").lower() for flag in flags)),
        "meaning": _text(*QUALITY_MEANING.values()),
        "n": np.array([int((quality & flag.value > 0).sum()) for flag in flags]),
    }


def _model(build: Build) -> dict[str, tables.Table]:
    """Give the tables `model` and `training`: the first fold's model, and every fold's history."""
    from catalog.model import checkpoint  # noqa: PLC0415 - torch takes seconds to import

    layout = build.layout
    paths = [layout.model_card(k) for k in build.folds]
    cards = [json.loads(path.read_text()) for path in paths]
    first = cards[0]
    configuration = {key: first[key] for key in ("shape", "grid", "settings")}
    # Weights alone: weights_sha256 is of the cards, which also name the release that trained them.
    configuration["weights"] = [card["weights_sha256"] for card in cards]
    history = [{"fold": card["fold"], **row} for card in cards for row in card["history"]]
    counts = ("fold", "phase", "epoch")
    measures = ("loss_train", "loss_validation", "chi2_validation", "learning_rate")
    return {
        "model": {
            "kind": _text(first["kind"]),
            "n_latent": np.array([first["shape"]["n_latent"]]),
            "n_parameters": np.array([checkpoint.n_parameters(layout.weights(0))]),
            "n_folds": np.array([len(paths)]),
            "weights_sha256": _text(checkpoint.digest(paths)),
            "trained": np.array([not build.recipe.model.checkpoint]),
            "trained_on": _text(first["trained_on"]),
            "trained_on_simulated": np.array([first["trained_on_simulated"]]),
            "n_train": np.array([first["n_train"]]),
            "n_validation": np.array([first["n_validation"]]),
            "configuration": _text(json.dumps(configuration, sort_keys=True)),
        },
        "training": {
            **{c: np.array([row[c] for row in history], np.int64) for c in counts},
            **{c: np.array([row[c] for row in history], np.float64) for c in measures},
        },
    }


def _grid(build: Build) -> tables.Table:
    section = build.recipe.preprocess
    wave = grid.linear(section.wave_min, section.wave_max, section.n_bins).wave
    return {"bin": np.arange(wave.size), "wave_rest": wave}


def _lines() -> tables.Table:
    marked = lines.load()
    return {
        **{f: _text(*(getattr(line, f) for line in marked)) for f in ("name", "label", "kind")},
        "wave": np.array([line.wave for line in marked]),
        "major": np.array([line.major for line in marked]),
        "source": _text(*(line.source for line in marked)),
    }


def _categories(spectra: tables.Table) -> tables.Table:
    every = categories.load()
    fields = ("name", "title", "verdict", "description")
    return {
        **{f: _text(*(getattr(category, f) for category in every)) for f in fields},
        "position": np.arange(1, len(every) + 1),
        "n": np.array([int((spectra["category"] == category.name).sum()) for category in every]),
    }
