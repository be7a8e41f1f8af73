"""Where model files lie on this computer: in Seedbed's own folder, the user's, and those of other programs."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.core import paths

_DEEPEST = 6  # folders below a place
_MOST_FILES = 20_000  # looked at in one place
_SMALLEST = 1_000_000  # bytes; what is smaller holds a vocabulary or a test
_LARGEST_NOTE = 1_000_000  # bytes of a settings file or a manifest


@dataclass(frozen=True, slots=True)
class Found:
    """A file that may be a model."""

    path: Path
    origin: str = ""  # the program that keeps it; empty: Seedbed or the user
    name: str = ""  # what that program calls it; empty: the file's name says


def find_files(extra: Sequence[Path] = ()) -> Iterator[Found]:
    """Every file once, however many names it has; of a split model the first part."""
    seen: set[tuple[int, int]] = set()
    for found in _everywhere(extra):
        try:
            state = found.path.stat()
        except OSError:
            continue  # it went away meanwhile
        same = (state.st_dev, state.st_ino)  # links of every kind lead to the same file
        if same not in seen and not _is_later_part(found.path):
            seen.add(same)
            yield found


def _everywhere(extra: Sequence[Path]) -> Iterator[Found]:
    for place in (paths.models(), *extra):
        yield from _in_folder(place, "")
    for origin, place in _programs():
        yield from _in_folder(place, origin)
    yield from _ollama()


def _programs() -> Iterator[tuple[str, Path]]:
    """Folders with files that end in .gguf; what does not exist is no trouble."""
    home, data, settings, cache = Path.home(), _application_data(), _application_settings(), _application_cache()
    yield from (("LM Studio", place) for place in _lm_studio(home))
    hub = os.environ.get("HF_HUB_CACHE") or os.environ.get("HUGGINGFACE_HUB_CACHE")
    own = os.environ.get("HF_HOME")
    usual = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "huggingface"
    yield "Hugging Face", Path(hub) if hub else (Path(own) if own else usual) / "hub"
    yield "GPT4All", data / "nomic.ai" / "GPT4All"
    for folder in (settings / "Jan" / "data", data / "Jan" / "data", home / "jan"):
        yield "Jan", folder / "llamacpp" / "models"
        yield "Jan", folder / "models"
    yield "llama.cpp", Path(os.environ.get("LLAMA_CACHE") or cache / "llama.cpp")


def _lm_studio(home: Path) -> Iterator[Path]:
    """Its own folders, and the one that its user chose."""
    pointed = _folder(_read_note(home / ".lmstudio-home-pointer").strip())
    for place in (home / ".lmstudio", *pointed):
        yield place / "models"
        yield from _folder(_json_object(place / "settings.json").get("downloadsFolder"))
    yield home / ".cache" / "lm-studio" / "models"


def _folder(named: Any) -> list[Path]:
    """The folder that another program's settings name; none where that is no place."""
    is_place = isinstance(named, str) and "\0" not in named and Path(named).is_absolute()
    return [Path(named)] if is_place else []


def _application_data() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")


def _application_settings() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")


def _application_cache() -> Path:
    if sys.platform == "win32":
        return _application_data()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def _in_folder(place: Path, origin: str) -> Iterator[Found]:
    looked_at = 0
    depth = len(place.parts)
    for folder, below, names in os.walk(place):  # which does not follow links to folders
        below.sort()
        if len(Path(folder).parts) - depth >= _DEEPEST:
            below.clear()
        for name in sorted(names):
            looked_at += 1
            path = Path(folder, name)
            if name.lower().endswith(".gguf") and _size(path) >= _SMALLEST:
                yield Found(path, origin, path.parent.name if path.stem == "model" else "")  # as Jan names all of them
        if looked_at > _MOST_FILES:
            break


def _ollama() -> Iterator[Found]:
    """Ollama's models: files named by their hash, which manifests name ("llama3.2:3b")."""
    own = os.environ.get("OLLAMA_MODELS")
    for store in (
        *([Path(own)] if own else []),
        Path.home() / ".ollama/models",
        Path("/usr/share/ollama/.ollama/models"),
    ):
        manifests = store / "manifests"
        for folder, below, names in os.walk(manifests):
            below.sort()
            for name in sorted(names):
                blob = _ollama_blob(Path(folder, name), store)
                if blob is not None:
                    owner = [each for each in Path(folder).relative_to(manifests).parts[1:] if each != "library"]
                    yield Found(blob, "Ollama", f"{'/'.join(owner)}:{name}")


def _ollama_blob(manifest: Path, store: Path) -> Path | None:
    layers = _json_object(manifest).get("layers")
    for layer in layers if isinstance(layers, list) else []:
        if isinstance(layer, dict) and str(layer.get("mediaType")).endswith(".image.model"):
            kind, _colon, number = str(layer.get("digest")).partition(":")
            if kind != "sha256" or not (len(number) == 64 and number.isalnum()):
                return None
            blob = store / "blobs" / f"{kind}-{number}"
            return blob if _size(blob) >= _SMALLEST else None
    return None


def _is_later_part(path: Path) -> bool:
    """Whether a file is a further part of a split model; the first stands for all."""
    tail = path.name.removesuffix(".gguf").rpartition("-of-")
    return tail[2].isdigit() and len(tail[2]) == 5 and tail[0][-5:].isdigit() and tail[0][-5:] != "00001"


def _json_object(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(_read_note(file))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _read_note(file: Path) -> str:
    """The text of another program's small file; empty where there is none to be had."""
    if not 0 < _size(file) <= _LARGEST_NOTE or not file.is_file():
        return ""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
