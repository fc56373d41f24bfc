"""The stage that says what latent dimensions mean, and how common kinds are."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import duckdb
import numpy as np
import pytest
from tests.pipeline import tiny_release

from catalog import recipe, tables
from catalog.release import Layout
from catalog.stages import Build, Input, meaning, prevalence
from catalog.store import write
from catalog.surveys import Shard

SHARDS = ("one", "two")
N = 150


def text(values):
    return np.array(values, dtype=object)


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    """Two shards; latent 1 is the redshift, 2 the class, 3 the petal, 4 is not used.

    Every third star was taken twice; the second spectrum, of lower S/N, has other latents.
    """
    folder = tmp_path_factory.mktemp("meaning")
    path = folder / "tiny.toml"
    path.write_text(tiny_release.RECIPE + "\n[latent]\npermutations = 30\n")
    loaded = recipe.load(path)
    inputs = tuple(Input(loaded.surveys[0], Shard(name, ())) for name in SHARDS)
    layout = Layout(folder / "out")
    index: dict[str, list[Any]] = {"shard": [], "row": [], "fold": []}
    for number, shard in enumerate(SHARDS):
        write_shard(layout, shard, np.random.default_rng(number), number)
        index["shard"] += [shard] * (N + 1)
        index["row"] += range(N + 1)
        index["fold"] += [-1, *([0, 1] * (N // 2))]
    columns = {"shard": text(index["shard"]), "row": np.array(index["row"])}
    tables.write(layout.index, {**columns, "fold": np.array(index["fold"])})
    return Build(loaded, folder, folder / "data", layout, inputs)


def write_shard(layout, shard, rng, number):
    """The first row is not scored, and would spoil everything."""
    again = np.arange(N) % 3 == 0
    z, petal = rng.uniform(0, 0.3, N), rng.integers(0, 3, N)
    star = rng.random(N) < 0.4
    latent = np.stack([10 * z, star + 0.0, petal + 0.0, np.zeros(N)], axis=1)
    latent += rng.normal(0, [0.2, 0.2, 0.2, 0.001], (N, 4))
    latent[again] = 9
    for stage in ("read", "origins", "encode"):
        layout.shard(stage, shard).parent.mkdir(parents=True, exist_ok=True)
    names = [f"{shard}{i // 3 if i % 3 < 2 else 1000 + i}" for i in range(N)]
    read = {
        "target_id": text([f"{shard}-{i}" for i in range(N + 1)]),
        "z": np.append(99.0, z),
        "snr": np.append(99.0, np.where(again, 5.0, 20.0)),
        "spec_class": text(["SKY", *np.where(star, "STAR", "GALAXY")]),
        "star": text(["", *names]),
        "fibre": np.append(0, np.arange(N) + 1000 * number),
    }
    tables.write(layout.shard("read", shard), read)
    groups = {"row": np.arange(1, N + 1), "kind": text(["petal"] * N)}
    tables.write(layout.shard("origins", shard), {**groups, "name": text([str(p) for p in petal])})
    sd = np.tile([0.1, 0.1, 0.1, 1.0], (N, 1))
    encoded = {"latent_0": latent.astype(np.float32), "latent_sd_0": sd.astype(np.float32)}
    tables.write(layout.shard("encode", shard), encoded)


def run(build):
    [task] = meaning.STAGE.tasks(build)
    counts = task.run(lambda _done, _all: None)
    return counts, meaning.load(build)


@pytest.fixture(scope="module")
def found(build):
    return run(build)


def test_dimensions_are_named_by_what_they_tell(found):
    _, content = found
    dimensions = content["latent_dimensions"]
    assert dimensions["informative"].tolist() == [True, True, True, False]
    assert dimensions["label"].tolist() == ["z", "spec_class", "", ""]
    assert dimensions["observing"].tolist()[2:] == ["petal", ""]


def test_of_several_spectra_of_a_star_the_best_is_measured(found):
    counts, content = found
    assert counts["spectra"] == 2 * (N - N // 3)
    told = content["latent_information"]
    assert set(told["n"].tolist()) == {200}
    assert content["latent_labels"]["n"][0] == 2 * N


def test_labels_say_what_they_are(found):
    _, content = found
    rows = content["latent_labels"]
    kind = dict(zip(rows["name"], rows["kind"], strict=True))
    # All that is left after one spectrum was chosen of each star has the same S/N.
    assert kind == {
        "z": "physics", "spec_class": "physics", "petal": "observing", "fibre": "observing",
    }  # fmt: skip
    assert rows["position"].tolist() == list(range(1, len(rows["name"]) + 1))


def test_the_map_is_parted_by_class_and_by_petal(found):
    _, content = found
    rows = content["class_separation"]
    purity = {
        (label, name): (value, chance)
        for label, name, metric, value, chance in zip(
            *(rows[c] for c in ("label", "class", "metric", "value", "chance")), strict=True
        )
        if metric == "purity"
    }
    assert set(purity) == {("spec_class", n) for n in ("all", "STAR", "GALAXY")} | {
        ("petal", "all")
    }
    assert all(value > chance + 0.3 for value, chance in purity.values())


def test_the_tables_are_those_of_the_schema(found):
    _, content = found
    with duckdb.connect() as connection:
        connection.execute(write.schema())
        for name, table in content.items():
            columns = [row[0] for row in connection.execute(f"DESCRIBE {name}").fetchall()]
            assert set(table) == set(columns), name


def test_the_same_build_leaves_the_same_bytes(build):
    run(build)  # other tests leave another recipe's results in the folder
    before = {name: build.layout.meaning(name).read_bytes() for name in meaning.TABLES}
    run(build)
    assert before == {name: build.layout.meaning(name).read_bytes() for name in meaning.TABLES}


def test_of_a_handful_of_spectra_nothing_is_said(build, monkeypatch):
    monkeypatch.setattr("catalog.latent.information.LEAST_KNOWN", 10**6)
    counts, content = run(build)
    assert counts["informative"] == 0
    assert all(len(next(iter(table.values()))) == 0 for table in content.values())


def test_a_recipe_decides_what_is_asked_and_changes_the_key(build):
    section = replace_section(build, labels=("fibre",))
    [asked], [before] = meaning.STAGE.tasks(section), meaning.STAGE.tasks(build)
    assert asked.settings != before.settings
    _, content = run(replace(section, layout=build.layout))
    assert content["latent_labels"]["name"].tolist() == ["fibre"]
    assert content["latent_dimensions"]["label"].tolist() == [""] * 4


def replace_section(build, **changes):
    section = build.recipe.latent.model_copy(update=changes)
    return replace(build, recipe=build.recipe.model_copy(update={"latent": section}))


SPECTRA = {
    "target_id": text([str(i) for i in range(1_000)]),
    "quality": np.repeat([0, 4], [900, 100]),
    "category": text(["blend"] * 9 + [""] * 991),
    "spec_class": text(["STAR"] * 300 + ["GALAXY"] * 700),
    "subclass": text(["K"] * 30 + [""] * 970),
    "outlier": np.arange(1_000) < 9,
    "q": np.full(1_000, 1.0),
}
SEED: Any = SimpleNamespace(recipe=SimpleNamespace(release=SimpleNamespace(seed=1)))


def measured(recall, listed, n=60):
    return {
        "benchmark_labels": {
            "category": text(["blend", "blend"]), "metric": text(["recall", "precision"]),
            "value": np.array([recall, 0.75]), "n": np.array([n, n]),
        },
        "benchmark_scores": {
            "score": text(["combined"] * 2), "kind": text(["blend"] * 2),
            "snr_group": text(["all"] * 2),
            "metric": text(["recall_at_fpr_1e-3", "recall_at_fpr_1e-2"]),
            "value": np.array([0.6 * listed, listed]), "n": np.array([n, n]),
        },
    }  # fmt: skip


def rows_of(table):
    names = list(zip(table["kind"], table["name"], strict=True))
    return {key: {c: table[c][i] for c in table} for i, key in enumerate(names)}


def test_kinds_are_counted_among_scored_spectra():
    rows = rows_of(prevalence.load(SEED, SPECTRA, {})["prevalence"])
    assert set(rows) == {("category", "blend"), ("spec_class", "STAR"), ("spec_class", "GALAXY"),
                         ("subclass", "K")}  # fmt: skip
    star = rows["spec_class", "STAR"]
    assert (star["n"], star["n_scored"], star["fraction"]) == (300, 900, 1 / 3)
    assert star["low"] < 1 / 3 < star["high"]
    assert np.isnan(rows["category", "blend"]["corrected"])


def test_what_the_benchmark_missed_is_counted_in():
    rows = rows_of(prevalence.load(SEED, SPECTRA, measured(0.9, 0.5))["prevalence"])
    blend = rows["category", "blend"]
    assert blend["recall"] == pytest.approx(0.45)
    assert blend["corrected"] == pytest.approx(0.01 * 0.75 / 0.45)
    assert blend["corrected_low"] < blend["corrected"] < blend["corrected_high"]
    assert np.isnan(rows["spec_class", "STAR"]["recall"])


def test_a_list_full_of_true_oddities_is_too_short_to_say_what_it_misses():
    for q, log_share in ((0.5, -2.301), (0.2, -2.699)):
        rows = rows_of(
            prevalence.load(SEED, {**SPECTRA, "q": np.full(1_000, q)}, measured(0.9, 0.5))[
                "prevalence"
            ]
        )
        wanted = 0.9 * 0.5 * np.interp(log_share, [-3, -2], [0.6, 1.0])
        assert rows["category", "blend"]["recall"] == pytest.approx(wanted, abs=1e-3)
    full = {**SPECTRA, "q": np.full(1_000, 0.05)}
    rows = rows_of(prevalence.load(SEED, full, measured(0.9, 0.5))["prevalence"])
    assert np.isnan(rows["category", "blend"]["corrected"])


@pytest.mark.parametrize(("recall", "listed"), [(0.0, 0.5), (0.9, 0.0), (np.nan, 0.5)])
def test_a_kind_that_is_never_found_is_not_corrected(recall, listed):
    rows = rows_of(prevalence.load(SEED, SPECTRA, measured(recall, listed))["prevalence"])
    assert np.isnan(rows["category", "blend"]["corrected"])
