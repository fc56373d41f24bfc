"""`catalog latent`: what a finished release says of its latent space, as tables on a terminal."""

import pytest
from click.testing import CliRunner
from tests.site.catalogue_fixture import make_catalogue

from catalog.cli import cli
from catalog.cli_latent import print_table
from catalog.store.read import Catalogue


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    return make_catalogue(tmp_path_factory.mktemp("latent") / "catalog.duckdb", latent=True)


def run(*arguments):
    return CliRunner().invoke(cli, ["latent", *map(str, arguments)])


@pytest.mark.parametrize("verb", ["dimensions", "information", "separation", "prevalence"])
def test_every_row_of_the_catalogue_is_a_line(database, verb):
    done = run(verb, database)
    assert done.exit_code == 0, done.output
    with Catalogue(database) as opened:
        wanted = {
            "dimensions": len(opened.latent_dimensions()) + 1,
            "information": len(opened.latent_information("neighbours"))
            + len(opened.latent_leakage()) + 5,
            "separation": len(opened.class_separation()) + 1,
            "prevalence": len(opened.prevalence()) + 1,
        }[verb]  # fmt: skip
    assert wanted > 1
    lines = done.output.splitlines()
    assert len(lines) == wanted
    assert all(line == line.rstrip() for line in lines)


def test_an_estimator_may_be_chosen_and_the_strongest_pair_comes_first(database):
    done = run("information", database, "--estimator", "mixture")
    block = done.output.split("\n\n")[0].splitlines()
    values = [float(line.split()[2]) for line in block[1:]]
    assert values == sorted(values, reverse=True)
    assert "disentanglement: " in done.output
    assert run("information", database, "--estimator", "guess").exit_code == 2


def test_a_release_that_is_not_there_is_named(tmp_path):
    done = run("dimensions", "nothing", "--out", tmp_path)
    assert done.exit_code == 1
    assert "there is no catalogue" in done.output


def test_tables_are_aligned_and_nothing_is_a_dash(capsys):
    print_table(("name", "value"), [("a", 1.0), ("longer", None), ("b", 123456.0)])
    assert capsys.readouterr().out.splitlines() == [
        "name        value",
        "a               1",
        "longer          -",
        "b       1.235e+05",
    ]


def test_a_table_without_rows_is_its_header(capsys):
    print_table(("name", "value"), [])
    assert capsys.readouterr().out == "name  value\n"


def test_the_table_of_traversals_says_up_down_none_and_what_cannot_be_measured(database):
    done = run("traverse", database)
    assert done.exit_code == 0, done.output
    head, blue, halpha = (line.split() for line in done.output.splitlines())
    assert head == ["feature", *map(str, range(1, 11))]
    assert blue == ["continuum_blue", "up", "down", "none", "up", "down", "-", "up", "down", "none",
                    "up"]  # fmt: skip
    assert halpha[:3] == ["halpha", "[Å]", "up"]


@pytest.mark.parametrize(
    ("points", "said"), [("1,2", "two points or more"), ("1,2 3", "two points"), ("a,b", "pairs")]
)
def test_points_that_are_no_track_are_refused(tmp_path, points, said):
    done = run("track", tmp_path / "r.toml", "--across", 1, "--up", 2, "--points", points)
    assert done.exit_code == 2
    assert said in done.output
