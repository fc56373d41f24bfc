"""From survey files to a site: what is counted, what is skipped, and what a killed build leaves."""

import json
import random
import time
from pathlib import Path

import duckdb
import numpy as np
import pytest
from tests.model import numpy_decoder, test_exported
from tests.pipeline import dying, finished, tiny_release
from threadpoolctl import threadpool_limits

from catalog import pipeline, tables, workspace
from catalog.errors import ReleaseError, SurveyError

pytestmark = pytest.mark.slow


def build(recipe: Path, out: Path, *, jobs: int = 1, first: str = "", last: str = "", force=False):
    work = workspace.open_build(recipe, out=out, jobs=jobs)
    stages = pipeline.stages_between(first, last)
    return {
        o.stage.name: o for o in pipeline.build(work, stages, force=force, progress=lambda *_: None)
    }


@pytest.fixture(scope="module")
def unbroken(tiny_build, tmp_path_factory) -> Path:
    """A finished build: its folder holds data/, build/tiny.toml and out/tiny/."""
    return finished.copy(tiny_build, tmp_path_factory.mktemp("unbroken"))


@pytest.fixture
def copy(unbroken, tmp_path) -> Path:
    """A copy of the finished build, to be spoilt; file times are kept."""
    return finished.copy(unbroken, tmp_path)


def test_the_decoder_in_the_catalogue_rebuilds_what_its_own_model_rebuilt(unbroken):
    with duckdb.connect(str(unbroken / "out/tiny/catalog.duckdb"), read_only=True) as db:
        ((told, numbers),) = db.execute("SELECT chains, weights FROM decoder").fetchall()
        own = db.execute(
            "SELECT latent, recon FROM spectra JOIN object_spectra USING (target_id) WHERE fold = 0"
        ).fetchall()
    chains = tuple(test_exported.read(told, np.array(numbers)))
    assert own
    for latent, recon in own:
        np.testing.assert_allclose(numpy_decoder.decode(chains, np.array(latent)), recon, atol=1e-5)


def test_every_row_is_counted_once(unbroken):
    with duckdb.connect(str(unbroken / "out/tiny/catalog.duckdb"), read_only=True) as db:
        read, flagged, scored, outliers, published = db.execute(
            "SELECT n_read, n_flagged, n_scored, n_outliers, n_published FROM release"
        ).fetchall()[0]
        flags = dict(db.execute("SELECT name, n FROM quality_flags WHERE n > 0").fetchall())
        duplicates = db.execute("SELECT target_id FROM duplicates").fetchall()

    assert read == 120 == flagged + scored
    assert flags["sky"] == flags["dead_fibre"] == flags["redshift_range"] == 1
    assert flags["no_redshift"] == 1
    assert flags["duplicate"] == 1
    assert duplicates == [(str(tiny_release.FIRST_ID),)]
    assert 0 < published <= 6
    assert published <= outliers


def test_the_planted_line_is_the_most_unusual_and_says_so(unbroken):
    planted = str(tiny_release.FIRST_ID + 2011)
    with duckdb.connect(str(unbroken / "out/tiny/catalog.duckdb"), read_only=True) as db:
        rank, slug, category = db.execute(
            "SELECT rank, slug, category FROM spectra WHERE target_id = ?", [planted]
        ).fetchall()[0]
        sentence = db.execute(
            "SELECT sentence FROM reasons WHERE target_id = ? AND position = 1", [planted]
        ).fetchall()[0][0]

    assert rank == 1
    assert category == "extreme_emission_line"
    assert "[O III]" in sentence
    page = unbroken / "out/tiny/site/objects" / slug / "index.html"
    assert planted in page.read_text()


def test_rows_of_nan_and_infinity_are_scored_from_what_is_left(unbroken):
    odd = str(tiny_release.FIRST_ID + 4)
    ranking = tables.read(unbroken / "out/tiny/ranking.parquet")
    scores = ranking["score_weighted_mse"][ranking["target_id"] == odd]

    assert np.isfinite(scores).all()
    assert scores.size == 1


def test_a_second_build_does_nothing(unbroken):
    before = tiny_release.contents(unbroken / "out/tiny")

    outcomes = build(unbroken / "build/tiny.toml", unbroken / "out")

    assert {o.n_done for o in outcomes.values()} == {0}
    assert tiny_release.contents(unbroken / "out/tiny") == before
    states = pipeline.status(
        workspace.open_build(unbroken / "build/tiny.toml", out=unbroken / "out")
    )
    assert all(state.n_current == state.n_tasks > 0 for state in states)


def test_workers_give_the_same_bytes_as_one_process(unbroken, tmp_path):
    recipe = tiny_release.write(tmp_path)
    build(recipe, tmp_path / "out", jobs=2)

    ours, theirs = (tiny_release.contents(p / "out/tiny") for p in (tmp_path, unbroken))
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []


