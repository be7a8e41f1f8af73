"""Seeds as a lazy table: its columns, its orders, and what they cover in figures."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.core.i18n import _
from desktop.core.records import Seed
from desktop.ui import task_types
from desktop.ui.languages import language_name
from desktop.ui.models.lazy_rows import Column, Lookup

if TYPE_CHECKING:
    from desktop.store.project import Project

ORDERS = ("instruction", "id", "id", "task_type", "language")
"""What the store calls the order of each column; those of long texts are in the order they came."""

_SHOWN = 300  # characters of a cell
_FIRST = 60


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the seeds cover; names by how often, the most frequent first, "" for not said."""

    count: int
    with_input: int
    classification: int
    task_types: tuple[tuple[str, int], ...]
    languages: tuple[tuple[str, int], ...]


def columns() -> tuple[Column[Seed], ...]:
    """The columns of the table, named in the user's language."""
    return (
        Column(_("Instruction"), lambda seed: _line(seed.row.instruction)),
        Column(_("Input"), lambda seed: _line(seed.row.input)),
        Column(_("Answer"), lambda seed: _line(seed.row.output or "")),
        Column(_("Task type"), lambda seed: _line(task_types.shown(seed.row.task_type))),
        Column(_("Language"), lambda seed: language_name(seed.row.language)),
    )


def lookup(query: str = "", order: str = "id", *, descending: bool = False) -> Lookup[Seed]:
    """The seeds that hold the words of `query`."""
    plain = not query and order == "id" and not descending

    def first(project: "Project") -> Sequence[Seed]:
        return project.seeds.page(0, _FIRST)

    return Lookup(
        ids=lambda project: project.seeds.ids(query, order, descending),
        get=lambda project, ids: project.seeds.get(ids),
        id_of=lambda seed: seed.id,
        first=first if plain else None,
    )


def coverage(seeds: Sequence[Seed]) -> Coverage:
    """How many seeds there are of each kind."""
    return Coverage(
        len(seeds),
        sum(1 for seed in seeds if seed.row.input),
        sum(1 for seed in seeds if seed.is_classification),
        tuple(Counter(seed.row.task_type for seed in seeds).most_common()),
        tuple(Counter(seed.row.language for seed in seeds).most_common()),
    )


def _line(text: str) -> str:
    return " ".join(text[:_SHOWN].split())
