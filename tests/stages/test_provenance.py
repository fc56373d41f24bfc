"""What a release is made by is told as it is, and without a word of where."""

import hashlib
import json
import subprocess
from importlib import metadata
from pathlib import Path

import pytest

import catalog
from catalog.stages import provenance

ROOT = Path(catalog.__file__).parent


@pytest.fixture(autouse=True)
def fresh():
    provenance.code.cache_clear()
    yield
    provenance.code.cache_clear()


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
    done = subprocess.run(
        ["git", *identity, *words], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A repository that holds a package of two files, and templates beside it."""
    package = tmp_path / "r" / "src" / "catalog"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "a.py").write_text("x = 1\n")
    templates = tmp_path / "r" / "site_templates"
    templates.mkdir()
    (templates / "base.html").write_text("<p>")
    git(tmp_path / "r", "init", "-q")
    git(tmp_path / "r", "add", ".")
    git(tmp_path / "r", "commit", "-qm", "x")
    monkeypatch.setattr(catalog, "__file__", str(package / "__init__.py"))
    return tmp_path / "r"


def test_a_commit_is_named_and_is_clean_until_something_changes(checkout):
    first = provenance.code()
    assert first.commit == git(checkout, "rev-parse", "HEAD")
    assert not first.dirty

    provenance.code.cache_clear()
    (checkout / "site_templates" / "base.html").write_text("<p>changed")
    second = provenance.code()
    assert second.dirty
    assert second.sha256 != first.sha256


def test_a_file_that_is_no_source_changes_nothing(checkout):
    first = provenance.code()
    provenance.code.cache_clear()
    (checkout / "notes.txt").write_text("x")
    cached = checkout / "src" / "catalog" / "__pycache__"
    cached.mkdir()
    (cached / "a.pyc").write_bytes(b"x")
    (checkout / ".gitignore").write_text("__pycache__\n")
    assert provenance.code() == first


def test_a_package_installed_below_somebody_elses_repository_claims_no_commit(
    tmp_path, monkeypatch
):
    git(tmp_path, "init", "-q")
    package = tmp_path / "lib" / "site-packages" / "catalog"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    monkeypatch.setattr(catalog, "__file__", str(package / "__init__.py"))
    made = provenance.code()
    assert (made.commit, made.dirty) == ("", False)
    assert len(made.sha256) == 64


def test_the_digest_is_that_of_names_and_contents(tmp_path, monkeypatch):
    package = tmp_path / "src" / "catalog"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("x")
    monkeypatch.setattr(catalog, "__file__", str(package / "__init__.py"))
    own = hashlib.sha256(b"src/catalog/__init__.py\0" + hashlib.sha256(b"x").digest())
    assert provenance.code().sha256 == own.hexdigest()


def test_the_libraries_are_those_that_the_package_asks_for():
    found = provenance.environment()
    assert found["numpy"] == metadata.version("numpy")
    assert found["torch"] == metadata.version("torch")
    assert list(found) == sorted(found, key=str.lower)
    assert "pytest" not in found
    assert str(ROOT) not in json.dumps(found)
