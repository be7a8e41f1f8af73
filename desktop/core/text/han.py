"""Whether Chinese is written in simplified or in traditional characters."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

from desktop.core import paths

Han: TypeAlias = Literal["simplified", "traditional"]


@dataclass(frozen=True, slots=True)
class Telling:
    """How many characters of a text the one way of writing has alone, and how many the other."""

    simplified: int
    traditional: int

    def share(self, of: Han) -> float:
        """The share of one way among the characters that tell; 0 where none does."""
        both = self.simplified + self.traditional
        return (self.simplified if of == "simplified" else self.traditional) / both if both else 0.0


def telling(text: str) -> Telling:
    """Count the characters that tell; most are the same in both."""
    if text.isascii():
        return Telling(0, 0)
    return Telling(len(pattern_of("simplified").findall(text)), len(pattern_of("traditional").findall(text)))


@cache
def pattern_of(han: Han) -> re.Pattern[str]:
    """Matches a character that this way of writing has alone."""
    file = paths.resources() / "language" / f"han_{han}.txt"
    return re.compile(f"[{file.read_text(encoding='utf-8').strip()}]")
