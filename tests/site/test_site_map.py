"""The map's files: points and tiles hold every spectrum, in few bytes."""

import json

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.site.catalogue_fixture import N_SCORED, make_catalogue

from catalog.site.atlas import Atlas
from catalog.site.latent_map import files, packing, pyramid
from catalog.site.pages.map import PAGE
from catalog.store.read import Catalogue


def read_varints(content):
    values, value, shift = [], 0, 0
    for byte in content:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            values.append(value)
            value = shift = 0
    return np.array(values, dtype=np.int64)


def read_positions(content):
    codes = np.cumsum(read_varints(content))
    bits = [(codes >> i) & 1 for i in range(32)]
    x = sum(bits[2 * i] << i for i in range(16))
    y = sum(bits[2 * i + 1] << i for i in range(16))
    return np.stack([x, y], axis=1)


def read_tile(content):
    tile, cell = np.zeros(pyramid.SIDE**2, dtype=np.int64), -1
    numbers = iter(read_varints(content).tolist())
    for token in numbers:
        cell += 1 + token // 2
        tile[cell] = next(numbers) + 2 if token % 2 else 1
    return tile.reshape(pyramid.SIDE, pyramid.SIDE)


@given(st.lists(st.integers(0, 2**32 - 1), max_size=50))
def test_whole_numbers_come_back_from_their_bytes(values):
    content = packing.varint(np.array(values, dtype=np.uint64))
    assert read_varints(content).tolist() == values


places = st.lists(st.tuples(st.integers(0, 65535), st.integers(0, 65535)), min_size=1, max_size=40)


@given(places)
def test_packed_positions_come_back_without_loss(points):
    x, y = np.array(points, dtype=np.uint16).T
    content = packing.packed_positions(np.sort(packing.morton(x, y)))
    assert sorted(map(tuple, read_positions(content).tolist())) == sorted(points)


@given(places)
def test_the_peak_of_a_level_is_the_fullest_cell_of_that_level(points):
    x, y = np.array(points, dtype=np.uint16).T
    found = packing.peaks(np.sort(packing.morton(x, y)))
    for level, peak in enumerate(found):
        cells = np.stack([x, y], axis=1) >> (packing.DEEPEST - level)
        assert np.unique(cells, axis=0, return_counts=True)[1].max() == peak


@pytest.mark.parametrize("offset", [None, 0.0, 1.0])
def test_codes_of_a_number_rise_with_it_from_end_to_end_and_say_what_is_missing(offset):
    values = np.array([0.05, 0.1, 0.4, 1.0, 5.0, 9.0, np.nan])
    codes = packing.coded(values, 0.1, 5.0, offset)
    assert codes.tolist() == sorted(codes.tolist())
    assert codes[[0, 1]].tolist() == [0, 0]
    assert codes[[4, 5, 6]].tolist() == [254, 254, packing.MISSING]


def _scattered(n, seed=0):
    rng = np.random.default_rng(seed)
    x, y = np.clip(rng.normal(30_000, 6_000, (2, n)), 0, 65535).astype(np.uint16)
    return x, y, rng.integers(0, 256, n).astype(np.uint8)


def test_every_level_of_tiles_counts_every_point_in_its_own_cell():
    x, y, _ = _scattered(20_000)
    counts = pyramid.count([(x[:7_000], y[:7_000]), (x[7_000:], y[7_000:])], 2)
    whole = {level: np.zeros((256 << level,) * 2, dtype=np.int64) for level in range(3)}
    for tile in pyramid.tiles(counts):
        at = np.s_[256 * tile.y : 256 * (tile.y + 1), 256 * tile.x : 256 * (tile.x + 1)]
        whole[tile.level][at] = read_tile(tile.content)
    for level, grid in whole.items():
        assert grid.sum() == 20_000
        expected = np.zeros_like(grid)
        np.add.at(expected, (y >> (8 - level), x >> (8 - level)), 1)
        np.testing.assert_array_equal(grid, expected)


def test_value_tiles_hold_a_byte_per_filled_cell_with_the_mean_of_what_is_known():
    x, y, codes = _scattered(3_000)
    counts = pyramid.count([(x, y)], 0)
    sums, known = pyramid.total([(x, y, codes)], 0)
    (tile,) = pyramid.value_tiles(counts, sums, known)
    cells = np.flatnonzero(counts)
    assert len(tile.content) == cells.size
    for cell, code in zip(cells[:200], tile.content, strict=False):
        here = codes[((y >> 8).astype(int) * 256 + (x >> 8)) == cell]
        here = here[here != packing.MISSING]
        expected = np.round(np.float32(here.mean(dtype=np.float64))) if here.size else 255
        assert code == expected


def test_word_tiles_name_the_commonest_class_of_a_cell():
    grids = [np.zeros((256, 256), dtype=np.uint32) for _ in range(3)]
    for place, n in enumerate((2, 5, 4)):
        grids[place][3, 7] = n
    grids[2][9, 9] = 1
    (tile,) = pyramid.word_tiles(np.sum(grids, axis=0, dtype=np.uint32), grids)
    assert list(tile.content) == [1, 2]


@pytest.mark.parametrize(("n", "level"), [(1, 0), (65_536, 0), (65_537, 1), (400_000, 2),
                                          (20_000_000, 4), (10**9, 4)])  # fmt: skip
def test_the_deepest_level_has_about_one_point_to_a_cell(n, level):
    assert pyramid.depth(n) == level