def test_what_workers_may_do_is_the_same_on_more_than_one_thread(copy):
    before = tiny_release.contents(copy / "out/tiny")

    with threadpool_limits(2):
        for stage in (each.name for each in pipeline.STAGES if each.parallel):
            build(copy / "build/tiny.toml", copy / "out", first=stage, last=stage, force=True)

    after = tiny_release.contents(copy / "out/tiny")
    assert [name for name in before if after[name] != before[name]] == []


def _change(recipe: Path, old: str, new: str) -> None:
    assert old in recipe.read_text()
    recipe.write_text(recipe.read_text().replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "first"),
    [
        ("snr_min = 2.0", "snr_min = 2.5", "read"),
        ("infill_components = 4", "infill_components = 3", "infill"),
        ("trim = 0.03", "trim = 0.02", "basis"),
        ("epochs = 4", "epochs = 3", "train"),
        ("neighbours = 5", "neighbours = 6", "population"),
        ("outlier_fraction = 0.05", "outlier_fraction = 0.04", "rank"),
        ("perplexity = 10.0", "perplexity = 9.0", "map"),
        ("radius = 0.5", "radius = 0.4", "tracks"),
        ("n_objects = 6", "n_objects = 5", "attention"),
    ],
    ids=lambda value: value.split(" =")[0],
)
def test_a_changed_recipe_redoes_only_what_depends_on_it(copy, old, new, first):
    _change(copy / "build/tiny.toml", old, new)
    order = [stage.name for stage in pipeline.STAGES]

    states = pipeline.status(workspace.open_build(copy / "build/tiny.toml", out=copy / "out"))
    stale = [s.stage.name for s in states if s.n_current < s.n_tasks]

    assert stale
    assert stale[0] == first
    assert order.index(stale[0]) == min(order.index(name) for name in stale)


def test_a_changed_survey_file_redoes_its_shard_alone(copy):
    file = sorted((copy / "data/survey").rglob("redrock-*.fits"))[1]
    data = bytearray(file.read_bytes())
    data[-3000:-2999] = b"\x01"
    file.write_bytes(bytes(data))

    outcome = build(copy / "build/tiny.toml", copy / "out", last="read")["read"]

    assert (outcome.n_done, outcome.n_tasks) == (1, 3)


@pytest.mark.parametrize(
    "artefact",
    [
        "read/desi-sv3-bright-26001",
        "ranking",
        "catalog.duckdb",
        "site/index.html",
        "model/fold-1.json",
        "basis/fold-0",
        "measure/desi-sv3-bright-26002",
        "population/fold-1",
    ],
)
def test_a_damaged_or_missing_artefact_is_made_again(copy, artefact):
    release = copy / "out/tiny"
    before = tiny_release.contents(release)
    matches = [p for p in release.rglob("*") if p.is_file() and artefact in str(p)]
    for path in matches[:1]:
        path.write_bytes(b"damaged")

    build(copy / "build/tiny.toml", copy / "out")

    assert matches
    assert tiny_release.contents(release) == before


def test_force_does_the_work_again_with_the_same_result(copy):
    before = tiny_release.contents(copy / "out/tiny")

    outcome = build(copy / "build/tiny.toml", copy / "out", first="score", last="rank", force=True)

    assert outcome["score"].n_done == 3
    assert tiny_release.contents(copy / "out/tiny") == before


def _command(recipe: Path, out: Path) -> list[str]:
    return ["build", str(recipe), "--out", str(out), "--jobs", "1", "--device", "cpu"]


def test_a_build_killed_between_and_inside_stages_ends_in_the_same_bytes(unbroken, tmp_path):
    """Dies eleven times, and is finished by a twelfth run.

    Each run does the work that the ones before it left: the deaths fall into reading, training,
    encoding, explaining, storing, exporting, and the two moments of putting the site in place.
    """
    recipe, out, said = tiny_release.write(tmp_path), tmp_path / "out", tmp_path / "said.txt"
    deaths = [
        ("replace", 2, "before"), ("replace", 4, "after"), ("replace", 5, "before"),
        ("replace", 4, "before"), ("replace", 3, "after"), ("replace", 9, "before"),
        ("replace", 14, "after"), ("replace", 9, "before"), ("replace", 16, "before"),
        ("rename", 1, "before"), ("rename", 1, "after"),
    ]  # fmt: skip
    places: list[str] = []
    for method, number, moment in deaths:
        process = dying.start(_command(recipe, out), said, (method, number, moment))
        process.join()
        assert process.exitcode == dying.DEAD, said.read_text()
        places.append(_place(out / "tiny"))
    build(recipe, out)

    assert len(set(places)) >= 7, places
    assert not list(out.rglob("*.part"))
    ours, theirs = (tiny_release.contents(p / "out/tiny") for p in (tmp_path, unbroken))
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []
    assert _tables(out / "tiny") == _tables(unbroken / "out/tiny")


