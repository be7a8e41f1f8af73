"""Presets of one's own: they come back as they were kept, and a broken file costs none of the others."""

from pathlib import Path

from desktop.core.records import ChainLink
from desktop.ui import own_presets

LINKS = (ChainLink("length", True, {"output_minimum": 3}), ChainLink("novelty", False, {}))


def test_presets_come_back_as_they_were_kept(tmp_path: Path) -> None:
    own_presets.save(tmp_path / "new", {"病历": LINKS, "b": LINKS[:1]})
    assert own_presets.load(tmp_path / "new") == {"病历": LINKS, "b": LINKS[:1]}


def test_what_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    assert own_presets.load(tmp_path) == {}
    (tmp_path / own_presets.FILE).write_text("[1", encoding="utf-8")
    assert own_presets.load(tmp_path) == {}
    kept = '{"a": 3, "b": [{"filter": "length", "enabled": true, "options": {}}, {"filter": 7}], "c": [1]}'
    (tmp_path / own_presets.FILE).write_text(kept, encoding="utf-8")
    assert own_presets.load(tmp_path) == {"b": (ChainLink("length", True, {}),)}
