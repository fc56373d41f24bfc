"""The file opens where people have not upgraded: in the first DuckDB of its storage format."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from catalog.store.write import write

OLDEST = "1.0.0"
READ_ALL = """
import sys, duckdb
assert duckdb.__version__ == sys.argv[2], duckdb.__version__
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    found = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    tables = [row[0] for row in found]
    for table in tables:
        connection.execute(f'SELECT * FROM "{table}"').fetchall()
    ids = connection.execute("SELECT target_id FROM spectra ORDER BY target_id").fetchall()
print(len(tables), *(row[0] for row in ids))
"""


@pytest.fixture(scope="module")
def oldest(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("duckdb")
    wanted = ["--no-deps", "--only-binary", ":all:", "--target", str(folder), f"duckdb=={OLDEST}"]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", *wanted],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode and not os.environ.get("CI"):
        pytest.skip(f"duckdb {OLDEST} cannot be installed: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.slow
def test_every_table_is_read_by_the_oldest_client_of_the_format(
    oldest, tmp_path, content, extra, ids
):
    database = tmp_path / "catalog.duckdb"
    write(database, content, extra)
    done = subprocess.run(
        [sys.executable, "-c", READ_ALL, str(database), OLDEST],
        env={**os.environ, "PYTHONPATH": str(oldest)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    n_tables, *read = done.stdout.split()
    assert int(n_tables) > 40
    assert read == sorted(ids)
