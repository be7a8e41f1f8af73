"""The chains that this user has given a name, kept in one JSON file beside the preferences."""

import json
from collections.abc import Mapping
from pathlib import Path

from desktop.core.records import ChainLink

FILE = "presets.json"


def load(folder: Path) -> Mapping[str, tuple[ChainLink, ...]]:
    """The chains by their names; what cannot be read is left out."""
    try:
        stored = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(stored, dict):
        return {}
    found = {str(name): _links(chain) for name, chain in stored.items()}
    return {name: links for name, links in found.items() if links}


def save(folder: Path, presets: Mapping[str, tuple[ChainLink, ...]]) -> None:
    """Write the whole file, then rename it into place. Raises OSError."""
    stored = {
        name: [{"filter": link.filter, "enabled": link.enabled, "options": dict(link.options)} for link in links]
        for name, links in presets.items()
    }
    folder.mkdir(parents=True, exist_ok=True)
    whole = (folder / FILE).with_suffix(".new")
    whole.write_text(json.dumps(stored, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    whole.replace(folder / FILE)


def _links(stored: object) -> tuple[ChainLink, ...]:
    if not isinstance(stored, list):
        return ()
    found: dict[str, ChainLink] = {}
    for each in stored:
        match each:
            case {"filter": str(id), "enabled": bool(enabled), "options": dict(options)}:
                found[id] = ChainLink(id, enabled, options)
    return tuple(found.values())
