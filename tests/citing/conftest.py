"""A catalogue's release folder, with the files that cite and describe it."""

import duckdb
import pytest
from tests.store.conftest import EXTRA, catalogue_tables

from catalog import citing
from catalog.store.write import write

SAID = f"""
UPDATE release SET name = 'test', title = 'Test Atlas', simulated = false, seed = 7,
  software_version = '0.1.0', recipe = '{{"release": {{"name": "test"}}}}';
UPDATE citation SET doi = '10.5281/zenodo.1234567', concept_doi = '10.5281/zenodo.1234566';
DELETE FROM authors;
INSERT INTO authors VALUES (1, 'Rossi', 'Ada', '0000-0002-1825-0097', 'Observatory'),
  (2, 'The Test Collaboration', '', '', '');
UPDATE provenance SET code_commit = '{"d4" * 20}';
INSERT INTO environment VALUES ('torch', '2.13.0');
UPDATE benchmark_scores SET snr_group = 'all', low = 0.25, high = 0.75;
INSERT INTO benchmark_scores VALUES ('lof', 'all', 'all', 'auprc', 0.125, NULL, NULL, 20),
  ('combined', 'blend', 'all', 'auprc', 0.75, 0.5, 1, 20),
  ('combined', 'all', '>40', 'auprc', 1, 1, 1, 20),
  ('combined', 'all', '5-10', 'auprc', 0, 0, 0, 9);
"""


@pytest.fixture(scope="session")
def database(tmp_path_factory):
    path = tmp_path_factory.mktemp("citing") / "catalog.duckdb"
    write(path, catalogue_tables(), EXTRA)
    with duckdb.connect(str(path)) as connection:
        connection.execute(SAID)
    return path


@pytest.fixture(scope="session")
def release(database, tmp_path_factory):
    """The folder, and what was written: three other files, one of them in a folder of its own."""
    folder = tmp_path_factory.mktemp("release")
    others = [folder / "spectra #1 ü.csv", folder / "catalog.duckdb", folder / "hats" / "a.parquet"]
    others[2].parent.mkdir()
    for i, file in enumerate(others):
        file.write_bytes(b"x" * i)
    return folder, others, citing.write(database, folder, others)
