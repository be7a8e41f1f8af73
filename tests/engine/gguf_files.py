"""Small GGUF files of the tests' own making."""

import struct
from collections.abc import Mapping
from pathlib import Path

USUAL: Mapping[str, object] = {
    "general.architecture": "llama",
    "general.name": "Tiny",
    "general.license": "mit",
    "general.file_type": 15,
    "llama.block_count": 4,
    "llama.context_length": 2048,
    "llama.embedding_length": 256,
    "llama.attention.head_count": 8,
    "llama.attention.head_count_kv": 2,
    "tokenizer.ggml.tokens": ["<s>", "</s>", "a"],
    "tokenizer.chat_template": "{{ messages[0].content }}",
}


def gguf(values: Mapping[str, object] = USUAL, shape: tuple[int, ...] = (256, 4), kind: int = 0) -> bytes:
    """A whole file with one tensor of zeros."""
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, len(values))
    head += b"".join(text(key) + value(each) for key, each in values.items())
    head += text("token_embd.weight") + struct.pack("<I", len(shape)) + struct.pack(f"<{len(shape)}Q", *shape)
    head += struct.pack("<IQ", kind, 0)
    head += bytes(-len(head) % 32)
    size = 4
    for each in shape:
        size *= each
    return head + bytes(size)


def write(path: Path, values: Mapping[str, object] = USUAL, *, padding: int = 0) -> Path:
    """A whole file at `path`, with so many bytes more at its end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gguf(values) + bytes(padding))
    return path


def text(content: str) -> bytes:
    """A text as GGUF has it."""
    raw = content.encode()
    return struct.pack("<Q", len(raw)) + raw


def value(content: object) -> bytes:
    """A typed value as GGUF has it."""
    match content:
        case bool():
            return struct.pack("<IB", 7, content)
        case int():
            return struct.pack("<II", 4, content)
        case float():
            return struct.pack("<If", 6, content)
        case str():
            return struct.pack("<I", 8) + text(content)
        case [int(), *_rest]:
            return struct.pack(f"<IIQ{len(content)}i", 9, 5, len(content), *content)
        case list():
            return struct.pack("<IIQ", 9, 8, len(content)) + b"".join(text(str(each)) for each in content)
    raise TypeError(content)
