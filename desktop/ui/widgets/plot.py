"""A plot in the look's colours: bars, columns or dots that answer a click, or a key, with the mark behind it."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QFrame, QGraphicsObject, QToolTip, QVBoxLayout, QWidget

from desktop.core.i18n import _
from desktop.ui import figures, theme
from desktop.ui.models.chart import Bars, Chart, Dots, Series
from desktop.ui.theme import Tokens
from desktop.ui.widgets.label import literal

_REACH = 12.0  # pixels round a click in which a dot is meant
_THICK = 0.36  # half a bar's height, of the room that it has
_LONGEST = 170  # pixels of a bar's name
# Up to how many dots, how large each is, and how solid: where there are many, their density shows.
_DOTS = ((2000, 7.0, 0.6), (20_000, 4.0, 0.35), (math.inf, 3.0, 0.08))
_ROOM = 1.12  # how much longer an axis is than its longest bar
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


class Plot(QWidget):
    """`show_chart` draws one. `picked(mark)`: a person chose a bar, or the dot at that place, by click or by keys.

    pyqtgraph is imported when the first is made.
    """

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        import pyqtgraph

        super().__init__(parent)
        self.current = -1  # the mark that is pointed at by keys, or was picked
        self._chart: Chart | None = None
        self.view = pyqtgraph.PlotWidget(self)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.viewport().installEventFilter(self)
        self.view.viewport().setMouseTracking(True)
        self.item = self.view.plotItem
        self.item.hideButtons()
        self.item.setMenuEnabled(False)
        self.item.setMouseEnabled(x=False, y=False)
        self.item.setContentsMargins(0, 8, 10, 0)  # the last figure of an axis stands half outside it
        self._marker: QGraphicsObject | None = None
        self._pressed = QPointF()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(3, 3, 3, 3)
        column.addWidget(self.view)

    # ── drawing ──────────────────────────────────────────────────────────────────────────────────

    @property
    def chart(self) -> Chart | None:
        """What is drawn."""
        return self._chart

    def show_chart(self, chart: Chart) -> None:
        """Draw a chart that has something to draw."""
        if self._chart is None or _marks(self._chart) != _marks(chart):
            self.current = -1
        self._chart = chart
        self._draw()
        self.setAccessibleName(chart.title)
        self._describe()

    def sizeHint(self) -> QSize:
        return QSize(420, 280)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 150)

    def _draw(self) -> None:
        chart = self._chart
        if chart is None or chart.drawn is None:
            return
        tokens = theme.current()
        self.item.clear()
        self._marker = None
        self.view.setBackground(QColor(tokens.surface))
        self.item.vb.invertY(isinstance(chart.drawn, Bars) and not chart.drawn.edges)
        self._style_axes(tokens, chart.drawn)
        if isinstance(chart.drawn, Dots):
            self._draw_dots(tokens, chart.drawn)
        elif chart.drawn.edges:
            self._draw_columns(tokens, chart.drawn)
        else:
            self._draw_bars(tokens, chart.drawn)
        self._mark()

    def _style_axes(self, tokens: Tokens, drawn: Bars | Dots) -> None:
        font = theme.sized(QApplication.font(), 11.5)
        named = isinstance(drawn, Bars) and not drawn.edges
        bare = isinstance(drawn, Dots) and drawn.bare
        for name in ("left", "bottom"):
            axis = self.item.getAxis(name)
            axis.setTicks(None)
            axis.tickStrings = _tick_strings
            axis.enableAutoSIPrefix(False)
            axis.setPen(QPen(Qt.PenStyle.NoPen) if bare else QPen(QColor(tokens.line), 1))
            axis.setTextPen(QPen(QColor(tokens.muted), 1))
            axis.setTickFont(font)
            axis.setStyle(
                tickLength=0 if bare or (named and name == "left") else -4, showValues=not bare, maxTickLevel=0
            )
        left = self.item.getAxis("left")
        if isinstance(drawn, Bars) and named:
            metrics = QFontMetrics(font)
            names = [metrics.elidedText(name, Qt.TextElideMode.ElideRight, _LONGEST) for name in drawn.names]
            left.setTicks([list(enumerate(names))])
            left.setTextPen(QPen(QColor(tokens.text), 1))
            left.setWidth(max(map(metrics.horizontalAdvance, names), default=0) + 14)
        else:
            left.setWidth(None)

    def _draw_columns(self, tokens: Tokens, bars: Bars) -> None:
        import pyqtgraph

        starts, ends = bars.edges[:-1], bars.edges[1:]
        gap = 0.06 * (ends[0] - starts[0])
        for each in bars.series:
            brushes = [brush_of(tokens, each)] * len(starts)
            shown = [start + gap for start in starts], [end - gap for end in ends]
            item = pyqtgraph.BarGraphItem(
                x0=shown[0], x1=shown[1], y0=0.0, y1=list(each.values), pen=QPen(Qt.PenStyle.NoPen), brushes=brushes
            )
            self.item.addItem(item)
        self.item.setXRange(starts[0], ends[-1], padding=0.01)
        self.item.setYRange(0, 100 if bars.percent else _tallest(bars) * _ROOM, padding=0)

    def _draw_bars(self, tokens: Tokens, bars: Bars) -> None:
        import pyqtgraph

        places = range(len(bars.names))
        for each in bars.series:
            item = pyqtgraph.BarGraphItem(
                x0=0.0,
                x1=list(each.values),
                y0=[place - _THICK for place in places],
                y1=[place + _THICK for place in places],
                pen=QPen(Qt.PenStyle.NoPen),
                brushes=[brush_of(tokens, each)] * len(places),
            )
            self.item.addItem(item)
        font = theme.sized(QApplication.font(), 11.5)
        for place in places:
            text = pyqtgraph.TextItem(_figures(bars, place), color=QColor(tokens.muted), anchor=(0.0, 0.5))
            text.setFont(font)
            text.setPos(bars.series[0].values[place], place)
            self.item.addItem(text)
        self._fit_bars(bars)
        # A few bars keep the height of bars among many.
        self.item.setYRange(-0.6, max(len(places), 8) - 0.4, padding=0)

    def _fit_bars(self, bars: Bars) -> None:
        """Leave room for the figures behind the bars, however wide the plot is."""
        metrics = QFontMetrics(theme.sized(QApplication.font(), 11.5))
        wide = max(metrics.horizontalAdvance(_figures(bars, place)) for place in range(len(bars.names))) + 12
        whole = max(self.item.vb.width(), 2.0 * wide)
        self.item.setXRange(0, _tallest(bars) * whole / (whole - wide), padding=0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        drawn = self._chart.drawn if self._chart else None
        if isinstance(drawn, Bars) and not drawn.edges:
            self._fit_bars(drawn)

    def _draw_dots(self, tokens: Tokens, dots: Dots) -> None:
        import pyqtgraph

        colour = QColor(tokens.accent)
        size, solid = next((size, solid) for most, size, solid in _DOTS if len(dots.ids) <= most)
        colour.setAlphaF(solid)
        pen = QPen(Qt.PenStyle.NoPen)
        self.item.addItem(
            pyqtgraph.ScatterPlotItem(x=dots.x, y=dots.y, size=size, pen=pen, brush=QBrush(colour), pxMode=True)
        )
        for limits, values in ((self.item.setXRange, dots.x), (self.item.setYRange, dots.y)):
            low, high = float(values.min()), float(values.max())
            limits(low, high if high > low else low + 1.0, padding=0.05)

    def _mark(self) -> None:
        """Show which mark is the current one."""
        import pyqtgraph

        if self._marker is not None:
            self.item.removeItem(self._marker)
            self._marker = None
        drawn = self._chart.drawn if self._chart else None
        if drawn is None or self.current < 0:
            return
        tokens = theme.current()
        pen = QPen(QColor(tokens.text), 2)
        pen.setCosmetic(True)
        clear = QBrush(Qt.BrushStyle.NoBrush)
        at = self.current
        if isinstance(drawn, Dots):
            self._marker = pyqtgraph.ScatterPlotItem(
                x=[float(drawn.x[at])], y=[float(drawn.y[at])], size=12, pen=pen, brush=clear
            )
        else:
            long = max(each.values[at] for each in drawn.series)
            x = (drawn.edges[at], drawn.edges[at + 1]) if drawn.edges else (0.0, long)
            y = (0.0, long) if drawn.edges else (at - _THICK, at + _THICK)
            self._marker = pyqtgraph.BarGraphItem(x0=[x[0]], x1=[x[1]], y0=[y[0]], y1=[y[1]], pen=pen, brushes=[clear])
        self.item.addItem(self._marker)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._draw()

    # ── pictures ─────────────────────────────────────────────────────────────────────────────────

    def render_picture(self, painter: QPainter, place: QRectF) -> None:
        """Paint the plot as it stands; on an SVG it stays made of lines and letters."""
        self.view.render(painter, place, self.view.viewport().rect())

    # ── pointing and picking ─────────────────────────────────────────────────────────────────────

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and watched is self.view.viewport():
            if event.type() == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
                self._pressed = event.position()
                self.setFocus(Qt.FocusReason.MouseFocusReason)
            elif event.type() == QEvent.Type.MouseButtonRelease and event.button() == Qt.MouseButton.LeftButton:
                if (event.position() - self._pressed).manhattanLength() < QApplication.startDragDistance():
                    self._pick(self.mark_at(event.position()))
            elif event.type() == QEvent.Type.MouseMove:
                self._hover(event)
        return False

    def mark_at(self, place: QPointF) -> int:
        """The bar or dot at a place of the view, -1 where there is none."""
        drawn = self._chart.drawn if self._chart else None
        scene = self.view.mapToScene(place.toPoint())
        if drawn is None or not self.item.vb.sceneBoundingRect().contains(scene):
            return -1
        at = self.item.vb.mapSceneToView(scene)
        if isinstance(drawn, Dots):
            return self._dot_at(drawn, at)
        if drawn.edges:
            mark = next((k for k in range(len(drawn.names)) if drawn.edges[k] <= at.x() < drawn.edges[k + 1]), -1)
        else:
            mark = round(at.y()) if 0 <= round(at.y()) < len(drawn.names) else -1
        return mark if mark >= 0 and len(drawn.groups[mark]) else -1

    def place_of(self, mark: int) -> QPointF:
        """Where a mark stands in the view."""
        drawn = self._chart.drawn if self._chart else None
        if isinstance(drawn, Dots):
            at = QPointF(float(drawn.x[mark]), float(drawn.y[mark]))
        elif drawn is not None and drawn.edges:
            at = QPointF((drawn.edges[mark] + drawn.edges[mark + 1]) / 2, 0.4 * drawn.series[0].values[mark])
        else:
            at = QPointF(0.4 * (drawn.series[0].values[mark] if drawn else 0.0), mark)
        return QPointF(self.view.mapFromScene(self.item.vb.mapViewToScene(at)))

    def _dot_at(self, dots: Dots, at: QPointF) -> int:
        import numpy as np

        area = self.item.vb.sceneBoundingRect()
        (left, right), (low, high) = self.item.vb.viewRange()
        across = (dots.x - at.x()) * area.width() / (right - left)
        up = (dots.y - at.y()) * area.height() / (high - low)
        far = across**2 + up**2
        nearest = int(np.argmin(far))
        return nearest if far[nearest] <= _REACH**2 else -1

    def _pick(self, mark: int) -> None:
        if mark < 0:
            return
        self.current = mark
        self._mark()
        self._describe()
        self.picked.emit(mark)

    def _hover(self, event: QMouseEvent) -> None:
        mark = self.mark_at(event.position())
        drawn = self._chart.drawn if self._chart else None
        self.view.viewport().setCursor(Qt.CursorShape.PointingHandCursor if mark >= 0 else Qt.CursorShape.ArrowCursor)
        if mark >= 0 and isinstance(drawn, Bars):
            QToolTip.showText(event.globalPosition().toPoint(), literal(drawn.spoken(mark)), self)
        else:
            QToolTip.hideText()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        drawn = self._chart.drawn if self._chart else None
        count = 0 if drawn is None else len(drawn.ids) if isinstance(drawn, Dots) else len(drawn.names)
        key = Qt.Key(event.key())
        if not count:
            super().keyPressEvent(event)
        elif key in _STEPS:
            self.current = min(max(0, self._order(_STEPS[key])), count - 1)
            self._mark()
            self._describe()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._pick(self.current)
        else:
            super().keyPressEvent(event)

    @Slot()
    def _describe(self) -> None:
        """The plot in words, or the current mark, for a screen reader."""
        drawn = self._chart.drawn if self._chart else None
        if isinstance(drawn, Bars):
            words = drawn.spoken(self.current) if self.current >= 0 else "; ".join(map(drawn.spoken, _few(drawn)))
        elif drawn is not None:
            words = _("{n} points").format(n=figures.number(len(drawn.ids)))
            if self.current >= 0:
                words = _("row {n}").format(n=drawn.ids[self.current])
        else:
            words = ""
        self.setAccessibleDescription(words)

    def _order(self, by: int) -> int:
        """The mark that an arrow goes to: the next bar; of dots the next one across."""
        drawn = self._chart.drawn if self._chart else None
        if not isinstance(drawn, Dots) or self.current < 0:
            return self.current + by
        import numpy as np

        order = np.argsort(drawn.x, kind="stable")
        place = int(np.flatnonzero(order == self.current)[0])
        return int(order[min(max(0, place + by), len(order) - 1)])

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.current().accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)


def _marks(chart: Chart) -> tuple[str, tuple[str, ...]]:
    """What tells apart two charts of which each has marks of its own."""
    return chart.view, chart.drawn.names if isinstance(chart.drawn, Bars) else ()


def brush_of(tokens: Tokens, series: Series) -> QBrush:
    """The colour in which a series is drawn."""
    colour = QColor(tokens.line if series.tone == "muted" else tokens.accent)
    if series.tone != "muted":
        colour.setAlphaF(0.78 if series.tone == "accent" else 0.35)
    return QBrush(colour)


def _figures(bars: Bars, place: int) -> str:
    """What stands behind a bar."""
    return " → ".join(figures.number(each.values[place]) for each in bars.series)


def _tallest(bars: Bars) -> float:
    return max((value for each in bars.series for value in each.values), default=0.0) or 1.0


def _few(bars: Bars) -> range:
    return range(min(5, len(bars.names)))


def _tick_strings(values: Sequence[float], _scale: float, spacing: float) -> list[str]:
    decimals = 0 if spacing >= 1 else 1 if spacing >= 0.1 else 2
    return [figures.number(value, decimals) for value in values]
