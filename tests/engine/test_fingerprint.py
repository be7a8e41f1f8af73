"""A file's SHA-256 is right, and taken once."""

import hashlib
import os
from pathlib import Path

import pytest

from desktop.core import paths
from desktop.engine import fingerprint as module
from desktop.engine.fingerprint import fingerprint, known_fingerprint


def test_it_is_the_sha_256_and_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(b"x" * 5_000_000)
    heard: list[float] = []
    assert fingerprint(path, heard.append) == hashlib.sha256(b"x" * 5_000_000).hexdigest()
    assert heard[-1] == 1.0
    monkeypatch.setattr(module, "_digest", lambda *_arguments: pytest.fail("read again"))
    assert fingerprint(path) == hashlib.sha256(b"x" * 5_000_000).hexdigest()


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(b"one")
    first = fingerprint(path)
    path.write_bytes(b"two")
    os.utime(path, ns=(1, 1))
    assert fingerprint(path) != first


def test_a_damaged_memory_is_no_trouble(tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(b"one")
    for content in ("{", "[1]", "\x00"):
        (paths.cache() / "fingerprints.json").write_text(content)
        assert fingerprint(path) == hashlib.sha256(b"one").hexdigest()


def test_a_split_model_is_known_by_all_its_parts(tmp_path: Path) -> None:
    first, second = tmp_path / "big-00001-of-00002.gguf", tmp_path / "big-00002-of-00002.gguf"
    first.write_bytes(b"one")
    second.write_bytes(b"two")
    assert fingerprint(first) == hashlib.sha256(b"onetwo").hexdigest()
    second.write_bytes(b"another")
    assert fingerprint(first) == hashlib.sha256(b"oneanother").hexdigest()


def test_what_is_not_known_yet_can_be_told_without_reading(tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(b"one")
    assert known_fingerprint(path) == ""
    assert fingerprint(path) == known_fingerprint(path) != ""
