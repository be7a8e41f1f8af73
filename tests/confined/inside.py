"""The tasks of the confined process, done within the test's own, which is quick."""

from collections.abc import Iterator

from desktop.confined.tasks import TASKS
from desktop.core.confined import USUAL, Limits
from desktop.core.records import JsonObject


class Inside:
    """Implements core.confined.Confined without limits."""

    def run(self, task: str, given: JsonObject, limits: Limits = USUAL) -> Iterator[JsonObject | None]:
        """What the task says; any exception but a UserError becomes a ValueError."""
        try:
            yield from TASKS[task](given)
        except (KeyError, AttributeError, TypeError, OSError) as error:
            raise ValueError(str(error)) from error
