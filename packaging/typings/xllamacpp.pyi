"""What Seedbed's benchmark uses of xllamacpp, which is installed beside it and not with it."""

from enum import IntEnum
from typing import Any

class llama_flash_attn_type(IntEnum):  # noqa: N801
    LLAMA_FLASH_ATTN_TYPE_DISABLED = 0
    LLAMA_FLASH_ATTN_TYPE_ENABLED = 1

class CpuParams:
    n_threads: int

class CommonParamsModel:
    path: str

class CommonParams:
    model: CommonParamsModel
    n_parallel: int
    n_ctx: int
    n_batch: int
    kv_unified: bool
    cpuparams: CpuParams
    cpuparams_batch: CpuParams
    flash_attn_type: llama_flash_attn_type
    verbosity: int

class Server:
    def __init__(self, params: CommonParams) -> None: ...
    def handle_completions(self, request: dict[str, Any]) -> dict[str, Any]: ...

def get_system_info() -> str: ...