def _place(release: Path) -> str:
    """Where a build died: the stage of the last artefact that is in place."""
    order = [stage.name for stage in pipeline.STAGES]
    stamped = {path.relative_to(release / ".stamps").parts[0].removesuffix(".json")
               for path in (release / ".stamps").rglob("*.json")}  # fmt: skip
    done = [name for name in order if name in stamped]
    return f"{done[-1] if done else 'nothing'}, {len(list(release.rglob('*.json')))} stamps"


def _tables(release: Path) -> dict[str, list[str]]:
    """All rows of all tables of a catalogue, as text: its bytes may differ, its content not."""
    with duckdb.connect(str(release / "catalog.duckdb"), read_only=True) as db:
        names = [row[0] for row in db.execute("SHOW TABLES").fetchall()]
        return {
            name: sorted(repr(row) for row in db.execute(f'SELECT * FROM "{name}"').fetchall())
            for name in names
        }


def test_sigkill_at_any_moment_leaves_a_build_that_goes_on(unbroken, tmp_path):
    recipe, out, said = tiny_release.write(tmp_path), tmp_path / "out", tmp_path / "said.txt"
    chance = random.Random(5)
    for wanted in ("read", "encode", "site"):
        process = dying.start(_command(recipe, out), said)
        while not (out / "tiny" / wanted).exists() and process.is_alive():
            time.sleep(0.005)
        assert (out / "tiny" / wanted).exists(), said.read_text()
        time.sleep(chance.uniform(0, 0.05))
        process.kill()
        process.join()
    build(recipe, out)

    ours, theirs = (tiny_release.contents(p / "out/tiny") for p in (tmp_path, unbroken))
    assert [name for name in theirs if ours.get(name) != theirs[name]] == []


@pytest.mark.parametrize("n_left", [0, 1])
def test_next_to_no_rows_after_selection_say_why(tmp_path, unbroken, n_left):
    recipe = tiny_release.write(tmp_path)
    index = tables.read(unbroken / "out/tiny/index.parquet", ["quality", "snr"])
    between = np.sort(index["snr"][index["quality"] == 0])[-1 - n_left :][:2].mean() + (n_left == 0)
    _change(recipe, "snr_min = 2.0", f"snr_min = {between}")

    found = rf"too few[\s\S]*at least 2[\s\S]*{116 - n_left} low_snr[\s\S]*select"
    with pytest.raises(SurveyError, match=found):
        build(recipe, tmp_path / "out")


@pytest.mark.parametrize("jobs", [1, 2], ids=lambda n: f"{n} jobs")
def test_a_truncated_survey_file_ends_the_build_and_keeps_the_other_shards(tmp_path, jobs):
    recipe = tiny_release.write(tmp_path)
    file = sorted((tmp_path / "data/survey").rglob("coadd-*.fits"))[2]
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])

    with pytest.raises(SurveyError, match=rf"{file.name}[\s\S]*next: "):
        build(recipe, tmp_path / "out", jobs=jobs)
    file.write_bytes(whole)
    outcome = build(recipe, tmp_path / "out", last="read")["read"]

    assert outcome.n_done == 1


def test_a_full_disk_in_the_middle_loses_nothing(tmp_path, monkeypatch):
    recipe = tiny_release.write(tmp_path)
    build(recipe, tmp_path / "out", last="read")
    real = tables.write

    def full(path, table):
        if "latent_0" in table:
            raise OSError(28, "No space left on device")
        real(path, table)

    with monkeypatch.context() as patch:
        patch.setattr(tables, "write", full)
        with pytest.raises(ReleaseError, match=r"disk is full[\s\S]*encode"):
            build(recipe, tmp_path / "out")
    outcomes = build(recipe, tmp_path / "out", last="encode")

    assert outcomes["read"].n_done == outcomes["train"].n_done == 0
    assert not list((tmp_path / "out").rglob("*.part"))


def test_status_before_the_first_build_is_nothing_current(tmp_path):
    recipe = tiny_release.write(tmp_path)
    states = pipeline.status(workspace.open_build(recipe, out=tmp_path / "out"))

    assert {state.n_current for state in states} == {0}


def test_timings_are_kept_outside_the_catalogue(unbroken):
    timings = json.loads((unbroken / "out/tiny/timings.json").read_text())

    assert set(timings) == {stage.name for stage in pipeline.STAGES}
    assert all(entry["peak_memory_mib"] > 0 for entry in timings.values())
