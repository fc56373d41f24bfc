"""A folder is one process's at a time, and what the disk refuses is told."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from catalog.disk import held, refusal
from catalog.errors import ReleaseError

BUSY = ReleaseError("somebody is here")
HOLD = """
import sys
from pathlib import Path
from catalog.disk import held
from catalog.errors import ReleaseError
with held(Path(sys.argv[1]), ReleaseError("x")):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other(tmp_path):
    """Another process that holds the folder until it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "a" / "b")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_folder_is_held_by_one_process_and_free_when_that_is_killed(other, tmp_path):
    folder = tmp_path / "a" / "b"
    with pytest.raises(ReleaseError, match="somebody is here"), held(folder, BUSY):
        pass
    other.kill()
    other.wait()
    with held(folder, BUSY):
        assert list(folder.iterdir()) == []  # and nothing is left in it


def test_a_fault_inside_passes_and_frees_the_folder(tmp_path):
    with pytest.raises(BlockingIOError), held(tmp_path, BUSY):
        raise BlockingIOError
    with held(tmp_path, BUSY):
        pass


def test_a_folder_that_cannot_be_made_is_named_with_the_option_for_another(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(ReleaseError, match=r"file/b[\s\S]*--data"),
        held(tmp_path / "file" / "b", BUSY, "--data"),
    ):
        pass


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_called_so(number):
    assert "the disk is full" in str(refusal(Path("a"), OSError(number, "x")))
    assert "cannot be written" in str(refusal(Path("a"), OSError(errno.EACCES, "x")))
