"""What the seeds cover: their task types and languages, each with how many there are."""

from collections.abc import Sequence

from PySide6.QtCore import Signal

from desktop.core.i18n import _, ngettext
from desktop.ui import figures, task_types
from desktop.ui.languages import language_name
from desktop.ui.models.seed_rows import Coverage
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.tally import Part, Tally

_TOLD = 9  # kinds that are named, the rest together


def coverage_words(found: Coverage) -> str:
    """The same in one line."""
    words = [ngettext("{n} seed", "{n} seeds", found.count).format(n=figures.number(found.count))]
    kinds = sum(1 for name, _n in found.task_types if name)
    if kinds:
        words.append(ngettext("{n} task type", "{n} task types", kinds).format(n=figures.number(kinds)))
    if found.with_input:
        words.append(_("{n} with an input").format(n=figures.number(found.with_input)))
    if found.classification:
        told = ngettext("{n} classification task", "{n} classification tasks", found.classification)
        words.append(told.format(n=figures.number(found.classification)))
    return " · ".join(words)


class SeedCoverage(Card):
    """`show_coverage` fills it, and hides it where there is nothing; `chosen(task type)` by a click on one."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.task_types = Tally(_("Task types"))
        self.languages = Tally(_("Languages"))
        self.body.setContentsMargins(13, 9, 13, 9)
        self.body.setSpacing(2)
        self.body.addWidget(self.task_types)
        self.body.addWidget(self.languages)
        self.task_types.chosen.connect(self.chosen)

    def show_coverage(self, found: Coverage) -> None:
        """Show what is covered."""
        self.setVisible(found.count > 0)
        self.task_types.show_parts(_parts(found.task_types))
        self.languages.show_parts(
            [Part(n, language_name(name) or _("no language said")) for name, n in found.languages]
        )


def _parts(counted: Sequence[tuple[str, int]]) -> list[Part]:
    """Task types as they are covered, the rarer ones together."""
    parts = [
        Part(count, task_types.shown(name) or _("without a task type"), key=name) for name, count in counted[:_TOLD]
    ]
    rest = counted[_TOLD:]
    if rest:
        parts.append(Part(sum(count for _name, count in rest), _("others")))
    return parts
