"""A viewer to ask, and a cache to keep what it gives."""

import pytest
from tests.web.server import Server

from catalog.cutouts import address
from catalog.cutouts.cache import Cache


@pytest.fixture
def server(monkeypatch):
    """Stands for the Legacy Surveys' viewer."""
    with Server() as serving:
        monkeypatch.setattr(address, "VIEWER", serving.address.rstrip("/"))
        yield serving


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache")
