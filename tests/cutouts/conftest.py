"""A viewer to ask, and a cache to keep what it gives."""

import pytest

from catalog.cutouts import address
from catalog.cutouts.cache import Cache


@pytest.fixture
def server(server, monkeypatch):
    """Stands for the Legacy Surveys' viewer."""
    monkeypatch.setattr(address, "VIEWER", server.address.rstrip("/"))
    return server


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache")
