"""A built release -> how well its scores find what is planted, and what no model was shown.

A round of the benchmark is a build of its own: the same files, read with anomalies planted into
them, go through the release's own stages with the release's own models. So what is measured is what
the release does, not a copy of it.
"""

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from catalog import calibrate, simulate, tables
from catalog.benchmark import calibration, labels, planting
from catalog.benchmark.evaluate import evaluate
from catalog.explain.judge import ENOUGH
from catalog.release import Layout, writing
from catalog.scores import Score
from catalog.spectra import Array, Text
from catalog.stages import Build, Stage, Trial, spectra_of
from catalog.stages.rank import calibrated
from catalog.stages.score import chosen
from catalog.store.benchmark_records import COMBINED

IGNORED = "-"
"""Kind of the release's own planted anomalies: no fair negatives of a round."""
TABLES = (
    "benchmark", "benchmark_scores", "benchmark_differences", "benchmark_calibration",
    "benchmark_classes", "benchmark_kinds", "benchmark_reasons", "benchmark_labels", "stage_costs",
)  # fmt: skip


def rounds(build: Build) -> tuple[Build, ...]:
    """Give the builds with planted anomalies, one per round."""
    found = []
    for number in range(1, build.recipe.benchmark.rounds + 1):
        layout = build.layout.trial(f"round-{number}")
        found.append(replace(build, layout=layout, trial=Trial(layout.plan, number)))
    return tuple(found)


def held_out(build: Build) -> tuple[Build, ...]:
    """Give the builds whose models are not shown one class, for classes that the release has."""
    said = set(tables.read(build.layout.ranking, ["spec_class"])["spec_class"])
    return tuple(
        replace(
            build, layout=build.layout.trial(f"without-{name.lower()}"), trial=Trial(held_out=name)
        )
        for name in build.recipe.benchmark.hold_out
        if name in said
    )


def prepare_round(build: Build, trial: Build) -> None:
    """Write a round's plan, and lend it the release's models."""
    layout, section = build.layout, build.recipe.benchmark
    plan = planting.plan(
        _candidates(build),
        section.prevalence,
        build.recipe.release.seed,
        trial.trial.round_number,
    )
    with writing(trial.layout.plan) as temporary:
        tables.write(temporary, plan)
    _lend(layout, trial.layout, [layout.infill, *build.bases, *build.models])


def prepare_held_out(build: Build, trial: Build) -> None:
    """Lend a build without one class the release's spectra; it makes its own models."""
    layout = build.layout
    shards = [path for kind in ("read", "rest", "measure") for path in build.shards(kind)]
    _lend(layout, trial.layout, [layout.index, layout.infill, *shards])


def _lend(source: Layout, target: Layout, files: Iterable[Path]) -> None:
    """Link files of one layout into another; copied where the disk cannot link."""
    for file in files:
        place = target.root / file.relative_to(source.root)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        try:
            os.link(file, place)
        except OSError:
            shutil.copyfile(file, place)


def _candidates(build: Build) -> tables.Table:
    """Scored spectra that may host an anomaly: none that is one, or is published as one."""
    columns = ["target_id", "snr", "spec_class", "z"]
    parts = [spectra_of.scored(build.layout, name, columns) for name in build.shard_names]
    table = tables.concatenate(parts)
    ranking = tables.read(build.layout.ranking, ["target_id", "outlier"])
    odd = set(ranking["target_id"][ranking["outlier"]]) | set(planted_already(build))
    return tables.take(table, np.array([t not in odd for t in table["target_id"]], bool))


def planted_already(build: Build) -> dict[str, str]:
    """Kind of each anomaly that a simulated release says it holds; empty for real ones."""
    found: dict[str, str] = {}
    if build.recipe.release.simulated:
        for section in build.recipe.surveys:
            path = build.data / section.folder / simulate.TRUTH
            if path.exists():
                truth = tables.read(path, ["target_id", "anomaly"])
                pairs = zip(truth["target_id"], truth["anomaly"], strict=True)
                found |= {target: kind for target, kind in pairs if kind}
    return found


