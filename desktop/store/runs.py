"""Runs, their items, and every reply that came."""

from collections.abc import Callable, Mapping, Sequence

from desktop.core.engine import Model
from desktop.core.records import Attempt, Item, JsonObject, Run, RunState
from desktop.core.steps import Discard
from desktop.store.candidates import Judgement
from desktop.store.connections import Connections
from desktop.store.counts import RunCount


class Runs:
    """The generating side of the project; appends on the calling thread's own connection."""

    def __init__(self, connections: Connections, clock: Callable[[], float]) -> None:
        self._connections = connections
        self._clock = clock

    def get(self, id: int) -> Run:
        """This run. Raises UserError where there is none."""
        raise NotImplementedError

    def all(self) -> tuple[Run, ...]:
        """Every run, oldest first."""
        raise NotImplementedError

    def start(
        self,
        method: str,
        options: JsonObject,
        *,
        target: int,
        random_seed: int,
        language: str,
        model: Model | None,
        prompts_hash: str,
        sampling: JsonObject,
    ) -> Run:
        """A new run in state "running"."""
        raise NotImplementedError

    def set_state(self, id: int, state: RunState, note: str = "") -> None:
        """Say how a run stands, and why in words; "stopped" and "finished" also note the time."""
        raise NotImplementedError

    def retarget(self, id: int, target: int) -> None:
        """Want more, or fewer, passing rows of a run."""
        raise NotImplementedError

    def newest_unfinished(self, method: str, options: JsonObject) -> Run | None:
        """The newest run of this method with these options that is running (its process died) or paused."""
        raise NotImplementedError

    def add_item(self, run: int, item: Item) -> Item:
        """Store an item before it starts; returns it with its id."""
        raise NotImplementedError

    def unfinished_items(self, run: int) -> tuple[Item, ...]:
        """The items still waiting, in order."""
        raise NotImplementedError

    def next_ordinal(self, run: int) -> int:
        """The ordinal of the run's next new item."""
        raise NotImplementedError

    def items(self, run: int) -> tuple[Item, ...]:
        """Every item of a run, in order."""
        raise NotImplementedError

    def add_attempts(self, run: int, attempts: Sequence[Attempt]) -> None:
        """Store replies as they come; together, or none of them."""
        raise NotImplementedError

    def attempts_of(self, item: int) -> tuple[Attempt, ...]:
        """The replies of an item, in the order they came."""
        raise NotImplementedError

    def finish_item(self, run: int, item: Item, rows: Sequence[Judgement], discards: Sequence[Discard]) -> None:
        """Store an item's state and note with all that came of it, in one transaction."""
        raise NotImplementedError

    def discards(self, run: int | None = None) -> Mapping[str, int]:
        """How many replies could not be used, by the marked message of the reason; of every run where none is named."""
        raise NotImplementedError

    def counts(self) -> tuple[RunCount, ...]:
        """Replies and rows of every run, oldest first."""
        raise NotImplementedError
