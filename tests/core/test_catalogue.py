"""The catalogue: one file in a folder is one entry, under the file's name."""

import sys
from pathlib import Path

import pytest

from desktop.core import catalogue
from desktop.core.errors import UserError
from desktop.core.shapes import Filter, Format, Method


def test_every_folder_of_leaves_can_be_read() -> None:
    assert all(isinstance(each, Filter) for each in catalogue.filters().values())
    assert all(isinstance(each, Format) for each in catalogue.formats().values())
    assert all(isinstance(each, Method) for each in catalogue.methods().values())
    assert list(catalogue.filters()) == sorted(catalogue.filters())


def test_a_new_file_is_a_new_entry_and_a_private_one_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "leaves_of_a_test"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "one.py").write_text("ENTRY = 1\n", encoding="utf-8")
    (folder / "_shared.py").write_text("raise AssertionError\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert dict(catalogue._read("leaves_of_a_test", "ENTRY", int)) == {"one": 1}
    with pytest.raises(TypeError, match="ENTRY is not a str"):
        catalogue._read("leaves_of_a_test", "ENTRY", str)
    with pytest.raises(AttributeError):
        catalogue._read("leaves_of_a_test", "OTHER", int)
    for name in [name for name in sys.modules if name.startswith("leaves_of_a_test")]:
        monkeypatch.delitem(sys.modules, name)


def test_a_wrong_name_is_answered_with_the_right_ones() -> None:
    assert catalogue.find({"one": 1, "two": 2}, "two") == 2
    with pytest.raises(UserError) as caught:
        catalogue.find({"two": 2, "one": 1}, "three")
    assert "“three”" in caught.value.what
    assert caught.value.remedy == "Choose one of: one, two."
