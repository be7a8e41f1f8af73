"""What the slots hold of prompts, and how the next prompt goes on from what it shares with them.

`Apart`: each slot has a memory of its own, and what two share is copied. A step reads for each text no more than that
text, whatever the others are. `Together`: one memory for all, in which a beginning that they share stands once. A step
reads for each text what all of them hold, but in one product instead of many small ones.
"""

from abc import ABC, abstractmethod

from desktop.engine.native import Context
from desktop.engine.prefixes import Match, Saved, alike
from desktop.engine.slots import Slot

WORTH_SHARING = 24
"""Tokens that must be shared, or it is no slower to decode them again."""


class Holding(ABC):
    """The slots of one context."""

    apart: bool
    """llama.cpp decodes only slots that are neighbours in one pass."""

    def __init__(self, context: Context, slots: int) -> None:
        self.slots = tuple(Slot(number) for number in range(slots))
        self._context = context

    def match(self, tokens: tuple[int, ...]) -> Match | None:
        """The most of a prompt, but for its last token, that some slot or saved state holds."""
        beginning = list(tokens[:-1])
        found, is_free = self._saved_match(beginning), False
        for slot in self.slots:
            common = self._usable(alike(slot.held, beginning), slot)
            # Of equals, a slot that is free can be gone on with as it is; from all others a copy must be made.
            if (common, slot.request is None) > (found.ready if found else 0, is_free):
                found, is_free = Match(common, slot.sequence), slot.request is None
        return found if found and found.ready >= WORTH_SHARING else None

    def has_more_coming(self, tokens: tuple[int, ...], ready: int) -> bool:
        """Whether some slot will hold more of a prompt than is ready, when it has read its own."""
        prompts = (slot.request.prepared.tokens for slot in self.slots if slot.request is not None and slot.reading)
        beginning = tokens[:-1]
        return max((alike(prompt, beginning) for prompt in prompts), default=0) >= max(ready + 1, WORTH_SHARING)

    def free(self) -> Slot | None:
        """The free slot that holds nothing, or else what was needed the longest time ago."""
        free = [slot for slot in self.slots if slot.request is None]
        return min(free, key=lambda slot: (slot.used if slot.held else -1, slot.sequence), default=None)

    def taken(self, tokens: tuple[int, ...], match: Match | None) -> Slot:
        """A free slot that holds what was matched of the tokens, and no more."""
        source = self.slots[match.sequence] if match and match.sequence >= 0 else None
        slot = source if source is not None and source.request is None else self.free()
        if slot is None:
            raise RuntimeError("there is no free slot")
        ready = match.ready if match else 0
        if source is not None:
            source.shared = max(source.shared, ready)
        if match is None:
            self.clear(slot)
        elif slot is source:
            self._cut(slot, ready)
        else:
            self._copy(match, slot)
        slot.held, slot.shared = list(tokens[:ready]), ready
        return slot

    def clear(self, slot: Slot) -> None:
        """Make a free slot empty."""
        self._context.cut(slot.sequence)
        slot.held, slot.shared = [], 0

    def let_go(self, slot: Slot) -> None:
        """Nothing runs in the slot any more."""
        slot.request, slot.pending, slot.reading = None, [], False

    @abstractmethod
    def close_ranks(self) -> None:
        """Let the slots in use be neighbours, where that matters."""

    def _saved_match(self, tokens: list[int]) -> Match | None:
        """The most of them that is held outside of the slots."""
        return None

    def _usable(self, common: int, slot: Slot) -> int:
        """How many of the tokens that a slot shares with a prompt can be gone on from."""
        return common

    def _cut(self, slot: Slot, length: int) -> None:
        self._context.cut(slot.sequence, length)

    @abstractmethod
    def _copy(self, match: Match, slot: Slot) -> None:
        """Let the slot hold what was matched, and nothing else."""


class Apart(Holding):
    """A memory for each slot; beginnings that several prompts had are saved outside when a slot is needed."""

    apart = True

    def __init__(self, context: Context, slots: int, *, rewinds: bool, saved: int) -> None:
        """`rewinds`: a sequence can be cut back to an earlier token. `saved`: bytes for states outside of slots."""
        super().__init__(context, slots)
        self._rewinds = rewinds
        self._saved = Saved(saved, whole=not rewinds)

    def clear(self, slot: Slot) -> None:
        """Make a free slot empty; what it holds of several prompts may be of use to another."""
        self._keep(slot)
        super().clear(slot)

    def close_ranks(self) -> None:
        """Move the last slots in use to where others are free."""
        while True:
            busy = [slot for slot in self.slots if slot.request is not None]
            gap = next((slot for slot in self.slots if slot.request is None), None)
            if not busy or gap is None or gap.sequence > busy[-1].sequence:
                return
            last = busy[-1]
            state = self._context.save(last.sequence) if last.held else None
            self.clear(gap)
            if state is not None:
                self._context.restore(state, gap.sequence)
            self._context.cut(last.sequence)
            gap.held, gap.shared, last.held, last.shared = last.held, last.shared, [], 0
            gap.request, gap.number, gap.pending, gap.reading = last.request, last.number, last.pending, last.reading
            gap.used, gap.due = last.used, last.due
            self.let_go(last)

    def _saved_match(self, tokens: list[int]) -> Match | None:
        return self._saved.best(tokens)

    def _usable(self, common: int, slot: Slot) -> int:
        return common if self._rewinds or common == len(slot.held) else 0

    def _cut(self, slot: Slot, length: int) -> None:
        if self._rewinds:
            super()._cut(slot, length)

    def _copy(self, match: Match, slot: Slot) -> None:
        state = self._context.save(match.sequence) if match.state is None else match.state
        self.clear(slot)
        self._context.restore(state, slot.sequence)
        self._cut(slot, match.ready)

    def _keep(self, slot: Slot) -> None:
        """Save what several prompts begin with, unless it is held elsewhere as well."""
        if slot.shared < 2 * WORTH_SHARING or not self._usable(slot.shared, slot):
            return
        begin = slot.held[: slot.shared]
        elsewhere = max((alike(each.held, begin) for each in self.slots if each is not slot), default=0)
        if len(begin) - max(elsewhere, self._saved.find(begin)) >= 2 * WORTH_SHARING:
            self._context.cut(slot.sequence, len(begin))
            self._saved.put(tuple(begin), lambda: self._context.save(slot.sequence))


class Together(Holding):
    """One memory for all slots. Nothing stays in it but what their prompts begin with, since all pay for it."""

    apart = False

    def __init__(self, context: Context, slots: int) -> None:
        super().__init__(context, slots)
        self.begin: tuple[int, ...] = ()  # what prompts begin with

    def start(self, begin: tuple[int, ...]) -> None:
        """From now on prompts begin so. No slot may be in use."""
        self.begin = begin
        for slot in self.slots:
            self._forget_own(slot)

    def let_go(self, slot: Slot) -> None:
        """Nothing runs in the slot any more; what is its alone is forgotten."""
        super().let_go(slot)
        self._forget_own(slot)

    def close_ranks(self) -> None:
        """Nothing to do: any slots are decoded in one pass."""

    def _copy(self, match: Match, slot: Slot) -> None:
        self.clear(slot)
        self._context.share(match.sequence, slot.sequence, match.ready)

    def _forget_own(self, slot: Slot) -> None:
        shared = alike(slot.held, self.begin)
        self._cut(slot, shared)
        del slot.held[shared:]
