"""What llama.cpp's build finds of graphics cards, and how many layers of a model fit on them."""

import ctypes
from pathlib import Path
from typing import Any

from desktop.core.errors import UserError
from desktop.engine.gguf import read_header
from desktop.engine.sizing import weigh

_FILLED = 0.85  # of the free memory; the rest is for the memory of sequences and for what llama.cpp works with
_CARDS = (1, 2)  # GGML_BACKEND_DEVICE_TYPE_GPU, and the one that shares the processor's memory


def layers(path: str) -> int:
    """How many layers to put on the cards: as many as their free memory holds, all of them where it holds the model."""
    free = free_memory()
    if not free:
        return 0
    try:
        header = read_header(Path(path))
        size = weigh(Path(path), header)
    except UserError:
        return 0
    count = header.layers + 1
    return count if size <= free * _FILLED else int(count * free * _FILLED / size)


def free_memory() -> int:
    """Bytes that are free on the graphics cards that this build can use; 0 where it can use none."""
    total = 0
    for device in _devices():
        free, whole = ctypes.c_size_t(), ctypes.c_size_t()
        _library().ggml_backend_dev_memory(device, ctypes.byref(free), ctypes.byref(whole))
        total += free.value
    return total


def _devices() -> list[Any]:
    library = _library()
    library.ggml_backend_dev_count.restype = ctypes.c_size_t
    library.ggml_backend_dev_get.argtypes = [ctypes.c_size_t]
    library.ggml_backend_dev_get.restype = ctypes.c_void_p
    library.ggml_backend_dev_type.argtypes = [ctypes.c_void_p]
    library.ggml_backend_dev_memory.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
    devices = [library.ggml_backend_dev_get(number) for number in range(library.ggml_backend_dev_count())]
    return [device for device in devices if library.ggml_backend_dev_type(device) in _CARDS]


def _library() -> Any:
    from llama_cpp._ggml import libggml

    return libggml
