"""Tables survive the way to disk and back, whatever they hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from catalog import tables
from catalog.errors import ReleaseError

TEXT = st.text(st.characters(codec="utf-8"), max_size=20)


@given(
    text=st.lists(TEXT, max_size=8),
    data=st.data(),
)
def test_round_trip(text, data, tmp_path_factory):
    n = len(text)
    table = {
        "target_id": np.array(text, object),
        "z": data.draw(arrays(np.float64, n, elements=st.floats(allow_nan=True))),
        "quality": data.draw(arrays(np.int64, n)),
        "flux": data.draw(arrays(np.float32, (n, 3), elements=st.floats(width=32))),
        "kept": data.draw(arrays(np.bool_, n)),
    }
    path = tmp_path_factory.mktemp("t") / "t.parquet"

    tables.write(path, table)
    back = tables.read(path)

    assert list(back) == list(table)
    for name, column in table.items():
        assert back[name].dtype == column.dtype
        np.testing.assert_array_equal(back[name], column)


def test_identifiers_beyond_a_double_stay_exact(tmp_path):
    ids = np.array(["39633345008634465", "39633345008634466", "-1695072"], object)
    tables.write(tmp_path / "t.parquet", {"target_id": ids})

    assert tables.read(tmp_path / "t.parquet")["target_id"].tolist() == ids.tolist()


def test_the_same_table_gives_the_same_bytes(tmp_path):
    table = {"a": np.arange(1000), "f": np.random.default_rng(0).normal(size=(1000, 20))}
    for name in "ab":
        tables.write(tmp_path / name, table)

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_damaged_table_says_which_file_and_what_to_do(tmp_path):
    path = tmp_path / "t.parquet"
    tables.write(path, {"a": np.arange(100)})
    path.write_bytes(path.read_bytes()[:-20])

    with pytest.raises(ReleaseError, match=r"t\.parquet[\s\S]*build again"):
        tables.read(path)
