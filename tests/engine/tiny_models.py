"""Tiny models with random weights: as files that llama.cpp runs, and computed with numpy from the papers' formulas."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.engine.gguf_files import text, value

Array = NDArray[np.float32]

LAYERS, WIDTH, HEADS, INNER = 2, 32, 4, 64
SHARED = 2  # heads of keys and values where several heads of questions share them
PART = WIDTH // HEADS
CONTEXT = 64
SMALL = 1e-5  # what keeps a norm from dividing by zero
BASE = 10_000.0  # of the rotation by a token's place
WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "▁red", "▁green", "▁fruit", "▁tree", "s", "▁a", "▁.", "▁水")
UNKNOWN, FIRST, LAST = 1, 2, 3  # of WORDS
END = 256  # the token behind a text, of a vocabulary of bytes


@dataclass(frozen=True)
class Tiny:
    """A model's weights by the names that llama.cpp gives them, and what else its file says."""

    values: Mapping[str, object]
    weights: Mapping[str, Array]

    def write(self, path: Path) -> Path:
        """The file at `path`."""
        head = b"GGUF" + struct.pack("<IQQ", 3, len(self.weights), len(self.values))
        head += b"".join(text(key) + value(each) for key, each in self.values.items())
        body = b""
        for name, array in self.weights.items():
            shape = array.shape[::-1]  # GGUF names the innermost dimension first
            head += text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, 0, len(body))
            body += array.tobytes() + bytes(-array.nbytes % 32)
        path.write_bytes(head + bytes(-len(head) % 32) + body)
        return path


# ── BERT: every token sees every other (arXiv 1810.04805) ────────────────────────────────────────


def bert(pooling: int) -> Tiny:
    """An embedding model of words; `pooling` 1: the mean of all states, 2: the first one's."""
    draw = np.random.default_rng(1)
    weights = {
        "token_embd.weight": _matrix(draw, len(WORDS), WIDTH),
        "token_types.weight": _matrix(draw, 2, WIDTH),
        "position_embd.weight": _matrix(draw, CONTEXT, WIDTH),
        **_norm(draw, "token_embd_norm"),
    }
    for number in range(LAYERS):
        at = f"blk.{number}."
        for name, rows, columns in (
            ("attn_q", WIDTH, WIDTH), ("attn_k", WIDTH, WIDTH), ("attn_v", WIDTH, WIDTH), ("attn_output", WIDTH, WIDTH),
            ("ffn_up", INNER, WIDTH), ("ffn_down", WIDTH, INNER),
        ):  # fmt: skip
            weights[f"{at}{name}.weight"] = _matrix(draw, rows, columns)
            weights[f"{at}{name}.bias"] = _matrix(draw, rows)
        weights |= _norm(draw, f"{at}attn_output_norm") | _norm(draw, f"{at}layer_output_norm")
    values = {
        **_sizes("bert"),
        "bert.attention.causal": False,
        "bert.attention.layer_norm_epsilon": SMALL,
        "bert.pooling_type": pooling,
        "tokenizer.ggml.model": "bert",
        "tokenizer.ggml.tokens": list(WORDS),
        "tokenizer.ggml.token_type": [3, 2, 3, 3, *[1] * (len(WORDS) - 4)],
        "tokenizer.ggml.token_type_count": 2,
        "tokenizer.ggml.unknown_token_id": UNKNOWN,
        "tokenizer.ggml.bos_token_id": FIRST,
        "tokenizer.ggml.seperator_token_id": LAST,  # as llama.cpp writes it
        "tokenizer.ggml.padding_token_id": 0,
    }
    return Tiny(values, weights)


def bert_states(model: Tiny, tokens: Sequence[int]) -> Array:
    """The last states, one for each token."""
    w = model.weights
    x = w["token_embd.weight"][list(tokens)] + w["token_types.weight"][0] + w["position_embd.weight"][: len(tokens)]
    x = _centred(x, w, "token_embd_norm")
    for number in range(LAYERS):
        at = f"blk.{number}."
        q, k, v = (_heads(_linear(x, w, f"{at}attn_{name}")) for name in "qkv")
        seen = _joined(_softmax(q @ k.transpose(0, 2, 1) / np.sqrt(PART)) @ v)
        x = _centred(x + _linear(seen, w, f"{at}attn_output"), w, f"{at}attn_output_norm")
        inner = _linear(_gelu(_linear(x, w, f"{at}ffn_up")), w, f"{at}ffn_down")
        x = _centred(x + inner, w, f"{at}layer_output_norm")
    return x


# ── Qwen3: a token sees those before it (arXiv 2505.09388) ───────────────────────────────────────


