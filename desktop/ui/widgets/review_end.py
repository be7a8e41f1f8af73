"""What the Review page shows where there is no row: that all is done, or what to do next."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal, TypeAlias

from desktop.core.i18n import _, ngettext
from desktop.store.show import Stage
from desktop.ui import figures
from desktop.ui.widgets import buttons
from desktop.ui.widgets.buttons import Button
from desktop.ui.widgets.empty import EmptyState

if TYPE_CHECKING:
    from desktop.store.counts import Counts

Way: TypeAlias = Literal["generate", "export", "again", "unreviewed", "flagged", "no search"]
Ways: TypeAlias = Mapping[Way, Callable[[], None]]
"""Where a button may lead."""


def review_end(counts: "Counts", stage: Stage, count: int, left: int, *, searched: bool, ways: Ways) -> EmptyState:
    """What to say behind the last of `count` rows of a stage; `left` rows wait for a decision."""
    if not counts.candidates:
        words = _(
            "Here you decide on each row that passes: keep it, reject it or fix it, all from the keyboard. Let the"
            " model write some rows first."
        )
        go = _button(_("Go to Generate"), ways["generate"])
        return EmptyState("review", _("Nothing to review yet"), words, go)
    if searched and not count:
        again = _button(_("Clear the search"), ways["no search"])
        return EmptyState("search", _("No row has these words"), _("Try fewer words, or look at all rows."), again)
    if stage == "unreviewed":
        return _all_reviewed(counts, left, ways)
    if count:
        again = _button(_("Begin again"), ways["again"])
        words = _("You have been through all of these rows.")
        return EmptyState("review", _("That was the last one"), words, again)
    back = _button(_("Rows to review"), ways["unreviewed"])
    return EmptyState("review", _("There is no such row"), _("Choose other rows to look at."), back)


def _all_reviewed(counts: "Counts", left: int, ways: Ways) -> EmptyState:
    if left:
        words = ngettext(
            "{n} row still waits for your decision.", "{n} rows still wait for your decision.", left
        ).format(n=figures.number(left))
        return EmptyState("review", _("That was the last one"), words, _button(_("Look at them"), ways["again"]))
    offered = [_button(_("Go to Export"), ways["export"])]
    if counts.flagged:
        words = _("Look at the flagged ones ({n})").format(n=figures.number(counts.flagged))
        offered.append(_button(words, ways["flagged"], main=False))
    ready = ngettext(
        "Every row that passes has your decision. {n} row is ready to leave.",
        "Every row that passes has your decision. {n} rows are ready to leave.",
        counts.dataset,
    )
    return EmptyState("check", _("All reviewed"), ready.format(n=figures.number(counts.dataset)), *offered)


def _button(words: str, way: Callable[[], None], *, main: bool = True) -> Button:
    made = buttons.primary(words) if main else buttons.plain(words)
    made.clicked.connect(way)
    return made
