"""Files are written whole or not at all, and nothing is hashed twice."""

import errno
import os
import resource
from pathlib import Path

import pytest

from catalog.errors import ReleaseError
from catalog.release import Ledger, Stamp, digest_of, locked, writing


def test_a_failed_write_leaves_the_old_file_and_no_rubbish(tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("old")

    def halfway() -> None:
        with writing(target) as temporary:
            temporary.write_text("new, but")
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        halfway()

    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_reader_never_sees_half_a_file(tmp_path):
    target = tmp_path / "deep" / "a.txt"
    with writing(target) as temporary:
        temporary.write_text("half")
        assert not target.exists()
        temporary.write_text("whole")

    assert target.read_text() == "whole"


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT], ids=["disk full", "over quota"])
def test_a_full_disk_is_named_and_loses_nothing(tmp_path, code):
    target = tmp_path / "a.txt"
    target.write_text("old")

    message = r"disk is full[\s\S]*a\.txt[\s\S]*finished is kept"
    with pytest.raises(ReleaseError, match=message), writing(target):
        raise OSError(code, os.strerror(code))

    assert target.read_text() == "old"


def test_a_real_file_size_limit_is_met_like_a_full_disk(tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(ReleaseError, match="disk is full"), writing(tmp_path / "big") as file:
            file.write_bytes(b"x" * 5000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")

    refused = pytest.raises(ReleaseError, match=r"cannot be written[\s\S]*--out")
    with refused, writing(tmp_path / "file" / "a.txt"):
        pass


def test_ledger_hashes_again_only_what_changed(tmp_path, monkeypatch):
    file = tmp_path / "a"
    file.write_bytes(b"one")
    ledger = Ledger.open(tmp_path / "ledger.json")
    first = ledger.sha256(file)
    ledger.save()

    reopened = Ledger.open(tmp_path / "ledger.json")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", lambda *_: pytest.fail("the file was read again"))
        assert reopened.sha256(file) == first
    file.write_bytes(b"two!")
    assert reopened.sha256(file) != first


def test_a_damaged_ledger_or_stamp_is_begun_anew(tmp_path):
    (tmp_path / "x.json").write_text("{ not json")

    assert Ledger.open(tmp_path / "x.json").known == {}
    assert Stamp.read(tmp_path / "x.json") is None


@pytest.mark.parametrize("text", ["[]", '{"key": 1, "outputs": [], "counts": []}', '"x"', "3"])
def test_json_of_another_shape_is_begun_anew(tmp_path, text):
    (tmp_path / "x.json").write_text(text)

    assert Stamp.read(tmp_path / "x.json") is None
    assert isinstance(Ledger.open(tmp_path / "x.json").known, dict)


def test_a_missing_input_is_named(tmp_path):
    with pytest.raises(ReleaseError, match=r"gone\.fits"):
        Ledger(tmp_path / "l").sha256(tmp_path / "gone.fits")


def test_digest_does_not_depend_on_key_order():
    assert digest_of({"a": 1, "b": [2, "µ"]}) == digest_of({"b": [2, "µ"], "a": 1})
    assert digest_of({"a": 1}) != digest_of({"a": 2})


def test_two_builds_cannot_share_a_folder(tmp_path):
    with locked(tmp_path), pytest.raises(ReleaseError, match="another build"), locked(tmp_path):
        pass
    with locked(tmp_path):
        pass  # the lock was given back
