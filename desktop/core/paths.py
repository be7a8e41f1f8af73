"""Where things lie: resources in source, wheel and frozen build, and this user's own folders."""

import os
import sys
from pathlib import Path

import platformdirs


def resources() -> Path:
    """The folder of icons, prompts, lists, samples and strings."""
    if getattr(sys, "frozen", False):
        return Path(getattr(sys, "_MEIPASS", sys.prefix)) / "resources"
    package = Path(__file__).resolve().parents[1]
    inside = package / "resources"
    return inside if inside.is_dir() else package.parent / "resources"


def data() -> Path:
    """This user's Seedbed folder for what must last: settings, logs, downloaded models."""
    return _own("SEEDBED_DATA", platformdirs.user_data_path("seedbed", appauthor=False))


def cache() -> Path:
    """This user's Seedbed folder for what can be made again: built wheels, fingerprints."""
    return _own("SEEDBED_CACHE", platformdirs.user_cache_path("seedbed", appauthor=False))


def models() -> Path:
    """The folder in which the starter model lies and which is searched for models first."""
    return cache() / "models"


def starter_model() -> Path:
    """The model that the bootstrap fetches and the demo uses; it may be missing."""
    return models() / "SmolLM2-135M-Instruct.Q4_1.gguf"


def _own(variable: str, usual: Path) -> Path:
    return Path(os.environ[variable]) if os.environ.get(variable) else usual
