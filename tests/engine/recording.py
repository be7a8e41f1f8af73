"""Contexts that decode nothing but keep what they were asked, one of them its cells, and a vocabulary of letters."""

from collections import defaultdict
from random import Random

import numpy as np

from desktop.engine.native import Batch, Context, DecodeAbortedError, Logits, State, Vocabulary

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


class Cells(Recording):
    """One memory for all sequences: which token each holds in which cell. Now and then it breaks off a decode."""

    def __init__(self, random: Random, aborts: float) -> None:
        super().__init__()
        self._random, self._aborts = random, aborts
        self._cells: dict[int, list[tuple[int, int]]] = defaultdict(list)  # sequence → (cell, token) by place
        self._made = 0

    @property
    def used(self) -> int:
        """Cells that some sequence holds."""
        return len({cell for held in self._cells.values() for cell, _token in held})

    def held(self, sequence: int) -> list[int]:
        """The tokens of a sequence."""
        return [token for _cell, token in self._cells[sequence]]

    def decode(self) -> None:
        if self._random.random() < self._aborts:
            raise DecodeAbortedError
        super().decode()
        batch = self.batch
        rows = np.stack((batch._sequences, batch._places, batch._tokens))[:, : batch.size]
        for sequence, place, token in rows.T.tolist():
            assert place == len(self._cells[sequence])
            self._made += 1
            self._cells[sequence].append((self._made, token))

    def cut(self, sequence: int, length: int = 0) -> None:
        del self._cells[sequence][max(0, length) :]

    def share(self, source: int, target: int, length: int) -> None:
        assert not self._cells[target]
        super().share(source, target, length)
        self._cells[target] = self._cells[source][:length]
