"""What this user prefers, kept in one JSON file beside the program's other data."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from desktop.core import paths
from desktop.core.i18n import LANGUAGES

_RECENT = 8  # projects that are remembered


@dataclass(frozen=True, slots=True)
class Preferences:
    """Every setting of the window; the defaults are those of a first start."""

    language: str = ""  # a key of LANGUAGES; empty: the system's
    look: str = "system"  # system, light or dark
    threads: int = 0  # 0: the physical cores
    model: str = ""  # path of the chosen model; empty: the starter
    endpoint: str = ""  # the one address that may be asked; empty: none
    endpoint_key: str = ""  # what a server there wants to hear, where SEEDBED_API_KEY does not say it
    use_endpoint: bool = False  # the server there writes the rows, not `model`
    model_files: tuple[str, ...] = ()  # models outside every folder
    model_folders: tuple[str, ...] = ()
    recent: tuple[str, ...] = ()  # projects, newest first
    geometry: str = ""  # QWidget.saveGeometry, in hex
    page: str = "home"


def load(path: Path) -> Preferences:
    """What `path` holds; what is missing or does not fit takes its default."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Preferences()
    return _from_json(stored) if isinstance(stored, dict) else Preferences()


def save(preferences: Preferences, path: Path) -> None:
    """Write the whole file, then rename it into place. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.with_suffix(".new")
    whole.touch(mode=0o600)  # a key may stand in it
    whole.write_text(json.dumps(asdict(preferences), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    whole.replace(path)


def usual_path() -> Path:
    """Where this user's preferences lie."""
    return paths.data() / "preferences.json"


def language_of(preferences: Preferences, system: str) -> str:
    """The language to show: the chosen one, else the nearest to the system's ("zh_TW" → "zh_CN")."""
    if preferences.language in LANGUAGES:
        return preferences.language
    spoken = system.partition("_")[0]
    return next((each for each in LANGUAGES if each.partition("_")[0] == spoken), "en")


def with_recent(preferences: Preferences, project: Path) -> tuple[str, ...]:
    """The recent projects once `project` has been opened."""
    opened = os.fspath(project)
    return (opened, *(each for each in preferences.recent if each != opened))[:_RECENT]


def _from_json(stored: Mapping[str, Any]) -> Preferences:
    usual = Preferences()
    kept: dict[str, Any] = {}
    for each in fields(Preferences):
        value = stored.get(each.name)
        if isinstance(value, list) and all(isinstance(part, str) for part in value):
            value = tuple(value)
        if type(value) is type(getattr(usual, each.name)):
            kept[each.name] = value
    return Preferences(**kept)
