"""What a user prefers is kept, and a damaged file harms nobody."""

from pathlib import Path

import pytest

from desktop.ui import preferences
from desktop.ui.preferences import Preferences, language_of, with_recent


def test_preferences_come_back_as_they_were(tmp_path: Path) -> None:
    kept = Preferences(language="zh_CN", look="dark", threads=4, recent=("/a.seedbed", "/b.seedbed"), geometry="00ff")
    preferences.save(kept, tmp_path / "deep" / "preferences.json")
    assert preferences.load(tmp_path / "deep" / "preferences.json") == kept


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '"text"', "null", '{"threads": "many", "recent": [1], "look": null}']
)
def test_a_damaged_file_gives_the_defaults(tmp_path: Path, content: str) -> None:
    path = tmp_path / "preferences.json"
    path.write_text(content, encoding="utf-8")
    assert preferences.load(path) == Preferences()


def test_what_is_wrong_takes_its_default_and_the_rest_stays(tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    path.write_text('{"threads": true, "look": "dark", "unknown": 1}', encoding="utf-8")
    assert preferences.load(path) == Preferences(look="dark")


@pytest.mark.parametrize(
    ("chosen", "system", "shown"),
    [
        ("zh_CN", "en_GB", "zh_CN"),
        ("", "zh_TW", "zh_CN"),
        ("", "de_DE", "en"),
        ("xx", "zh_CN", "zh_CN"),
        ("", "C", "en"),
    ],
)
def test_the_language_is_the_chosen_one_or_nearest_to_the_systems(chosen: str, system: str, shown: str) -> None:
    assert language_of(Preferences(language=chosen), system) == shown


def test_recent_projects_are_newest_first_and_few() -> None:
    kept = Preferences(recent=tuple(f"/{n}.seedbed" for n in range(8)))
    recent = with_recent(kept, Path("/5.seedbed"))
    assert recent[0] == "/5.seedbed"
    assert len(recent) == len(set(recent)) == 8
    assert len(with_recent(kept, Path("/new.seedbed"))) == 8
