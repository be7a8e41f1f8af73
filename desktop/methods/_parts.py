"""Which texts of a row an augmentation changes: the instruction, the input or both, and never the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from desktop.core.i18n import N_
from desktop.core.options import About, option
from desktop.core.records import Instruction, Json, Reason
from desktop.core.shapes import MethodContext

UNCHANGED = Reason(N_("There is nothing in this row that could be changed."))

_PARTS: Mapping[str, tuple[str, ...]] = {
    "instruction": ("instruction",),
    "input": ("input",),
    "both": ("instruction", "input"),
}


def where_option() -> Any:
    """Which texts are changed."""
    return option(
        "instruction",
        About(
            N_("What is changed"),
            N_("The answer stays as it is. Change the input only where the answer does not rest on its wording."),
            N_(
                "Seedbed's own: an answer mostly fits any wording of its instruction, but not any wording of its input."
            ),
            choices={
                "instruction": N_("the instruction"),
                "input": N_("the input"),
                "both": N_("instruction and input"),
            },
        ),
    )


def texts_of(row: Instruction, where: str) -> dict[str, str]:
    """The texts to change by field, without empty ones."""
    return {name: text for name in _PARTS[where] if (text := str(getattr(row, name))).strip()}


def made_from(
    row: Instruction, names: Sequence[str], texts: Sequence[str], context: MethodContext, **record: Json
) -> Instruction:
    """The row with other texts in these fields, and what was done to it on record."""
    changed: dict[str, Any] = dict(zip(names, texts, strict=True))
    return replace(row, language=row.language or context.language, extra=record, **changed)
