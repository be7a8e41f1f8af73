"""A context that decodes nothing and keeps what it was asked to decode, and a vocabulary of letters."""

import numpy as np

from desktop.engine.native import Batch, Context, Logits, State, Vocabulary

WORDS = 8


class Letters(Vocabulary):
    """Every token is a letter, and none ends a text."""

    def __init__(self) -> None:
        self.size = WORDS

    def piece(self, token: int) -> bytes:
        return bytes([97 + token % 26])

    def ends(self, token: int) -> bool:
        return False


class Recording(Context):
    """Says that "b" comes next, and keeps which sequences had how many tokens in each batch."""

    def __init__(self) -> None:
        self.batch = Batch(512)
        self.outputs = 64
        self.seconds = 0.0
        self.passes: list[dict[int, int]] = []
        self.shared: list[tuple[int, int, int]] = []  # from, to, tokens

    def decode(self) -> None:
        numbers, counts = np.unique(self.batch._sequences[: self.batch.size], return_counts=True)
        self.passes.append({int(number): int(count) for number, count in zip(numbers, counts, strict=True)})

    def logits(self) -> Logits:
        rows = np.zeros((max(1, self.batch.rows), WORDS), np.float32)
        rows[:, 1] = 9
        return rows

    def save(self, sequence: int) -> State:
        return np.zeros(1, np.uint8)

    def restore(self, state: State, sequence: int) -> None: ...

    def cut(self, sequence: int, length: int = 0) -> None: ...

    def share(self, source: int, target: int, length: int) -> None:
        self.shared.append((source, target, length))
