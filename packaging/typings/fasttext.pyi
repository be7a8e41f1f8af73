"""What Seedbed uses of fasttext-predict, which brings no types."""

from typing import Any

class _Model:
    def predict(self, text: str, k: int = 1, threshold: float = 0.0) -> tuple[tuple[str, ...], Any]: ...

def load_model(path: str) -> _Model: ...
