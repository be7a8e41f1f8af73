"""What every test stands on: no display, a cache of its own, and outside data only where it is named."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from desktop.core import i18n, paths

STARTER_MODEL = paths.starter_model()


@pytest.fixture(autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test reads or writes this user's settings, cache or language."""
    monkeypatch.setenv("SEEDBED_DATA", str(tmp_path_factory.mktemp("data")))
    monkeypatch.setenv("SEEDBED_CACHE", str(tmp_path_factory.mktemp("cache")))
    yield
    i18n.use("en")


@pytest.fixture(scope="session")
def starter_model() -> Path:
    """The real starter model, which `bootstrap.py test` fetches."""
    if not STARTER_MODEL.is_file():
        pytest.skip("the starter model is not here; packaging/bootstrap.py fetches it")
    return STARTER_MODEL


@pytest.fixture
def test_data() -> Path:
    """Public data sets that lie outside the project, where SEEDBED_TEST_DATA names their folder."""
    folder = os.environ.get("SEEDBED_TEST_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("SEEDBED_TEST_DATA names no folder")
    return Path(folder)
