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
from dataclasses import dataclass
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
_FAULT = "fault.txt"
_TRIM = Path(__file__).with_name("llama.cmake")
_MEND = Path(__file__).with_name("llama.h")
_WAIT = Path(__file__).with_name("llama_wait.h")
"""For builds without OpenMP: on macOS, so that a library that happens to lie there does not change how threads wait."""


@dataclass(frozen=True)
class Variant:
    """How much of this processor a build uses."""

    words: str
    cmake: tuple[str, ...] = ()
    compiler: tuple[str, ...] = ()


WHOLE = Variant("with all instructions of this processor")
PLAIN = Variant("without this processor's special instructions, which is slower", cmake=("-DGGML_NATIVE=OFF",))
_NO_AMX = Variant("without its matrix instructions (AMX)", compiler=("-mno-amx-tile", "-mno-amx-int8", "-mno-amx-bf16"))


def variants(processor: str) -> tuple[Variant, ...]:
    """The builds to try, the fastest first; where one ends by itself, the next does without what is suspect."""
    return (WHOLE, _NO_AMX, PLAIN) if "amx_tile" in processor and os.name != "nt" else (WHOLE, PLAIN)


def flags(gpu: str, variant: Variant = WHOLE) -> tuple[str, ...]:
    """What CMake is told: no picture models, no OpenSSL, no command-line layer, and the GPU that was asked for."""
    added = [*("-include", str(_MEND)), *(("-include", str(_WAIT)) if _without_openmp() else ())]
    compiler = " ".join((*added, *variant.compiler))
    return (
        *_FLAGS,
        *(("-DGGML_OPENMP=OFF",) if _without_openmp() else ()),
        *GPU_FLAGS[gpu],
        *variant.cmake,
        f"-DCMAKE_PROJECT_llama_cpp_INCLUDE={_TRIM.as_posix()}",
        *((f"-DCMAKE_C_FLAGS={compiler}", f"-DCMAKE_CXX_FLAGS={compiler}") if os.name != "nt" else ()),
    )


def key(lock: str, gpu: str, processor: str, variant: Variant = WHOLE) -> str:
    """What a built wheel is good for: this version, these flags, this platform, this very processor.

    The build uses every instruction that the processor has, so that a wheel of another one may not run here.
    """
    files = (_TRIM, _MEND, *((_WAIT,) if _without_openmp() else ()))
    added = [each.read_text(encoding="utf-8") for each in files]
    said = [*_FLAGS, *GPU_FLAGS[gpu], *variant.cmake, *variant.compiler, *added, processor, lockfile.only(lock, _NAME)]
    digest = hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]
    return f"{lockfile.version(lock, _NAME)}-{sysconfig.get_platform()}-{gpu}-{digest}"


def _without_openmp() -> bool:
    return platform.system() == "Darwin"


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


def is_faulty(folder: Path) -> bool:
    """Whether what was built into `folder` ended when it was tried."""
    return (folder / _FAULT).is_file()


def mark_faulty(folder: Path, why: str) -> None:
    """Remember that what was built into `folder` does not run on this processor."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _FAULT).write_text(why, encoding="utf-8")


def build(
    tools: Path,
    lock: str,
    gpu: str,
    folder: Path,
    *,
    log: Path,
    variant: Variant = WHOLE,
    on_line: Callable[[str], None] = lambda line: None,
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
                "CMAKE_ARGS": shlex.join(flags(gpu, variant)),
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
