"""Where things lie: beside the source, in a frozen build, and in this user's folders."""

import sys
from pathlib import Path

import pytest

from desktop.core import paths


def test_resources_are_found_beside_the_source() -> None:
    assert (paths.resources() / "lists" / "blocked_phrases.en.txt").is_file()


def test_resources_are_found_in_a_frozen_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert paths.resources() == tmp_path / "resources"


def test_own_folders_can_be_moved_and_are_this_user_s_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEEDBED_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SEEDBED_CACHE", str(tmp_path / "cache"))
    assert paths.data() == tmp_path / "data"
    assert paths.models() == tmp_path / "cache" / "models"
    assert paths.starter_model().parent == paths.models()
    monkeypatch.setenv("SEEDBED_CACHE", "")
    assert paths.cache().is_absolute()
    assert "seedbed" in paths.cache().name.lower() or "seedbed" in str(paths.cache()).lower()
