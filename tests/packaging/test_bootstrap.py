"""The set-up agrees with the program it sets up."""

import ast
import subprocess
import sys
from pathlib import Path

import bootstrap
import llama_wheel
import lockfile
import pytest
import runner
import starter_model
import system_parts

from desktop.core import paths

PACKAGING = Path(bootstrap.__file__).parent
LOCK = (PACKAGING / "lock.txt").read_text(encoding="utf-8")


def test_it_needs_nothing_but_python() -> None:
    own, looked_at = {file.stem for file in PACKAGING.glob("*.py")}, {"bootstrap"}
    while more := {name for each in looked_at for name in _imported(each) if name in own} - looked_at:
        looked_at |= more
    assert {"runner", "llama_wheel"} <= looked_at
    for name in looked_at:
        assert _imported(name) <= sys.stdlib_module_names | own, name


def _imported(name: str) -> set[str]:
    tree = ast.parse((PACKAGING / f"{name}.py").read_text(encoding="utf-8"))
    used = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    used |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return {each.split(".", maxsplit=1)[0] for each in used}


def test_it_puts_things_where_the_program_looks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert bootstrap.cache_folder() == paths.cache()
    monkeypatch.delenv("SEEDBED_CACHE")
    assert bootstrap.cache_folder() == paths.cache()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert bootstrap.cache_folder() == paths.cache()
    assert paths.starter_model().name == starter_model.FILE
    assert bootstrap.cache_folder() / "models" == paths.models()


def test_a_built_engine_is_kept_for_exactly_what_it_was_built_for() -> None:
    kept = llama_wheel.key(LOCK, "cpu", "model name: A\nflags: avx2")
    assert kept == llama_wheel.key(LOCK, "cpu", "model name: A\nflags: avx2")
    assert kept.startswith(lockfile.version(LOCK, "llama-cpp-python"))
    assert kept != llama_wheel.key(LOCK, "cuda", "model name: A\nflags: avx2")
    assert kept != llama_wheel.key(LOCK, "cpu", "model name: A\nflags: avx2 avx512f")
    newer = LOCK.replace("llama-cpp-python==0", "llama-cpp-python==1")
    assert kept != llama_wheel.key(newer, "cpu", "model name: A\nflags: avx2")


def test_an_environment_that_was_moved_or_left_half_made_is_made_again(tmp_path: Path) -> None:
    venv = tmp_path / ".venv"
    subprocess.run([bootstrap.BASE, "-m", "venv", "--without-pip", venv], check=True)
    assert not bootstrap.belongs(venv)
    pip = next(venv.rglob("site-packages")) / "pip"
    pip.mkdir()
    (pip / "__main__.py").touch()
    assert bootstrap.belongs(venv)
    assert not bootstrap.belongs(venv.rename(tmp_path / "moved"))
    assert not bootstrap.belongs(tmp_path / "nothing")


def test_missing_libraries_are_named_as_debian_names_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert system_parts.missing_for_qt(lambda library: library != "libxcb-cursor.so.0") == ("libxcb-cursor0",)
    assert system_parts.missing_for_qt(lambda library: True) == ()
    monkeypatch.setattr(sys, "platform", "win32")
    assert system_parts.missing_for_qt(lambda library: False) == ()


def test_without_leave_to_install_it_names_the_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_parts, "missing_for_qt", lambda: ("libegl1", "libgl1"))
    monkeypatch.setattr(system_parts, "missing_fonts", lambda: ())
    monkeypatch.setattr(system_parts, "can_install", lambda: False)
    said: list[str] = []
    console = runner.Console(said.append, is_terminal=False)
    assert bootstrap._system_parts(console, must=False) is False
    assert "libegl1 libgl1" in said[-1]
    with pytest.raises(runner.StepError, match="libegl1 libgl1"):
        bootstrap._system_parts(console, must=True)


def test_a_word_it_does_not_know_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["dance"], ["test", "--rows", "3"], ["setup", "--gpu", "abacus"]):
        with pytest.raises(SystemExit) as ended:
            bootstrap.main(arguments)
        assert ended.value.code == 2
    assert "abacus" in capsys.readouterr().err
