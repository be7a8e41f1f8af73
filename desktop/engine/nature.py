"""What a model is for, and whether it was taught to follow instructions, as far as its file tells."""

import re
from collections.abc import Iterable
from typing import Literal, TypeAlias

Nature: TypeAlias = Literal["text", "embedding", "ranking", "vocabulary", "part", "other"]
"""Writes text; compares texts by embeddings; ranks texts; tokens alone; of use only beside another; anything else."""

Tuned: TypeAlias = Literal["instruct", "base", "unknown"]

_EMBEDDERS = frozenset(
    {"bert", "eurobert", "gemma-embedding", "jina-bert-v2", "jina-bert-v3", "modern-bert", "neo-bert", "nomic-bert",
     "nomic-bert-moe", "t5encoder"}
)  # fmt: skip
_OTHERS = frozenset({"t5", "wavtokenizer-dec", "dream", "llada", "llada-moe", "rnd1"})  # llama.cpp runs them otherwise
_INSTRUCT = frozenset(
    {"instruct", "instruction", "chat", "it", "assistant", "sft", "dpo", "orpo", "rlhf", "thinking", "reasoning",
     "conversational", "hermes", "zephyr", "vicuna", "alpaca"}
)  # fmt: skip
_BASE = frozenset({"base", "pretrain", "pretrained", "pt"})
_POOLED, _RANKS = (1, 2, 3), 4  # llama.cpp's ways of pooling: mean, first and last token; a rank


def nature_of(architecture: str, kind: str, tensors: int, pooling: int, *, causal: bool) -> Nature:
    """`kind` is general.type, `pooling` llama.cpp's number for it (0: none)."""
    if architecture == "clip" or kind in ("adapter", "mmproj", "imatrix"):
        return "part"
    if tensors == 0:
        return "vocabulary"
    if pooling == _RANKS:
        return "ranking"
    if architecture in _EMBEDDERS or pooling in _POOLED or not causal:
        return "embedding"
    return "other" if architecture in _OTHERS else "text"


def tuned_of(finetune: str, names: Iterable[str], tags: Iterable[str], *, chats: bool) -> Tuned:
    """What the file calls itself decides, then its names, then its tags; then whether it has a chat template.

    Base models often carry a chat template too, so a word that says "base" weighs more.
    """
    for told in ([finetune], names, tags):
        words = {word for each in told for word in re.split(r"[^a-z0-9]+", each.lower())}
        if words & _INSTRUCT:
            return "instruct"
        if words & _BASE:
            return "base"
    return "instruct" if chats else "unknown"
