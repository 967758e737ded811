"""Fixtures that every test may use."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Folder of the real corpora, one sub-folder each; the tests of it are skipped where there is none."""
    folder = os.environ.get("HEADSTART_CORPORA")
    if not folder:
        pytest.skip("HEADSTART_CORPORA does not name a folder with the real corpora")
    return Path(folder)
