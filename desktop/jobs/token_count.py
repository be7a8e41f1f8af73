"""Tokens of a text as a model's own tokenizer has them, counted word by word so that a text can be cut anywhere."""

import re
from collections.abc import Generator, Iterable

from desktop.core.engine import Answered, Engine, EngineLost, Refused
from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.core.progress import Event, Tick
from desktop.core.steps import Count, Counted
from desktop.jobs.cutting import estimated

_PIECE = re.compile(r" ?[^\W\d_]+| ?\d+| ?(?:[^\w\s]|_)+|\s+(?!\S)|\s+")
"""Where tokenizers part a text before they look for tokens (after GPT-2's), so that counts of pieces add up."""
_BEFORE = "\n"  # stands before a piece: some tokenizers put a space before the first word of a text
_AT_ONCE = 400  # pieces of one question
_POLL = 0.04


class Tokens:
    """`learn` the words of some texts, then call it with any part of them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: dict[str, int] = {}

    @property
    def name(self) -> str:
        """The model whose tokenizer it is."""
        return self._engine.model.name

    def __call__(self, text: str) -> int:
        """The tokens of a text; what was never learned is estimated."""
        return sum(map(self._of, _PIECE.findall(text)))

    def learn(self, texts: Iterable[str]) -> Generator[Event, None, None]:
        """Ask the model for the words of these texts that are new. Raises UserError where it cannot be asked."""
        new = [piece for piece in dict.fromkeys(self._pieces(texts)) if piece not in self._known]
        for start in range(0, len(new), _AT_ONCE):
            some = new[start : start + _AT_ONCE]
            counted = yield from self._ask((_BEFORE, *(each if each.isspace() else _BEFORE + each for each in some)))
            before, *tokens = counted.tokens
            for piece, count in zip(some, tokens, strict=True):
                self._known[piece] = max(1, count - (0 if piece.isspace() else before))

    def _of(self, piece: str) -> int:
        """The tokens of a piece; a word at the start of a text has those that it has behind a space."""
        known = self._known
        return known.get(piece) or known.get(f" {piece}") or estimated(piece)

    def _pieces(self, texts: Iterable[str]) -> Iterable[str]:
        for text in texts:
            yield from _PIECE.findall(text)
        yield "\n\n"  # between blocks

    def _ask(self, texts: tuple[str, ...]) -> Generator[Event, None, Counted]:
        ticket = self._engine.submit(Count("cut", texts), 0)
        while True:
            for report in self._engine.poll(_POLL):
                match report:
                    case Answered(reply=Counted() as counted) if report.ticket == ticket:
                        return counted
                    case Refused(why=why) | EngineLost(why=why):
                        raise UserError(why, _("Choose another model, or none: then tokens are estimated."))
            yield Tick()
