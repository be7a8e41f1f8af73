"""What the Review page says under its title: what is left, at what pace it goes, and what was decided."""

from typing import TYPE_CHECKING

from desktop.core.i18n import _
from desktop.ui import figures

if TYPE_CHECKING:
    from desktop.store.counts import Counts


def line_of(counts: "Counts", left: int, pace: float | None, *, writable: bool) -> str:
    """The line; `pace` in rows an hour, once it is known."""
    if not counts.candidates:
        return _("Rows that pass the filters come here for your decision.")
    parts = [_("{n} left of {all}").format(n=figures.number(left), all=figures.number(counts.passing))]
    if pace is not None:
        parts.append(_("{n} an hour").format(n=figures.number(pace)))
    said = [
        (counts.accepted, _("{n} kept")),
        (counts.rejected, _("{n} rejected")),
        (counts.edited, _("{n} fixed")),
        (counts.flagged, _("{n} flagged")),
    ]
    if words := _(", ").join(text.format(n=figures.number(count)) for count, text in said if count):
        parts.append(words)
    if not writable:
        parts.append(_("opened for reading only"))
    return " · ".join(parts)