def measure(build: Build, planted: tuple[Build, ...], without: tuple[Build, ...]) -> None:
    """Compare planted and clean spectra, and write every table of the benchmark."""
    scores = chosen(build)
    names = [COMBINED, *(score.name for score in scores)]
    stacked = tables.concatenate([_round(build, trial, scores) for trial in planted])
    others = [s.name for s in scores if s.baseline or s.paper_name]
    section, seed = build.recipe.benchmark, build.recipe.release.seed
    found = evaluate(
        stacked, names, [(COMBINED, other) for other in others],
        prevalence=section.prevalence, seed=seed,
    )  # fmt: skip
    kinds = sorted(set(stacked["kind"]) - {"", IGNORED})
    content: dict[str, tables.Table] = {
        "benchmark": {
            "n_rounds": np.array([section.rounds]),
            "prevalence": np.array([section.prevalence]),
            "n_clean": np.array([int((stacked["kind"] == "").sum())]),
            "n_planted": np.array([int(np.isin(stacked["kind"].astype(str), kinds).sum())]),
            "simulated": np.array([build.recipe.release.simulated]),
            "seed": np.array([seed]),
        },
        "benchmark_scores": found.scores,
        "benchmark_differences": found.differences,
        "benchmark_calibration": _calibration(build, stacked, scores),
        "benchmark_classes": _classes(without, scores),
        "benchmark_kinds": {
            "kind": np.array(kinds, object),
            "meaning": np.array([simulate.KINDS[kind].meaning for kind in kinds], object),
        },
        **_labels(build, planted),
        "stage_costs": _costs(build),
    }
    for name, table in content.items():
        with writing(build.layout.benchmark(name)) as temporary:
            tables.write(temporary, table)


def _round(build: Build, trial: Build, scores: list[Score]) -> tables.Table:
    """One round's scores with the kind of each spectrum; planted ones that were lost are kept."""
    ranking = tables.read(trial.layout.ranking)
    plan = tables.read(trial.layout.plan)
    kinds = dict.fromkeys(planted_already(build), IGNORED)
    kinds |= dict(zip(plan["target_id"], plan["kind"], strict=True))
    strengths = dict(zip(plan["target_id"], plan["strength"], strict=True))
    target_id = ranking["target_id"]
    table: tables.Table = {
        "round": np.full(len(target_id), trial.trial.round_number),
        "target_id": target_id,
        "kind": np.array([kinds.get(t, "") for t in target_id], object),
        "snr": ranking["snr"],
        "strength": np.array([strengths.get(t, np.nan) for t in target_id]),
        "evidence": ranking["evidence"],
        COMBINED: -ranking["rank"].astype(np.float64),
        **{score.name: ranking[f"score_{score.name}"] for score in scores},
    }
    lost = ~np.isin(plan["target_id"].astype(str), target_id.astype(str))
    return tables.concatenate([table, _lost(table, tables.take(plan, lost), trial)])


def _labels(build: Build, planted: tuple[Build, ...]) -> dict[str, tables.Table]:
    """Tell what was said of planted spectra and of ordinary ones beside them, and how well."""
    kind: list[str] = []
    said: list[str] = []
    for trial in planted:
        plan = tables.read(trial.layout.plan)
        kinds = dict.fromkeys(planted_already(build), IGNORED)
        kinds |= dict(zip(plan["target_id"], plan["kind"], strict=True))
        reasons = tables.concatenate([tables.read(path) for path in trial.shards("explain")])
        words = _said(reasons)
        targets = [*words, *(t for t in plan["target_id"] if t not in words)]
        kind += [kinds.get(target, "") for target in targets]
        said += [words.get(target, labels.UNSAID) for target in targets]
    fair = np.array(kind, object) != IGNORED
    kinds_, words_ = np.array(kind, object)[fair], np.array(said, object)[fair]
    first = np.array([text.split()[0] for text in words_], object)
    return {
        "benchmark_reasons": labels.confusion(kinds_, first),
        "benchmark_labels": labels.measure(kinds_, words_, seed=build.recipe.release.seed),
    }


def _said(reasons: tables.Table) -> dict[str, str]:
    """Each target's first category and all others that explain more than half, in order."""
    words: dict[str, str] = {}
    columns = ("target_id", "position", "category", "explained")
    for target, position, category, share in zip(*(reasons[c] for c in columns), strict=True):
        if position == 1:
            words[target] = category
        elif share > ENOUGH:
            words[target] += f" {category}"
    return words


def _lost(like: tables.Table, plan: tables.Table, trial: Build) -> tables.Table:
    """Rows of planted spectra that fell out of the selection: no score found them."""
    n_lost = len(plan["target_id"])
    said = {"target_id": plan["target_id"], "kind": plan["kind"], "strength": plan["strength"]}
    table: tables.Table = {
        name: said.get(name, np.full(n_lost, np.nan, np.float64)) for name in like
    }
    table["round"] = np.full(n_lost, trial.trial.round_number)
    return table