@pytest.fixture(scope="module")
def made(database):
    """Give the files of the fixture's map, once as points and once as tiles."""
    with Catalogue(database) as catalogue:
        atlas = Atlas(catalogue)
        extent = (-60.0, 80.0, -60.0, 80.0)
        both = {}
        for kind, limit in (("points", files.POINTS_LIMIT), ("tiles", 0)):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(files, "POINTS_LIMIT", limit)
                both[kind] = files.files(catalogue, extent, atlas.scores, 10, N_SCORED)
    return both


def test_points_and_tiles_hold_the_same_spectra(made):
    points = read_positions(made["points"]["map/points.bin"])
    tile = read_tile(made["tiles"]["map/tiles/0-0-0.bin"])
    expected = np.zeros_like(tile)
    np.add.at(expected, (points[:, 1] >> 8, points[:, 0] >> 8), 1)
    np.testing.assert_array_equal(tile, expected)
    assert len(points) == N_SCORED


def test_both_kinds_offer_the_same_colours_and_the_same_tones(made):
    manifests = {kind: json.loads(each["map/map.json"]) for kind, each in made.items()}
    points, tiles = manifests["points"], manifests["tiles"]
    for name in ("n", "extent", "words", "counts", "columns", "latents", "corner"):
        assert points[name] == tiles[name]
    assert tiles["peaks"] == points["peaks"][: len(tiles["peaks"])]
    assert points["tiles"] is None
    for column in ["spec_class", *(each["name"] for each in points["columns"])]:
        assert len(made["points"][f"map/{column}.bin"]) == N_SCORED
        filled = np.count_nonzero(read_tile(made["tiles"]["map/tiles/0-0-0.bin"]))
        assert len(made["tiles"][f"map/tiles/{column}-0-0-0.bin"]) == filled


def test_the_columns_go_with_the_points(made, database):
    """A point's class, looked up by its place, is that of the catalogue."""
    with Catalogue(database) as catalogue:
        words = [name for name, _ in catalogue.map_classes()]
        ((x, y, place),) = catalogue.map_batches(["map_x", "map_y", "spec_class"], words)
    quantised = [packing.quantised(each, -60.0, 80.0) for each in (x, y)]
    expected = dict(zip(zip(*(q.tolist() for q in quantised), strict=True), place, strict=True))
    points = read_positions(made["points"]["map/points.bin"]).tolist()
    codes = made["points"]["map/spec_class.bin"]
    assert all(expected[tuple(at)] == code for at, code in zip(points, codes, strict=True))


def test_the_corner_shows_every_pair_and_every_spectrum_counts(made):
    corner = json.loads(made["points"]["map/map.json"])["corner"]
    n_pairs = corner["dimensions"] * (corner["dimensions"] - 1) // 2
    assert len(corner["peaks"]) == n_pairs == 15
    tones = np.frombuffer(made["points"]["map/corner.bin"], dtype=np.uint8)
    grids = tones.reshape(n_pairs, corner["cells"], corner["cells"])
    assert (grids.max(axis=(1, 2)) == 255).all()


def test_the_first_view_of_two_hundred_thousand_spectra_weighs_less_than_a_megabyte():
    rng = np.random.default_rng(2)
    centres = rng.uniform(5_000, 60_000, (40, 2))
    at = centres[rng.integers(0, 40, 200_000)] + rng.normal(0, 2_500, (200_000, 2))
    x, y = np.clip(at, 0, 65535).astype(np.uint16).T
    content = packing.packed_positions(np.sort(packing.morton(x, y)))
    # What else the page loads: itself, its picture, script and style, the objects.
    assert len(content) < 600_000


def test_the_page_of_the_map_is_light_and_the_same_every_time(database):
    with Catalogue(database) as catalogue:
        atlas = Atlas(catalogue)
        assert PAGE.sheets is not None
        first, second = (next(iter(PAGE.sheets(atlas, atlas.objects))) for _ in range(2))
    assert first == second
    assert len(first.context.picture) < 74_000
    assert first.data["map/points.bin"]


def test_three_spectra_with_one_latent_dimension_have_a_map_too(tmp_path):
    path = make_catalogue(tmp_path / "catalog.duckdb", n_published=3, n_scored=3)
    with Catalogue(path) as catalogue:
        atlas = Atlas(catalogue)
        made = files.files(catalogue, (-60.0, 80.0, -60.0, 80.0), atlas.scores, 1, 3)
    manifest = json.loads(made["map/map.json"])
    assert manifest["n"] == 3
    assert manifest["corner"]["peaks"] == []


@pytest.mark.parametrize("spread", ["0", "rank * 1e-9"])
def test_a_latent_dimension_that_tells_nothing_has_a_scale_all_the_same(tmp_path, spread):
    path = make_catalogue(tmp_path / "c.duckdb", n_published=2, n_scored=20)
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "UPDATE spectra SET latent = list_transform(latent, lambda x, i: "
            f"if(i = 1, 0.3 + {spread}, x))"
        )
    with Catalogue(path) as catalogue:
        atlas = Atlas(catalogue)
        assert PAGE.sheets is not None
        sheet = next(iter(PAGE.sheets(atlas, atlas.objects)))
    axes = json.loads(sheet.data["map/map.json"])["latents"]
    assert axes[0] == pytest.approx([-0.7, 1.3], abs=1e-3)
    assert all(low < high for low, high in axes)