def qwen3(pooling: int | None) -> Tiny:
    """A model of bytes: one that writes, or with `pooling` 3 one that embeds by the state behind a text's end."""
    draw = np.random.default_rng(2)
    weights = {
        "token_embd.weight": _matrix(draw, END + 1, WIDTH),
        "output_norm.weight": 1 + _matrix(draw, WIDTH),
    }
    for number in range(LAYERS):
        at = f"blk.{number}."
        for name, rows, columns in (
            ("attn_q", WIDTH, WIDTH), ("attn_k", SHARED * PART, WIDTH), ("attn_v", SHARED * PART, WIDTH),
            ("attn_output", WIDTH, WIDTH), ("ffn_gate", INNER, WIDTH), ("ffn_up", INNER, WIDTH),
            ("ffn_down", WIDTH, INNER),
        ):  # fmt: skip
            weights[f"{at}{name}.weight"] = _matrix(draw, rows, columns)
        for name, size in (("attn_norm", WIDTH), ("ffn_norm", WIDTH), ("attn_q_norm", PART), ("attn_k_norm", PART)):
            weights[f"{at}{name}.weight"] = 1 + _matrix(draw, size)
    values = {
        **_sizes("qwen3"),
        "qwen3.attention.head_count_kv": SHARED,
        "qwen3.attention.key_length": PART,
        "qwen3.attention.value_length": PART,
        "qwen3.attention.layer_norm_rms_epsilon": SMALL,
        "qwen3.rope.freq_base": BASE,
        **({} if pooling is None else {"qwen3.pooling_type": pooling}),
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "qwen2",
        "tokenizer.ggml.tokens": [*map(_byte_name, range(END)), "<|endoftext|>"],
        "tokenizer.ggml.token_type": [*[1] * END, 3],
        "tokenizer.ggml.merges": ["~ ~"],
        "tokenizer.ggml.eos_token_id": END,
        "tokenizer.ggml.add_eos_token": pooling is not None,
        "tokenizer.chat_template": "{% for each in messages %}{{ each.role }}: {{ each.content }}\n{% endfor %}"
        "{% if add_generation_prompt %}assistant:{% endif %}",
    }
    return Tiny(values, weights)


def qwen3_states(model: Tiny, tokens: Sequence[int]) -> Array:
    """The last states, one for each token."""
    w = model.weights
    x = w["token_embd.weight"][list(tokens)]
    hidden = np.triu(np.full((len(tokens), len(tokens)), -np.inf), 1)
    for number in range(LAYERS):
        at = f"blk.{number}."
        h = _scaled(x, w, f"{at}attn_norm")
        q, k, v = (_heads(_linear(h, w, f"{at}attn_{name}")) for name in "qkv")
        q, k = _turned(_scaled(q, w, f"{at}attn_q_norm")), _turned(_scaled(k, w, f"{at}attn_k_norm"))
        k, v = (np.repeat(each, HEADS // SHARED, 0) for each in (k, v))
        seen = _joined(_softmax(q @ k.transpose(0, 2, 1) / np.sqrt(PART) + hidden) @ v)
        x = x + _linear(seen, w, f"{at}attn_output")
        h = _scaled(x, w, f"{at}ffn_norm")
        gate = _linear(h, w, f"{at}ffn_gate")
        x = x + _linear(gate / (1 + np.exp(-gate)) * _linear(h, w, f"{at}ffn_up"), w, f"{at}ffn_down")
    return _scaled(x, w, "output_norm")


# ── the pieces ───────────────────────────────────────────────────────────────────────────────────


def _sizes(architecture: str) -> dict[str, object]:
    return {
        "general.architecture": architecture,
        "general.name": "Tiny",
        f"{architecture}.block_count": LAYERS,
        f"{architecture}.context_length": CONTEXT,
        f"{architecture}.embedding_length": WIDTH,
        f"{architecture}.feed_forward_length": INNER,
        f"{architecture}.attention.head_count": HEADS,
    }


def _matrix(draw: np.random.Generator, *shape: int) -> Array:
    return (draw.standard_normal(shape) * 0.3).astype(np.float32)


def _norm(draw: np.random.Generator, name: str) -> dict[str, Array]:
    return {f"{name}.weight": 1 + _matrix(draw, WIDTH), f"{name}.bias": _matrix(draw, WIDTH)}


def _linear(x: Array, weights: Mapping[str, Array], name: str) -> Array:
    bias = weights.get(f"{name}.bias")
    made: Array = x @ weights[f"{name}.weight"].T
    return made if bias is None else made + bias


def _centred(x: Array, weights: Mapping[str, Array], name: str) -> Array:
    centred = x - x.mean(-1, keepdims=True)
    return _linear_of(centred / np.sqrt((centred**2).mean(-1, keepdims=True) + SMALL), weights, name)


def _scaled(x: Array, weights: Mapping[str, Array], name: str) -> Array:
    return _linear_of(x / np.sqrt((x**2).mean(-1, keepdims=True) + SMALL), weights, name)


def _linear_of(x: Array, weights: Mapping[str, Array], name: str) -> Array:
    made: Array = x * weights[f"{name}.weight"] + weights.get(f"{name}.bias", np.float32(0))
    return made


def _heads(x: Array) -> Array:
    return x.reshape(len(x), -1, PART).transpose(1, 0, 2)


def _joined(x: Array) -> Array:
    return x.transpose(1, 0, 2).reshape(x.shape[1], -1)


def _softmax(x: Array) -> Array:
    raised = np.exp(x - x.max(-1, keepdims=True))
    made: Array = raised / raised.sum(-1, keepdims=True)
    return made


def _gelu(x: Array) -> Array:
    made: Array = 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    return made


def _turned(x: Array) -> Array:
    """Rotated by their places, the first half of each head's numbers with the second (arXiv 2104.09864)."""
    angles = np.arange(x.shape[1])[:, None] * BASE ** (-np.arange(0, PART, 2) / PART)
    first, second = x[..., : PART // 2], x[..., PART // 2 :]
    cos, sin = np.cos(angles), np.sin(angles)
    return np.concatenate([first * cos - second * sin, first * sin + second * cos], -1).astype(np.float32)


def _byte_name(byte: int) -> str:
    """How GPT-2's vocabulary shows a byte: as itself where that can be printed, else as a letter of its own."""
    printed = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    if byte in printed:
        return chr(byte)
    return chr(256 + [each for each in range(256) if each not in printed].index(byte))
