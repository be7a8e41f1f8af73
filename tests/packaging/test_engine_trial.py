"""A freshly built engine is tried; one that this processor cannot run is built again with less, and remembered."""

import shutil
import subprocess
import sys
from pathlib import Path

import bootstrap
import engine_trial
import llama_wheel
import pytest
import runner

AMX = "model name: A\nflags: avx512f amx_tile amx_int8"


def fault_of(code: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(engine_trial, "_WRITE", code)
    return engine_trial.fault(Path(sys.executable), folder / "model.gguf", folder / "log")


@pytest.mark.skipif(sys.platform == "win32", reason="signals are Unix's")
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("print('fine')", ""),
        ("import os; os.kill(os.getpid(), 4)", "an instruction that this processor does not have"),
        ("import os; os.kill(os.getpid(), 11)", "SIGSEGV"),
        ("import time; time.sleep(60)", "it does not come to an end"),
    ],
)
def test_what_ends_the_trial_is_told(code: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_trial, "_PATIENCE", 1)
    assert fault_of(code, tmp_path, monkeypatch) == words


def test_an_engine_that_does_not_start_is_no_fault_of_the_processor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(runner.StepError, match="does not start") as failed:
        fault_of("raise ImportError('libgomp.so.1 is missing')", tmp_path, monkeypatch)
    assert "libgomp" in failed.value.tail[-1]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """What the set-up says, with an engine whose builds are empty wheels."""

    def build(
        tools: Path, lock: str, gpu: str, folder: Path, *, log: Path, variant: llama_wheel.Variant, on_line: object
    ) -> Path:
        folder.mkdir(parents=True)
        wheel = folder / "llama_cpp_python-1-py3-none-any.whl"
        wheel.touch()
        return wheel

    monkeypatch.setenv("SEEDBED_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(llama_wheel, "build", build)
    monkeypatch.setattr(llama_wheel, "processor", lambda: AMX)
    monkeypatch.setattr(llama_wheel, "has_compiler", lambda: True)
    monkeypatch.setattr(bootstrap, "_build_tools", lambda console: Path("python"))
    monkeypatch.setattr(runner, "run", lambda *command, **rest: None)
    return []


def set_up(venv: Path, said: list[str]) -> None:
    bootstrap._engine(venv, None, runner.Console(said.append, is_terminal=False))


def faults(monkeypatch: pytest.MonkeyPatch, *told: str) -> list[str]:
    """Trials that come to this, one after the other; those that were not yet asked for stay."""
    left = list(told)
    monkeypatch.setattr(engine_trial, "fault", lambda python, model, log: left.pop(0))
    return left


def test_an_engine_that_runs_is_built_once_with_everything(
    tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    left = faults(monkeypatch, "", "never asked for")
    set_up(tmp_path, said)
    assert sum("for this machine (once; some minutes): done" in line for line in said) == 1
    set_up(tmp_path, said)
    assert left == ["never asked for"]


def test_a_build_that_does_not_run_is_followed_by_one_with_less_and_not_tried_again(
    tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    left = faults(monkeypatch, "an instruction that this processor does not have", "", "")
    set_up(tmp_path / "one", said)
    assert any("does not run here (an instruction" in line for line in said)
    assert any("without its matrix instructions" in line for line in said)
    said.clear()
    set_up(tmp_path / "one", said)
    assert said == []
    set_up(tmp_path / "two", said)  # another environment takes the wheel that runs at once
    assert not any("Building" in line for line in said)
    assert left == []


def test_where_no_build_runs_it_is_said(tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    faults(monkeypatch, "SIGILL", "SIGILL", "SIGILL")
    with pytest.raises(runner.StepError, match="does not run on this computer"):
        set_up(tmp_path, said)


def test_each_build_leaves_out_what_it_says() -> None:
    whole, no_amx, plain = (" ".join(llama_wheel.flags("cpu", each)) for each in llama_wheel.variants(AMX))
    assert "-mno-amx-tile" in no_amx
    assert "GGML_NATIVE=OFF" in plain
    assert "amx" not in whole + plain
    assert "NATIVE" not in whole + no_amx
    assert len(llama_wheel.variants("model name: A\nflags: avx2")) == 2
    lock = (bootstrap.LOCKS / "lock.txt").read_text(encoding="utf-8")
    assert len({llama_wheel.key(lock, "cpu", AMX, each) for each in llama_wheel.variants(AMX)}) == 3


def test_on_macos_threads_wait_in_our_way(monkeypatch: pytest.MonkeyPatch) -> None:
    lock = (bootstrap.LOCKS / "lock.txt").read_text(encoding="utf-8")
    here = llama_wheel.key(lock, "metal", AMX)
    assert "llama_wait.h" not in " ".join(llama_wheel.flags("metal"))
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    flags = llama_wheel.flags("metal")
    assert "-DGGML_OPENMP=OFF" in flags
    assert "llama_wait.h" in " ".join(flags)
    assert llama_wheel.key(lock, "metal", AMX) != here


@pytest.mark.skipif(shutil.which("cc") is None, reason="it compiles a few lines")
def test_a_thread_that_waits_long_naps(tmp_path: Path) -> None:
    (tmp_path / "wait.c").write_text(
        "static int naps;\n"
        "int nanosleep(const struct timespec *asked, struct timespec *left) { return naps++ * 0; }\n"
        "static inline void ggml_thread_cpu_relax(void) { }\n"  # as ggml-cpu.c defines and calls it
        "int main(void) { for (int i = 0; i < 5500; i++) ggml_thread_cpu_relax(); return naps; }\n"
    )
    header = Path(llama_wheel.__file__).with_name("llama_wait.h")
    subprocess.run(["cc", "-include", header, "wait.c", "-o", "wait"], cwd=tmp_path, check=True)
    assert subprocess.run([tmp_path / "wait"], check=False).returncode == 5


@pytest.mark.model
@pytest.mark.slow
def test_the_engine_that_is_installed_passes_its_trial(starter_model: Path, tmp_path: Path) -> None:
    assert engine_trial.fault(Path(sys.executable), starter_model, tmp_path / "log") == ""
