"""A round's plan is even, fair and repeatable; planting changes what it says and nothing else."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.benchmark.conftest import make_candidates

from catalog import tables
from catalog.benchmark.planting import plan, plant
from catalog.benchmark.snr_groups import GROUPS, group_of
from catalog.errors import RecipeError
from catalog.simulate import CATALOGUED_STARS, HOST_REDSHIFTS, INJECTABLE, KINDS
from catalog.spectra import coadd
from catalog.surveys.desi import SURVEY


def _rows(candidates, planned):
    """Row of each planned target among the candidates."""
    place = {name: i for i, name in enumerate(candidates["target_id"])}
    return np.array([place[name] for name in planned["target_id"]])


def _planned(shard, rows, kinds):
    """A plan for given rows of the shard, every strength in the middle of its range."""
    middle = [np.sqrt(KINDS[kind].low * KINDS[kind].high) for kind in kinds]
    return {
        "target_id": shard.target_id[rows],
        "kind": np.array(kinds, dtype=object),
        "strength": np.array(middle),
        "z": shard.z[rows],
        "spec_class": np.full(len(rows), "GALAXY", dtype=object),
        "subclass": np.full(len(rows), "", dtype=object),
    }


def _from_row(shard, start):
    """The end of a shard, as a shard of its own."""
    arms = tuple(replace(a, flux=a.flux[start:], ivar=a.ivar[start:]) for a in shard.arms)
    names = ("target_id", "z", "spec_class", "subclass", "quality")
    return replace(shard, arms=arms, **{name: getattr(shard, name)[start:] for name in names})


def _same_rows(one, two, rows) -> bool:
    arms = all(
        a.flux[rows].tobytes() == b.flux[rows].tobytes()
        and a.ivar[rows].tobytes() == b.ivar[rows].tobytes()
        for a, b in zip(one.arms, two.arms, strict=True)
    )
    names = ("z", "spec_class", "subclass")
    return arms and all((getattr(one, n)[rows] == getattr(two, n)[rows]).all() for n in names)


def test_a_round_has_the_prevalence_and_equal_shares_of_all_kinds(candidates):
    planned = plan(candidates, 0.01, 7, 0)
    _, count = np.unique(planned["kind"].astype(str), return_counts=True)

    assert len(planned["target_id"]) == 150
    assert len(set(planned["target_id"])) == 150
    assert count.size == len(KINDS) == 16
    assert count.max() - count.min() <= 1


@given(st.integers(16, 300), st.integers(0, 5))
def test_snr_groups_have_equal_shares_overall_and_within_each_kind(wanted, round_number):
    few = make_candidates(6000, 3)
    planned = plan(few, wanted / 6000, 7, round_number)
    rows = _rows(few, planned)
    group = group_of(few["snr"][rows])
    overall = np.bincount(group, minlength=len(GROUPS))
    hosts = (few["spec_class"] == "GALAXY") & (few["z"] >= 0.03)
    there = np.bincount(group_of(few["snr"])[hosts & (few["snr"] >= 5)], minlength=len(GROUPS))

    # A group below the most popular one is either its equal or used up.
    assert ((overall >= overall.max() - 1) | (overall == there)).all()
    for kind in KINDS:
        share = np.bincount(group[planned["kind"] == kind], minlength=len(GROUPS))
        assert (np.abs(share - overall / 16) < 1).all()


def test_hosts_are_galaxies_at_a_redshift_of_their_own_with_enough_signal(candidates):
    for round_number in range(5):
        rows = _rows(candidates, plan(candidates, 0.02, 1, round_number))

        assert (candidates["spec_class"][rows] == "GALAXY").all()
        assert (candidates["z"][rows] >= 0.03).all()
        assert (candidates["snr"][rows] >= 5).all()


def test_the_catalogue_says_of_each_kind_what_a_survey_would(candidates):
    planned = plan(candidates, 0.1, 3, 0)
    z_host = candidates["z"][_rows(candidates, planned)]
    for kind in KINDS:
        mine = tables.take(planned, planned["kind"] == kind)
        own = z_host[planned["kind"] == kind]
        spec_class = {"bal_quasar": "QSO"}.get(kind, "GALAXY")
        if kind in CATALOGUED_STARS:
            assert (mine["spec_class"] == "STAR").all()
            assert (mine["subclass"] == CATALOGUED_STARS[kind]).all()
            assert (mine["z"] >= 0).all()
            velocity = np.sqrt(np.mean(mine["z"] ** 2)) * 299_792.458
            assert velocity == pytest.approx(90, rel=0.3)
            continue
        assert (mine["spec_class"] == spec_class).all()
        assert (mine["subclass"] == "").all()
        if kind in HOST_REDSHIFTS:
            low, high = HOST_REDSHIFTS[kind]
            assert ((mine["z"] >= low) & (mine["z"] <= high)).all()
        elif kind == "wrong_redshift":
            np.testing.assert_allclose(mine["z"] - own, mine["strength"])
        else:
            np.testing.assert_array_equal(mine["z"], own)


def test_a_wrong_redshift_is_wrong_by_its_strength_and_stays_among_the_hosts(candidates):
    planned = plan(candidates, 0.2, 3, 0)
    mine = planned["kind"] == "wrong_redshift"
    size = np.abs(planned["strength"][mine])
    anomaly = KINDS["wrong_redshift"]

    assert ((size >= anomaly.low) & (size <= anomaly.high)).all()
    assert (planned["z"][mine] >= 0.03).all()
    assert (planned["z"][mine] <= candidates["z"].max()).all()
    assert (planned["strength"][mine] > 0).any()
    assert (planned["strength"][mine] < 0).any()


def test_strengths_lie_in_their_ranges(candidates):
    planned = plan(candidates, 0.1, 3, 0)
    for kind, anomaly in KINDS.items():
        size = np.abs(planned["strength"][planned["kind"] == kind])
        assert ((size >= anomaly.low) & (size <= anomaly.high)).all(), kind


@given(st.integers(0, 1000))
def test_the_plan_does_not_depend_on_the_order_of_the_candidates(seed):
    few = make_candidates(2000, 5)
    order = np.random.default_rng(seed).permutation(2000)
    one, two = plan(few, 0.02, 7, 1), plan(tables.take(few, order), 0.02, 7, 1)

    for name in one:
        np.testing.assert_array_equal(one[name], two[name], name)


def test_rounds_and_seeds_differ_and_repeat(candidates):
    plans = [plan(candidates, 0.01, *key) for key in ((7, 0), (7, 0), (7, 1), (8, 0))]

    np.testing.assert_array_equal(plans[0]["strength"], plans[1]["strength"])
    for other in plans[2:]:
        assert len(set(plans[0]["target_id"]) & set(other["target_id"])) < 75


@pytest.mark.parametrize(
    ("prevalence", "message"), [(0.0, "found: 0,"), (0.5, "found: 100,")], ids=["none", "too many"]
)
def test_a_prevalence_that_cannot_be_planted_is_refused(prevalence, message):
    few = make_candidates(200)
    few["spec_class"][50:] = "STAR"

    with pytest.raises(RecipeError, match="cannot be planted") as caught:
        plan(few, prevalence, 1, 0)
    assert message in str(caught.value)


def test_a_release_without_galaxies_is_refused():
    few = make_candidates(200)
    few["spec_class"][:] = "STAR"

    with pytest.raises(RecipeError, match="to 0 anomalies"):
        plan(few, 0.01, 1, 0)


def test_a_candidate_that_is_listed_twice_is_refused_by_name():
    few = make_candidates(50)
    few["target_id"][3] = few["target_id"][7]

    with pytest.raises(RecipeError, match=str(few["target_id"][7])):
        plan(few, 0.1, 1, 0)


def test_rows_that_are_not_planned_keep_every_byte(shard):
    before = [(arm.flux.copy(), arm.ivar.copy()) for arm in shard.arms]
    planned = _planned(shard, np.arange(1, 17), list(KINDS))
    planted = plant(shard, planned, 1, 0)

    assert _same_rows(planted, shard, np.setdiff1d(np.arange(len(shard)), np.arange(1, 17)))
    for arm, (flux, ivar) in zip(shard.arms, before, strict=True):
        np.testing.assert_array_equal(arm.flux, flux)
        np.testing.assert_array_equal(arm.ivar, ivar)
    assert planted.extras is shard.extras
    assert [a.flux.dtype for a in planted.arms] == [a.flux.dtype for a in shard.arms]


@pytest.mark.parametrize("kind", INJECTABLE)
def test_every_kind_changes_its_spectrum_and_leaves_dead_pixels_dead(shard, kind):
    planted = plant(shard, _planned(shard, np.array([4]), [kind]), 1, 0)
    before, after = coadd(shard.arms), coadd(planted.arms)
    changed = (after.flux[4] - before.flux[4]) * np.sqrt(before.ivar[4])

    assert np.abs(changed).max() > 3
    assert np.isfinite(after.flux).all()
    assert (after.ivar[4][before.ivar[4] == 0] == 0).all()


def test_a_wrong_redshift_changes_the_catalogue_alone(shard):
    planned = _planned(shard, np.array([4]), ["wrong_redshift"])
    planned["z"] = planned["z"] + 0.05
    planted = plant(shard, planned, 1, 0)

    assert planted.z[4] == shard.z[4] + 0.05
    for new, old in zip(planted.arms, shard.arms, strict=True):
        np.testing.assert_array_equal(new.flux, old.flux)


def test_class_and_redshift_become_the_plans_and_the_host_keeps_its_own_subclass(shard):
    planned = _planned(shard, np.array([4, 5]), ["m_star", "blend"])
    planned["spec_class"][0], planned["subclass"][0], planned["z"][0] = "STAR", "M", 3e-4
    planted = plant(shard, planned, 1, 0)

    assert (planted.spec_class[4], planted.subclass[4], planted.z[4]) == ("STAR", "M", 3e-4)
    assert (planted.spec_class[5], planted.subclass[5]) == ("GALAXY", "AGN")
    assert (shard.spec_class == "GALAXY").all()


def test_lines_are_planted_at_the_hosts_redshift(shard):
    planted = plant(shard, _planned(shard, np.array([4]), ["extreme_halpha"]), 1, 0)
    wave = coadd(shard.arms).wave / (1 + shard.z[4])
    added = coadd(planted.arms).flux[4] - coadd(shard.arms).flux[4]
    near = np.abs(wave - 6564.6) < 15

    assert wave[near][np.argmax(added[near])] == pytest.approx(6564.6, abs=2)
    assert added[near].max() > 0.2 * added.max()


def test_a_planted_spectrum_does_not_depend_on_its_neighbours_or_its_shard(shard):
    rows = np.arange(1, 31)
    planned = _planned(shard, rows, np.resize(INJECTABLE, 30).tolist())
    whole = plant(shard, planned, 5, 2)
    rng = np.random.default_rng(0)
    for start in (0, 3, 17):
        few = np.sort(rng.choice(rows[rows >= start], 5, replace=False))
        part = plant(_from_row(shard, start), tables.take(planned, few - 1), 5, 2)
        assert _same_rows(part, _from_row(whole, start), few - start)


def test_another_round_or_seed_plants_another_realisation(shard):
    planned = _planned(shard, np.array([4]), ["white_dwarf"])
    one = plant(shard, planned, 1, 0)

    assert _same_rows(one, plant(shard, planned, 1, 0), np.array([4]))
    for seed, round_number in ((1, 1), (2, 0)):
        other = plant(shard, planned, seed, round_number)
        assert (other.arms[0].flux[4] != one.arms[0].flux[4]).any()


def test_a_target_that_occurs_twice_is_planted_alike_and_a_flagged_row_is_not(shard):
    flagged = len(shard) - 2
    planned = _planned(shard, np.array([0, flagged]), ["white_dwarf", "carbon_star"])
    planted = plant(shard, planned, 1, 0)
    twin = replace(shard, target_id=np.full(len(shard), shard.target_id[0], dtype=object))
    alike = plant(twin, tables.take(planned, np.array([0])), 1, 0)

    assert _same_rows(planted, shard, np.array([flagged]))
    assert (planted.arms[0].flux[[0, -1]] != shard.arms[0].flux[[0, -1]]).any(axis=1).all()
    assert _same_rows(alike, planted, np.array([0, len(shard) - 1]))


def test_a_shard_without_planned_targets_is_given_back_as_it_is(shard):
    planned = _planned(shard, np.array([4]), ["blend"])
    planned["target_id"] = np.array(["somebody else"], dtype=object)

    assert plant(shard, planned, 1, 0) is shard


@pytest.mark.parametrize("kind", INJECTABLE)
def test_every_kind_can_be_planted_into_a_real_spectrum(realdata: Path, kind):
    files = sorted((realdata / "desi").glob("*special-dark-27247.fits"))
    (found,) = SURVEY.discover(files)
    spectra = SURVEY.read(found, ())
    planted = plant(spectra, _planned(spectra, np.array([0]), [kind]), 1, 0)

    for new, old in zip(planted.arms, spectra.arms, strict=True):
        assert np.isfinite(new.flux).all()
        assert (new.ivar[old.ivar == 0] == 0).all()
    assert any((n.flux != o.flux).any() for n, o in zip(planted.arms, spectra.arms, strict=True))