def _calibration(build: Build, stacked: tables.Table, scores: list[Score]) -> tables.Table:
    """Whether clean spectra's probabilities are uniform, and how many discoveries are false.

    Clean spectra are calibrated among themselves: among anomalies their probabilities are too
    large, on purpose.
    """
    ranking = tables.read(build.layout.ranking)
    planted = np.isin(ranking["target_id"].astype(str), list(planted_already(build)))
    clean = tables.take(ranking, ~planted)
    found = {score.name: calibrated(score, clean) for score in scores}
    found[COMBINED] = calibrate.combine([found[name] for name in build.recipe.scores.rank_by])
    parts = []
    for name, each in found.items():
        known = np.isfinite(each.log_p)
        if known.any():
            parts.append(calibration.uniformity(name, each.p[known], clean["snr"][known]))
    first = (stacked["round"] == 1) & np.isfinite(stacked["evidence"])
    evidence, anomalous = stacked["evidence"][first], stacked["kind"][first] != ""
    parts.append(calibration.false_discoveries(COMBINED, np.exp(evidence), anomalous))
    return tables.concatenate(parts)


def _classes(without: tuple[Build, ...], scores: list[Score]) -> tables.Table:
    """How well each score finds a class that its model was not shown, raw."""
    parts = []
    for trial in without:
        ranking = tables.read(trial.layout.ranking)
        name = trial.trial.held_out
        mine = ranking["spec_class"] == name
        found = evaluate(
            {
                "round": np.ones(mine.size, np.int64),
                "target_id": ranking["target_id"],
                "kind": np.where(mine, name, _kinds_to_ignore(trial, ranking["target_id"])),
                "snr": ranking["snr"],
                "strength": np.full(mine.size, np.nan),
                **{score.name: ranking[f"score_{score.name}"] for score in scores},
            },
            [score.name for score in scores],
            [],
            prevalence=float(mine.mean()),
            seed=trial.recipe.release.seed,
        ).scores
        all_snr = (found["snr_group"] == "all") & (found["kind"] == name)
        kept = tables.take(found, all_snr)
        columns = ("score", "metric", "value", "low", "high", "n")
        part = {column: kept[column] for column in columns}
        parts.append({"spec_class": np.full(len(kept["score"]), name, object), **part})
    if parts:
        return tables.concatenate(parts)
    text, number = np.empty(0, object), np.empty(0)
    empty = {"spec_class": text, "score": text, "metric": text}
    return {**empty, "value": number, "low": number, "high": number, "n": np.empty(0, np.int64)}


def _kinds_to_ignore(build: Build, target_id: Text) -> Array:
    known = planted_already(build)
    return np.array([IGNORED if target in known else "" for target in target_id], object)


def _costs(build: Build) -> tables.Table:
    """Time and memory of each stage's last full run."""
    try:
        timings = json.loads(build.layout.timings.read_text())
    except (OSError, ValueError):
        timings = {}
    return {
        "stage": np.array(list(timings), object),
        "position": np.arange(1, len(timings) + 1),
        "seconds": np.array([each["seconds"] for each in timings.values()], np.float64),
        "peak_memory_mib": np.array(
            [each["peak_memory_mib"] for each in timings.values()], np.float64
        ),
        "tasks": np.array([each["tasks"] for each in timings.values()], np.int64),
    }


def load(build: Build) -> dict[str, tables.Table]:
    """Read the benchmark's tables; empty where none was made."""
    paths = {name: build.layout.benchmark(name) for name in TABLES}
    if not all(path.exists() for path in paths.values()):
        return {}
    return {name: tables.read(path) for name, path in paths.items()}


def stages_of_round(stages: Iterable[Stage]) -> tuple[Stage, ...]:
    """Of the release's stages, those that a round runs: up to the reasons, but no training."""
    left_out = {"infill", "basis", "train", "map", "neighbours", "meaning", "traverse", "tracks"}
    return _without(stages, left_out, "explain")


def stages_of_held_out(stages: Iterable[Stage]) -> tuple[Stage, ...]:
    """Of the release's stages, those that a build without one class runs."""
    return _without(stages, {"read", "index", "infill", "preprocess", "measure"}, "rank")


def _without(stages: Iterable[Stage], left_out: set[str], last: str) -> tuple[Stage, ...]:
    found = []
    for stage in stages:
        if stage.name not in left_out:
            found.append(stage)
        if stage.name == last:
            return tuple(found)
    return tuple(found)
