"""What the model is writing at this moment, word by word, on top of what has landed."""

import re
import time
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QRect, QSize, QTimer, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.core.i18n import _, ngettext
from desktop.core.progress import Partial
from desktop.ui import figures, theme
from desktop.ui.models.entry import Entry, entry
from desktop.ui.widgets.row_delegate import RowDelegate

_ALONE = 5  # texts at once while no row has landed; later one, as more would be restless, with the rest counted
_NUMBER = re.compile(r"^\d{1,3} ?[.．、] *")  # of an item in a numbered list
_QUIET = 3.0  # seconds after which a text that does not grow is no longer shown
_GROWING = 1.5  # seconds in which a text must have grown to be counted
_SETTLED = 0.6  # seconds in which another text of the same step does not take the place of one that grows
_SWEEP = 1000  # milliseconds


class WritingStrip(QWidget):
    """`show_partials` with what grew, `drop_item` when its rows have landed. Nothing is shown while nothing grows."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._delegate = RowDelegate(self, lead_lines=2, meta_lines=1)
        self._texts: dict[int, tuple[Partial, float]] = {}  # by item: the newest text, and when it grew
        self._titles: Mapping[str, str] = {}
        self._alone = False
        self._sweep = QTimer(self, interval=_SWEEP)
        self._sweep.timeout.connect(self._on_sweep)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("Being written now"))
        self.hide()

    def set_titles(self, titles: Mapping[str, str]) -> None:
        """What each step of the method writes, in the user's words."""
        self._titles = titles

    def set_alone(self, alone: bool) -> None:
        """Whether there is room for several texts, because no row has landed yet."""
        if alone != self._alone:
            self._alone = alone
            self._refresh()

    def show_partials(self, partials: Sequence[Partial]) -> None:
        """Show the newest of what is being written."""
        now = self._clock()
        for each in partials:
            shown, grew = self._texts.get(each.item, (each, 0.0))
            other = each.step == shown.step and not each.text.startswith(shown.text[:-1])
            if not other or now - grew > _SETTLED:
                self._texts[each.item] = (each, now)
        self._refresh()

    def drop_item(self, item: int) -> None:
        """What this item wrote has landed."""
        if self._texts.pop(item, None) is not None:
            self._refresh()

    def clear(self) -> None:
        """Nothing is being written any more."""
        self._texts.clear()
        self._refresh()

    def entries(self) -> list[Entry]:
        """What is painted."""
        texts, shown = list(self._texts.values()), _ALONE if self._alone else 1
        more = sum(self._clock() - grew < _GROWING for _partial, grew in texts[shown:])
        return [self._entry(partial, 0 if self._alone else more) for partial, _grew in texts[:shown]]

    def _entry(self, partial: Partial, more: int) -> Entry:
        lines = [line for line in partial.text.splitlines() if line.strip()]
        meta = [self._titles.get(partial.step, partial.step.replace("_", " "))]
        meta.append(ngettext("{n} token", "{n} tokens", partial.tokens).format(n=figures.number(partial.tokens)))
        if more > 0:
            meta.append(ngettext("and {n} more text", "and {n} more texts", more).format(n=more))
        lead = _NUMBER.sub("", lines[-1].strip()) if lines else ""
        return entry(lead, badges=[(_("writing…"), "info")], meta=" · ".join(meta), caret=True)

    def sizeHint(self) -> QSize:
        return QSize(200, sum(self._heights()))

    def _heights(self) -> list[int]:
        return [self._delegate.height_of(each, self.font(), self.width()) for each in self.entries()]

    def _refresh(self) -> None:
        self.setVisible(bool(self._texts))
        if not self._texts:
            self._sweep.stop()
            return
        if not self._sweep.isActive():
            self._sweep.start()
        high = sum(self._heights())
        if high != self.height():
            self.setFixedHeight(high)
        self.update()

    @Slot()
    def _on_sweep(self) -> None:
        now = self._clock()
        self._texts = {item: text for item, text in self._texts.items() if now - text[1] < _QUIET}
        self._refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens.soft_accent))
        top = 0
        for each, high in zip(self.entries(), self._heights(), strict=True):
            place = QRect(0, top, self.width(), high)
            self._delegate.paint_entry(painter, place, each, self.font(), tokens)
            painter.fillRect(QRect(0, place.bottom(), self.width(), 1), QColor(tokens.line))
            top += high
