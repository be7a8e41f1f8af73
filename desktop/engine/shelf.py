"""The model files on this computer, wherever other programs keep them, and whether each will do."""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from desktop.core import paths
from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.engine import hardware
from desktop.engine.gguf import Header, read_header, title
from desktop.engine.sizing import needed, weigh

Verdict: TypeAlias = Literal["fits", "slow", "will not fit", "unusable"]

_DEEPEST = 6  # folders below a place
_MOST_FILES = 20_000  # looked at in one place
_SMALLEST = 1_000_000  # bytes; what is smaller holds a vocabulary or a test
_BYTES_PER_SECOND = 4e9
"""Weights that one core reads in a second, roughly; every token reads all of them."""
_SLOW = 4.0  # tokens a second of one text
_NO_WRITERS = frozenset(
    {"bert", "clip", "eurobert", "gemma-embedding", "jina-bert-v2", "jina-bert-v3", "modern-bert", "neo-bert",
     "nomic-bert", "nomic-bert-moe", "t5encoder", "wavtokenizer-dec"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model file, in the words of the Models page."""

    path: Path
    name: str
    architecture: str
    parameters: int
    quantisation: str
    context: int  # tokens it was trained for; 0: unknown
    size: int  # bytes, all parts together
    licence: str  # as the file says; empty: it does not say
    has_chat_template: bool
    verdict: Verdict
    words: str  # the verdict in a sentence


def find_models(extra: Sequence[Path] = ()) -> tuple[ModelFile, ...]:
    """Every model file in Seedbed's own folder, the user's, and those of other programs; each file once."""
    named = dict(_ollama())
    found: dict[tuple[int, int], ModelFile] = {}
    for path in (*_in_folders((paths.models(), *extra, *_usual_places())), *named):
        try:
            state = path.stat()
        except OSError:
            continue  # it went away meanwhile
        same = (state.st_dev, state.st_ino)  # links of every kind lead to the same file
        if same not in found and not _is_later_part(path):
            found[same] = look_at(path, named.get(path, ""))
    return tuple(found.values())


def look_at(path: Path, name: str = "") -> ModelFile:
    """What a file is, and whether it will do on this machine now. Never raises for a bad file."""
    try:
        header = read_header(path)
        size = weigh(path, header)
    except UserError as error:
        return ModelFile(path, name or path.name, "", 0, "", 0, _size(path), "", False, "unusable", str(error))
    verdict, words = _judge(header, size)
    return ModelFile(
        path=path,
        name=name or title(path, header),
        architecture=header.architecture,
        parameters=header.parameters,
        quantisation=header.quantisation,
        context=header.context,
        size=size,
        licence=header.licence,
        has_chat_template=bool(header.chat_template),
        verdict=verdict,
        words=words,
    )


def _judge(header: Header, size: int) -> tuple[Verdict, str]:
    if header.architecture in _NO_WRITERS:
        return "unusable", _("It does not write text: it is made to compare texts, or to read images.")
    wanted, free = needed(size, header), hardware.free_memory()
    figures = {"needed": f"{wanted / 1e9:.1f}", "free": f"{free / 1e9:.1f}"}
    if wanted > hardware.memory():
        words = _("Will not fit: it needs about {needed} GB, more than this computer has.")
        return "will not fit", words.format(**figures)
    if wanted > free:
        words = _("Will not fit now: it needs about {needed} GB, {free} GB are free. Close other programs.")
        return "will not fit", words.format(**figures)
    if min(hardware.physical_cores(), 8) * _BYTES_PER_SECOND / max(size, 1) < _SLOW:
        words = _("Fits, but will be slow on this computer: it needs about {needed} GB of {free} GB free.")
        return "slow", words.format(**figures)
    return "fits", _("Fits: it needs about {needed} GB of {free} GB free.").format(**figures)


def _usual_places() -> Iterator[Path]:
    """Where LM Studio, Hugging Face's cache, GPT4All and Jan keep their models."""
    home, data, settings = Path.home(), _application_data(), _application_settings()
    yield home / ".lmstudio" / "models"
    yield home / ".cache" / "lm-studio" / "models"
    hub = os.environ.get("HF_HUB_CACHE") or os.environ.get("HUGGINGFACE_HUB_CACHE")
    yield Path(hub) if hub else Path(os.environ.get("HF_HOME") or home / ".cache" / "huggingface") / "hub"
    yield data / "nomic.ai" / "GPT4All"
    yield home / "jan" / "models"
    yield settings / "Jan" / "data"
    yield data / "Jan" / "data"


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


def _in_folders(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
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
                    yield path
            if looked_at > _MOST_FILES:
                break


def _ollama() -> Iterator[tuple[Path, str]]:
    """Ollama's models: files named by their hash, which manifests name ("llama3.2:3b")."""
    own = os.environ.get("OLLAMA_MODELS")
    for store in (
        *([Path(own)] if own else []),
        Path.home() / ".ollama/models",
        Path("/usr/share/ollama/.ollama/models"),
    ):
        manifests = store / "manifests"
        for folder, _below, names in os.walk(manifests):
            for name in sorted(names):
                blob = _ollama_blob(Path(folder, name), store)
                if blob is not None:
                    yield blob, f"{Path(folder).name}:{name}"


def _ollama_blob(manifest: Path, store: Path) -> Path | None:
    try:
        if manifest.stat().st_size > 1_000_000:
            return None
        layers = json.loads(manifest.read_text(encoding="utf-8"))["layers"]
        digest = next(each["digest"] for each in layers if each["mediaType"].endswith(".image.model"))
        kind, number = digest.split(":")
        if kind != "sha256" or not (len(number) == 64 and number.isalnum()):
            return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, StopIteration, RecursionError):
        return None  # not one of Ollama's, or of a kind that came later
    blob = store / "blobs" / f"{kind}-{number}"
    return blob if _size(blob) >= _SMALLEST else None


def _is_later_part(path: Path) -> bool:
    """Whether a file is a further part of a split model; the first stands for all."""
    tail = path.name.removesuffix(".gguf").rpartition("-of-")
    return tail[2].isdigit() and len(tail[2]) == 5 and tail[0][-5:].isdigit() and tail[0][-5:] != "00001"


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
