"""Builds the llama-cpp-python wheel once for this machine."""

from __future__ import annotations

import hashlib
import os
import platform
import shlex
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import lockfile
import runner

GPU_FLAGS = {
    "cpu": (),
    "cuda": ("-DGGML_CUDA=ON",),
    "vulkan": ("-DGGML_VULKAN=ON",),
    "metal": ("-DGGML_METAL=ON",),
}
_FLAGS = ("-DLLAVA_BUILD=OFF", "-DLLAMA_OPENSSL=OFF", "-DGGML_CCACHE=OFF")
_NAME = "llama-cpp-python"
_TRIM = Path(__file__).with_name("llama.cmake")
_MEND = Path(__file__).with_name("llama.h")


def flags(gpu: str) -> tuple[str, ...]:
    """What CMake is told: no picture models, no OpenSSL, no command-line layer, and the GPU that was asked for."""
    return (
        *_FLAGS,
        *GPU_FLAGS[gpu],
        f"-DCMAKE_PROJECT_llama_cpp_INCLUDE={_TRIM.as_posix()}",
        *((f"-DCMAKE_C_FLAGS=-include {_MEND}", f"-DCMAKE_CXX_FLAGS=-include {_MEND}") if os.name != "nt" else ()),
    )


def key(lock: str, gpu: str, processor: str) -> str:
    """What a built wheel is good for: this version, these flags, this platform, this very processor.

    The build uses every instruction that the processor has, so that a wheel of another one may not run here.
    """
    added = [each.read_text(encoding="utf-8") for each in (_TRIM, _MEND)]
    said = [*_FLAGS, *GPU_FLAGS[gpu], *added, processor, lockfile.only(lock, _NAME)]
    digest = hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]
    return f"{lockfile.version(lock, _NAME)}-{sysconfig.get_platform()}-{gpu}-{digest}"


def processor() -> str:
    """The processor's model and its instruction sets, as far as the system says them."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
        told = ("model name", "flags", "Features", "CPU part", "isa")
        return "\n".join(sorted({line for line in lines if line.startswith(told)}))
    if platform.system() == "Darwin":
        asked = ["sysctl", "-n", "machdep.cpu.brand_string"]
        return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    return os.environ.get("PROCESSOR_IDENTIFIER") or platform.processor()


def has_compiler() -> bool:
    """Whether a C++ compiler is to be found. On Windows only CMake knows where Visual Studio lies."""
    named = os.environ.get("CXX", "").split()
    return os.name == "nt" or any(shutil.which(name) for name in [*named[:1], "c++", "g++", "clang++"])


def kept(folder: Path) -> Path | None:
    """The wheel that was built into `folder` before."""
    return next(iter(sorted(folder.glob("llama_cpp_python-*.whl"))), None)


def build(
    tools: Path, lock: str, gpu: str, folder: Path, *, log: Path, on_line: Callable[[str], None] = lambda line: None
) -> Path:
    """Build the wheel from its hash-checked source with the build tools' Python, and keep it in `folder`."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as made:
        pinned = Path(made) / "llama.txt"
        pinned.write_text(lockfile.only(lock, _NAME), encoding="utf-8")
        runner.run(
            _command(tools, pinned, Path(made) / "wheel"),
            log,
            what="llama.cpp, which runs the model, could not be built.",
            remedy="The lines above say why. Most often a compiler or a library is missing, or there is too little "
            "room on the disk (2 GB are needed) or in memory. Put that right and run the same command again.",
            on_line=on_line,
            environment={
                "CMAKE_ARGS": shlex.join(flags(gpu)),
                "PATH": f"{tools.parent}{os.pathsep}{os.environ.get('PATH', '')}",
            },
        )
        if not folder.exists():
            (Path(made) / "wheel").rename(folder)
    wheel = kept(folder)
    if wheel is None:
        raise runner.StepError("The build of llama.cpp left no wheel.", f"Remove {folder} and try again.", log=log)
    return wheel


def _command(tools: Path, pinned: Path, into: Path) -> Sequence[str | Path]:
    # Without pip's cache: it would hand out a wheel that was built with other flags.
    options = ("--no-cache-dir", "--no-deps", "--no-build-isolation", "--require-hashes", "--progress-bar", "off")
    return [tools, "-m", "pip", "wheel", "-v", *options, "-r", pinned, "-w", into]
