"""`seedbed lists`: what methods and filters draw from, shown, set from a file, and restored."""

import json
from pathlib import Path
from typing import Any

import pytest

from desktop import cli


class Shell:
    """Runs `seedbed lists` on a project and keeps what it prints."""

    def __init__(self, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._project, self._capsys = project, capsys
        self.err = ""

    def __call__(self, *words: object) -> int:
        self._capsys.readouterr()
        status = cli.main(["lists", str(self._project), *map(str, words), "--json"])
        out, self.err = self._capsys.readouterr()
        self.told: list[dict[str, Any]] = [json.loads(line) for line in out.splitlines()]
        return status


@pytest.fixture
def lists(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    project = tmp_path / "p.seedbed"
    assert cli.main(["new", str(project)]) == 0
    return Shell(project, capsys)


def test_every_list_is_told_with_how_much_it_holds(lists: Shell) -> None:
    assert lists() == 0
    found = {each["name"]: each for each in lists.told}
    assert found["topics"]["count"] > 20 and not found["topics"]["own"]
    assert found["blocked_phrases.zh"]["count"] > 5
    assert found["names"]["count"] == 0


def test_a_list_is_set_from_a_file_and_restored(lists: Shell, tmp_path: Path) -> None:
    file = tmp_path / "topics.txt"
    file.write_text("# ours\nwound care\n\n 护理 \n", encoding="utf-8")
    assert lists("topics", "--set", file) == 0
    assert lists.told == [{"name": "topics", "own": True, "count": 2, "entries": ["wound care", "护理"]}]
    assert lists("topics") == 0
    assert lists.told[0]["entries"] == ["wound care", "护理"]
    assert lists("topics", "--restore") == 0
    assert not lists.told[0]["own"] and "cycling" in lists.told[0]["entries"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("topic",), "nothing called “topic”"),
        (("topics", "--set", "there-is-none.txt"), "There is no file"),
        (("topics", "--set", "empty.txt"), "A list cannot be empty"),
        (("topics", "--set", "latin.txt"), "UTF-8"),
        (("--restore",), "which list"),
    ],
)
def test_what_cannot_be_done_is_said(
    lists: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    (tmp_path / "empty.txt").write_text("# nothing\n", encoding="utf-8")
    (tmp_path / "latin.txt").write_bytes("Käse".encode("latin-1"))
    monkeypatch.chdir(tmp_path)
    assert lists(*words) == 1
    assert said in lists.err
    assert not lists.told
