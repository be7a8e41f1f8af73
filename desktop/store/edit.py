"""Everything the user may change, in the words of the flow."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from desktop.core.records import ChainLink, Decision, Instruction, Json, Row, Seed

if TYPE_CHECKING:
    from desktop.store.connections import Database


class Edit:
    """Handed to a change while its transaction is open; all of it is kept, or nothing."""

    def __init__(self, database: "Database") -> None:
        self._database = database

    def add_seeds(self, seeds: Iterable[tuple[Instruction, str, bool | None, str]]) -> list[int]:
        """Add (row, name, is_classification, origin); returns the new ids in order."""
        raise NotImplementedError

    def update_seed(self, seed: Seed) -> None:
        """Replace the seed of this id."""
        raise NotImplementedError

    def remove_seeds(self, ids: Sequence[int]) -> None:
        """Remove seeds; ids that are not there are passed over."""
        raise NotImplementedError

    def decide(self, ids: Sequence[int], decision: Decision | None, at: float) -> None:
        """Accept, reject or flag candidates; None takes a decision back and keeps the edit."""
        raise NotImplementedError

    def edit_row(self, id: int, row: Row | None, by: str = "", at: float = 0.0) -> None:
        """Put another row in place of what the model wrote; None, or the original, takes the edit back.

        `by` is the filter whose fix it is. Verdicts on the old text no longer count. The kind cannot change.
        """
        raise NotImplementedError

    def overrule(self, ids: Sequence[int], filter: str, reason: str = "") -> None:
        """Set a filter's verdicts on these texts aside, with the user's reason."""
        raise NotImplementedError

    def restore_verdict(self, ids: Sequence[int], filter: str) -> None:
        """Let the filter's verdicts count again."""
        raise NotImplementedError

    def set_chain(self, links: Sequence[ChainLink]) -> None:
        """The filters in their order; each at most once."""
        raise NotImplementedError

    def set_setting(self, key: str, value: Json) -> None:
        """Set a value; None forgets the setting."""
        raise NotImplementedError

    def set_prompt(self, method: str, step: str, language: str, text: str | None) -> None:
        """The project's own template; None goes back to the default."""
        raise NotImplementedError

    def set_list(self, name: str, items: Sequence[str]) -> None:
        """Replace a list; an empty one is removed."""
        raise NotImplementedError

    def set_title(self, title: str) -> None:
        """Rename the project; the file keeps its name."""
        raise NotImplementedError

    def set_language(self, language: str) -> None:
        """The language that chooses the prompts."""
        raise NotImplementedError

    def remove_run(self, id: int) -> None:
        """Remove a run with its items, replies, candidates, verdicts and reviews. UserError while it runs."""
        raise NotImplementedError
