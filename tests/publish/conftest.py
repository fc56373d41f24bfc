"""A tiny release, built by the workflow's own script: once for all tests that need one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.pipeline import finished

from catalog import workspace
from catalog.stages import provenance

SCRIPTS = Path(__file__).parents[2] / ".ci/release"
NO_REPOSITORY = {"GIT_DIR": "/nowhere"}
"""Who works on the code has changed it since its last commit, and such a release is refused."""


@pytest.fixture(scope="session")
def environment(tmp_path_factory):
    """What the workflow's scripts find around them: the command, Python, and no repository."""
    command = tmp_path_factory.mktemp("bin") / "catalog"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m catalog "$@"\n')
    command.chmod(0o755)
    return {**os.environ, **NO_REPOSITORY, "CATALOG": str(command), "PYTHON": sys.executable}


@pytest.fixture(scope="module")  # not longer: it changes what git says to all tests
def built(tiny_build, tmp_path_factory, environment):
    """The folder of a recipe, its data, and the release that was built of it."""
    # What does not depend on the repository is up to date, as where a cache restored it.
    folder = finished.copy(tiny_build, tmp_path_factory.mktemp("built"), "build/out")
    recipe = folder / "build/tiny.toml"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in NO_REPOSITORY.items():
            patch.setenv(name, value)
        provenance.code.cache_clear()
        subprocess.run([SCRIPTS / "build", recipe], env=environment, check=True)
        yield folder
    provenance.code.cache_clear()


@pytest.fixture
def release(built, tmp_path) -> Path:
    """A copy of that folder, to spoil."""
    return Path(shutil.copytree(built, tmp_path / "release"))


@pytest.fixture
def work(release):
    """The release in the copy."""
    return workspace.open_build(release / "build/tiny.toml")
