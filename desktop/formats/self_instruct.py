"""The seed file of Self-Instruct: a task on each line, with its instances."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from desktop.core.i18n import N_, _
from desktop.core.options import Options
from desktop.core.records import Instruction
from desktop.core.shapes import Flaw, Format, Head, Incoming
from desktop.formats._columns import FIELD_LIMIT, RowError, check_extra, text, truth
from desktop.formats._json_reading import first_object, objects

_OWN = ("id", "instruction", "instances", "is_classification", "task_type", "language")


def _sniff(head: Head) -> float:
    first = first_object(head)
    if isinstance(first.get("instances"), list):
        return 1.0 if "instruction" in first else 0.5
    # The first task may be longer than what we were shown.
    return 0.9 if not first and b'"instances"' in head.start and b'"instruction"' in head.start else 0.0


def _read(path: Path, mapping: Mapping[str, str]) -> Iterator[Incoming | Flaw]:
    """A row for each instance; the instances of one task share its name. A task without any is unanswered."""
    for found in objects(path):
        if isinstance(found, Flaw):
            yield found
            continue
        place, task = found
        try:
            yield from list(_task(place, task))
        except RowError as flaw:
            yield Flaw(place, str(flaw))


def _task(place: str, task: dict[str, Any]) -> Iterator[Incoming]:
    instruction = text(task.get("instruction"), "instruction")
    if not instruction.strip():
        raise RowError(_("this row has no instruction"))
    instances = task.get("instances") or [{}]
    if not isinstance(instances, list) or not all(isinstance(each, dict) for each in instances):
        raise RowError(_("its “instances” is not a list of inputs and outputs"))
    extra = {name: value for name, value in task.items() if name not in _OWN}
    check_extra(extra)
    for each in instances:
        output = each.get("output")
        row = Instruction(
            instruction,
            text(each.get("input"), "input"),
            None if output is None else text(output, "output"),
            task_type=text(task.get("task_type"), "task_type"),
            language=text(task.get("language"), "language"),
            extra=extra,
        )
        if len(instruction) + len(row.input) + len(row.output or "") > FIELD_LIMIT:
            raise RowError(_("this row holds more than 10 million characters"))
        yield Incoming(place, row, text(task.get("id"), "id"), truth(task.get("is_classification")))


FORMAT = Format(
    title=N_("Self-Instruct"),
    summary=N_("Seed tasks as Self-Instruct publishes them: one task on each line, with its instances."),
    extensions=(".jsonl",),
    options=Options,
    kinds=(),
    sniff=_sniff,
    read=_read,
)
