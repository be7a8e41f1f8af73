"""A new project for every test of the store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.store.project import Project


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the test's project lies."""
    return tmp_path / "a.seedbed"


@pytest.fixture
def project(path: Path) -> Iterator[Project]:
    """An empty project, open for writing."""
    with Project.create(path, title="Test", language="en", clock=lambda: 1000.0) as project:
        yield project
