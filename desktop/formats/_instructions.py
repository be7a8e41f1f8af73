"""Answered instructions out of the rows that leave."""

from collections.abc import Iterable, Iterator

from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.core.records import Example, Instruction


def instructions(rows: Iterable[Example]) -> Iterator[Instruction]:
    """The rows' contents. Raises UserError for one that is no answered instruction."""
    for example in rows:
        row = example.row
        if not isinstance(row, Instruction):
            raise UserError(
                _("Row {id} is not an instruction with an answer.").format(id=example.id),
                _("Export it in another format, such as “messages”."),
            )
        if row.output is None:
            raise UserError(_("Row {id} has no answer.").format(id=example.id), _("Answer it, or reject it."))
        yield row
